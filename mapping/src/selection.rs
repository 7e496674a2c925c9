//! Which bodies the first two minutes need, decided from packed index entries alone.
//!
//! Two passes. In the first, show every entry of the person to a [`Survey`]; in the second, ask the [`Needed`] that it
//! makes. What cannot be judged from an entry is needed: the choice may read too much, never too little.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

mod entry;

use care::record::first_two_minutes::{RECENT_DAYS, RESULT_DAYS};
use entry::Entry;

/// Statuses of encounters that are not over, or never were.
const NOT_OVER: &[&str] = &[
    "planned",
    "cancelled",
    "entered-in-error",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
];

/// The resources of one person as seen in the first pass.
pub struct Survey {
    recent: i64,
    results_since: i64,
    now: i64,
    /// Results that reach beyond this instant may be dated in the future; a day of slack for time zones.
    surely_past: i64,
    needed: BTreeSet<(String, String)>,
    /// What each resource refers to within the record: encounters name its source, problems and results its subject.
    refers_to: BTreeMap<(String, String), Vec<(String, String)>>,
    /// The latest result, not dated in the future, for each test (all its systems and codes): date, then ids at that date.
    latest: BTreeMap<String, (i64, Vec<String>)>,
    /// The latest encounter that has begun.
    last_encounter: Option<(i64, Vec<String>)>,
}

/// The resources whose bodies are needed.
pub struct Needed(BTreeSet<(String, String)>);

impl Needed {
    /// Whether the body of the resource is needed.
    pub fn wants(&self, type_name: &str, id: &str) -> bool {
        // Sets of a person are small; the key is built once per question.
        self.0.contains(&(type_name.to_owned(), id.to_owned()))
    }

    /// How many bodies are needed.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is needed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Which of the entries (type, id, packed index entry) the first two minutes need, as their places in the list.
pub fn needed_for_first_two_minutes(entries: &[(&str, &str, &[u8])], now: Timestamp) -> BTreeSet<usize> {
    let mut survey = Survey::new(now);
    for (type_name, id, entry) in entries {
        survey.see(type_name, id, entry);
    }
    let needed = survey.finish();
    let wanted = entries
        .iter()
        .enumerate()
        .filter(|(_, (type_name, id, _))| needed.wants(type_name, id));
    wanted.map(|(place, _)| place).collect()
}

impl Survey {
    /// A survey for the instant.
    pub fn new(now: Timestamp) -> Survey {
        let before = |days: i64| {
            // A day more than the window: days are counted in London, entries in UTC.
            let span = SignedDuration::from_hours(24 * (days + 1));
            now.checked_sub(span).map_or(i64::MIN, Timestamp::as_millisecond)
        };
        Survey {
            recent: before(RECENT_DAYS),
            results_since: before(RESULT_DAYS),
            now: now.as_millisecond(),
            surely_past: before(0),
            needed: BTreeSet::new(),
            refers_to: BTreeMap::new(),
            latest: BTreeMap::new(),
            last_encounter: None,
        }
    }

    /// Takes in one resource by its packed index entry.
    pub fn see(&mut self, type_name: &str, id: &str, packed: &[u8]) {
        let entry = Entry::read(type_name, packed);
        let key = (type_name.to_owned(), id.to_owned());
        if self.is_needed_alone(type_name, &entry) {
            self.needed.insert(key.clone());
        }
        match type_name {
            "Observation" if !entry.has("status", &["entered-in-error", "cancelled", "registered"]) => {
                self.see_result(id, &entry);
            }
            // Those in progress are needed anyway and must not hide the last one that is over.
            "Encounter" if !entry.has("status", NOT_OVER) => {
                let begun = entry.earliest("date").unwrap_or(i64::MIN);
                if begun <= self.now {
                    keep_latest(&mut self.last_encounter, begun, id);
                }
            }
            _ => {}
        }
        if !entry.refers_to.is_empty() {
            self.refers_to.insert(key, entry.refers_to);
        }
    }

