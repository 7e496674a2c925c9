//! What is known of a record that rules of access go by.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use fhir::{LocalReference, ResourceType};

/// Whose record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// Nobody's yet: it would begin with what is about to be written, or is only referred to.
    #[default]
    Nobody,
    /// A person's.
    Person,
    /// A unit's of the directory, or of a thing of its own: its type.
    Unit(ResourceType),
}

/// What rules of access go by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    pub whose: Whose,
    /// The Patient ids of everyone who is read as one, the survivor first.
    pub people: Vec<String>,
    /// First and last moment of the birth date, in milliseconds since 1970 UTC; of several, the latest.
    pub born: Option<(i64, i64)>,
    /// Whether a death is on record.
    pub dead: bool,
    /// Whether where the person is must not be shown (PDS "R", "V").
    pub restricted: bool,
    /// Whether the person objects to risk stratification: nothing of theirs is read for that purpose.
    pub objects_to_stratification: bool,
    /// Whether a clinician found the person competent, under 16, to decide who sees the record.
    pub competent: bool,
    /// From when (where it is known) until when the person was found to lack capacity to decide on it, in milliseconds since 1970 UTC.
    pub lacks_capacity: Vec<(Option<i64>, i64)>,
    /// Labels that the person's own entry bears, but for a restriction, which is about places: whoever may not see one of them does
    /// not know of the person.
    pub labels: u64,
    /// Digests of the addresses, by which a shared household is recognised.
    pub homes: Vec<u64>,
    /// Digests of the postcodes, by which neighbours are recognised.
    pub postcodes: Vec<u64>,
    /// Digests of the NHS numbers, by which others' records name the person as a relation ([`digest_of`]).
    pub numbers: Vec<u64>,
    /// Whether many know the person from elsewhere (v3-ActCode CEL): it hides nothing, and looks are told to the privacy office.
    pub well_known: bool,
    /// Who has to do with the person.
    pub ties: Vec<Tie>,
}

impl Facts {
    /// Digests of the NHS numbers by which the record names somebody as related ([`digest_of`]).
    pub fn related(&self) -> impl Iterator<Item = u64> + '_ {
        let related = self.ties.iter().filter(|tie| tie.kind == TieKind::Related);
        related.filter_map(|tie| match &tie.party {
            Party::Identified { system, value } => {
                (system == codes::system::NHS_NUMBER).then(|| digest_of(value))
            }
            Party::Resource(_) => None,
        })
    }
}

/// The digest of a word, to be compared with others of this process alone.
#[must_use]
pub fn digest_of(word: &str) -> u64 {
    let mut digest = DefaultHasher::new();
    word.hash(&mut digest);
    digest.finish()
}

/// Somebody has to do with the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub kind: TieKind,
    /// Who.
    pub party: Party,
    /// From when, in milliseconds since 1970 UTC.
    pub from: Option<i64>,
    /// Until when.
    pub until: Option<i64>,
    /// What a proxy or an attorney may do, as codes of [`codes::access`]; nothing for other ties.
    pub scopes: Vec<String>,
}

/// Who has to do with a person, as the record names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// By a reference to a resource of this record.
    Resource(LocalReference),
    /// By an identifier alone.
    Identified { system: String, value: String },
}

/// In which way somebody has to do with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TieKind {
    /// The practice the person is registered with, or their own doctor there (`Patient.generalPractitioner`).
    Practice,
    /// In a care team (`CareTeam.participant`).
    CareTeam,
    /// On a caseload (`EpisodeOfCare`).
    Caseload,
    /// Admitted, or in an emergency department (`Encounter`, inpatient, emergency, short stay, virtual).
    Admission,
    /// Seen, or to be seen (`Encounter` of another class, `Appointment`).
    Contact,
    /// Referred from or to (`ServiceRequest`).
    Referral,
    /// Has something to do for them (`Task`).
    Task,
    /// Holds or crews an open case of the hub.
    HubCase,
    /// Said that they have to do with the person, with a reason, for a time.
    Claimed,
    /// Opened the record in an emergency, with a reason, for a time.
    BreakGlass,
    /// May act for the person.
    Proxy,
    /// Is an attorney for the person's health and welfare.
    Attorney,
    /// Has parental responsibility.
    Parent,
    /// Is related to the person.
    Related,
    /// Is one whom the person does not want to see the record.
    Refused,
}

impl TieKind {
    /// Every kind.
    pub const ALL: [TieKind; 15] = [
        TieKind::Practice,
        TieKind::CareTeam,
        TieKind::Caseload,
        TieKind::Admission,
        TieKind::Contact,
        TieKind::Referral,
        TieKind::Task,
        TieKind::HubCase,
        TieKind::Claimed,
        TieKind::BreakGlass,
        TieKind::Proxy,
        TieKind::Attorney,
        TieKind::Parent,
        TieKind::Related,
        TieKind::Refused,
    ];

    /// Whether one such tie says all that several of one party say: it has no scopes, and nothing hangs on since when it is.
    #[must_use]
    pub fn is_plain(self) -> bool {
        !matches!(self, TieKind::Proxy | TieKind::Attorney | TieKind::Parent)
    }

    /// Whether it is a way in which staff have to do with a person.
    #[must_use]
    pub fn is_of_staff(self) -> bool {
        !matches!(
            self,
            TieKind::Proxy | TieKind::Attorney | TieKind::Parent | TieKind::Related | TieKind::Refused
        )
    }

    /// Whether somebody has it because they said so, or for as long as a case lasts.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(self, TieKind::HubCase | TieKind::Claimed | TieKind::BreakGlass)
    }

    /// What policies call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TieKind::Practice => "practice",
            TieKind::CareTeam => "care-team",
            TieKind::Caseload => "caseload",
            TieKind::Admission => "admission",
            TieKind::Contact => "contact",
            TieKind::Referral => "referral",
            TieKind::Task => "task",
            TieKind::HubCase => "hub-case",
            TieKind::Claimed => "claimed",
            TieKind::BreakGlass => "break-glass",
            TieKind::Proxy => "proxy",
            TieKind::Attorney => "attorney",
            TieKind::Parent => "parent",
            TieKind::Related => "related",
            TieKind::Refused => "refused",
        }
    }
}
