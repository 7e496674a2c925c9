//! NEWS2 of the newest set of measurements. A set is what was measured within one hour: seven numbers of seven days make no score.

use std::collections::BTreeMap;

use care::partial_date::{PartialDate, Precision};
use care::record::fact::result::Value;
use care::record::results::vital_sign_of;
use care::score::{Outcome, Score};
use codes::vital_sign::{self, VitalSign};
use jiff::{Timestamp, ToSpan};

use super::reading::Reading;
use crate::score::{Change, Computed, of_cells};

/// How far apart the measurements of one set may lie.
const SET_MINUTES: i64 = 60;
/// How long a set says something of how somebody is.
const CURRENT_HOURS: i64 = 24;

const OLD: &str = "these measurements are more than 24 hours old: they say nothing of how the person is now";
const NO_TIME: &str =
    "some measurements have no time of day: nobody can tell of which set they are, and they were not used";

/// Of whom it is.
#[derive(Clone, Copy)]
pub(super) struct Who {
    pub(super) age: Option<u8>,
    /// A pregnancy is recorded that nothing says is over.
    pub(super) pregnant: bool,
}

/// One measurement of a set.
struct Part<'r> {
    name: &'static str,
    at: Timestamp,
    when: &'r PartialDate,
    reading: Reading<'r>,
    /// What is put into the row, when it is no number.
    words: Option<String>,
}

/// The score of the newest set; `None` where nothing of it was measured at a time.
pub(super) fn newest(
    score: &dyn Score,
    readings: &[Reading<'_>],
    who: Who,
    now: Timestamp,
) -> Option<Computed> {
    let all: Vec<Part<'_>> = readings.iter().filter_map(part).collect();
    let (parts, untimed): (Vec<Part<'_>>, Vec<Part<'_>>) = all
        .into_iter()
        .partition(|part| part.when.precision() == Precision::Moment);
    let last = parts.iter().map(|part| part.at).max()?;
    let mut outcome = of_set(score, &parts, last, who);
    let change = earlier(score, &parts, last, who).and_then(|(at, before)| {
        Some(Change {
            since: care::london::date_of(at),
            before: before.value,
            changed: outcome.changed_since(&before)?,
            new: Vec::new(),
            gone: Vec::new(),
        })
    });
    if last < now - CURRENT_HOURS.hours() {
        outcome.notes.push(OLD.to_owned());
    }
    if !untimed.is_empty() {
        outcome.notes.push(NO_TIME.to_owned());
    }
    Some(Computed {
        outcome,
        items: Vec::new(),
        not_counted: Vec::new(),
        change,
        why_not: None,
    })
}

/// The last whole set before the newest.
fn earlier(score: &dyn Score, parts: &[Part<'_>], last: Timestamp, who: Who) -> Option<(Timestamp, Outcome)> {
    let mut moments: Vec<Timestamp> = parts
        .iter()
        .map(|part| part.at)
        .filter(|at| *at < last - SET_MINUTES.minutes())
        .collect();
    moments.sort_unstable();
    moments.dedup();
    let sets = moments.into_iter().rev();
    sets.map(|at| (at, of_set(score, parts, at, who)))
        .find(|(_, outcome)| outcome.value.is_some())
}

/// The score of what was measured within the hour up to a moment, of each the last.
fn of_set(score: &dyn Score, parts: &[Part<'_>], until: Timestamp, who: Who) -> Outcome {
    let since = until - SET_MINUTES.minutes();
    let mut set: BTreeMap<&str, &Part<'_>> = BTreeMap::new();
    for part in parts.iter().filter(|part| (since..=until).contains(&part.at)) {
        let kept = set.entry(part.name).or_insert(part);
        if part.at > kept.at {
            *kept = part;
        }
    }
    let mut cells = Vec::new();
    for (name, part) in set {
        match &part.words {
            Some(words) => part.reading.put(name, words.clone(), &mut cells),
            None => part.reading.put_number(name, &mut cells),
        }
    }
    if let Some(age) = who.age {
        cells.push(("age".to_owned(), age.to_string()));
    }
    if who.pregnant {
        cells.push(("pregnant".to_owned(), "yes".to_owned()));
    }
    of_cells(score, &cells)
}

fn part<'r>(reading: &Reading<'r>) -> Option<Part<'r>> {
    let when = reading.when?;
    let (name, words) = named(reading)?;
    Some(Part {
        name,
        at: when.start(),
        when,
        reading: *reading,
        words,
    })
}

/// The input that a reading is, and its words when it is no number.
fn named(reading: &Reading<'_>) -> Option<(&'static str, Option<String>)> {
    if reading.is(&[vital_sign::SECOND_SCALE]) {
        return Some(("scale", Some("2".to_owned())));
    }
    if reading.is(&vital_sign::SYSTOLIC) {
        return Some(("systolic", None));
    }
    let input = match vital_sign_of(reading.code)? {
        VitalSign::RespirationRate => ("respiration_rate", None),
        VitalSign::OxygenSaturation => ("oxygen_saturation", None),
        VitalSign::HeartRate => ("pulse", None),
        VitalSign::Temperature => ("temperature", None),
        VitalSign::Consciousness => ("consciousness", Some(consciousness(reading))),
        VitalSign::InspiredOxygen => {
            // What cannot be read is refused: an earlier "room air" would say too little.
            let said = oxygen(reading).map_or_else(|| unread(reading), str::to_owned);
            ("oxygen", Some(said))
        }
        VitalSign::News2
        | VitalSign::BloodPressure
        | VitalSign::Weight
        | VitalSign::Height
        | VitalSign::BodyMassIndex => return None,
    };
    Some(input)
}

/// The letter of an answer to ACVPU, or what came for the score to refuse.
fn consciousness(reading: &Reading<'_>) -> String {
    let Some(Value::Concept(answer)) = reading.value else {
        return reading.as_it_came();
    };
    let letter = answer
        .codings
        .iter()
        .find_map(|coding| vital_sign::consciousness(coding.code.as_deref()?));
    letter.map_or_else(|| answer.words().to_owned(), str::to_owned)
}

/// A value as it came, for the score to refuse.
fn unread(reading: &Reading<'_>) -> String {
    Some(reading.as_it_came())
        .filter(|words| !words.trim().is_empty())
        .unwrap_or_else(|| "not said".to_owned())
}

/// Whether oxygen is given: by what was observed, by the answer to it, or by how much. That somebody does not breathe room air says nothing
/// for sure.
fn oxygen(reading: &Reading<'_>) -> Option<&'static str> {
    let observed = match reading.value {
        None | Some(Value::Bool(true)) => reading.code,
        Some(Value::Concept(answer)) => answer,
        Some(_) => {
            let flows = reading.quantity().and_then(|quantity| quantity.value);
            let given = reading.is(&[vital_sign::ON_OXYGEN]) && flows.is_some_and(|flow| flow > 0.0);
            return given.then_some("yes");
        }
    };
    match (
        observed.has_code(vital_sign::ROOM_AIR),
        observed.has_code(vital_sign::ON_OXYGEN),
    ) {
        (true, false) => Some("no"),
        (false, true) => Some("yes"),
        _ => None,
    }
}
