//! Passwords: one rule for new ones, and argon2id for what is kept of them, with OWASP's parameters (Password Storage Cheat
//! Sheet, 2025: 19 MiB, two passes, one lane). The parameters stand in the hash; one made with others is made anew at the
//! next sign-in.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};

use crate::ActionError;
use crate::access::random;

/// The least characters of a new password.
pub const LEAST_PASSWORD: usize = 12;
/// The most bytes: hashing is work that somebody else can ask for.
const MOST_BYTES: usize = 1024;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The most common passwords of at least twelve characters, and those that somebody here would think of. Compared in small
/// letters, without what is no letter or digit at the ends.
const COMMON: [&str; 32] = [
    "password1234",
    "passwordpassword",
    "password12345",
    "passw0rd1234",
    "p@ssword1234",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwerty123456",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "q1w2e3r4t5y6",
    "123456789012",
    "1234567890123",
    "012345678901",
    "111111111111",
    "000000000000",
    "aaaaaaaaaaaa",
    "abcdefghijkl",
    "abcdefghijklm",
    "iloveyou1234",
    "letmeinletmein",
    "welcome12345",
    "welcome123456",
    "administrator",
    "administrator1",
    "changeme1234",
    "sarsensarsen",
    "sarsen123456",
    "stonehenge12",
    "liverpool123",
    "manchester12",
    "nationalhealth",
];

/// Whether a new password may be used.
///
/// # Errors
/// Words for whoever chose it.
pub fn check_new_password(password: &str, name: &str) -> Result<(), &'static str> {
    if password.chars().count() < LEAST_PASSWORD {
        return Err("Use at least 12 characters: three or four words are easy to remember");
    }
    if password.len() > MOST_BYTES {
        return Err("Use a shorter password: at most 1,024 bytes are read");
    }
    let small = password.to_lowercase();
    let bare = small.trim_matches(|letter: char| !letter.is_alphanumeric());
    let mut letters = small.chars();
    let first = letters.next();
    if COMMON.contains(&bare) || COMMON.contains(&small.as_str()) || letters.all(|next| Some(next) == first) {
        return Err("This password is one of the most common ones: choose another");
    }
    if name.len() >= 6 && small.contains(name) && small.len() < name.len() + 8 {
        return Err("The password is little more than your sign-in name: choose another");
    }
    Ok(())
}

fn argon() -> Result<Argon2<'static>, ActionError> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map(Argon2::from)
        .map_err(|_| failed())
}

fn failed() -> ActionError {
    ActionError::Unavailable("the password could not be worked on".to_owned())
}

/// What is kept of a password. Takes tens of milliseconds: call it where others need not wait.
pub(super) fn hash(password: &str) -> Result<String, ActionError> {
    let salt = random::<16>()?;
    let hash: PasswordHash = argon()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| failed())?;
    Ok(hash.to_string())
}

/// What was found of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) right: bool,
    /// It is right, but kept with other parameters than those of today.
    pub(super) outdated: bool,
}

/// Compares a password with what is kept. Without anything kept it takes as long, and is wrong.
pub(super) fn check(password: &str, kept: Option<&str>) -> Result<Checked, ActionError> {
    let wrong = Checked {
        right: false,
        outdated: false,
    };
    if password.len() > MOST_BYTES {
        return Ok(wrong);
    }
    let argon = argon()?;
    let Some(kept) = kept.and_then(|kept| PasswordHash::new(kept).ok()) else {
        // As much work, with a salt that nobody's hash has.
        let worked: Result<PasswordHash, _> = argon.hash_password_with_salt(password.as_bytes(), &[7; 16]);
        drop(worked);
        return Ok(wrong);
    };
    let right = argon.verify_password(password.as_bytes(), &kept).is_ok();
    let params = Params::try_from(&kept).ok();
    let today = params.is_some_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
    });
    Ok(Checked {
        right,
        outdated: right && !today,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_right_against_its_own_hash_alone() {
        let kept = hash("three blue herons fly").expect("hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let checked = |password| check(password, Some(&kept)).expect("checked");
        assert_eq!(
            checked("three blue herons fly"),
            Checked {
                right: true,
                outdated: false
            }
        );
        assert!(!checked("three blue herons fly ").right);
        assert!(!check("three blue herons fly", None).expect("checked").right);
        assert!(!check("x", Some("no hash")).expect("checked").right);
        assert_ne!(
            kept,
            hash("three blue herons fly").expect("hashed"),
            "each has its own salt"
        );
    }

    #[test]
    fn a_hash_of_weaker_parameters_is_right_and_outdated() {
        let weak = Argon2::from(Params::new(8192, 1, 1, None).expect("parameters"));
        let hash: PasswordHash = weak
            .hash_password_with_salt(b"three blue herons fly", &[1; 16])
            .expect("hashed");
        let checked = check("three blue herons fly", Some(&hash.to_string())).expect("checked");
        assert_eq!(
            checked,
            Checked {
                right: true,
                outdated: true
            }
        );
    }

    #[test]
    fn short_common_and_telling_passwords_are_refused() {
        for refused in [
            "elevenchars",
            "Password1234",
            "Password1234!",
            "zzzzzzzzzzzz",
            "jo.bloggs@example.org1",
            &"ab".repeat(600),
        ] {
            assert!(
                check_new_password(refused, "jo.bloggs@example.org").is_err(),
                "{refused}"
            );
        }
        for taken in [
            "three blue herons",
            "пароль из слов",
            "jo.bloggs@example.org likes tea a lot",
        ] {
            assert_eq!(
                check_new_password(taken, "jo.bloggs@example.org"),
                Ok(()),
                "{taken}"
            );
        }
    }
}
