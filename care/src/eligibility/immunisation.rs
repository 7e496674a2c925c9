//! Which routine immunisations are due by the schedule of England from 1 January 2026.
//!
//! Source: UKHSA (see `codes::clinical::programmes::SCHEDULE_SOURCE`). The rows to 3 years 4 months were read on the page; later
//! ones need a check with the Green Book and say so. Who began under an earlier schedule, or comes from elsewhere,
//! needs the algorithm for incomplete immunisation: this only prompts. Nothing is prompted from the age on at which it is given no
//! more: 6-in-1 from the tenth birthday, MenB from the second. Where that age was read in no source, the row says so. MMRV is for those
//! born from 2020 on; the MMR of whoever was born before is no row of this schedule.

use codes::clinical::programmes::{self, Dose};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::eligibility::later;

/// A vaccine that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The vaccine, by the schedule's name, or `MMR`.
    pub vaccine: &'a str,
    /// When.
    pub on: Date,
}

/// A dose that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The row of the schedule.
    pub dose: &'static Dose,
    /// Since when.
    pub since: Date,
    /// Whether the row, or until when it is given, still needs a check before it is used.
    pub unchecked: bool,
}

/// What is due on a day for somebody born on another; nothing before the schedule began. `weeks` are those of a
/// pregnancy. Seasonal vaccines are due when none was given in the twelve months before.
pub fn due(born: Date, given: &[Given<'_>], weeks: Option<u8>, on: Date) -> Vec<Due> {
    if on.to_string().as_str() < programmes::SCHEDULE_FROM || born > on {
        return Vec::new();
    }
    programmes::schedule()
        .iter()
        .filter(|dose| is_for(dose, born))
        .filter_map(|dose| {
            let since = if dose.age == "pregnancy" {
                in_pregnancy(dose, weeks?).then_some(on)?
            } else {
                later(born, span(dose.due)?)?
            };
            let late = dose.vaccine == "Rotavirus" && is_too_late(born, given, on);
            let wanted = since <= on && !late && !is_past(dose, born, on) && !is_met(dose, given, on);
            wanted.then_some(Due {
                dose,
                since,
                unchecked: !dose.is_until_read()
                    || !matches!(dose.due.as_bytes().last(), Some(b'd' | b'm')) && dose.due != "1y",
            })
        })
        .collect()
}

fn is_for(dose: &Dose, born: Date) -> bool {
    let born = born.to_string();
    (dose.born_from.is_empty() || dose.born_from <= born.as_str())
        && (dose.born_to.is_empty() || born.as_str() <= dose.born_to)
}

/// Whether the age is reached at which it is given no more.
fn is_past(dose: &Dose, born: Date, on: Date) -> bool {
    let end = span(dose.until).and_then(|until| later(born, until));
    end.is_some_and(|end| on >= end)
}

fn in_pregnancy(dose: &Dose, weeks: u8) -> bool {
    dose.due
        .strip_suffix('w')
        .is_none_or(|from| from.parse::<u8>().is_ok_and(|from| weeks >= from))
}

fn span(due: &str) -> Option<Span> {
    let (number, unit) = due.split_at_checked(due.len().checked_sub(1)?)?;
    let number: i32 = number.parse().ok()?;
    match unit {
        "d" => Some(number.days()),
        "m" => Some(number.months()),
        "y" => Some(number.years()),
        _ => None,
    }
}

/// A numbered dose is met by as many doses; one of a season, or of a pregnancy, by one within its time.
fn is_met(dose: &Dose, given: &[Given<'_>], on: Date) -> bool {
    let same =
        |one: &&Given<'_>| one.vaccine == dose.vaccine || (dose.vaccine == "MMRV" && one.vaccine == "MMR");
    let within = |months: i32| {
        move |one: &&Given<'_>| one.on <= on && later(one.on, months.months()).is_some_and(|end| end > on)
    };
    let given = given.iter().filter(same);
    if dose.age == "pregnancy" {
        return given.filter(within(9)).count() > 0;
    }
    if dose.dose == "annual" {
        return given.filter(within(12)).count() > 0;
    }
    let number = dose.dose.split(' ').next().and_then(|number| number.parse().ok());
    number.is_some_and(|number: usize| given.count() >= number)
}

/// The first rotavirus dose is not begun from 15 weeks, nor any given from 24.
fn is_too_late(born: Date, given: &[Given<'_>], on: Date) -> bool {
    let begun = given.iter().any(|one| one.vaccine == "Rotavirus");
    let key = if begun {
        "rotavirus_complete_before"
    } else {
        "rotavirus_first_before"
    };
    let day = on.to_string();
    let limit = programmes::on("immunisation", key, &day)
        .next()
        .and_then(programmes::Rule::number);
    let last = limit.and_then(|days| later(born, (days as i64).days()));
    last.is_none_or(|last| on >= last)
}
