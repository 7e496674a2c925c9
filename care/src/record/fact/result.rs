//! Observations: laboratory results, vital signs, findings, answers to questions.

use super::super::mention::Mention;
use crate::coded::coded;
use crate::concept::Concept;
use crate::partial_date::PartialDate;
use crate::quantity::{Quantity, number_words};
use crate::when::Period;

coded! {
    /// How far a result is settled (FHIR observation-status).
    ResultStatus {
        Registered = "registered", "Registered, no result yet";
        Preliminary = "preliminary", "Preliminary";
        Final = "final", "Final";
        Amended = "amended", "Amended";
        Corrected = "corrected", "Corrected";
        Cancelled = "cancelled", "Cancelled";
        Unknown = "unknown", "Status not known";
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A measured amount.
    Quantity(Quantity),
    /// A coded finding.
    Concept(Concept),
    /// Words.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A count.
    Integer(i64),
    /// An amount between two.
    Range(Option<Quantity>, Option<Quantity>),
    /// A ratio, such as a titre.
    Ratio(Option<Quantity>, Option<Quantity>),
    /// A time of day, as sent.
    Time(String),
    /// A date or moment.
    Date(PartialDate),
    /// A stretch of time.
    Period(Period),
    /// A sampled waveform, which pages do not draw; its origin's unit is kept.
    Sampled(Quantity),
}

impl Value {
    /// As a person reads it.
    pub fn words(&self) -> String {
        let side =
            |quantity: &Option<Quantity>| quantity.as_ref().map_or_else(|| "?".to_owned(), Quantity::words);
        match self {
            Value::Quantity(quantity) => quantity.words(),
            Value::Concept(concept) => concept.words().to_owned(),
            Value::Text(text) | Value::Time(text) => text.clone(),
            Value::Bool(true) => "Yes".to_owned(),
            Value::Bool(false) => "No".to_owned(),
            #[expect(clippy::cast_precision_loss, reason = "counts in results are far below 2^53")]
            Value::Integer(number) => number_words(*number as f64),
            Value::Range(low, high) => format!("{} to {}", side(low), side(high)),
            Value::Ratio(over, under) => format!("{} : {}", side(over), side(under)),
            Value::Date(date) => date.words(),
            Value::Period(period) => period.words(),
            Value::Sampled(_) => "Waveform, not shown here".to_owned(),
        }
    }
}

/// A range given by the reporting laboratory.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReferenceRange {
    /// Lower limit.
    pub low: Option<Quantity>,
    /// Upper limit.
    pub high: Option<Quantity>,
    /// What sort of range (normal, therapeutic).
    pub kind: Option<Concept>,
    /// For whom it holds (sex, ethnicity, pregnancy).
    pub applies_to: Vec<Concept>,
    /// For which ages it holds, from and to.
    pub age: Option<(Option<Quantity>, Option<Quantity>)>,
    /// The range in words.
    pub text: Option<String>,
}

impl ReferenceRange {
    /// "3.5 to 5.3 mmol/L", "up to 5 mg/L", or the laboratory's words; with whom it is for: "(women, age 18 to 60)".
    pub fn words(&self) -> String {
        let mut whom: Vec<String> = self.applies_to.iter().map(|who| who.words().to_owned()).collect();
        let years = |age: &Quantity| match (age.value, age.code.as_deref()) {
            (Some(value), Some("a")) => number_words(value),
            _ => age.words(),
        };
        match &self.age {
            Some((Some(from), Some(to))) => whom.push(format!("age {} to {}", years(from), years(to))),
            Some((Some(from), None)) => whom.push(format!("age {} or more", years(from))),
            Some((None, Some(to))) => whom.push(format!("age up to {}", years(to))),
            Some((None, None)) | None => {}
        }
        let limits = self.limits_words();
        if whom.is_empty() {
            limits
        } else {
            format!("{limits} ({})", whom.join(", "))
        }
    }

    fn limits_words(&self) -> String {
        let number = |quantity: &Quantity| quantity.value.map_or_else(String::new, number_words);
        match (&self.low, &self.high, &self.text) {
            (Some(low), Some(high), _) if low.unit_key() == high.unit_key() => {
                format!("{} to {}", number(low), high.words())
            }
            (Some(low), Some(high), _) => format!("{} to {}", low.words(), high.words()),
            (Some(low), None, _) => format!("{} or more", low.words()),
            (None, Some(high), _) => format!("up to {}", high.words()),
            (None, None, Some(text)) => text.clone(),
            (None, None, None) => "Reference range not stated".to_owned(),
        }
    }

