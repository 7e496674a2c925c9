//! How somebody stands to a person: everything about the two that a rule may go by, and nothing that names either. Two
//! people to whom somebody stands alike are seen through the same lens.

use std::collections::BTreeSet;

/// Whose record it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// Nobody's yet.
    #[default]
    Nobody,
    /// A person's.
    Person,
    /// A unit's of the directory, or of a thing that is about nobody.
    Directory,
}

impl Whose {
    /// What policies call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Whose::Nobody => "nobody",
            Whose::Person => "person",
            Whose::Directory => "directory",
        }
    }
}

/// What a proxy was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyScope {
    Summary,
    Record,
    Appointments,
    ManageAppointments,
    Plan,
    Messages,
}

impl ProxyScope {
    /// The scope with a code of [`codes::access`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<ProxyScope> {
        use codes::access as known;
        Some(match code {
            known::SEE_SUMMARY => ProxyScope::Summary,
            known::SEE_RECORD => ProxyScope::Record,
            known::SEE_APPOINTMENTS => ProxyScope::Appointments,
            known::MANAGE_APPOINTMENTS => ProxyScope::ManageAppointments,
            known::SEE_PLAN => ProxyScope::Plan,
            known::SEND_MESSAGES => ProxyScope::Messages,
            _ => return None,
        })
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        use codes::access as known;
        match self {
            ProxyScope::Summary => known::SEE_SUMMARY,
            ProxyScope::Record => known::SEE_RECORD,
            ProxyScope::Appointments => known::SEE_APPOINTMENTS,
            ProxyScope::ManageAppointments => known::MANAGE_APPOINTMENTS,
            ProxyScope::Plan => known::SEE_PLAN,
            ProxyScope::Messages => known::SEND_MESSAGES,
        }
    }
}

/// How somebody stands to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Situation {
    pub whose: Whose,
    /// It is their own record.
    pub own: bool,
    /// They are related, as the record says.
    pub kin: bool,
    /// They live at the same address.
    pub household: bool,
    /// They work for the same organisation.
    pub colleague: bool,
    /// In which ways they have to do with the person now, by the names of policies; kinship, proxies and refusals are apart.
    pub ties: BTreeSet<&'static str>,
    /// What they were given as a proxy.
    pub proxy: BTreeSet<ProxyScope>,
    /// Their parental responsibility stands.
    pub parent: bool,
    /// A clinician found the person, who is under 16, competent to decide who sees the record.
    pub competent: bool,
    /// The person does not want them to see the record.
    pub refused: bool,
    /// The person objects to risk stratification.
    pub objects_to_stratification: bool,
    /// Where the person is must not be shown.
    pub restricted: bool,
    /// The person has died.
    pub dead: bool,
    /// Whole years of age, 18 for everyone older; nothing when the birth date is not known.
    pub age: Option<u8>,
}

impl Situation {
    /// Whether they have to do with the person at all, as staff.
    #[must_use]
    pub fn is_involved(&self) -> bool {
        !self.ties.is_empty()
    }
}
