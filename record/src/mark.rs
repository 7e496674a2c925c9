//! What stands in the place of an id whose resource was destroyed: it tells nothing, and yet the id can be recognised by
//! whoever asks for it, so that the answer is "destroyed" and not "never was". An id that a sender chose may be a name or
//! a number; SHA-256 alone would give a number of ten digits away, so a key of the store goes into it.

use sha2::{Digest, Sha256};

use crate::ids::store_mark;

/// Bytes of a mark.
pub(crate) const MARK: usize = 16;

/// The first byte of a mark as it is stored.
pub(crate) const MARKED: u8 = 2;

/// Makes marks of ids.
#[derive(Clone, Copy)]
pub(crate) struct Marker(pub(crate) [u8; 32]);

impl Marker {
    /// The mark of an id in its stored form, as it is stored in the id's place.
    pub(crate) fn of(&self, resource_type: u16, stored_id: &[u8]) -> Vec<u8> {
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update(b"sarsen destroyed id")
            .chain_update(resource_type.to_be_bytes())
            .chain_update(stored_id)
            .finalize();
        store_mark(&digest[..MARK])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{load_id, store_id};

    #[test]
    fn a_mark_is_the_ids_own_and_does_not_show_it() {
        let (marker, other) = (Marker([1; 32]), Marker([2; 32]));
        let id = store_id("9990548609");
        let mark = marker.of(3, &id);
        assert_eq!((mark.clone(), mark[0]), (marker.of(3, &id), MARKED));
        assert_ne!(mark, marker.of(4, &id));
        assert_ne!(mark, other.of(3, &id));
        let shown = load_id(&mark).expect("a mark is shown as an id");
        assert!(
            shown.starts_with("destroyed-") && crate::ids::is_id(&shown),
            "{shown}"
        );
        // Nobody can ask for one by its text.
        assert_ne!(store_id(&shown), mark);
    }
}