    /// Whether it is the normal range: said so, or nothing said.
    pub fn is_normal(&self) -> bool {
        self.kind.as_ref().is_none_or(|kind| kind.has_code("normal"))
    }
}

/// A part of a result, such as systolic pressure.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Component {
    /// What was looked for.
    pub code: Concept,
    /// What was found.
    pub value: Option<Value>,
    /// Why there is no value.
    pub absent: Option<Concept>,
    /// High, low, normal and so on, as the laboratory says.
    pub interpretations: Vec<Concept>,
    /// The laboratory's ranges.
    pub ranges: Vec<ReferenceRange>,
}

/// A result, vital sign, finding or answer.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Observed {
    /// What was looked for.
    pub code: Concept,
    /// Laboratory, vital signs, survey and so on.
    pub categories: Vec<Concept>,
    /// How far it is settled.
    pub status: Option<ResultStatus>,
    /// What was found.
    pub value: Option<Value>,
    /// Why there is no value.
    pub absent: Option<Concept>,
    /// Parts.
    pub components: Vec<Component>,
    /// High, low, normal and so on, as the laboratory says.
    pub interpretations: Vec<Concept>,
    /// The laboratory's ranges.
    pub ranges: Vec<ReferenceRange>,
    /// Where on the body.
    pub body_site: Option<Concept>,
    /// By what method.
    pub method: Option<Concept>,
    /// The device, when one measured.
    pub device: Option<Mention>,
    /// Results of which this one is the heading.
    pub members: Vec<Mention>,
    /// Notes.
    pub notes: Vec<String>,
}

impl Observed {
    /// Whether it is of the FHIR category, such as "vital-signs" (also the misspelt "vital-sign").
    pub fn is_of_category(&self, code: &str) -> bool {
        let misspelt = code.strip_suffix('s').unwrap_or(code);
        self.categories
            .iter()
            .any(|category| category.has_code(code) || category.has_code(misspelt))
    }

    /// Whether there is, or may be, a result: it was neither cancelled nor merely registered.
    pub fn has_result(&self) -> bool {
        !matches!(
            self.status,
            Some(ResultStatus::Cancelled | ResultStatus::Registered)
        )
    }

    /// The value in words with its parts; blood pressure and other parts joined; the reason when there is none.
    pub fn value_words(&self) -> String {
        if let Some(value) = &self.value {
            let parts = self.components.iter().map(Component::words);
            let words: Vec<String> = std::iter::once(value.words()).chain(parts).collect();
            return words.join("; ");
        }
        if let Some(pressure) = super::super::results::blood_pressure_words(self) {
            return pressure;
        }
        if !self.components.is_empty() {
            let parts: Vec<String> = self.components.iter().map(Component::words).collect();
            return parts.join("; ");
        }
        absence_words(self.absent.as_ref())
    }

    /// The laboratory's interpretation in words, empty when it gave none.
    pub fn interpretation_words(&self) -> String {
        interpretation_words(&self.interpretations)
    }

    /// What the laboratory marked as other than normal, of the whole and of its parts: "High", "Systolic: Low".
    pub fn marks(&self) -> Vec<String> {
        let whole = std::iter::once(self.interpretation_words());
        let parts = self.components.iter().map(|part| {
            let words = interpretation_words(&part.interpretations);
            if is_mark(&words) {
                format!("{}: {words}", part.code.words())
            } else {
                words
            }
        });
        whole.chain(parts).filter(|words| is_mark(words)).collect()
    }
}

fn is_mark(words: &str) -> bool {
    !words.is_empty() && words != "Normal"
}

impl Component {
    /// "Systolic blood pressure 120 mmHg".
    pub fn words(&self) -> String {
        let value = self
            .value
            .as_ref()
            .map_or_else(|| absence_words(self.absent.as_ref()), Value::words);
        format!("{} {value}", self.code.words())
    }
}

fn absence_words(absent: Option<&Concept>) -> String {
    absent.map_or_else(
        || "No value recorded".to_owned(),
        |reason| format!("No value: {}", reason.words()),
    )
}

/// HL7 v3 ObservationInterpretation codes in words, else the sender's words.
pub fn interpretation_words(interpretations: &[Concept]) -> String {
    let words: Vec<&str> = interpretations
        .iter()
        .map(|concept| {
            let code = concept.codings.iter().find_map(|coding| coding.code.as_deref());
            match code {
                Some("H") => "High",
                Some("HH") => "Critically high",
                Some("L") => "Low",
                Some("LL") => "Critically low",
                Some("N") => "Normal",
                Some("A") => "Abnormal",
                Some("AA") => "Critically abnormal",
                _ => concept.words(),
            }
        })
        .collect();
    words.join(", ")
}
