//! Who is called for which programme of prevention, on a day, and why: one file a programme.
//!
//! The limits are dated data (`codes::clinical::programmes`), each with its source; a day for which the data knows no
//! rule gets "not known", never a guess. The national call and recall systems are the record of who is invited: this shows and
//! prompts. Eligibility follows what was registered or which organs somebody has, held apart from gender. What is not known
//! of somebody is named: that nobody wrote down an earlier time is not that there was none ([`Past`]).
//!
//! [`programmes`] lists them, each with the columns by which a row of words is judged: a line of a file, or what a record holds.

pub mod aaa_screening;
pub mod bowel_screening;
pub mod breast_screening;
pub mod cervical_screening;
pub mod diabetes_prevention;
pub mod diabetic_eye_screening;
pub mod immunisation;
pub mod learning_disability;
pub mod nhs_health_check;
mod row;
pub mod severe_mental_illness;

pub use row::{Judged, Programme, named, programmes};

use codes::clinical::programmes::{self as rules, Rule};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Whether somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Called, or due for it now.
    Due,
    /// Within the programme, but not yet due again.
    NotYetDue,
    /// May ask for it, but is not called.
    OnRequest,
    /// Not within the programme.
    NotEligible,
    /// Cannot be said: something is not known.
    NotKnown,
}

/// What is known of something that may have happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Past<T> {
    /// Nobody can say whether or when it did.
    #[default]
    NotKnown,
    /// It never did.
    Never,
    /// The last time.
    Last(T),
}

impl<T> Past<T> {
    /// The last time, where it is known.
    pub fn last(self) -> Option<T> {
        match self {
            Past::Last(last) => Some(last),
            Past::NotKnown | Past::Never => None,
        }
    }
}

/// The answer for one person, one programme and one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The programme's name in the data.
    pub programme: &'static str,
    /// Whether somebody is called.
    pub verdict: Verdict,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// From which day it is due, where that can be said.
    pub due: Option<Date>,
    /// What is not known and is needed.
    pub missing: Vec<&'static str>,
    /// The rules that it rests on, with their sources.
    pub rules: Vec<&'static Rule>,
}

/// What is named when the last time is not known.
const LAST_ONE: &str = "the day of the last one";

/// A programme being judged on a day.
#[derive(Debug)]
pub(crate) struct Judging {
    day: Date,
    text: String,
    answer: Answer,
    lacks_rule: bool,
    ends: Option<Date>,
}

impl Judging {
    pub(crate) fn begin(programme: &'static str, day: Date) -> Judging {
        Judging {
            day,
            text: day.to_string(),
            answer: Answer {
                programme,
                verdict: Verdict::NotKnown,
                reasons: Vec::new(),
                due: None,
                missing: Vec::new(),
                rules: Vec::new(),
            },
            lacks_rule: false,
            ends: None,
        }
    }

    /// The first day on which nobody is called any more: the birthday after the last year of age.
    pub(crate) fn ends_after(&mut self, born: Date, last_age: f64) {
        self.ends = birthday(born, last_age as i16 + 1);
    }

    /// The value of a rule that holds on the day.
    pub(crate) fn rule(&mut self, key: &'static str) -> Option<f64> {
        let text = self.text.clone();
        self.rule_on(key, &text)
    }

    /// The value of a rule that held on another day.
    pub(crate) fn rule_on(&mut self, key: &'static str, day: &str) -> Option<f64> {
        let found = rules::on(self.answer.programme, key, day).next();
        match found.and_then(|rule| rule.number().map(|number| (rule, number))) {
            Some((rule, number)) => {
                self.answer.rules.push(rule);
                Some(number)
            }
            None => {
                self.lacks_rule = true;
                self.because(format!("no rule for {key} is known for {day}"));
                None
            }
        }
    }

    pub(crate) fn months(&mut self, key: &'static str) -> Option<i32> {
        self.rule(key).map(|months| months as i32)
    }

    pub(crate) fn because(&mut self, words: impl Into<String>) {
        self.answer.reasons.push(words.into());
    }

    pub(crate) fn needs(&mut self, what: &'static str) {
        self.answer.missing.push(what);
    }

    pub(crate) fn end(mut self, verdict: Verdict) -> Answer {
        self.answer.verdict = if self.lacks_rule {
            Verdict::NotKnown
        } else {
            verdict
        };
        self.answer
    }

    /// Due on a day, or not yet.
    pub(crate) fn end_due(mut self, due: Date) -> Answer {
        if let Some(ends) = self.ends.filter(|ends| due >= *ends) {
            self.because(format!(
                "the next would fall on {due}, and the call ends before {ends}"
            ));
            return self.end(Verdict::NotEligible);
        }
        self.answer.due = Some(due);
        let verdict = if due <= self.day {
            Verdict::Due
        } else {
            Verdict::NotYetDue
        };
        self.end(verdict)
    }

    /// Whether something is recorded as done after the day, which cannot be: the answer then says so, and nothing follows.
    pub(crate) fn is_ahead(&mut self, done: Option<Date>) -> bool {
        let Some(ahead) = done.filter(|done| *done > self.day) else {
            return false;
        };
        self.because(format!(
            "the last one is recorded on {ahead}, which is still to come: the record cannot be right"
        ));
        self.needs(LAST_ONE);
        true
    }

    /// Due so many months after the last time, or now when there was none. Of a last time that nobody knows nothing follows.
    pub(crate) fn end_after(mut self, last: Past<Date>, months: i32) -> Answer {
        let due = match last {
            Past::NotKnown => {
                self.needs(LAST_ONE);
                self.because("no earlier one is known: if there was none, it is due now");
                return self.end(Verdict::NotKnown);
            }
            Past::Never => Some(self.day),
            Past::Last(last) => {
                if self.is_ahead(Some(last)) {
                    return self.end(Verdict::NotKnown);
                }
                self.because(format!("the last one was on {last}"));
                later(last, months.months())
            }
        };
        match due {
            Some(due) => self.end_due(due),
            None => self.end(Verdict::NotKnown),
        }
    }
}

/// Whole years on a day; nothing when birth lies after it. A birthday on 29 February falls on 1 March in other years.
pub(crate) fn age(born: Date, on: Date) -> Option<i16> {
    let passed = (on.month(), on.day()) >= (born.month(), born.day());
    (born <= on).then(|| on.year() - born.year() - i16::from(!passed))
}

/// A day later by a span; nothing beyond the calendar.
pub(crate) fn later(day: Date, span: Span) -> Option<Date> {
    day.checked_add(span).ok()
}

/// The birthday on which somebody is so many years old, 29 February on 1 March in other years.
pub(crate) fn birthday(born: Date, years: i16) -> Option<Date> {
    let year = born.year().checked_add(years)?;
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, 3, 1))
        .ok()
}
