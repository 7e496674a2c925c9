//! How to reach somebody, and the people around a person.

use super::address::Address;
use super::identity::Gender;
use super::name::Name;
use crate::coded::coded;
use crate::concept::Concept;
use crate::partial_date::PartialDate;
use crate::when::Period;

coded! {
    /// By what means (FHIR contact-point-system).
    Channel {
        Phone = "phone", "Telephone";
        Fax = "fax", "Fax";
        Email = "email", "Email";
        Pager = "pager", "Pager";
        Url = "url", "Web address";
        Sms = "sms", "Text message";
        Other = "other", "Other";
    }
}

coded! {
    /// Where or for what a contact point is used (FHIR contact-point-use).
    TelecomUse {
        Home = "home", "Home";
        Work = "work", "Work";
        Temp = "temp", "Temporary";
        Old = "old", "Former";
        Mobile = "mobile", "Mobile";
    }
}

/// One way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Telecom {
    /// By what means.
    pub channel: Option<Channel>,
    /// Where or for what.
    pub kind: Option<TelecomUse>,
    /// The number or address.
    pub value: Option<String>,
    /// Preferred order, 1 first.
    pub rank: Option<u32>,
    /// When it was in use.
    pub period: Option<Period>,
}

impl Telecom {
    /// Whether it should no longer be used.
    pub fn is_old(&self) -> bool {
        self.kind == Some(TelecomUse::Old) || self.period.as_ref().is_some_and(|period| period.end.is_some())
    }
}

/// Somebody around the person: next of kin, carer, emergency contact.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ContactPerson {
    /// Whether the relation stands; nothing when not said.
    pub active: Option<bool>,
    /// Names; the first is shown.
    pub names: Vec<Name>,
    /// What they are to the person.
    pub relationships: Vec<Concept>,
    /// How to reach them.
    pub telecom: Vec<Telecom>,
    /// Where they live.
    pub addresses: Vec<Address>,
    /// Administrative gender.
    pub gender: Option<Gender>,
    /// Date of birth.
    pub birth_date: Option<PartialDate>,
    /// When they are in this relation.
    pub period: Option<Period>,
}

impl ContactPerson {
    /// The name in reading order, or "Name not recorded".
    pub fn name_words(&self) -> String {
        let current = self
            .names
            .iter()
            .find(|name| !name.is_old())
            .or_else(|| self.names.first());
        current
            .map(Name::words)
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| "Name not recorded".to_owned())
    }

    /// What they are to the person, in words: "Daughter, emergency contact"; "Relationship not recorded" without any.
    pub fn relationship_words(&self) -> String {
        if self.relationships.is_empty() {
            return "Relationship not recorded".to_owned();
        }
        let words: Vec<&str> = self.relationships.iter().map(Concept::words).collect();
        words.join(", ")
    }
}
