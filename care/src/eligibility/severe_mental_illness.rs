//! Annual physical health check for people on the practice's register of severe mental illness: six elements, all within
//! twelve months.
//!
//! Source: NHS England and the mental health register of the QOF (schizophrenia, bipolar affective disorder, other
//! psychoses), read in November 2026.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::{Answer, Judging, Verdict, later};

/// The programme's name in the data.
pub const PROGRAMME: &str = "severe-mental-illness-check";

/// The six elements.
pub const ELEMENTS: [&str; 6] = [
    "alcohol",
    "blood glucose or HbA1c",
    "blood pressure",
    "body mass index",
    "lipids",
    "smoking",
];

/// Whether somebody is due, and for which elements: on the register, and the last day of each of [`ELEMENTS`].
pub fn judge(on_register: bool, last: [Option<Date>; 6], on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let Some(interval) = judging.months("interval") else {
        return judging.end(Verdict::NotKnown);
    };
    if !on_register {
        judging.because("not on the register of severe mental illness");
        return judging.end(Verdict::NotEligible);
    }
    if judging.is_ahead(last.into_iter().flatten().max()) {
        return judging.end(Verdict::NotKnown);
    }
    let ends = last.map(|day| day.and_then(|day| later(day, interval.months())));
    for (element, _) in ELEMENTS
        .iter()
        .zip(ends)
        .filter(|(_, end)| end.is_none_or(|end| end <= on))
    {
        judging.because(format!("to do: {element}"));
    }
    // The check is whole only while all six are; the first to lapse makes it due.
    let first: Option<Vec<Date>> = ends.into_iter().collect();
    match first.and_then(|ends| ends.into_iter().min()) {
        Some(end) => judging.end_due(end),
        None => judging.end_due(on),
    }
}
