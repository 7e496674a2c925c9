//! Results: one group for each test, and within it one series for each unit. Units are never converted or joined.

use super::fact::result::{Component, ReferenceRange, Value, interpretation_words};
use super::fact::{Fact, Observed};
use super::{PersonRecord, live, newest_first, withdrawn};
use crate::coded::coded;
use crate::concept::Concept;
use crate::partial_date::PartialDate;
use crate::quantity::{Quantity, number_words};

coded! {
    /// Where a group of results stands on the page.
    ResultCategory {
        VitalSigns = "vital-signs", "Vital signs and measurements";
        Laboratory = "laboratory", "Laboratory";
        Imaging = "imaging", "Imaging";
        Exam = "exam", "Examination";
        Procedure = "procedure", "Procedures";
        Survey = "survey", "Assessments and questionnaires";
        SocialHistory = "social-history", "Social context";
        Therapy = "therapy", "Therapy";
        Activity = "activity", "Activity";
        Unsaid = "unsaid", "Other results";
    }
}

/// One measured value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point<'r> {
    /// The result it comes from.
    pub fact: &'r Fact<Observed>,
    /// When it was so; nothing when not recorded.
    pub date: Option<&'r PartialDate>,
    /// The value with its unit.
    pub quantity: &'r Quantity,
    /// The reporting laboratory's normal range, when it gave just one in the same unit.
    pub range: Option<&'r ReferenceRange>,
    /// What the laboratory says of it; empty when nothing.
    pub interpretation: String,
}

/// One line of a series: a test, or one part of it such as systolic pressure.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'r> {
    /// Its name.
    pub title: String,
    /// What tells it from other lines.
    pub key: String,
    /// Its values, oldest first, undated last.
    pub points: Vec<Point<'r>>,
}

/// Values of one test in one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<'r> {
    /// The test's name.
    pub title: String,
    /// The unit in words; empty when none was given.
    pub unit: String,
    /// What tells the unit from others.
    pub unit_key: String,
    /// One line, or one for each part measured in this unit.
    pub lines: Vec<Line<'r>>,
}

/// All results of one test.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultGroup<'r> {
    /// What tells the test from others.
    pub key: String,
    /// Its name, as the newest result has it.
    pub title: String,
    /// Where it stands on the page.
    pub category: ResultCategory,
    /// Every result of it, of any form and unit: newest first, undated last.
    pub results: Vec<&'r Fact<Observed>>,
    /// The measured values, one series for each unit; the unit of the newest result first.
    pub series: Vec<Series<'r>>,
}

impl<'r> ResultGroup<'r> {
    /// The newest result that is one: neither cancelled nor merely registered, nor dated in the future.
    pub fn latest(&self, now: jiff::Timestamp) -> Option<&'r Fact<Observed>> {
        self.results
            .iter()
            .copied()
            .find(|fact| fact.what.has_result() && !is_in_future(fact, now))
    }

    /// Whether the values came in several units, which a page must say.
    pub fn has_several_units(&self) -> bool {
        self.series.len() > 1
    }
}

/// Results of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ResultList<'r> {
    /// By category in [`ResultCategory::ALL`] order, then by name.
    pub groups: Vec<ResultGroup<'r>>,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Results (PRSB "Investigation results", "Examination findings", "Assessments").
pub fn results(record: &PersonRecord) -> ResultList<'_> {
    let mut all: Vec<&Fact<Observed>> = live(&record.results).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let mut groups: Vec<ResultGroup<'_>> = Vec::new();
    let mut places = std::collections::HashMap::<String, usize>::new();
    for fact in all {
        let key = fact.what.code.key();
        match places.get(&key).and_then(|place| groups.get_mut(*place)) {
            Some(group) => group.results.push(fact),
            None => {
                places.insert(key.clone(), groups.len());
                groups.push(ResultGroup {
                    key,
                    title: fact.what.code.words().to_owned(),
                    category: category_of(&fact.what),
                    results: vec![fact],
                    series: Vec::new(),
                });
            }
        }
    }
    for group in &mut groups {
        group.series = series_of(&group.title, &group.results);
    }
    groups.sort_by_cached_key(|group| (group.category, group.title.to_lowercase(), group.key.clone()));
    ResultList {
        groups,
        entered_in_error: withdrawn(&record.results),
    }
}

/// Whether a fact is dated in the future.
pub fn is_in_future<T>(fact: &Fact<T>, now: jiff::Timestamp) -> bool {
    fact.provenance
        .sort_date()
        .is_some_and(|date| date.is_future(now))
}

