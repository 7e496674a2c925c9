//! The dictionaries that bodies are compressed with. Numbered and append-only: a stored body names the one it was
//! compressed with, so none is ever changed or removed. Trained by `testkit`'s `train_dictionary` on a third of the
//! Synthea bundles and on invented resources of English shape.

use std::sync::OnceLock;

use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// The dictionary that new bodies are compressed with.
pub(super) const NEWEST: u8 = 1;

/// Compression level: 3 is zstd's default; higher ones cost more than they save on bodies of 1 kB.
const LEVEL: i32 = 3;

const DICTIONARIES: [(u8, &[u8]); 1] = [(1, include_bytes!("../../data/body-dictionary.0001.zdict"))];

static ENCODER: OnceLock<EncoderDictionary<'static>> = OnceLock::new();
static DECODERS: [OnceLock<DecoderDictionary<'static>>; 1] = [OnceLock::new()];

/// The newest dictionary, prepared for compression.
pub(super) fn encoder() -> &'static EncoderDictionary<'static> {
    ENCODER.get_or_init(|| {
        let newest = DICTIONARIES.iter().find(|(number, _)| *number == NEWEST);
        EncoderDictionary::copy(newest.map_or(&[][..], |(_, bytes)| bytes), LEVEL)
    })
}

/// The dictionary with this number, prepared for decompression.
pub(super) fn decoder(number: u8) -> Option<&'static DecoderDictionary<'static>> {
    let at = DICTIONARIES.iter().position(|(known, _)| *known == number)?;
    Some(DECODERS[at].get_or_init(|| DecoderDictionary::copy(DICTIONARIES[at].1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_dictionary_is_one_of_those_kept() {
        assert!(decoder(NEWEST).is_some());
        assert!(decoder(200).is_none());
    }
}
