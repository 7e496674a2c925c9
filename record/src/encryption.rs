//! The age format (age-encryption.org/v1) for X25519 recipients, which backups are encrypted with: the one place that
//! names the crate `age`.

use std::io::{BufRead, Read, Write};

use age::secrecy::ExposeSecret;
use age::{DecryptError, Decryptor, Encryptor};

/// Whom a backup is encrypted for: `age1…`. Not secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

/// The secret that opens what was encrypted for its [`Recipient`]: `AGE-SECRET-KEY-1…`.
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Recipient {
    /// The recipient behind its text form; `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Recipient> {
        text.trim().parse().ok().map(Recipient)
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Identity {
    /// A new identity.
    #[must_use]
    pub fn generate() -> Identity {
        Identity(age::x25519::Identity::generate())
    }

    /// Every identity in the text of an identity file: one a line, `#` before comments. `None` when a line is neither,
    /// or when there is none.
    #[must_use]
    pub fn parse_file(text: &str) -> Option<Vec<Identity>> {
        let identities = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.parse().ok().map(Identity))
            .collect::<Option<Vec<_>>>()?;
        (!identities.is_empty()).then_some(identities)
    }

    /// Whom to encrypt for, so that this identity can read it.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The text of an identity file, with its recipient in a comment. Secret.
    #[must_use]
    pub fn file(&self) -> String {
        format!(
            "# public key: {}\n{}\n",
            self.recipient(),
            self.0.to_string().expose_secret()
        )
    }
}

/// Encrypts what is written to it; `finish` ends it.
pub(crate) type Encrypting<W> = age::stream::StreamWriter<W>;

/// Begins a file for the recipients, of whom there is at least one.
pub(crate) fn encrypt<W: Write>(to: W, recipients: &[Recipient]) -> std::io::Result<Encrypting<W>> {
    let recipients = recipients
        .iter()
        .map(|recipient| &recipient.0 as &dyn age::Recipient);
    Encryptor::with_recipients(recipients)
        .map_err(std::io::Error::other)?
        .wrap_output(to)
}

/// Why a file cannot be decrypted.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It was encrypted for others.
    NotForUs,
    /// It is no age file, or is cut or changed.
    Damaged(String),
}

/// Opens a file with one of the identities that it was encrypted for. What is read was authenticated.
pub(crate) fn decrypt<R: BufRead>(from: R, identities: &[Identity]) -> Result<impl Read, Unreadable> {
    let unreadable = |error: DecryptError| match error {
        DecryptError::NoMatchingKeys => Unreadable::NotForUs,
        other => Unreadable::Damaged(other.to_string()),
    };
    Decryptor::new_buffered(from)
        .map_err(unreadable)?
        .decrypt(
            identities
                .iter()
                .map(|identity| &identity.0 as &dyn age::Identity),
        )
        .map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(content: &[u8], recipients: &[Recipient]) -> Vec<u8> {
        let mut writer = encrypt(Vec::new(), recipients).expect("begun");
        writer.write_all(content).expect("written");
        writer.finish().expect("finished")
    }

    #[test]
    fn what_is_encrypted_for_two_is_read_by_each_and_by_nobody_else() {
        let [one, two, other] = [(); 3].map(|()| Identity::generate());
        let file = encrypted(b"kept", &[one.recipient(), two.recipient()]);
        for identity in [&one, &two] {
            let mut content = Vec::new();
            decrypt(&file[..], std::slice::from_ref(identity))
                .unwrap_or_else(|why| panic!("{why:?}"))
                .read_to_end(&mut content)
                .expect("read");
            assert_eq!(content, b"kept");
        }
        assert!(matches!(
            decrypt(&file[..], std::slice::from_ref(&other)),
            Err(Unreadable::NotForUs)
        ));
    }

    #[test]
    fn an_identity_file_is_read_back_and_anything_else_is_refused() {
        let identity = Identity::generate();
        let read = Identity::parse_file(&identity.file()).expect("read");
        assert_eq!(read[0].recipient(), identity.recipient());
        let text = identity.recipient().to_string();
        assert_eq!(Recipient::parse(&text), Some(identity.recipient()));
        assert!(Identity::parse_file(&text).is_none());
        assert!(Identity::parse_file("# nobody\n").is_none());
        assert_eq!(Recipient::parse("age1nobody"), None);
    }
}
