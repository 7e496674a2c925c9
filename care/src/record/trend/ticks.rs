//! Round numbers and dates for axes.

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::london;
use crate::quantity::number_words;

/// A range of numbers that begins and ends on a round one.
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<(f64, String)>,
}

/// Steps of 1, 2 or 5 times a power of ten, at most seven of them, that take in both ends.
pub(super) fn nice(lowest: f64, highest: f64) -> Scale {
    let (mut low, mut high) = (lowest.min(highest), lowest.max(highest));
    if !low.is_finite() || !high.is_finite() {
        (low, high) = (0.0, 1.0);
    }
    if high - low <= f64::EPSILON * high.abs().max(1.0) {
        let pad = if high == 0.0 {
            1.0
        } else {
            (high.abs() * 0.1).max(1e-9)
        };
        (low, high) = (low - pad, high + pad);
    }
    let rough = (high - low) / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power);
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let decimals = decimals(step);
    let mut ticks = Vec::new();
    let mut at = first;
    while at <= last && ticks.len() < 12 {
        let value = at * step;
        let shown = format!("{value:.decimals$}").parse().unwrap_or(value);
        ticks.push((value, number_words(shown)));
        at += 1.0;
    }
    Scale {
        low: first * step,
        high: last * step,
        ticks,
    }
}

fn decimals(step: f64) -> usize {
    let wanted = -step.log10().floor();
    if wanted <= 0.0 {
        0
    } else {
        (1..=12usize).take_while(|n| *n as f64 <= wanted).count()
    }
}

/// How far apart dates on the axis stand.
#[derive(Clone, Copy)]
enum Step {
    Days(i32),
    Months(i32),
    Years(i32),
}

const STEPS: [Step; 15] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
];

/// Round dates within the span, at most seven, oldest first; the two ends when no round date falls within.
pub(super) fn dates(oldest: Timestamp, newest: Timestamp) -> Vec<(Timestamp, String)> {
    let ends = || {
        let mut ends = vec![(oldest, london::date_words(london::date_of(oldest)))];
        if london::date_of(newest) != london::date_of(oldest) {
            ends.push((newest, london::date_words(london::date_of(newest))));
        }
        ends
    };
    for step in STEPS {
        if let Some(ticks) = within(step, oldest, newest) {
            return if ticks.len() < 2 { ends() } else { ticks };
        }
    }
    ends()
}

/// The step's dates within the span, or nothing when there are more than seven.
fn within(step: Step, oldest: Timestamp, newest: Timestamp) -> Option<Vec<(Timestamp, String)>> {
    let mut ticks = Vec::new();
    let mut date = first_at_or_before(step, london::date_of(oldest))?;
    for _ in 0..10 {
        let instant = london::instant_of(date.at(0, 0, 0, 0))?;
        if instant > newest {
            return Some(ticks);
        }
        if instant >= oldest {
            if ticks.len() == 7 {
                return None;
            }
            ticks.push((instant, label(step, date)));
        }
        let span = match step {
            Step::Days(days) => Span::new().days(days),
            Step::Months(months) => Span::new().months(months),
            Step::Years(years) => Span::new().years(years),
        };
        date = date.checked_add(span).ok()?;
    }
    None
}

fn first_at_or_before(step: Step, date: Date) -> Option<Date> {
    match step {
        Step::Days(_) => Some(date),
        Step::Months(months) => {
            let month = (i32::from(date.month()) - 1) / months * months + 1;
            Date::new(date.year(), i8::try_from(month).ok()?, 1).ok()
        }
        Step::Years(years) => {
            let year = i32::from(date.year()).div_euclid(years) * years;
            Date::new(i16::try_from(year).ok()?, 1, 1).ok()
        }
    }
}

fn label(step: Step, date: Date) -> String {
    let month = london::month_name(date.month()).get(..3).unwrap_or("");
    match step {
        Step::Days(_) => format!("{} {month} {}", date.day(), date.year()),
        Step::Months(_) => format!("{month} {}", date.year()),
        Step::Years(_) => date.year().to_string(),
    }
}
