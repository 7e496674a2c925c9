//! The second factor: codes that change every half minute (RFC 6238), and recovery codes for when the telephone is lost.

use ::record::Drawer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::Timestamp;
use totp_rs::{Builder, Totp};

use super::account::{Account, SecondFactor};
use crate::access::{digest_of, random, same_text};
use crate::{ActionError, Actions};

/// Letters of secrets and codes, as RFC 4648 has them for reading aloud.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;

/// A new secret of 160 random bits.
pub(super) fn new_secret() -> Result<[u8; 20], ActionError> {
    random::<20>()
}

/// A secret as it is typed into a telephone.
pub(super) fn spelt(secret: &[u8]) -> String {
    let mut letters = String::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in secret {
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            let at = (bits >> count) as usize & 31;
            letters.extend(LETTERS.get(at).copied().map(char::from));
        }
        bits &= (1 << count) - 1;
    }
    letters
}

fn codes(secret: &[u8]) -> Result<Totp, ActionError> {
    let unread = || ActionError::Unavailable("the second factor cannot be read; set it up anew".to_owned());
    let secret: [u8; 20] = secret.try_into().map_err(|_| unread())?;
    Builder::new().with_secret(secret).build().map_err(|_| unread())
}

/// The step of a code that is right now, one step early or late; none when it is wrong.
pub(super) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Result<Option<u64>, ActionError> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    Ok(codes(secret)?.check(&code, now))
}

/// The code of a secret at a moment: for tests, and for those who show what a telephone would.
///
/// # Errors
/// When the secret is none.
pub fn code_at(secret: &[u8], at: Timestamp) -> Result<String, ActionError> {
    let at = u64::try_from(at.as_second()).unwrap_or(0);
    Ok(codes(secret)?.generate(at).to_string())
}

/// Puts a secret into an account, sealed.
pub(super) fn set(
    actions: &Actions,
    account: &mut Account,
    secret: &[u8],
    last_step: u64,
) -> Result<(), ActionError> {
    let sealed = actions
        .record
        .cabinet()
        .seal(Drawer::Account, &account.id, secret)?;
    account.second = Some(SecondFactor {
        sealed: STANDARD_NO_PAD.encode(sealed),
        last_step,
    });
    Ok(())
}

/// The secret of an account.
pub(super) fn secret(actions: &Actions, account: &Account) -> Option<Vec<u8>> {
    let sealed = STANDARD_NO_PAD.decode(&account.second.as_ref()?.sealed).ok()?;
    let opened = actions
        .record
        .cabinet()
        .open(Drawer::Account, &account.id, &sealed);
    if opened.is_none() {
        tracing::warn!(
            account = account.id,
            "a second factor does not open with the key of this data directory"
        );
    }
    opened
}

/// New recovery codes: as they are shown once, and what is kept of them.
pub(super) fn recovery_codes() -> Result<(Vec<String>, Vec<String>), ActionError> {
    let mut shown = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        // Eighty bits, so that a digest without a salt tells nothing.
        let letters = spelt(&random::<10>()?).to_lowercase();
        let groups: Vec<&str> = letters
            .as_bytes()
            .chunks(4)
            .filter_map(|group| std::str::from_utf8(group).ok())
            .collect();
        shown.push(groups.join("-"));
    }
    let kept = shown.iter().map(|code| recovery_digest(code)).collect();
    Ok((shown, kept))
}

fn recovery_digest(code: &str) -> String {
    let bare: String = code
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    digest_of(&["recovery", &bare])
}

/// Uses a recovery code up; whether it was one.
pub(super) fn use_recovery(account: &mut Account, code: &str) -> bool {
    let given = recovery_digest(code);
    let before = account.recovery.len();
    account.recovery.retain(|kept| !same_text(kept, &given));
    account.recovery.len() < before
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: SHA-1, at 59 seconds, the last six of 94287082.
    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(SECRET, at(second)).expect("a code"), code);
        }
        assert_eq!(spelt(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_no_further() {
        let step = |second| step_of(SECRET, " 287 082 ", at(second)).expect("checked");
        assert_eq!(step(59), Some(1));
        assert_eq!((step(29), step(89)), (Some(1), Some(1)));
        assert_eq!(step(95), None);
        for wrong in ["287083", "28708", "2870820", "28708x", ""] {
            assert_eq!(step_of(SECRET, wrong, at(59)).expect("checked"), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_are_ten_different_ones_of_sixteen_letters() {
        let (shown, kept) = recovery_codes().expect("made");
        let different: std::collections::BTreeSet<&String> = kept.iter().collect();
        assert_eq!((shown.len(), different.len()), (10, 10));
        assert!(shown.iter().all(|code| code.len() == 19), "{shown:?}");
        assert_eq!(
            recovery_digest(&shown[0]),
            recovery_digest(&shown[0].to_uppercase().replace('-', " "))
        );
    }
}
