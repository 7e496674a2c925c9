//! Who is called for what, as dated data: programmes of prevention in England, and the immunisation schedule.
//!
//! Source: `data/clinical/programmes.csv`, each row with the day from which it is known to hold and where it is from
//! (`basis`: `exact` is the day on which it came into force, `read` only a day on which the pages said so), and
//! `data/clinical/immunisation_schedule_england_2026.csv`.

use std::sync::LazyLock;

use crate::table::Table;

/// One rule of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The programme's name.
    pub programme: &'static str,
    /// What it rules.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
    /// The value's unit; empty for a word.
    pub unit: &'static str,
    /// First day, as `2025-07-01`.
    pub effective_from: &'static str,
    /// Last day; empty while it holds.
    pub effective_to: &'static str,
    /// Where it is from.
    pub source: &'static str,
}

impl Rule {
    /// The value as a number.
    pub fn number(&self) -> Option<f64> {
        self.value.parse().ok()
    }

    /// Whether it holds on a day written as `2025-07-01`.
    pub fn holds_on(&self, day: &str) -> bool {
        self.effective_from <= day && (self.effective_to.is_empty() || day <= self.effective_to)
    }
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../data/clinical/programmes.csv"));
    table
        .rows([
            "programme",
            "key",
            "value",
            "unit",
            "effective_from",
            "effective_to",
            "source",
        ])
        .into_iter()
        .map(
            |[programme, key, value, unit, effective_from, effective_to, source]| Rule {
                programme,
                key,
                value,
                unit,
                effective_from,
                effective_to,
                source,
            },
        )
        .collect()
});

/// Every rule.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rules of that name that hold on a day written as `2025-07-01`; none when the data knows none for that day.
///
/// ```
/// use codes::clinical::programmes::on;
/// let after = on("cervical-screening", "negative_25_to_49", "2025-07-01").next().unwrap();
/// assert_eq!(after.number(), Some(60.0));
/// let before = on("cervical-screening", "negative_25_to_49", "2025-06-30").next().unwrap();
/// assert_eq!(before.number(), Some(36.0));
/// ```
pub fn on(programme: &str, key: &str, day: &str) -> impl Iterator<Item = &'static Rule> {
    RULES
        .iter()
        .filter(move |rule| rule.programme == programme && rule.key == key && rule.holds_on(day))
}

/// One row of the immunisation schedule from 1 January 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dose {
    /// When, in words.
    pub age: &'static str,
    /// When: days (`56d`), months (`18m`), years (`12y`), weeks of pregnancy (`16w`) or `any`.
    pub due: &'static str,
    /// The vaccine.
    pub vaccine: &'static str,
    /// Which dose: a number, `annual`, or a number with a remark.
    pub dose: &'static str,
    /// Only for those born on or after this day; empty for all.
    pub born_from: &'static str,
    /// Only for those born on or before this day; empty for all.
    pub born_to: &'static str,
    /// What else is to be known.
    pub note: &'static str,
    /// The age from which it is due no more, in days, months or years as `due`; empty where there is none, or none is known.
    pub until: &'static str,
    /// Where that is from; `from knowledge` and `not known` begin what is to be compared with the Green Book.
    pub until_source: &'static str,
}

impl Dose {
    /// Whether its upper age, or that there is none, was read in a source.
    #[must_use]
    pub fn is_until_read(&self) -> bool {
        let unread = ["from knowledge", "not known"];
        !unread.iter().any(|word| self.until_source.starts_with(word))
    }
}

/// First day of the schedule.
pub const SCHEDULE_FROM: &str = "2026-01-01";
/// Source of the schedule.
pub const SCHEDULE_SOURCE: &str =
    "UKHSA, complete routine immunisation schedule from 1 January 2026 (updated 10 December 2025), OGL v3";

static SCHEDULE: LazyLock<Vec<Dose>> = LazyLock::new(|| {
    let table = Table::read(include_str!(
        "../../data/clinical/immunisation_schedule_england_2026.csv"
    ));
    table
        .rows([
            "age_due",
            "age_days_or_years",
            "vaccine",
            "dose",
            "born_on_or_after",
            "born_on_or_before",
            "note",
            "until",
            "until_source",
        ])
        .into_iter()
        .map(
            |[
                age,
                due,
                vaccine,
                dose,
                born_from,
                born_to,
                note,
                until,
                until_source,
            ]| Dose {
                age,
                due,
                vaccine,
                dose,
                born_from,
                born_to,
                note,
                until,
                until_source,
            },
        )
        .collect()
});

/// The schedule's rows, in its order.
pub fn schedule() -> &'static [Dose] {
    &SCHEDULE
}
