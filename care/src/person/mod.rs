//! Who somebody is: names, NHS number, birth, death, where they are, how to talk with them.
//!
//! Screens say "person"; the national rules behind each part are cited in its file.

pub mod address;
pub mod age;
pub mod contact;
pub mod death;
pub mod identity;
pub mod language;
pub mod link;
pub mod name;
pub mod search;
pub mod whereabouts;

use jiff::civil::Date;

pub use address::Address;
pub use age::Age;
pub use contact::{Channel, ContactPerson, Telecom};
pub use death::Death;
pub use identity::{Gender, HeldNhsNumber, Identifier};
pub use language::Language;
pub use link::{Link, LinkKind};
pub use name::{Name, NameUse};
pub use whereabouts::{Reach, Whereabouts};

use crate::concept::Concept;
use crate::partial_date::PartialDate;
use crate::record::mention::Mention;

/// A person whose record is kept.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Person {
    /// The record's internal id.
    pub id: String,
    /// Whether the entry is in use; nothing when not said.
    pub active: Option<bool>,
    /// The NHS number, when one is held.
    pub nhs_number: Option<HeldNhsNumber>,
    /// Other identifiers, in the sender's order.
    pub identifiers: Vec<Identifier>,
    /// Names, in the sender's order.
    pub names: Vec<Name>,
    /// Date of birth, as precise as it is known.
    pub birth_date: Option<PartialDate>,
    /// Administrative gender.
    pub gender: Option<Gender>,
    /// Whether and how far death is known.
    pub death: Death,
    /// Address, telephone and practice, unless they must not be shown.
    pub whereabouts: Whereabouts,
    /// Languages, with the preferred one marked.
    pub languages: Vec<Language>,
    /// Whether an interpreter is needed; nothing when not recorded.
    pub interpreter_needed: Option<bool>,
    /// Ethnic category as stated by the person.
    pub ethnic_category: Option<Concept>,
    /// Marital status.
    pub marital_status: Option<Concept>,
    /// Next of kin and other contacts listed with the person.
    pub contacts: Vec<ContactPerson>,
    /// Other entries for the same person.
    pub links: Vec<Link>,
    /// When the record last took in a change.
    pub received: Option<PartialDate>,
}

impl Person {
    /// The official name, else the usual one, else the first that is not old.
    pub fn official_name(&self) -> Option<&Name> {
        self.current_name(&[NameUse::Official, NameUse::Usual])
    }

    /// The name the person goes by: usual, else a nickname, else the official one.
    pub fn preferred_name(&self) -> Option<&Name> {
        self.current_name(&[NameUse::Usual, NameUse::Nickname, NameUse::Official])
    }

    fn current_name(&self, order: &[NameUse]) -> Option<&Name> {
        let current = || self.names.iter().filter(|name| !name.is_old());
        order
            .iter()
            .find_map(|wanted| current().find(|name| name.kind == Some(*wanted)))
            .or_else(|| current().next())
    }

    /// What to call the person on a page: the preferred name in reading order, or "Name not recorded".
    pub fn display_name(&self) -> String {
        self.preferred_name()
            .map(Name::words)
            .filter(|words| !words.is_empty())
            .unwrap_or_else(name_missing)
    }

    /// The name for a list or a banner, surname first: "SMITH, Jane (Mrs)", or "Name not recorded".
    pub fn formal_name(&self) -> String {
        self.official_name()
            .map(Name::formal_words)
            .filter(|words| !words.is_empty())
            .unwrap_or_else(name_missing)
    }

    /// The age on the day, or at death; nothing without a usable birth date.
    pub fn age(&self, today: Date) -> Option<Age> {
        let birth = self.birth_date.as_ref()?;
        let until = self
            .death
            .date()
            .and_then(PartialDate::day)
            .filter(|died| *died <= today)
            .unwrap_or(today);
        Age::between(birth, until)
    }

    /// Whether the address, telephone and practice must never be shown.
    pub fn is_restricted(&self) -> bool {
        matches!(self.whereabouts, Whereabouts::Withheld)
    }

    /// The entry to use in place of this one, when it was replaced by or refers to another.
    pub fn successor(&self) -> Option<&Mention> {
        let to_another = |link: &&Link| matches!(link.kind, LinkKind::ReplacedBy | LinkKind::Refer);
        self.links.iter().find(to_another).map(|link| &link.other)
    }

    /// The language to speak, preferred first.
    pub fn language(&self) -> Option<&Language> {
        self.languages
            .iter()
            .find(|language| language.preferred == Some(true))
            .or_else(|| self.languages.first())
    }

    /// The practice where the person is registered; nothing when unknown or withheld.
    pub fn registered_practice(&self) -> Option<&Mention> {
        self.whereabouts.known().and_then(|reach| reach.practices.first())
    }
}

fn name_missing() -> String {
    "Name not recorded".to_owned()
}
