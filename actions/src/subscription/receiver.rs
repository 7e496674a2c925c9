//! Who is told, about which types, and by which secret they know that it is us.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fhir::ResourceType;

/// Instead of an organisation: a system of the house's own, told of everybody.
pub const EVERYBODY: &str = "*";

/// The fewest characters of a secret.
const SHORTEST_SECRET: usize = 32;

/// A secret shared with a receiver. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The bytes to sign with.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// Somebody who is told of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The name that letters are addressed to.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// The file of the authorities that vouch for its certificate (PEM), where it is told by https; `None` trusts those of
    /// the operating system.
    pub roots: Option<PathBuf>,
    /// Of what.
    pub types: BTreeSet<ResourceType>,
    /// For which organisation, by ODS code: it is told of those with whom the organisation has to do. [`EVERYBODY`] is told of
    /// all.
    pub organisation: String,
    /// What is signed with.
    pub secret: Secret,
}

impl Receiver {
    /// A receiver from settings.
    ///
    /// # Errors
    /// The setting that cannot be used and the rule it breaks; never the secret itself.
    pub fn parse(
        name: &str,
        url: &str,
        types: &[String],
        organisation: &str,
        secret: &str,
    ) -> Result<Receiver, String> {
        let named = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !named {
            return Err("webhooks.name: 1 to 40 of a-z, 0-9 and hyphen".to_owned());
        }
        let at = |field: &str, rule: &str| format!("webhooks.{field} of {name}: {rule}");
        if url.is_empty() {
            return Err(at("url", "say where it is told"));
        }
        if secret.chars().count() < SHORTEST_SECRET {
            return Err(at("secret", "at least 32 characters"));
        }
        let ods =
            (3..=12).contains(&organisation.len()) && organisation.bytes().all(|b| b.is_ascii_alphanumeric());
        if !ods && organisation != EVERYBODY {
            return Err(at(
                "organisation",
                "the ODS code of the organisation that is told; a star for a system of your own that is told of everybody",
            ));
        }
        if types.is_empty() {
            return Err(at("types", "name at least one resource type"));
        }
        let types = types
            .iter()
            .map(|given| {
                ResourceType::from_name(given)
                    .ok_or_else(|| at("types", &format!("{given:?} is not a resource type of R4")))
            })
            .collect::<Result<_, _>>()?;
        Ok(Receiver {
            name: name.to_owned(),
            url: url.to_owned(),
            roots: None,
            types,
            organisation: organisation.to_owned(),
            secret: Secret(secret.to_owned()),
        })
    }

    /// The same, trusting the authorities of a file and nobody else; an empty path names none.
    #[must_use]
    pub fn trusting(self, roots: &Path) -> Receiver {
        let roots = (!roots.as_os_str().is_empty()).then(|| roots.to_owned());
        Receiver { roots, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn parse(name: &str, url: &str, kind: &str, secret: &str) -> Result<Receiver, String> {
        Receiver::parse(name, url, &[kind.to_owned()], "RVJ", secret)
    }

    #[test]
    fn each_setting_that_cannot_be_used_is_named_and_the_secret_is_not_shown() {
        let url = "http://127.0.0.1:9/told";
        for (refused, field) in [
            (parse("A Name", url, "Patient", SECRET), "webhooks.name"),
            (parse("one", "", "Patient", SECRET), "webhooks.url of one"),
            (parse("one", url, "Pateint", SECRET), "webhooks.types of one"),
            (
                parse("one", url, "Patient", "hush hush"),
                "webhooks.secret of one",
            ),
        ] {
            let refused = refused.expect_err("refused");
            assert!(
                refused.starts_with(field) && !refused.contains("hush"),
                "{refused}"
            );
        }
        let none = Receiver::parse("one", url, &["Patient".to_owned()], "", SECRET).expect_err("refused");
        assert!(none.starts_with("webhooks.organisation of one"), "{none}");
        let kept = parse("one", url, "Patient", SECRET).expect("its neighbour is taken");
        assert!(!format!("{kept:?}").contains(SECRET));
    }
}
