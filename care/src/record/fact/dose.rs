//! Dosage instructions in words. Nothing that a dosage says is left out: what is not worded is said to be there.

use crate::concept::Concept;
use crate::quantity::{Quantity, number_words};
use crate::when::Period;

/// Said of a dosage that holds more than Sarsen can word.
pub const MORE_IN_SOURCE: &str = "more dosage detail in the source: check";

/// When needed, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsNeeded {
    /// Said or denied without a reason.
    Said(bool),
    /// For this.
    For(Concept),
}

/// A number of something, and at most how many when a range was given.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UpTo<T> {
    /// The number, or the lower end of the range.
    pub from: Option<T>,
    /// The upper end of the range.
    pub to: Option<T>,
}

/// For how long a schedule holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Bounds {
    /// So long, from the start.
    For(Quantity),
    /// Between two dates.
    Over(Period),
}

/// How often.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Timing {
    /// How many times in each stretch.
    pub frequency: Option<u32>,
    /// At most how many times, when a range was given.
    pub frequency_max: Option<u32>,
    /// The length of the stretch.
    pub period: Option<f64>,
    /// Its greatest length, when a range was given.
    pub period_max: Option<f64>,
    /// Its unit: s, min, h, d, wk, mo or a.
    pub period_unit: Option<String>,
    /// How long one giving lasts, in `duration_unit`.
    pub duration: UpTo<f64>,
    /// Unit of `duration`: s, min, h, d, wk, mo or a.
    pub duration_unit: Option<String>,
    /// How many times in all.
    pub count: UpTo<u32>,
    /// Days of the week: mon, tue, wed, thu, fri, sat, sun.
    pub days: Vec<String>,
    /// Times of the day, "08:00:00".
    pub times: Vec<String>,
    /// Parts of the day or meals, as coded.
    pub when: Vec<String>,
    /// For how long the schedule holds.
    pub bounds: Option<Bounds>,
    /// A coded or worded schedule.
    pub schedule: Option<Concept>,
}

/// A fixed amount, or one between two.
#[derive(Clone, Debug, PartialEq)]
pub enum Extent {
    /// So much.
    Exactly(Quantity),
    /// Between these.
    Between(Option<Quantity>, Option<Quantity>),
}

/// How fast.
#[derive(Clone, Debug, PartialEq)]
pub enum Rate {
    /// So much in a unit of time.
    At(Extent),
    /// So much in so long.
    Ratio(Option<Quantity>, Option<Quantity>),
}

/// How much at a time, and how fast.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Amount {
    /// Ordered or calculated.
    pub kind: Option<Concept>,
    /// How much.
    pub dose: Option<Extent>,
    /// How fast.
    pub rate: Option<Rate>,
}

/// One dosage instruction.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Dose {
    /// Its place among the instructions; those with the same place go together.
    pub sequence: Option<i64>,
    /// The instruction as written.
    pub text: Option<String>,
    /// Further instructions and warnings.
    pub additional: Vec<Concept>,
    /// Words for the person.
    pub for_person: Option<String>,
    /// Whether only when needed.
    pub as_needed: Option<AsNeeded>,
    /// How often.
    pub timing: Option<Timing>,
    /// Where on the body.
    pub site: Option<Concept>,
    /// By which route.
    pub route: Option<Concept>,
    /// By what technique.
    pub method: Option<Concept>,
    /// How much at a time; several when the sender gave several.
    pub amounts: Vec<Amount>,
    /// At most so much (first) in so long (second).
    pub most_per_period: Option<(Option<Quantity>, Option<Quantity>)>,
    /// At most so much at a time.
    pub most_at_a_time: Option<Quantity>,
    /// At most so much in a lifetime.
    pub most_in_a_lifetime: Option<Quantity>,
    /// What else the dosage holds, as sent (JSON): not worded, never lost.
    pub more: Option<String>,
}

impl Dose {
    /// The instruction as written and whatever its coded parts add to it; put together from them when nothing was
    /// written. Ends with [`MORE_IN_SOURCE`] when there is more than can be worded. Empty when nothing was said.
    pub fn words(&self) -> String {
        let written = self
            .text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let mut said = written.unwrap_or_default().to_owned();
        let mut add = |between: &str, part: &str| {
            if part.is_empty() || contains_words(&said, part) {
                return;
            }
            if !said.is_empty() {
                said.push_str(between);
            }
            said.push_str(part);
        };
        for (index, part) in self.coded_parts().iter().enumerate() {
            let between = if index == 0 && written.is_some() {
                ". "
            } else {
                ", "
            };
            add(between, part);
        }
        for part in &self.additional {
            add(". ", part.words());
        }
        if let Some(instruction) = self.for_person.as_deref().map(str::trim) {
            add(". ", instruction);
        }
        if self.more.is_some() {
            add("; ", MORE_IN_SOURCE);
        }
        said
    }

