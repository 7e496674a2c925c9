//! Observations: values in one unit, answers and findings.

use care::concept::Concept;
use care::record::Fact;
use care::record::fact::Observed;
use care::record::fact::result::{ResultStatus, Value};

use super::code::{self, CodeName};
use super::coded::{Coded, Kind, Said, add};
use super::dated;
use super::mark::Mark;
use super::measure::{Measure, narrow};
use super::person::Lived;
use crate::day::Day;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured<C> {
    /// When it was measured, else when it was written down.
    pub day: Day,
    /// What was measured: for a measure of [`super::MEASURES`] always its first code.
    pub code: C,
    /// The value, in the measure's unit unless the mark says otherwise; none when there is no number.
    pub value: Option<f32>,
    /// What is odd about it.
    pub mark: Mark,
}

impl<C> Measured<C> {
    pub(super) fn map<D>(self, turn: &mut impl FnMut(C) -> D) -> Measured<D> {
        Measured {
            day: self.day,
            code: turn(self.code),
            value: self.value,
            mark: self.mark,
        }
    }
}

/// Reads an observation and its parts.
pub(super) fn read(
    fact: &Fact<Observed>,
    lived: Lived,
    coded: &mut Vec<Coded<CodeName>>,
    measured: &mut Vec<Measured<CodeName>>,
) {
    let what = &fact.what;
    let settled = match what.status {
        Some(ResultStatus::Registered | ResultStatus::Preliminary) => Mark::Unsettled,
        Some(ResultStatus::Cancelled) => Mark::NotDone,
        Some(
            ResultStatus::Final | ResultStatus::Amended | ResultStatus::Corrected | ResultStatus::Unknown,
        )
        | None => Mark::Sound,
    };
    let absent = what.absent.is_some();
    let mut one = |concept: &Concept, value: Option<&Value>, absent: bool| {
        let asked = |mark: Mark| Said {
            kind: Kind::Asked,
            mark: settled.or(mark),
            over: false,
        };
        let finding = |mark: Mark| Said {
            kind: Kind::Finding,
            mark: settled.or(mark),
            over: false,
        };
        match value {
            Some(Value::Quantity(quantity)) => {
                measured.push(quantity_of(fact, concept, quantity, settled, lived));
            }
            #[expect(clippy::cast_precision_loss, reason = "counts in results are far below 2^53")]
            Some(Value::Integer(number)) => {
                let count = care::quantity::Quantity {
                    value: Some(*number as f64),
                    ..care::quantity::Quantity::default()
                };
                measured.push(quantity_of(fact, concept, &count, settled, lived));
            }
            Some(Value::Concept(answer)) => {
                add(coded, fact, Some(concept), asked(Mark::Sound), lived);
                add(coded, fact, Some(answer), finding(Mark::Sound), lived);
            }
            Some(Value::Bool(true)) => add(coded, fact, Some(concept), finding(Mark::Sound), lived),
            Some(Value::Bool(false)) => add(coded, fact, Some(concept), finding(Mark::NoValue), lived),
            None if absent => add(coded, fact, Some(concept), asked(Mark::NoValue), lived),
            // A group of parts says nothing by itself; without parts the code is the finding.
            None if what.components.is_empty() && what.members.is_empty() => {
                add(coded, fact, Some(concept), finding(Mark::Sound), lived);
            }
            None => {}
            Some(
                Value::Text(_)
                | Value::Range(..)
                | Value::Ratio(..)
                | Value::Time(_)
                | Value::Date(_)
                | Value::Period(_)
                | Value::Sampled(_),
            ) => add(coded, fact, Some(concept), asked(Mark::Sound), lived),
        }
    };
    one(&what.code, what.value.as_ref(), absent);
    for part in &what.components {
        // A part without a value was asked and not answered, unlike a finding that stands alone.
        one(&part.code, part.value.as_ref(), part.value.is_none());
    }
}

fn quantity_of(
    fact: &Fact<Observed>,
    concept: &Concept,
    quantity: &care::quantity::Quantity,
    settled: Mark,
    lived: Lived,
) -> Measured<CodeName> {
    let dated = dated::of(fact, lived);
    let names = code::of(Some(concept));
    let known = names
        .iter()
        .filter(|(_, mark)| mark.is_sound())
        .find_map(|(name, _)| Measure::of(&name.system, &name.code));
    let (name, named) = names
        .into_iter()
        .next()
        .unwrap_or((CodeName::none(), Mark::NoCode));
    let (name, (value, unit)) = match known {
        Some(measure) => {
            let name = measure
                .codes
                .first()
                .map_or(name, |(system, code)| CodeName::new(system, code));
            (name, measure.value(quantity))
        }
        // Of what is not in the table no unit can be checked.
        None => {
            let value = quantity.value.filter(|value| value.is_finite());
            let mark = match (named, value) {
                (Mark::Sound, Some(_)) => Mark::UnitNotKnown,
                (Mark::Sound, None) => Mark::NoValue,
                (odd, _) => odd,
            };
            (name, (value.map(narrow), mark))
        }
    };
    Measured {
        day: dated.day,
        code: name,
        value,
        mark: settled.or(dated.mark).or(unit),
    }
}
