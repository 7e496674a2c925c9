//! What a version is; the numbers are stored (`record/data/kinds.registry.csv`, append-only).

/// What a version in the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first version, or the first after a deletion.
    Created,
    /// A later version.
    Updated,
    /// A deletion.
    Deleted,
    /// A later version, which moved here from another person or unit.
    MovedHere,
    /// The end of the resource at this person or unit; the version lives on elsewhere.
    MovedAway,
    /// Not a version: this person and another are read as one from here on.
    Joined,
    /// Not a version: this person and another are apart again.
    Parted,
    /// Not a version: this person's record was destroyed; only tombstones are left.
    Destroyed,
    /// Not a version: this person's record may not be destroyed from here on.
    Held,
    /// Not a version: it may be again.
    Released,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Created,
        Kind::Updated,
        Kind::Deleted,
        Kind::MovedHere,
        Kind::MovedAway,
        Kind::Joined,
        Kind::Parted,
        Kind::Destroyed,
        Kind::Held,
        Kind::Released,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Kind::Created => 1,
            Kind::Updated => 2,
            Kind::Deleted => 3,
            Kind::MovedHere => 4,
            Kind::MovedAway => 5,
            Kind::Joined => 6,
            Kind::Parted => 7,
            Kind::Destroyed => 8,
            Kind::Held => 9,
            Kind::Released => 10,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kind::Created => "created",
            Kind::Updated => "updated",
            Kind::Deleted => "deleted",
            Kind::MovedHere => "moved-here",
            Kind::MovedAway => "moved-away",
            Kind::Joined => "joined",
            Kind::Parted => "parted",
            Kind::Destroyed => "destroyed",
            Kind::Held => "held",
            Kind::Released => "released",
        }
    }

    /// Whether a row of this kind is a version of a resource, or the end of one that moved away; the others tell what
    /// was done to a whole record.
    #[must_use]
    pub fn is_version(self) -> bool {
        self.number() <= Kind::MovedAway.number()
    }

    /// The kind behind a stored number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }
}
