//! One person's scores with all that a reader needs to trust or doubt them, by the rows of `care::score`.
//!
//! Each score's inputs are found as its function over everybody finds them, and put into a row: what comes of it is the same, with the inputs
//! and their days beside it. No score of mortality is among them.

use std::collections::{BTreeMap, BTreeSet};

use care::score::{Changed, Outcome, Score, named};
use codes::clinical::{cambridge, charlson, elixhauser, hfrs};
use jiff::civil::Date;

use super::ages::Ages;
use super::deficits::DeficitTable;
use super::diagnoses::DiagnosisTable;
use super::everybody::{LeftOut, counts};
use super::frailty::FrailtyOn;
use super::multimorbidity::{ConditionTable, NOT_LOOKED_AT};
use super::{hospital, multimorbidity};
use crate::columns::Dictionary;
use crate::day::Day;
use crate::facts::{Coded, Kind};
use crate::people::PersonSlice;

/// What is said of a score of codes when nothing coded is on record.
const NOTHING_CODED: &str = "no sound problem, procedure or finding is recorded: 0 says that nothing was written down, not that nothing is there";
const TO_COME: &str = "It is dated after the day of this score";

/// What each code of a dictionary says to each of the scores.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Deficits of the frailty index.
    pub deficits: DeficitTable,
    /// Conditions of the Cambridge score.
    pub conditions: ConditionTable,
    /// Diagnoses in ICD-10.
    pub diagnoses: DiagnosisTable,
}

impl Tables {
    /// The tables of a dictionary as it is now.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> Tables {
        Tables {
            deficits: DeficitTable::of(dictionary),
            conditions: ConditionTable::of(dictionary),
            diagnoses: DiagnosisTable::of(dictionary),
        }
    }
}

/// One coded input that counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// What, in words.
    pub what: String,
    /// The day from which it counts; `None` when no record of it is dated.
    pub day: Option<Date>,
}

/// An entry that would count, and does not since something is odd about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotCounted {
    /// What, in words.
    pub what: String,
    /// Its day, when it has one.
    pub day: Option<Date>,
    /// Why it does not count.
    pub why: &'static str,
}

/// What is different from an earlier day.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The day of the earlier outcome: the one before the last on which an input was recorded.
    pub since: Date,
    /// The value on that day.
    pub before: Option<f64>,
    /// What changed, by the rule of `care`.
    pub changed: Changed,
    /// Coded inputs that count now and did not then.
    pub new: Vec<String>,
    /// Those that counted then, and no more.
    pub gone: Vec<String>,
}

/// One score of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// The outcome.
    pub outcome: Outcome,
    /// Coded inputs that count, the newest first.
    pub items: Vec<Item>,
    /// What would count and is odd.
    pub not_counted: Vec<NotCounted>,
    /// What changed since the day before the last input; `None` where no input has a day.
    pub change: Option<Change>,
    /// Why the score is not for this person, in words; it then has no value.
    pub why_not: Option<&'static str>,
}

/// The scores of one person on a day, in the order of the guide.
///
/// # Errors
/// Why there are none.
pub fn of_one(person: &PersonSlice<'_>, tables: &Tables, on: Date) -> Result<Vec<Computed>, LeftOut> {
    let Some(today) = Day::of(on) else {
        return Ok(Vec::new());
    };
    let ages = Ages::on(on);
    counts(person, today, person.is_here_on(today), ages.of_person(person))?;
    let one = One { person, tables };
    let finders: [(&str, Find); 5] = [
        ("efi", |one, day| one.frailty(day)),
        ("cambridge-general", |one, day| one.multimorbidity(day)),
        ("charlson-2011", |one, day| one.charlson(day)),
        ("elixhauser-van-walraven", |one, day| one.elixhauser(day)),
        ("hfrs", |one, day| one.hospital(day)),
    ];
    let computed = finders.into_iter().filter_map(|(name, find)| {
        let score = named(name)?;
        let now = find(&one, on)?;
        Some(computed(score, now, |day| find(&one, day)))
    });
    Ok(computed.collect())
}

/// The outcome of cells by name.
#[must_use]
pub fn of_cells(score: &dyn Score, cells: &[(String, String)]) -> Outcome {
    score.of_row(&|name| {
        cells
            .iter()
            .find(|(cell, _)| cell == name)
            .map(|(_, text)| text.as_str())
    })
}

/// What an outcome changed from an earlier one, of which these coded inputs counted.
fn change(now: &Outcome, items: &[Item], before: &Outcome, earlier: &[Item], since: Date) -> Option<Change> {
    let names = |items: &[Item]| -> BTreeSet<String> { items.iter().map(|item| item.what.clone()).collect() };
    let (after, then) = (names(items), names(earlier));
    Some(Change {
        since,
        before: before.value,
        changed: now.changed_since(before)?,
        new: after.difference(&then).cloned().collect(),
        gone: then.difference(&after).cloned().collect(),
    })
}

