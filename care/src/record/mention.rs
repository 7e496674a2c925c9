//! A mention of somebody or something that another resource describes.

/// A reference with the words known for it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
pub struct Mention {
    /// The reference as sent, such as "Organization/123".
    pub reference: Option<String>,
    /// The name of what is meant.
    pub name: Option<String>,
    /// A professional's role, when known.
    pub role: Option<String>,
    /// The organisation a professional acts for, when known.
    pub organisation: Option<String>,
}

impl Mention {
    /// A name alone.
    pub fn named(name: &str) -> Mention {
        Mention {
            name: Some(name.to_owned()),
            ..Mention::default()
        }
    }

    /// The name, else the role, else the organisation; nothing when only a bare reference is known.
    pub fn words(&self) -> Option<&str> {
        self.name
            .as_deref()
            .or(self.role.as_deref())
            .or(self.organisation.as_deref())
    }

    /// The resource type that the reference names: "Organization" of "Organization/123" or of an absolute URL.
    pub fn type_name(&self) -> Option<&str> {
        let mut parts = self.reference.as_deref()?.rsplit('/');
        parts.next()?;
        parts
            .next()
            .filter(|part| part.starts_with(|c: char| c.is_ascii_uppercase()))
    }
}
