//! Why a deed on a whole record was done; the numbers are stored (`record/data/reasons.registry.csv`, append-only).

/// What a reason is a reason for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Two records are read as one.
    Join,
    /// They are apart again.
    Part,
    /// A resource goes to the person it is about.
    Move,
    /// A record is destroyed.
    Destroy,
    /// A record may not be destroyed.
    Hold,
}

impl Deed {
    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Deed::Join => "join",
            Deed::Part => "part",
            Deed::Move => "move",
            Deed::Destroy => "destroy",
            Deed::Hold => "hold",
        }
    }
}

/// A registered reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// An NHS number was superseded by another of the same person.
    SupersededNumber,
    /// Two records were made for one person.
    Duplicate,
    /// The records should not have been joined.
    JoinedInError,
    /// They turned out to be two people.
    DifferentPeople,
    /// The resource was filed to the wrong person.
    WrongPerson,
    /// The sender named the wrong person.
    WrongIdentitySent,
    /// The time for which it is kept is over.
    Retention,
    /// A court ordered it.
    CourtOrder,
    /// It may be needed in court.
    Litigation,
    /// A public inquiry may need it.
    Inquiry,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 10] = [
        Reason::SupersededNumber,
        Reason::Duplicate,
        Reason::JoinedInError,
        Reason::DifferentPeople,
        Reason::WrongPerson,
        Reason::WrongIdentitySent,
        Reason::Retention,
        Reason::CourtOrder,
        Reason::Litigation,
        Reason::Inquiry,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Reason::SupersededNumber => 1,
            Reason::Duplicate => 2,
            Reason::JoinedInError => 3,
            Reason::DifferentPeople => 4,
            Reason::WrongPerson => 5,
            Reason::WrongIdentitySent => 6,
            Reason::Retention => 7,
            Reason::CourtOrder => 8,
            Reason::Litigation => 9,
            Reason::Inquiry => 10,
        }
    }

    /// What it is a reason for.
    #[must_use]
    pub fn deed(self) -> Deed {
        match self {
            Reason::SupersededNumber | Reason::Duplicate => Deed::Join,
            Reason::JoinedInError | Reason::DifferentPeople => Deed::Part,
            Reason::WrongPerson | Reason::WrongIdentitySent => Deed::Move,
            Reason::Retention | Reason::CourtOrder => Deed::Destroy,
            Reason::Litigation | Reason::Inquiry => Deed::Hold,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::SupersededNumber => "superseded-nhs-number",
            Reason::Duplicate => "duplicate",
            Reason::JoinedInError => "joined-in-error",
            Reason::DifferentPeople => "different-people",
            Reason::WrongPerson => "wrong-person",
            Reason::WrongIdentitySent => "wrong-identity-sent",
            Reason::Retention => "retention",
            Reason::CourtOrder => "court-order",
            Reason::Litigation => "litigation",
            Reason::Inquiry => "inquiry",
        }
    }

    /// The reason in words that stand after a dash or a comma.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Reason::SupersededNumber => "the NHS number was superseded",
            Reason::Duplicate => "two records had been made for one person",
            Reason::JoinedInError => "they were joined in error",
            Reason::DifferentPeople => "they are two people",
            Reason::WrongPerson => "it was filed to the wrong person",
            Reason::WrongIdentitySent => "the sender named the wrong person",
            Reason::Retention => "the time for which it is kept is over",
            Reason::CourtOrder => "a court ordered it",
            Reason::Litigation => "it may be needed in court",
            Reason::Inquiry => "a public inquiry may need it",
        }
    }

    /// The reason behind a stored number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.number() == number)
    }

    /// The reason for a deed with this code.
    #[must_use]
    pub fn from_code(deed: Deed, code: &str) -> Option<Reason> {
        Reason::of(deed).find(|reason| reason.code() == code)
    }

    /// Every reason for a deed.
    pub fn of(deed: Deed) -> impl Iterator<Item = Reason> {
        Reason::ALL
            .into_iter()
            .filter(move |reason| reason.deed() == deed)
    }
}
