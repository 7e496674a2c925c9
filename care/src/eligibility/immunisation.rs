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

use crate::eligibility::row::{BORN, LICENCE, Programme};
use crate::eligibility::{Answer, Verdict, later};
use crate::score::definition::{Allowed, Definition, needed, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "immunisation";
/// The vaccine before MMRV, which meets it.
pub const MMR: &str = "MMR";

/// A vaccine that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The vaccine, by the schedule's name, or `MMR`.
    pub vaccine: &'a str,
    /// When.
    pub on: Date,
}

/// What is known of the vaccines that somebody had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History<'a> {
    /// Those that are recorded.
    pub given: &'a [Given<'a>],
    /// Whether nothing else was given: otherwise a vaccine of which no dose is recorded may have been.
    pub complete: bool,
    /// How many are recorded of which nobody can say what they were.
    pub unnamed: u32,
}

/// Where somebody stands with a dose that they did not have, as far as is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The row of the schedule.
    pub dose: &'static Dose,
    /// Whether it is due.
    pub verdict: Verdict,
    /// From which day it is due, or would be if it was not given.
    pub since: Option<Date>,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// What is not known and is needed.
    pub missing: Vec<&'static str>,
    /// Whether the row, or until when it is given, still needs a check before it is used.
    pub unchecked: bool,
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

