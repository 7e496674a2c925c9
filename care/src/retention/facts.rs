//! What the rules need to know of a record.

use jiff::civil::Date;

use super::rule::Kept;
use crate::partial_date::PartialDate;
use crate::person::identity::Gender;
use crate::record::{FactRef, PersonRecord};
use crate::when::When;

/// The facts of one person that decide how long their record is kept. Of dates known in part, the latest day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Which kinds of record there are.
    pub kept: Vec<Kept>,
    /// Date of birth.
    pub born: Option<Date>,
    /// Whether death is recorded and verified, with or without its date.
    pub has_died: bool,
    /// Date of death.
    pub died: Option<Date>,
    /// When they were last seen, or anything was last recorded of them.
    pub last_contact: Option<Date>,
    /// Birth of the last child. When it is not known it cannot be later than the last contact.
    pub last_child_born: Option<Date>,
    /// When they left the practice and their record went nowhere.
    pub deregistered: Option<Date>,
}

impl Facts {
    /// The facts in a record of which these kinds are kept.
    ///
    /// The last contact is the latest date of anything that stands, or of the death: when it was so, ended or was recorded; when it was
    /// received only where nothing else is known. Maternity falls away for those recorded as male. A death on an informal
    /// notice is none.
    #[must_use]
    pub fn of(record: &PersonRecord, kept: &[Kept]) -> Facts {
        let person = record.person.as_ref();
        let death = person.map(|person| &person.death);
        let male = person.and_then(|person| person.gender.as_ref()) == Some(&Gender::Male);
        let has_died = death.is_some_and(|death| death.is_recorded() && !death.is_unverified());
        let died = death
            .and_then(crate::person::Death::date)
            .map(PartialDate::last_day);
        let last_contact = record
            .facts()
            .filter(|fact| !fact.is_entered_in_error())
            .filter_map(last_day)
            .chain(died)
            .max();
        Facts {
            kept: kept
                .iter()
                .copied()
                .filter(|kept| !(male && *kept == Kept::Maternity))
                .collect(),
            born: person
                .and_then(|person| person.birth_date.as_ref())
                .map(PartialDate::last_day),
            has_died,
            died: died.filter(|_| has_died),
            last_contact,
            last_child_born: None,
            deregistered: None,
        }
    }
}

fn last_day(fact: FactRef<'_>) -> Option<Date> {
    let provenance = fact.provenance();
    let so = provenance.effective.as_ref().and_then(|when| match when {
        When::At(date) => Some(date.last_day()),
        When::Over(period) => {
            let ends = [period.start.as_ref(), period.end.as_ref()];
            ends.into_iter().flatten().map(PartialDate::last_day).max()
        }
        When::AtAge(_) | When::Words(_) => None,
    });
    let recorded = provenance.recorded.as_ref().map(PartialDate::last_day);
    let received = || provenance.received.as_ref().map(PartialDate::last_day);
    so.max(recorded).or_else(received)
}
