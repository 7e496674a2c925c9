//! What a score comes to, with all that a reader needs to trust or doubt it.

use crate::partial_date::PartialDate;
use crate::score::definition::Definition;

/// The outcome of a score for one person at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Which score, by name.
    pub name: &'static str,
    /// By which version of its rule.
    pub version: &'static str,
    /// The value; nothing when an input that is needed is missing or any was refused.
    pub value: Option<f64>,
    /// The name of its band, when the score has bands.
    pub band: Option<&'static str>,
    /// The inputs that were used, with their dates.
    pub used: Vec<Used>,
    /// Inputs that were not there, by name.
    pub missing: Vec<&'static str>,
    /// Inputs that were there and cannot be right.
    pub refused: Vec<Refusal>,
    /// What else is to be said beside the value: a prompt, a limit of the score, what was taken to be so.
    pub notes: Vec<String>,
}

/// An input that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Its name.
    pub input: &'static str,
    /// Its value as given.
    pub value: String,
    /// When it was measured or recorded, if said.
    pub date: Option<PartialDate>,
}

/// An input that was refused: nothing is computed from it, nor around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub input: &'static str,
    /// What was given.
    pub given: String,
    /// What it must be.
    pub rule: String,
}

/// What is different from an earlier outcome of the same score.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Changed {
    /// By how much the value rose or, below nought, fell; nothing when either had none.
    pub value: Option<f64>,
    /// The bands before and after, when they differ.
    pub band: Option<(Option<&'static str>, Option<&'static str>)>,
    /// The inputs whose value differs: name, before, after.
    pub inputs: Vec<(&'static str, Option<String>, Option<String>)>,
    /// Set when the rule itself changed between the two: the values do not compare.
    pub version: Option<(&'static str, &'static str)>,
}

impl Changed {
    /// Whether nothing is different.
    pub fn is_nothing(&self) -> bool {
        self.value.is_none_or(|by| by == 0.0)
            && self.band.is_none()
            && self.inputs.is_empty()
            && self.version.is_none()
    }
}

impl Outcome {
    /// An outcome with nothing in it yet.
    pub fn begin(definition: &Definition) -> Outcome {
        Outcome {
            name: definition.name,
            version: definition.version,
            value: None,
            band: None,
            used: Vec::new(),
            missing: Vec::new(),
            refused: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// What changed since an earlier outcome; nothing when that was of another score.
    pub fn changed_since(&self, previous: &Outcome) -> Option<Changed> {
        if self.name != previous.name {
            return None;
        }
        let given = |outcome: &Outcome, name: &str| {
            let used = outcome.used.iter().find(|used| used.input == name);
            used.map(|used| used.value.clone())
        };
        let mut names: Vec<&'static str> = previous.used.iter().map(|used| used.input).collect();
        names.extend(self.used.iter().map(|used| used.input));
        names.sort_unstable();
        names.dedup();
        let inputs = names
            .into_iter()
            .map(|name| (name, given(previous, name), given(self, name)))
            .filter(|(_, before, after)| before != after)
            .collect();
        let same_rule = self.version == previous.version;
        Some(Changed {
            value: self
                .value
                .zip(previous.value)
                .filter(|_| same_rule)
                .map(|(after, before)| after - before),
            band: (self.band != previous.band).then_some((previous.band, self.band)),
            inputs,
            version: (!same_rule).then_some((previous.version, self.version)),
        })
    }
}
