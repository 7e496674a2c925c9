//! Names of people.

use crate::coded::coded;
use crate::when::Period;

coded! {
    /// What a name is used for (FHIR name-use).
    NameUse {
        Usual = "usual", "Usual name";
        Official = "official", "Official name";
        Temp = "temp", "Temporary name";
        Nickname = "nickname", "Nickname";
        Anonymous = "anonymous", "Assumed name";
        Old = "old", "Former name";
        Maiden = "maiden", "Name before marriage";
    }
}

/// One name.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Name {
    /// What it is used for.
    pub kind: Option<NameUse>,
    /// Title, such as "Mrs".
    pub prefix: Vec<String>,
    /// Given names, in order.
    pub given: Vec<String>,
    /// Surname.
    pub family: Option<String>,
    /// What comes after, such as "OBE".
    pub suffix: Vec<String>,
    /// The whole name as text, when it was sent so.
    pub text: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

impl Name {
    /// Whether the name is no longer used.
    pub fn is_old(&self) -> bool {
        matches!(self.kind, Some(NameUse::Old | NameUse::Maiden))
            || self.period.as_ref().is_some_and(|period| period.end.is_some())
    }

    /// In reading order: "Mrs Jane Ann Smith".
    pub fn words(&self) -> String {
        let parts: Vec<&str> = self
            .prefix
            .iter()
            .chain(&self.given)
            .chain(&self.family)
            .chain(&self.suffix)
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        if parts.is_empty() {
            self.text.clone().unwrap_or_default()
        } else {
            parts.join(" ")
        }
    }

    /// Surname first, as NHS lists write it: "SMITH, Jane (Mrs)".
    pub fn formal_words(&self) -> String {
        let Some(family) = self.family.as_deref().filter(|family| !family.trim().is_empty()) else {
            return self.words();
        };
        let mut words = family.trim().to_uppercase();
        if let Some(given) = self.given.first() {
            words.push_str(", ");
            words.push_str(given);
        }
        if let Some(prefix) = self.prefix.first() {
            words.push_str(&format!(" ({prefix})"));
        }
        words
    }
}
