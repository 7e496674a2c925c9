//! Segments of a population: each adult in exactly one, by a model that is data, and the stage of life beside it.
//!
//! The model is `codes::clinical::segmentation`; its order of priority decides where several would fit. A segment describes a
//! population for planning: it is no diagnosis, and nobody's care follows from it.

mod life_stage;
mod month;
mod movement;

pub use codes::clinical::segmentation::{Model, SNEE};
pub use life_stage::{LifeStage, life_stage};
pub use month::Month;
pub use movement::Movement;

use jiff::civil::Date;

/// Age in years from which the model of Suffolk and North East Essex segments people.
pub const ADULT_FROM: u8 = 18;

/// How much is going on, by the number of long-term conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Complexity {
    /// None.
    Low,
    /// One to three.
    Medium,
    /// Four and more.
    High,
}

impl Complexity {
    /// Of a number of long-term conditions.
    pub const fn of(conditions: u32) -> Complexity {
        match conditions {
            0 => Complexity::Low,
            1..=3 => Complexity::Medium,
            4.. => Complexity::High,
        }
    }
}

/// The elements of somebody with those of their record and so many long-term conditions: the two elements that are
/// counted follow from the number alone.
///
/// ```
/// use care::segment::{SNEE, with_conditions};
/// let elements = with_conditions(&SNEE, 0, 2);
/// assert_eq!(SNEE.segments()[SNEE.place(elements)].name, "stay-well");
/// ```
pub fn with_conditions(model: &Model, recorded: u64, conditions: u32) -> u64 {
    let many = model.element("four-or-more-conditions").unwrap_or(0);
    let some = model.element("one-to-three-conditions").unwrap_or(0);
    let others = recorded & !(many | some);
    match Complexity::of(conditions) {
        Complexity::Low => others,
        Complexity::Medium => others | some,
        Complexity::High => others | many,
    }
}

/// Whether a condition counts: when its latest code is later than any code that says it is resolved. Two codes of one
/// day leave it resolved.
pub fn counts(latest: Date, resolved: Option<Date>) -> bool {
    resolved.is_none_or(|resolved| latest > resolved)
}

/// The place of an adult's segment in the model; nothing under [`ADULT_FROM`], as the model is for adults.
pub fn of_adult(model: &Model, age: u8, elements: u64) -> Option<usize> {
    (age >= ADULT_FROM && !model.segments().is_empty()).then(|| model.place(elements))
}
