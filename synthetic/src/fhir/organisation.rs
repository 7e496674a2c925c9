//! Which FHIR resources stand for an organisation: its Organization, its Location, and their names.

use super::id::{FIRST_UNIT, Kind, id};
use crate::day::Day;
use crate::life::Organisation;
use crate::place::{Place, SiteKind};

/// The day in the ids of the directory, 1 January 2000: they tell nothing.
pub(super) const ERECTED: Day = Day(10_957);

/// What the directory gives a number to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A practice.
    Practice(u16),
    /// A hospital or another site.
    Site(u16),
    /// A council.
    Council(u8),
    /// An invented service.
    Service(u8),
    /// A trust.
    Trust(u8),
    /// A primary care network.
    Network(u16),
}

impl Unit {
    /// The number of the unit among the owners of ids. Practices and sites get 65,536 each, the others follow.
    pub(super) fn owner(self) -> u32 {
        FIRST_UNIT
            + match self {
                Unit::Practice(at) => u32::from(at),
                Unit::Site(at) => 0x1_0000 + u32::from(at),
                Unit::Network(at) => 0x2_0000 + u32::from(at),
                Unit::Council(at) => 0x3_0000 + u32::from(at),
                Unit::Service(at) => 0x3_1000 + u32::from(at),
                Unit::Trust(at) => 0x3_2000 + u32::from(at),
            }
    }

    /// The id of one of its resources.
    pub(super) fn id(self, seed: u64, kind: Kind, ordinal: u32) -> String {
        id(seed, self.owner(), kind as u16, ordinal, ERECTED)
    }
}

impl From<Organisation> for Unit {
    fn from(organisation: Organisation) -> Unit {
        match organisation {
            Organisation::Practice(at) => Unit::Practice(at),
            Organisation::Site(at) => Unit::Site(at),
            Organisation::Council(at) => Unit::Council(at),
            Organisation::Service(at) => Unit::Service(at),
        }
    }
}

/// The unit that answers for an organisation: of a site, the trust that it belongs to.
pub(super) fn provider(place: &Place, organisation: Organisation) -> Unit {
    match organisation {
        Organisation::Site(at) => place
            .sites
            .get(usize::from(at))
            .and_then(|site| site.trust)
            .map_or(Unit::Site(at), Unit::Trust),
        other => other.into(),
    }
}

/// The id of the Organization of an organisation; of a site, its trust's where it has one.
#[must_use]
pub fn organisation_id(place: &Place, seed: u64, organisation: Organisation) -> String {
    provider(place, organisation).id(seed, Kind::Organization, 0)
}

/// The id of the Location of a practice or a site; the other organisations have none.
#[must_use]
pub fn location_id(seed: u64, organisation: Organisation) -> Option<String> {
    matches!(organisation, Organisation::Practice(_) | Organisation::Site(_))
        .then(|| Unit::from(organisation).id(seed, Kind::Location, 0))
}

/// Its name.
pub(super) fn name(place: &Place, unit: Unit) -> &str {
    let found = match unit {
        Unit::Practice(at) => place.practices.get(usize::from(at)).map(|one| one.name.as_str()),
        Unit::Site(at) => place.sites.get(usize::from(at)).map(|one| one.name.as_str()),
        Unit::Council(at) => place.councils.get(usize::from(at)).map(|one| one.name.as_str()),
        Unit::Service(at) => place.services.get(usize::from(at)).map(|one| one.name),
        Unit::Trust(at) => place.trusts.get(usize::from(at)).map(|one| one.name.as_str()),
        Unit::Network(at) => place.networks.get(usize::from(at)).map(|one| one.name.as_str()),
    };
    found.unwrap_or("Unknown organisation")
}

/// Whether a site is an acute hospital, which has a HealthcareService of each specialty.
pub(super) fn is_acute(place: &Place, organisation: Organisation) -> bool {
    match organisation {
        Organisation::Site(at) => place
            .sites
            .get(usize::from(at))
            .is_some_and(|site| site.kind == SiteKind::Acute),
        Organisation::Practice(_) | Organisation::Council(_) | Organisation::Service(_) => false,
    }
}