/// The category of a result; vital signs also by code, since senders often leave the category out.
pub fn category_of(what: &Observed) -> ResultCategory {
    let coded = ResultCategory::ALL
        .iter()
        .copied()
        .find(|category| what.is_of_category(category.code()));
    let by_code = || vital_sign_of(&what.code).map(|_| ResultCategory::VitalSigns);
    coded.or_else(by_code).unwrap_or(ResultCategory::Unsaid)
}

/// The vital sign that a result is, by SNOMED CT or LOINC code.
pub fn vital_sign_of(code: &Concept) -> Option<codes::vital_sign::VitalSign> {
    code.codings
        .iter()
        .find_map(|coding| codes::vital_sign::of_code(coding.code.as_deref()?))
}

fn series_of<'r>(title: &str, newest_first: &[&'r Fact<Observed>]) -> Vec<Series<'r>> {
    let mut all: Vec<Series<'r>> = Vec::new();
    for fact in newest_first.iter().filter(|fact| fact.what.has_result()) {
        let what = &fact.what;
        if let Some(Value::Quantity(quantity)) = &what.value {
            let point = point(fact, quantity, &what.ranges, &what.interpretations);
            add(&mut all, title, title, &what.code, point);
        }
        for part in &what.components {
            if let Some(Value::Quantity(quantity)) = &part.value {
                let point = point(fact, quantity, &part.ranges, &part.interpretations);
                add(&mut all, title, part.code.words(), &part.code, point);
            }
        }
    }
    for line in all.iter_mut().flat_map(|series| &mut series.lines) {
        line.points.reverse();
        line.points.sort_by_key(|point| point.date.is_none());
    }
    all
}

fn add<'r>(all: &mut Vec<Series<'r>>, title: &str, line_title: &str, code: &Concept, point: Point<'r>) {
    if point.quantity.value.is_none() {
        return;
    }
    let unit_key = point.quantity.unit_key();
    let place = all
        .iter()
        .position(|series| series.unit_key == unit_key)
        .unwrap_or_else(|| {
            all.push(Series {
                title: title.to_owned(),
                unit: point.quantity.unit_words().to_owned(),
                unit_key: unit_key.to_owned(),
                lines: Vec::new(),
            });
            all.len() - 1
        });
    let Some(series) = all.get_mut(place) else { return };
    let key = code.key();
    match series.lines.iter_mut().find(|line| line.key == key) {
        Some(line) => line.points.push(point),
        None => series.lines.push(Line {
            title: line_title.to_owned(),
            key,
            points: vec![point],
        }),
    }
}

fn point<'r>(
    fact: &'r Fact<Observed>,
    quantity: &'r Quantity,
    ranges: &'r [ReferenceRange],
    interpretations: &[Concept],
) -> Point<'r> {
    let unit = quantity.unit_key();
    let same_unit = |limit: &Option<Quantity>| limit.as_ref().is_none_or(|limit| limit.unit_key() == unit);
    // With several normal ranges (by sex, age or condition) none is known to be this person's.
    let mut normal = ranges
        .iter()
        .filter(|range| range.is_normal() && same_unit(&range.low) && same_unit(&range.high));
    let range = normal.next().filter(|_| normal.next().is_none());
    let interpretation = interpretation_words(interpretations);
    Point {
        fact,
        date: fact.provenance.sort_date(),
        quantity,
        range,
        interpretation,
    }
}

/// "120/80 mmHg" for a result with systolic and diastolic parts in one unit; nothing for any other.
pub fn blood_pressure_words(what: &Observed) -> Option<String> {
    let part = |codes: &[&str]| {
        let is = |component: &&Component| {
            component
                .code
                .codings
                .iter()
                .any(|coding| coding.code.as_deref().is_some_and(|code| codes.contains(&code)))
        };
        match &what.components.iter().find(is)?.value {
            Some(Value::Quantity(quantity)) => Some(quantity),
            _ => None,
        }
    };
    let systolic = part(&codes::vital_sign::SYSTOLIC)?;
    let diastolic = part(&codes::vital_sign::DIASTOLIC)?;
    let comparators = systolic.comparator.is_some() || diastolic.comparator.is_some();
    if systolic.unit_key() != diastolic.unit_key() || comparators || what.components.len() != 2 {
        return None;
    }
    let words = format!(
        "{}/{}",
        number_words(systolic.value?.round()),
        number_words(diastolic.value?.round())
    );
    Some(format!("{words} {}", systolic.unit_words()).trim_end().to_owned())
}
