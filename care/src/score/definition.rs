//! What a score is: its source, its inputs with their ranges, and its bands.

/// A published score as this program computes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Definition {
    /// Its name in files and commands: small letters and hyphens.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Version of the published rule and of our reading of it; it changes when any result could.
    pub version: &'static str,
    /// Citation with DOI or address.
    pub source: &'static str,
    /// Under what terms rule and words may be used.
    pub licence: &'static str,
    /// What it is for, and for whom: its intended purpose.
    pub purpose: &'static str,
    /// Whether a clinical safety officer has yet to sign it for care.
    pub not_for_clinical_use: bool,
    /// What it reads, in the order of its columns.
    pub inputs: &'static [Input],
    /// What its values mean, from the least; empty when the literature gives no bands.
    pub bands: &'static [Band],
}

impl Definition {
    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The band of a value by its table.
    pub fn band(&self, value: f64) -> Option<&'static Band> {
        self.bands.iter().rev().find(|band| value >= band.from)
    }
}

/// A range of values with a meaning; it ends where the next begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Its name in files.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The least value in it.
    pub from: f64,
}

impl Band {
    /// A band.
    pub const fn new(name: &'static str, label: &'static str, from: f64) -> Band {
        Band { name, label, from }
    }
}

/// One thing that a score reads: a column of a row. Beside it may stand `NAME_date` (when it was measured or recorded)
/// and, for numbers, `NAME_unit`, which must then be [`Input::unit`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input {
    /// Its column.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Unit (UCUM where there is one); empty when it has none.
    pub unit: &'static str,
    /// Which values it may have.
    pub allowed: Allowed,
    /// What holds when it is not there.
    pub missing: Missing,
}

/// Which values an input may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// A whole number in a range, both ends included.
    Whole(i64, i64),
    /// A number in a range, both ends included.
    Number(f64, f64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `yes` or `no`.
    YesNo,
    /// Words or codes with semicolons between them; `none` says that there are none.
    List,
    /// A day, as 2026-11-30.
    Day,
    /// The day of the last time; `none` says that there was none.
    DayOrNone,
}

impl Allowed {
    /// The rule in words, as a refusal gives it.
    pub fn rule(&self, unit: &str) -> String {
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        match self {
            Allowed::Whole(least, most) => format!("a whole number from {least} to {most}{unit}"),
            Allowed::Number(least, most) => format!("a number from {least} to {most}{unit}"),
            Allowed::Choice(words) => format!("one of: {}", words.join(", ")),
            Allowed::YesNo => "yes or no".to_owned(),
            Allowed::List => "a list with semicolons, or none".to_owned(),
            Allowed::Day => "a day, as 2026-11-30".to_owned(),
            Allowed::DayOrNone => "a day, as 2026-11-30, or none".to_owned(),
        }
    }
}

/// What holds when an input is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Without it there is no value.
    NoValue,
    /// The score is defined without it; these words say what is then taken to be so.
    Taken(&'static str),
}

/// An input that must be there.
pub(crate) const fn needed(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    allowed: Allowed,
) -> Input {
    Input {
        name,
        label,
        unit,
        allowed,
        missing: Missing::NoValue,
    }
}

/// An input without which the score is still defined.
pub(crate) const fn optional(
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    allowed: Allowed,
    taken: &'static str,
) -> Input {
    Input {
        name,
        label,
        unit,
        allowed,
        missing: Missing::Taken(taken),
    }
}
