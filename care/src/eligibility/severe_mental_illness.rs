//! Annual physical health check for people on the practice's register of severe mental illness: six elements, all within
//! twelve months.
//!
//! Source: NHS England and the mental health register of the QOF (schizophrenia, bipolar affective disorder, other
//! psychoses), read in November 2026.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::row::{LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, later};
use crate::score::definition::{Allowed, Definition, Input, needed};
use crate::score::row::Reading;

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

/// The columns of the elements, in their order.
const COLUMNS: [&str; 6] = [
    "alcohol",
    "blood_glucose",
    "blood_pressure",
    "body_mass_index",
    "lipids",
    "smoking",
];

const fn element(place: usize) -> Input {
    needed(COLUMNS[place], ELEMENTS[place], "", Allowed::DayOrNone)
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Physical health check in severe mental illness",
        version: "dated rules, reading 1",
        source: "NHS England; mental health register of the QOF (read in November 2026)",
        licence: LICENCE,
        purpose: "shows which of the six elements of the yearly check are to do",
        not_for_clinical_use: true,
        inputs: &[
            needed(
                "on_register",
                "On the register of severe mental illness",
                "",
                Allowed::YesNo,
            ),
            element(0),
            element(1),
            element(2),
            element(3),
            element(4),
            element(5),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let on_register = reading.yes("on_register");
    let last = COLUMNS.map(|column| reading.past(column));
    judge(on_register, last, on)
}

/// Whether somebody is due, and for which elements: on the register (nothing when that is not known), and the last day of each
/// of [`ELEMENTS`].
pub fn judge(on_register: Option<bool>, last: [Past<Date>; 6], on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let Some(interval) = judging.months("interval") else {
        return judging.end(Verdict::NotKnown);
    };
    match on_register {
        Some(true) => {}
        Some(false) => {
            judging.because("not on the register of severe mental illness");
            return judging.end(Verdict::NotEligible);
        }
        None => {
            judging.needs("whether on the register of severe mental illness");
            return judging.end(Verdict::NotKnown);
        }
    }
    if judging.is_ahead(last.into_iter().filter_map(Past::last).max()) {
        return judging.end(Verdict::NotKnown);
    }
    // The check is whole only while all six are; the first to lapse makes it due, and one that was never done at once.
    let mut first: Option<Date> = None;
    let mut is_never = false;
    for (element, last) in ELEMENTS.into_iter().zip(last) {
        match last {
            Past::NotKnown => judging.needs(element),
            Past::Never => {
                is_never = true;
                judging.because(format!("to do: {element}"));
            }
            Past::Last(day) => {
                let end = later(day, interval.months());
                if end.is_none_or(|end| end <= on) {
                    judging.because(format!("to do: {element}, last on {day}"));
                }
                first = first.into_iter().chain(end).min();
            }
        }
    }
    match first.filter(|end| !is_never || *end <= on) {
        Some(end) if end <= on => judging.end_due(end),
        _ if is_never => judging.end_due(on),
        Some(end) if judging.answer.missing.is_empty() => judging.end_due(end),
        _ => {
            judging.because(
                "when some elements were last done is not known: those of which there was none are to do",
            );
            judging.end(Verdict::NotKnown)
        }
    }
}
