//! Programmes over rows of words: a line of a file, or what a record holds. Every cell is used, missing or refused, as those of
//! scores are, and a row with a cell that cannot be right is "not known".

use jiff::civil::Date;

use crate::eligibility::{
    Answer, Verdict, aaa_screening, bowel_screening, breast_screening, cervical_screening,
    diabetes_prevention, diabetic_eye_screening, immunisation, learning_disability, nhs_health_check,
    severe_mental_illness,
};
use crate::score::definition::{Allowed, Definition, Input, needed};
use crate::score::outcome::{Refusal, Used};
use crate::score::row::{Reading, Row};

/// A programme that can be judged of a row.
#[derive(Debug)]
pub struct Programme {
    /// What it is: its source and its columns.
    pub definition: &'static Definition,
    pub(super) judge: fn(&mut Reading<'_, '_, '_>, Date) -> Answer,
}

/// What a programme's rule says of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The answer; "not known" when anything was refused.
    pub answer: Answer,
    /// The inputs that were used, with their dates.
    pub used: Vec<Used>,
    /// Inputs that were there and cannot be right.
    pub refused: Vec<Refusal>,
}

/// Every programme, in the order of the guide.
pub fn programmes() -> &'static [&'static Programme] {
    PROGRAMMES
}

static PROGRAMMES: &[&Programme] = &[
    &nhs_health_check::ROWS,
    &diabetes_prevention::ROWS,
    &bowel_screening::ROWS,
    &breast_screening::ROWS,
    &cervical_screening::ROWS,
    &aaa_screening::ROWS,
    &diabetic_eye_screening::ROWS,
    &learning_disability::ROWS,
    &severe_mental_illness::ROWS,
    &immunisation::ROWS,
];

/// The programme of that name.
pub fn named(name: &str) -> Option<&'static Programme> {
    programmes()
        .iter()
        .copied()
        .find(|programme| programme.definition.name == name)
}

impl Programme {
    /// What its rule says of a row on a day.
    ///
    /// ```
    /// use care::eligibility::{Verdict, named};
    /// let bowel = named("bowel-screening").unwrap();
    /// let on = jiff::civil::date(2026, 11, 28);
    /// let cell = |name: &str| [("born", "1960-05-01"), ("last", "none")].into_iter().find(|cell| cell.0 == name).map(|cell| cell.1);
    /// assert_eq!(bowel.of_row(&cell, on).answer.verdict, Verdict::Due);
    /// // An empty cell is one that nobody knows.
    /// let cell = |name: &str| (name == "born").then_some("1960-05-01");
    /// assert_eq!(bowel.of_row(&cell, on).answer.verdict, Verdict::NotKnown);
    /// ```
    pub fn of_row(&self, row: &Row<'_>, on: Date) -> Judged {
        let mut reading = Reading::begin(self.definition, row);
        let mut answer = (self.judge)(&mut reading, on);
        let outcome = reading.end(None);
        if !outcome.refused.is_empty() {
            answer.verdict = Verdict::NotKnown;
            answer.due = None;
            answer.reasons = vec!["an input cannot be right, and was refused".to_owned()];
        }
        Judged {
            answer,
            used: outcome.used,
            refused: outcome.refused,
        }
    }
}

impl Answer {
    /// Of somebody whose birth is not known.
    pub(super) fn without_birth(programme: &'static str) -> Answer {
        Answer {
            programme,
            verdict: Verdict::NotKnown,
            reasons: Vec::new(),
            due: None,
            missing: vec!["the day of birth"],
            rules: Vec::new(),
        }
    }
}

impl Verdict {
    /// Its name in files.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Due => "due",
            Verdict::NotYetDue => "not-yet-due",
            Verdict::OnRequest => "on-request",
            Verdict::NotEligible => "not-eligible",
            Verdict::NotKnown => "not-known",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Verdict::Due => "Due",
            Verdict::NotYetDue => "Not yet due",
            Verdict::OnRequest => "On request",
            Verdict::NotEligible => "Not eligible",
            Verdict::NotKnown => "Not known",
        }
    }
}

/// Terms of the public pages.
pub(super) const LICENCE: &str = "facts; pages OGL v3";
/// Day of birth.
pub(super) const BORN: Input = needed("born", "Born", "", Allowed::Day);
/// The last time.
pub(super) const LAST: Input = needed("last", "Last time", "", Allowed::DayOrNone);
/// The sex by which the call goes.
pub(super) const REGISTERED_SEX: Input = needed(
    "registered_sex",
    "Registered sex",
    "",
    Allowed::Choice(&["female", "male"]),
);

impl Reading<'_, '_, '_> {
    /// Whether the registered sex is this one.
    pub(super) fn registered(&mut self, sex: &str) -> Option<bool> {
        let place = self.choice("registered_sex")?;
        Some(["female", "male"].get(place) == Some(&sex))
    }
}
