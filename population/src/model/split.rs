//! Who a model is trained on and who is kept for the check: by a hash of the person's key, so that the same person is always on one side.

use record::PersonKey;
use sha2::{Digest, Sha256};

/// Whether somebody is among those of whom so many in a hundred are trained on: the first eight bytes of SHA-256 over the words below,
/// the bucket (two bytes) and the number in it (eight bytes), all big-endian, modulo 100, below `percent`. Files number their people
/// anew, so that the sides of a record and of an export of it are others.
#[must_use]
pub fn is_trained_on(person: PersonKey, percent: u8) -> bool {
    let mut hash = Sha256::new();
    hash.update(b"sarsen-risk-model 1");
    hash.update(person.bucket().number().to_be_bytes());
    hash.update(person.number().to_be_bytes());
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) % 100 < u64::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::Bucket;

    #[test]
    fn the_share_is_as_asked_in_each_bucket_and_a_person_stays_on_their_side() {
        for percent in [10, 70, 90] {
            for bucket in [0u16, 1, 1_023] {
                let key = |number| PersonKey::new(Bucket::new(bucket).expect("a bucket"), number);
                let all: Vec<bool> = (1..=10_000)
                    .map(|number| is_trained_on(key(number), percent))
                    .collect();
                let share = all.iter().filter(|trained| **trained).count();
                assert!(
                    share.abs_diff(usize::from(percent) * 100) < 200,
                    "{share} of {percent}"
                );
            }
        }
        let one = PersonKey::new(Bucket::new(7).expect("a bucket"), 1);
        let sides: Vec<u8> = (0..=100).filter(|percent| is_trained_on(one, *percent)).collect();
        // Once within a share, within any larger one.
        assert_eq!(sides.len(), usize::from(101 - sides[0]));
    }
}