    fn coded_parts(&self) -> Vec<String> {
        let amounts: Vec<String> = self
            .amounts
            .iter()
            .map(Amount::words)
            .filter(|w| !w.is_empty())
            .collect();
        let mut parts: Vec<String> = Vec::new();
        parts.push(amounts.join(" or "));
        parts.extend(
            [&self.method, &self.route, &self.site]
                .into_iter()
                .flatten()
                .map(|c| c.words().to_owned()),
        );
        parts.extend(self.timing.as_ref().map(Timing::words));
        match &self.as_needed {
            Some(AsNeeded::Said(true)) => parts.push("when needed".to_owned()),
            Some(AsNeeded::For(reason)) => parts.push(format!("when needed for {}", reason.words())),
            Some(AsNeeded::Said(false)) | None => {}
        }
        if let Some((amount, length)) = &self.most_per_period {
            let amount = amount
                .as_ref()
                .map_or_else(|| "amount not stated".to_owned(), Quantity::dose_words);
            let length = length
                .as_ref()
                .map_or_else(|| "time not stated".to_owned(), length_words);
            parts.push(format!("no more than {amount} in {length}"));
        }
        if let Some(most) = &self.most_at_a_time {
            parts.push(format!("no more than {} at a time", most.dose_words()));
        }
        if let Some(most) = &self.most_in_a_lifetime {
            parts.push(format!("no more than {} in a lifetime", most.dose_words()));
        }
        parts.retain(|part| !part.is_empty());
        parts
    }
}

/// Whether the words stand in the text whole: "1 tablet" does not stand in "11 tablets".
fn contains_words(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '.' && c != ',');
    text.match_indices(&words).any(|(at, found)| {
        let after = text[at + found.len()..].chars().next();
        let after_is_edge = after.is_none_or(|c| !c.is_alphanumeric());
        is_edge(text[..at].chars().next_back()) && after_is_edge
    })
}

impl Amount {
    fn words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.dose.as_ref().map(Extent::words));
        match &self.rate {
            Some(Rate::At(extent)) => parts.push(format!("at {}", extent.words())),
            Some(Rate::Ratio(amount, length)) => {
                let amount = amount
                    .as_ref()
                    .map_or_else(|| "amount not stated".to_owned(), Quantity::dose_words);
                let length = length
                    .as_ref()
                    .map_or_else(|| "time not stated".to_owned(), length_words);
                parts.push(format!("at {amount} in {length}"));
            }
            None => {}
        }
        if !parts.is_empty()
            && let Some(kind) = self.kind.as_ref().filter(|kind| !kind.has_code("ordered"))
        {
            parts.push(format!("({})", kind.words().to_lowercase()));
        }
        parts.join(" ")
    }
}

impl Extent {
    fn words(&self) -> String {
        match self {
            Extent::Exactly(only) => only.dose_words(),
            Extent::Between(Some(low), Some(high)) => {
                format!("{} to {}", low.dose_words(), high.dose_words())
            }
            Extent::Between(Some(low), None) => format!("at least {}", low.dose_words()),
            Extent::Between(None, Some(high)) => format!("up to {}", high.dose_words()),
            Extent::Between(None, None) => String::new(),
        }
    }
}