fn computed(score: &dyn Score, now: Found, then: impl Fn(Date) -> Option<Found>) -> Computed {
    let mut outcome = of_cells(score, &now.cells);
    if now.why_not.is_some() {
        (outcome.value, outcome.band) = (None, None);
    }
    let since = now.last.date().and_then(|last| last.yesterday().ok());
    let change = since.and_then(|since| {
        let before = then(since)?;
        change(
            &outcome,
            &now.items,
            &of_cells(score, &before.cells),
            &before.items,
            since,
        )
    });
    outcome
        .notes
        .extend(now.notes.iter().map(|note| (*note).to_owned()));
    let (mut items, mut not_counted) = (now.items, now.not_counted);
    items.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.what.cmp(&b.what)));
    not_counted.sort();
    not_counted.dedup();
    Computed {
        outcome,
        items,
        not_counted,
        change,
        why_not: now.why_not,
    }
}

/// The inputs of a score on a day.
#[derive(Default)]
struct Found {
    cells: Vec<(String, String)>,
    items: Vec<Item>,
    not_counted: Vec<NotCounted>,
    notes: Vec<&'static str>,
    /// The last day on which an input was recorded.
    last: Day,
    why_not: Option<&'static str>,
}

impl Found {
    fn cell(&mut self, name: &str, text: &impl ToString, day: Day) {
        self.cells.push((name.to_owned(), text.to_string()));
        if let Some(date) = day.date() {
            self.cells.push((format!("{name}_date"), date.to_string()));
        }
        self.last = self.last.max(day);
    }

    /// A list of words; `none` when there are none.
    fn list(&mut self, name: &str, words: &[String], day: Day) {
        let text = if words.is_empty() {
            "none".to_owned()
        } else {
            words.join(";")
        };
        self.cell(name, &text, day);
    }

    fn age(&mut self, age: Option<u8>) {
        if let Some(age) = age {
            self.cell("age", &age, Day::UNKNOWN);
        }
    }

    fn item(&mut self, what: String, day: Day) {
        self.items.push(Item {
            what,
            day: day.date(),
        });
    }

    /// Keeps an entry that would count, when it is odd or to come; whether it was.
    fn is_odd(&mut self, what: &str, fact: &Coded<u32>, today: Day) -> bool {
        let why = if !fact.mark.is_sound() {
            fact.mark.words()
        } else if fact.day > today {
            TO_COME
        } else {
            return false;
        };
        self.not_counted.push(NotCounted {
            what: what.to_owned(),
            day: fact.day.date(),
            why,
        });
        true
    }
}

const NOT_OF_THIS_AGE: &str = "The index is for people of 65 to 95: no score is made at this age.";

/// Finds the inputs of one score on a day.
type Find = fn(&One<'_, '_>, Date) -> Option<Found>;

struct One<'p, 's> {
    person: &'p PersonSlice<'s>,
    tables: &'p Tables,
}

impl One<'_, '_> {
    /// An undated deficit counts on every day: nobody can tell when it began, and a change must not be made of it.
    fn frailty(&self, date: Date) -> Option<Found> {
        let on = FrailtyOn::new(&self.tables.deficits, date)?;
        let scored = on.of(self.person).ok()?;
        let mut found = Found::default();
        let since = on.deficits(self.person);
        let names: Vec<String> = since.iter().map(|one| one.deficit.code().to_owned()).collect();
        let last = since.iter().map(|one| one.first).max();
        found.list("deficits", &names, last.unwrap_or(Day::UNKNOWN));
        found.cell("medicines", &scored.medicines, on.last_begun(self.person));
        found.age(Some(scored.age));
        if !care::score::efi::AGES.contains(&i64::from(scored.age)) {
            found.why_not = Some(NOT_OF_THIS_AGE);
        }
        for one in &since {
            found.item(one.deficit.label().to_owned(), one.first);
        }
        if scored.medicines >= care::score::efi::POLYPHARMACY_FROM {
            // Counted from several medicines: none of their days is the one from which it counts.
            let what = care::score::efi::Deficit::Polypharmacy.label();
            found.item(what.to_owned(), Day::UNKNOWN);
        }
        for fact in self.person.coded().filter(|fact| FrailtyOn::shows(fact.kind)) {
            if let Some(deficit) = self.tables.deficits.deficit(fact.code) {
                found.is_odd(deficit.label(), &fact, on.day());
            }
        }
        self.say_when_nothing_is_coded(&mut found);
        Some(found)
    }

    fn multimorbidity(&self, date: Date) -> Option<Found> {
        let on = multimorbidity::On::new(&self.tables.conditions, date)?;
        let version = care::score::cambridge::Version::General;
        let (recorded, _) = on.recorded(self.person);
        let mut found = Found {
            notes: vec![NOT_LOOKED_AT],
            ..Found::default()
        };
        let mut names = Vec::new();
        let mut last = Day::UNKNOWN;
        for (place, one) in recorded
            .iter()
            .enumerate()
            .filter(|(place, _)| version.knows(*place))
        {
            // What is over was an input too, on the day on which it ended.
            last = last.max(one.last());
            if on.holds(place, one) {
                names.push(cambridge::NAMES[place].to_owned());
                found.item(spaced(cambridge::NAMES[place]), one.first);
            }
        }
        found.list("conditions", &names, last);
        for fact in self.person.coded() {
            let place = self.tables.conditions.place(fact.code);
            let place = place.filter(|place| version.knows(*place));
            if let Some(place) = place.filter(|_| matches!(fact.kind, Kind::Problem | Kind::Finding)) {
                found.is_odd(&spaced(cambridge::NAMES[place]), &fact, Day::of(date)?);
            }
        }
        self.say_when_nothing_is_coded(&mut found);
        Some(found)
    }