/// What is due on a day for somebody born on another, of whose vaccines all are told; nothing before the schedule began.
/// `weeks` are those of a pregnancy. Seasonal vaccines are due when none was given in the twelve months before.
pub fn due(born: Date, given: &[Given<'_>], weeks: Option<u8>, on: Date) -> Vec<Due> {
    let history = History {
        given,
        complete: true,
        unnamed: 0,
    };
    let due = judge(born, &history, weeks, on)
        .into_iter()
        .filter(|one| one.verdict == Verdict::Due);
    due.filter_map(|one| {
        Some(Due {
            dose: one.dose,
            since: one.since?,
            unchecked: one.unchecked,
        })
    })
    .collect()
}

/// Where somebody stands with each dose of the schedule that they did not have, in its order; nothing before it began. Those of a
/// pregnancy are told when its weeks are known. What nobody recorded is not known, and so is what an entry without a vaccine's name
/// may have been.
pub fn judge(born: Date, history: &History<'_>, weeks: Option<u8>, on: Date) -> Vec<Standing> {
    if on.to_string().as_str() < programmes::SCHEDULE_FROM || born > on {
        return Vec::new();
    }
    programmes::schedule()
        .iter()
        .filter(|dose| is_for(dose, born))
        .filter_map(|dose| standing(dose, born, history, weeks, on))
        .collect()
}

fn standing(
    dose: &'static Dose,
    born: Date,
    history: &History<'_>,
    weeks: Option<u8>,
    on: Date,
) -> Option<Standing> {
    let since = if dose.age == "pregnancy" {
        in_pregnancy(dose, weeks?).then_some(on)?
    } else {
        later(born, span(dose.due)?)?
    };
    let mut standing = Standing {
        dose,
        verdict: Verdict::NotKnown,
        since: Some(since),
        reasons: Vec::new(),
        missing: Vec::new(),
        unchecked: !dose.is_until_read()
            || !matches!(dose.due.as_bytes().last(), Some(b'd' | b'm')) && dose.due != "1y",
    };
    let same = || history.given.iter().filter(|one| is_same(dose, one));
    let last = same().map(|one| one.on).filter(|day| *day <= on).max();
    if let Some(odd) = same().find(|one| one.on > on || one.on < born) {
        standing.reasons.push(format!(
            "one is recorded on {}, which cannot be: the record cannot be right",
            odd.on
        ));
        standing.missing.push("the day on which it was given");
        return Some(standing);
    }
    if is_met(dose, history.given, on) {
        let next = later(last?, 12.months()).filter(|_| dose.dose == "annual")?;
        standing.verdict = Verdict::NotYetDue;
        // Who is not of the age yet is not of it a year later either.
        standing.since = Some(next.max(since));
        standing.reasons.push(format!("the last one was on {}", last?));
        return Some(standing);
    }
    let late = dose.vaccine == "Rotavirus" && is_too_late(born, history.given, on);
    if is_past(dose, born, on) || (late && since <= on) {
        standing.verdict = Verdict::NotEligible;
        standing.since = None;
        standing.reasons.push("given no more at this age".to_owned());
    } else if since > on {
        standing.verdict = Verdict::NotYetDue;
    } else if history.unnamed > 0 {
        standing.reasons.push(match history.unnamed {
            1 => "1 immunisation is recorded whose vaccine is not known".to_owned(),
            many => format!("{many} immunisations are recorded whose vaccine is not known"),
        });
        standing.missing.push("which vaccines those were");
    } else if last.is_none() && !history.complete {
        standing
            .reasons
            .push("none is recorded: if it was not given, it is due".to_owned());
        standing.missing.push("whether it was given");
    } else {
        standing.verdict = Verdict::Due;
        standing.reasons.push(match last {
            Some(last) => format!("{} recorded, the last on {last}", same().count()),
            None => "none was given".to_owned(),
        });
    }
    Some(standing)
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "Routine immunisations",
        version: "schedule from 1 January 2026, reading 1",
        source: programmes::SCHEDULE_SOURCE,
        licence: LICENCE,
        purpose: "shows which routine immunisations are due",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            needed("given", "Vaccines that were given", "", Allowed::List),
            optional("complete", "Nothing else was given", "", Allowed::YesNo, ""),
            optional(
                "unnamed",
                "Recorded immunisations whose vaccine is not known",
                "",
                Allowed::Whole(0, 1000),
                "",
            ),
            optional(
                "pregnancy_weeks",
                "Weeks of pregnancy",
                "",
                Allowed::Whole(0, 45),
                "",
            ),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let rule = "vaccines by the schedule's names with their days, as MenB|2026-11-30";
    let given = reading.list("given", rule, |word| {
        let (name, day) = word.split_once('|')?;
        let mut names = programmes::schedule()
            .iter()
            .map(|dose| dose.vaccine)
            .chain([MMR]);
        Some(Given {
            vaccine: names.find(|known| *known == name)?,
            on: day.parse().ok()?,
        })
    });
    let complete = reading.yes("complete").unwrap_or(given.is_some());
    let unnamed = reading
        .whole("unnamed")
        .and_then(|count| u32::try_from(count).ok());
    let weeks = reading
        .whole("pregnancy_weeks")
        .and_then(|weeks| u8::try_from(weeks).ok());
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let history = History {
        given: given.as_deref().unwrap_or_default(),
        complete: complete && given.is_some(),
        unnamed: unnamed.unwrap_or(0),
    };
    whole(&judge(born, &history, weeks, on))
}

/// One answer of all doses: due when any is, otherwise not known when any is.
fn whole(doses: &[Standing]) -> Answer {
    let verdict = [Verdict::Due, Verdict::NotKnown, Verdict::NotYetDue]
        .into_iter()
        .find(|verdict| doses.iter().any(|dose| dose.verdict == *verdict));
    let verdict = match (verdict, doses) {
        (Some(verdict), _) => verdict,
        (None, []) => Verdict::NotKnown,
        (None, _) => Verdict::NotEligible,
    };
    let of_it = || doses.iter().filter(|dose| dose.verdict == verdict);
    let words = |one: &Standing| {
        let name = format!("{} {}", one.dose.vaccine, one.dose.dose);
        let since = one
            .since
            .map_or_else(String::new, |since| format!(" from {since}"));
        let reasons = one.reasons.join(", ");
        format!(
            "{name}{since}{}{reasons}",
            if reasons.is_empty() { "" } else { ": " }
        )
    };
    let mut missing: Vec<&'static str> = of_it().flat_map(|one| one.missing.iter().copied()).collect();
    missing.sort_unstable();
    missing.dedup();
    let reasons = if doses.is_empty() {
        vec![
            "nothing of the schedule, which holds from 1 January 2026, is left for that birth and day"
                .to_owned(),
        ]
    } else {
        of_it().map(words).collect()
    };
    Answer {
        programme: PROGRAMME,
        verdict,
        reasons,
        due: of_it()
            .filter_map(|one| one.since)
            .min()
            .filter(|_| verdict != Verdict::NotKnown),
        missing,
        rules: Vec::new(),
    }
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

fn is_same(dose: &Dose, given: &Given<'_>) -> bool {
    given.vaccine == dose.vaccine || (dose.vaccine == "MMRV" && given.vaccine == MMR)
}

/// A numbered dose is met by as many doses; one of a season, or of a pregnancy, by one within its time.
fn is_met(dose: &Dose, given: &[Given<'_>], on: Date) -> bool {
    let within = |months: i32| {
        move |one: &&Given<'_>| one.on <= on && later(one.on, months.months()).is_some_and(|end| end > on)
    };
    let given = given.iter().filter(|one| is_same(dose, one) && one.on <= on);
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
