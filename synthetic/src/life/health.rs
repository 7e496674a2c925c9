//! Health: conditions, measurements, medicines, allergies, immunisations, procedures.

use crate::day::{Day, Moment};

/// A condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Problem {
    /// Place in the table of conditions.
    pub condition: u8,
    /// Onset.
    pub onset: Day,
    /// Day it was entered; later than the onset, now and then much later.
    pub recorded: Day,
    /// Day it ended: infections, pregnancies, injuries, depression that lifted.
    pub ended: Option<Day>,
    /// Severity, 0 to 1.
    pub severity: f32,
    /// It was noted without a code: words only.
    pub uncoded: bool,
}

/// A measurement, or the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    /// Place in the table of tests.
    pub test: u8,
    /// When.
    pub at: Moment,
    /// The value in the test's unit; for coded answers the place of the answer in the table of answers.
    pub value: f32,
    /// A second value: diastolic beside systolic pressure.
    pub second: Option<f32>,
    /// Place of the contact at which it was taken, in [`super::Life::contacts`].
    pub contact: Option<u32>,
}

/// Measurements that were reported together.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Name of the panel, as the tests' table has it ("Full blood count").
    pub name: &'static str,
    /// Places of its measurements in [`super::Life::measurements`].
    pub measurements: Vec<u32>,
    /// When the sample was taken.
    pub taken: Moment,
    /// When it was reported.
    pub reported: Moment,
    /// Place of the contact.
    pub contact: Option<u32>,
}

/// A medicine from its start to its stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// Place in the table of medicines.
    pub medicine: u8,
    /// First day.
    pub start: Day,
    /// Last day; none while it goes on.
    pub stop: Option<Day>,
    /// Place of the problem it is for, in [`super::Life::problems`].
    pub problem: Option<u32>,
    /// Regular (repeat), rather than a single course.
    pub regular: bool,
    /// It was stopped since it was not tolerated.
    pub not_tolerated: bool,
    /// Bought or hospital-only: known from the person, not prescribed by the practice.
    pub stated: bool,
}

/// An allergy or intolerance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allergy {
    /// Place in the table of allergies.
    pub allergy: u8,
    /// Day it was recorded.
    pub recorded: Day,
    /// Severe.
    pub severe: bool,
}

/// An immunisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Immunisation {
    /// Place in the table of vaccines.
    pub vaccine: u8,
    /// Number of the dose, from 1.
    pub dose: u8,
    /// Day it was given or declined.
    pub day: Day,
    /// It was declined.
    pub declined: bool,
}

/// An operation, an investigation, a screening test, a check or a review.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Procedure {
    /// Place in the table of procedures.
    pub procedure: u8,
    /// When it began.
    pub at: Moment,
    /// Place of the contact.
    pub contact: Option<u32>,
    /// Place of the problem it is for.
    pub problem: Option<u32>,
    /// It was offered and not done: an uptake that was missed.
    pub not_done: bool,
}