    fn charlson(&self, date: Date) -> Option<Found> {
        let names = |code: u32| named_bits(self.tables.diagnoses.said(code).charlson, &charlson::NAMES);
        self.comorbidity(date, names)
    }

    fn elixhauser(&self, date: Date) -> Option<Found> {
        let all = elixhauser::names();
        let names = |code: u32| named_bits(self.tables.diagnoses.said(code).elixhauser, &all);
        self.comorbidity(date, names)
    }

    /// Problems that are coded in ICD-10, undated and ended ones too. Where there is none, the list of codes is missing: it is not empty.
    fn comorbidity(&self, date: Date, conditions: impl Fn(u32) -> String) -> Option<Found> {
        let today = Day::of(date)?;
        let mut found = Found::default();
        let problems = self.person.coded().filter(|fact| fact.kind == Kind::Problem);
        let facts = problems.filter(|fact| self.tables.diagnoses.said(fact.code).is_diagnosis);
        let mut counted = Vec::new();
        for fact in facts {
            let what = with_conditions(self.code(fact.code), &conditions(fact.code));
            if !found.is_odd(&what, &fact, today) {
                counted.push(fact);
            }
        }
        self.list_codes(&mut found, &counted, |code| {
            let conditions = conditions(code);
            (!conditions.is_empty()).then(|| with_conditions(self.code(code), &conditions))
        });
        found.age(Ages::on(date).of_person(self.person));
        Some(found)
    }

    fn hospital(&self, date: Date) -> Option<Found> {
        let on = hospital::On::new(&self.tables.diagnoses, date)?;
        let mut found = Found::default();
        let Some((admitted, counted)) = on.counted(self.person) else {
            found.why_not = Some(
                "No emergency stay in hospital within 12 months is recorded: the score is of such a stay and the two years before it.",
            );
            return Some(found);
        };
        found.last = admitted;
        self.list_codes(&mut found, &counted, |code| {
            let read = codes::clinical::icd10::Icd10::read(self.code(code))?;
            let tenths = *hfrs::weights().get(usize::try_from(hfrs::place(&read)?).ok()?)?;
            Some(format!(
                "{}: {}.{} points",
                self.code(code),
                tenths / 10,
                tenths % 10
            ))
        });
        found.age(
            admitted
                .date()
                .and_then(|day| Ages::on(day).of_person(self.person)),
        );
        Some(found)
    }

    /// Puts the codes of these facts into the row, each once with the first day of it, and makes items of those that count for something.
    fn list_codes(&self, found: &mut Found, facts: &[Coded<u32>], what: impl Fn(u32) -> Option<String>) {
        let mut first: BTreeMap<u32, Day> = BTreeMap::new();
        for fact in facts {
            let day = first.entry(fact.code).or_insert(fact.day);
            if fact.day.is_known() && (!day.is_known() || fact.day < *day) {
                *day = fact.day;
            }
        }
        if first.is_empty() {
            return;
        }
        // A semicolon within a code would part it in two.
        let words: BTreeSet<String> = first
            .keys()
            .map(|code| self.code(*code).replace(';', " ").trim().to_owned())
            .collect();
        let words: Vec<String> = words.into_iter().collect();
        let last = first.values().copied().max().unwrap_or(Day::UNKNOWN);
        found.list("codes", &words, last);
        for (code, day) in first {
            if let Some(what) = what(code) {
                found.item(what, day);
            }
        }
    }

    fn code(&self, code: u32) -> &str {
        self.person
            .names()
            .get(code as usize)
            .map_or("", |name| &name.code)
    }

    fn say_when_nothing_is_coded(&self, found: &mut Found) {
        let mut coded = self.person.coded().filter(|fact| FrailtyOn::shows(fact.kind));
        if !coded.any(|fact| fact.mark.is_sound()) {
            found.notes.push(NOTHING_CODED);
        }
    }
}

fn with_conditions(code: &str, conditions: &str) -> String {
    if conditions.is_empty() {
        code.to_owned()
    } else {
        format!("{code}: {conditions}")
    }
}

/// The names of the bits that are set.
fn named_bits(bits: u32, names: &[&str]) -> String {
    let set = names
        .iter()
        .enumerate()
        .filter(|(place, _)| bits >> place & 1 == 1);
    let words: Vec<String> = set.map(|(_, name)| name.replace(['-', '_'], " ")).collect();
    words.join(", ")
}

/// A name of a table as it is read: "atrial_fibrillation" is "Atrial fibrillation".
fn spaced(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