    fn see_result(&mut self, id: &str, entry: &Entry) {
        let vital = entry
            .codes
            .iter()
            .any(|(_, code)| codes::vital_sign::of_code(code).is_some());
        let too_old = entry
            .latest("date")
            .is_some_and(|latest| latest < self.results_since);
        if too_old && !vital {
            return;
        }
        let has_system = |(system, code): &(String, String)| !system.is_empty() && !code.is_empty();
        let is_keyed = !entry.codes.is_empty() && entry.codes.iter().all(has_system);
        let Some(at) = entry.earliest("date").filter(|_| is_keyed) else {
            // Without a code of a system it may be any test, without a date it may be the latest one.
            self.needed.insert(("Observation".to_owned(), id.to_owned()));
            return;
        };
        if entry
            .latest("date")
            .is_some_and(|latest| latest > self.surely_past)
        {
            // Shown for itself when it is dated in the future, and then it must not hide the last that is not.
            self.needed.insert(("Observation".to_owned(), id.to_owned()));
            return;
        }
        let mut codes: Vec<String> = entry
            .codes
            .iter()
            .map(|(system, code)| format!("{system}|{code}"))
            .collect();
        codes.sort();
        let key = codes.join("\u{1f}");
        let mut held = self.latest.remove(&key);
        keep_latest(&mut held, at, id);
        self.latest.extend(held.map(|held| (key, held)));
    }

    /// Whether the resource is needed whatever others say.
    fn is_needed_alone(&self, type_name: &str, entry: &Entry) -> bool {
        let recent = |code: &str| entry.latest(code).is_none_or(|at| at >= self.recent);
        match type_name {
            "Patient" | "AllergyIntolerance" | "Flag" | "Consent" | "RelatedPerson" | "Goal"
            | "Medication" => true,
            "Condition" => {
                !entry.has("clinical-status", &["inactive", "remission", "resolved"])
                    || recent("onset-date")
                    || recent("recorded-date")
            }
            "MedicationRequest" => {
                !entry.has(
                    "status",
                    &["completed", "stopped", "cancelled", "draft", "entered-in-error"],
                ) || recent("authoredon")
            }
            "MedicationStatement" => {
                !entry.has(
                    "status",
                    &["completed", "stopped", "not-taken", "entered-in-error"],
                ) || recent("effective")
            }
            "CarePlan" => {
                !entry.has("status", &["completed", "revoked", "draft", "entered-in-error"]) || recent("date")
            }
            "DocumentReference" => {
                !entry.has("status", &["superseded", "entered-in-error"]) || recent("date")
            }
            "DiagnosticReport" | "Procedure" | "Immunization" => recent("date"),
            "Encounter" => {
                recent("date")
                    || entry.has(
                        "status",
                        &["planned", "arrived", "triaged", "in-progress", "onleave"],
                    )
            }
            _ => false,
        }
    }

    /// What is needed, with what it refers to: names and sources come from there.
    pub fn finish(self) -> Needed {
        let mut needed = self.needed;
        for (_, ids) in self.latest.into_values() {
            needed.extend(ids.into_iter().map(|id| ("Observation".to_owned(), id)));
        }
        if let Some((_, ids)) = self.last_encounter {
            needed.extend(ids.into_iter().map(|id| ("Encounter".to_owned(), id)));
        }
        let named: Vec<(String, String)> = needed
            .iter()
            .filter_map(|key| self.refers_to.get(key))
            .flatten()
            .cloned()
            .collect();
        needed.extend(named);
        Needed(needed)
    }
}

/// Keeps the ids of the latest date; several at the same date all stay, since the tie is broken on the full facts.
fn keep_latest(held: &mut Option<(i64, Vec<String>)>, at: i64, id: &str) {
    match held {
        Some((date, ids)) if *date == at => ids.push(id.to_owned()),
        Some((date, _)) if *date > at => {}
        Some(_) | None => *held = Some((at, vec![id.to_owned()])),
    }
}