impl Timing {
    /// "twice a day", "every 4 to 6 hours, on Monday and Friday, for 7 days"; empty when nothing was said.
    pub fn words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.schedule.as_ref().map(|schedule| schedule.words().to_owned()));
        parts.push(self.repeat_words());
        if !self.days.is_empty() {
            let days: Vec<&str> = self.days.iter().map(|day| day_of_week(day)).collect();
            parts.push(format!("on {}", joined(&days)));
        }
        if !self.times.is_empty() {
            let times: Vec<&str> = self
                .times
                .iter()
                .map(|time| {
                    time.strip_suffix(":00")
                        .filter(|t| t.contains(':'))
                        .unwrap_or(time)
                })
                .collect();
            parts.push(format!("at {}", joined(&times)));
        }
        parts.extend(self.when.iter().map(|code| part_of_day(code).to_owned()));
        if let Some(length) = range_words(
            self.duration.from.map(number_words),
            self.duration.to.map(number_words),
        ) {
            let many = self
                .duration
                .to
                .or(self.duration.from)
                .is_none_or(|length| !is_one(length));
            parts.push(format!(
                "over {length} {}",
                unit_words(self.duration_unit.as_deref(), many)
            ));
        }
        let number = |count: Option<u32>| count.map(|count| count.to_string());
        if let Some(count) = range_words(number(self.count.from), number(self.count.to)) {
            let times = if self.count.to.or(self.count.from) == Some(1) {
                "once in all".to_owned()
            } else {
                format!("{count} times in all")
            };
            parts.push(times);
        }
        match &self.bounds {
            Some(Bounds::For(length)) => parts.push(format!("for {}", length_words(length))),
            Some(Bounds::Over(period)) => parts.push(period.words()),
            None => {}
        }
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }

    fn repeat_words(&self) -> String {
        let times = match (self.frequency, self.frequency_max) {
            (Some(1), None) => Some("once".to_owned()),
            (Some(2), None) => Some("twice".to_owned()),
            (Some(times), None) => Some(format!("{times} times")),
            (Some(low), Some(high)) => Some(format!("{low} to {high} times")),
            (None, Some(high)) => Some(format!("up to {high} times")),
            (None, None) => None,
        };
        let unit = |many: bool| unit_words(self.period_unit.as_deref(), many);
        let length = range_words(self.period.map(number_words), self.period_max.map(number_words));
        let single = self.period_max.is_none() && self.period.is_none_or(is_one);
        match (times, length) {
            (None, None) => String::new(),
            (Some(times), None) if self.period_unit.is_none() => times,
            (Some(times), _) if single => {
                let article = if self.period_unit.as_deref() == Some("h") {
                    "an"
                } else {
                    "a"
                };
                format!("{times} {article} {}", unit(false))
            }
            (Some(times), Some(length)) if times == "once" => format!("every {length} {}", unit(true)),
            (Some(times), Some(length)) => format!("{times} every {length} {}", unit(true)),
            (Some(times), None) => times,
            (None, Some(_)) if single => format!("every {}", unit(false)),
            (None, Some(length)) => format!("every {length} {}", unit(true)),
        }
    }
}

fn range_words(from: Option<String>, to: Option<String>) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(only), None) => Some(only),
        (None, Some(to)) => Some(format!("up to {to}")),
        (None, None) => None,
    }
}

fn joined(words: &[&str]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

fn is_one(value: f64) -> bool {
    (value - 1.0).abs() < f64::EPSILON
}

/// "24 hours", "7 days": a length of time, its UCUM unit in words.
fn length_words(length: &Quantity) -> String {
    let Some(value) = length.value else {
        return length.words();
    };
    match length.code.as_deref().or(length.unit.as_deref()) {
        Some(code @ ("s" | "min" | "h" | "d" | "wk" | "mo" | "a")) if length.comparator.is_none() => {
            format!(
                "{} {}",
                number_words(value),
                unit_words(Some(code), !is_one(value))
            )
        }
        _ => length.words(),
    }
}

fn unit_words(code: Option<&str>, many: bool) -> String {
    let unit = match code {
        Some("s") => "second",
        Some("min") => "minute",
        Some("h") => "hour",
        Some("d") => "day",
        Some("wk") => "week",
        Some("mo") => "month",
        Some("a") => "year",
        Some(other) => return other.to_owned(),
        None => return "(unit of time not given)".to_owned(),
    };
    format!("{unit}{}", if many { "s" } else { "" })
}

fn day_of_week(code: &str) -> &str {
    match code {
        "mon" => "Monday",
        "tue" => "Tuesday",
        "wed" => "Wednesday",
        "thu" => "Thursday",
        "fri" => "Friday",
        "sat" => "Saturday",
        "sun" => "Sunday",
        other => other,
    }
}

/// FHIR event-timing codes in words.
fn part_of_day(code: &str) -> &str {
    match code {
        "MORN" => "in the morning",
        "AFT" => "in the afternoon",
        "EVE" => "in the evening",
        "NIGHT" | "HS" => "at night",
        "AC" => "before food",
        "PC" => "after food",
        "C" => "with food",
        "ACM" => "before breakfast",
        "CM" => "with breakfast",
        "CD" => "with lunch",
        "CV" => "with dinner",
        other => other,
    }
}
