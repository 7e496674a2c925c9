//! What a person's pages go by in an address: nothing that identifies anybody.

use crate::{ActionError, Actions, Actor, Purpose};

/// The longest id that FHIR allows; a sealed one may be shorter, when what it seals is.
const LONGEST_ID: usize = 64;

/// The id for addresses. Ids that are UUIDs say nothing and stand as they are; an id that a sender chose may be an NHS
/// number or a name, and is sealed: only this actor can open it.
///
/// # Errors
/// [`ActionError::Unavailable`] when no randomness is to be had.
pub fn page_id(actions: &Actions, actor: &Actor, purpose: Purpose, id: &str) -> Result<String, ActionError> {
    if says_nothing(id) {
        return Ok(id.to_owned());
    }
    let sight = actions.sight(actor, purpose);
    Ok(actions.record.seal_token(&sight, actor, id.as_bytes())?)
}

/// The id of the Patient behind an address's id; `None` when it was sealed for somebody else, or is none of ours.
pub(crate) fn patient_id(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    page_id: &str,
) -> Option<String> {
    if says_nothing(page_id) {
        return Some(page_id.to_owned());
    }
    let sight = actions.sight(actor, purpose);
    match actions.record.open_token(&sight, actor, page_id) {
        Some(opened) => String::from_utf8(opened).ok(),
        None => (page_id.len() <= LONGEST_ID).then(|| page_id.to_owned()),
    }
}

/// A UUID in its usual form.
fn says_nothing(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::says_nothing;

    #[test]
    fn only_a_uuid_stands_in_an_address_as_it_is() {
        assert!(says_nothing("01a2028b-8b89-74eb-b43c-f649a8ade491"));
        assert!(!says_nothing("9990548609"));
        assert!(!says_nothing("ada-lovelace-1815-12-10-of-nowhere-xx"));
        assert!(!says_nothing(""));
    }
}
