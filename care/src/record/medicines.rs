//! Medicines, current before past.

use jiff::Timestamp;

use super::fact::{Fact, Medicine};
use super::{PersonRecord, live, newest_first, withdrawn};
use crate::concept::Concept;

/// One medicine with the entries that say the same; `fact` is the newest of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MedicineLine<'r> {
    /// The newest entry.
    pub fact: &'r Fact<Medicine>,
    /// Every entry folded into the line, newest first, `fact` included.
    pub members: Vec<&'r Fact<Medicine>>,
}

impl MedicineLine<'_> {
    /// How many entries the line stands for.
    pub fn count(&self) -> usize {
        self.members.len()
    }
}

/// Medicines of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MedicineList<'r> {
    /// Not to be given, by name: never folded, shown before the current ones.
    pub not_to_give: Vec<MedicineLine<'r>>,
    /// Current, by name. On hold and unknown are among them, with their status.
    pub current: Vec<MedicineLine<'r>>,
    /// Stopped, completed, cancelled or ended: newest first.
    pub past: Vec<MedicineLine<'r>>,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Medicines (PRSB "Medications and medical devices"). Entries are folded into one line only when medicine, dose (with
/// what of it cannot be worded), status and source are all the same, and never when the medicine must not be given: two strengths, two doses, or a prescription and a report that differ stay apart.
pub fn medicines(record: &PersonRecord, now: Timestamp) -> MedicineList<'_> {
    let mut all: Vec<&Fact<Medicine>> = live(&record.medicines).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let (not_to_give, all): (Vec<&Fact<Medicine>>, Vec<_>) = all
        .into_iter()
        .partition(|fact| fact.what.is_not_to_be_given(now));
    let (current, past): (Vec<&Fact<Medicine>>, Vec<_>) =
        all.into_iter().partition(|fact| fact.what.is_current(now));
    let by_name = |line: &MedicineLine<'_>| line.fact.what.words().to_lowercase();
    let mut not_to_give = fold(&not_to_give);
    not_to_give.sort_by_cached_key(by_name);
    let mut current = fold(&current);
    current.sort_by_cached_key(by_name);
    MedicineList {
        not_to_give,
        current,
        past: fold(&past),
        entered_in_error: withdrawn(&record.medicines),
    }
}

fn fold<'r>(facts: &[&'r Fact<Medicine>]) -> Vec<MedicineLine<'r>> {
    let mut lines: Vec<MedicineLine<'r>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for &fact in facts {
        let what = &fact.what;
        // What cannot be named is never folded with anything else.
        let name = what
            .medicine
            .as_ref()
            .map(Concept::key)
            .or_else(|| what.product.as_ref()?.words().map(str::to_owned))
            .filter(|_| !what.forbidden);
        let unworded: Vec<Option<&str>> = what.doses.iter().map(|dose| dose.more.as_deref()).collect();
        let key = name.map(|name| {
            (
                name,
                what.words(),
                (what.dose_words(), unworded),
                what.status,
                what.source_words(),
            )
        });
        match key
            .as_ref()
            .and_then(|key| places.get(key))
            .and_then(|place: &usize| lines.get_mut(*place))
        {
            Some(line) => line.members.push(fact),
            None => {
                if let Some(key) = key {
                    places.insert(key, lines.len());
                }
                lines.push(MedicineLine {
                    fact,
                    members: vec![fact],
                });
            }
        }
    }
    lines
}
