//! Leicester Diabetes Risk Score: how likely undiagnosed type 2 diabetes or its forerunners are, from seven questions.
//!
//! Source: Gray 2010, Diabet Med 27:887, doi 10.1111/j.1464-5491.2010.03037.x. Made for ages 40 to 75; accepted by NICE
//! PH38. The questions are in our own words: the questionnaire's text is not ours to use.

use crate::score::definition::{Allowed, Band, Definition, needed};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// What the score asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    /// Age in whole years.
    pub age: u8,
    /// Whether registered male.
    pub male: bool,
    /// Whether of another than a white European ethnic group.
    pub other_ethnicity: bool,
    /// Whether a parent, brother, sister or child has diabetes.
    pub family: bool,
    /// Waist, cm.
    pub waist: f64,
    /// Body mass index, kg/m².
    pub bmi: f64,
    /// Whether blood pressure is or was treated or high.
    pub pressure: bool,
}

impl Answers {
    /// The score, 0 to 47.
    pub fn points(&self) -> u8 {
        let age = match self.age {
            0..=49 => 0,
            50..=59 => 5,
            60..=69 => 9,
            70.. => 13,
        };
        age + u8::from(self.male)
            + if self.other_ethnicity { 6 } else { 0 }
            + if self.family { 5 } else { 0 }
            + step(self.waist, &[(110.0, 9), (100.0, 6), (90.0, 4)])
            + step(self.bmi, &[(35.0, 8), (30.0, 5), (25.0, 3)])
            + if self.pressure { 5 } else { 0 }
    }
}

fn step(value: f64, steps: &[(f64, u8)]) -> u8 {
    steps
        .iter()
        .find(|(from, _)| value >= *from)
        .map_or(0, |(_, points)| *points)
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "leicester-diabetes",
    title: "Leicester Diabetes Risk Score",
    version: "Gray 2010",
    source: "Gray LJ and others. Diabet Med 2010;27:887-95, doi 10.1111/j.1464-5491.2010.03037.x",
    licence: "points are facts; the questionnaire's words, © University of Leicester, are not used",
    purpose: "helps to decide whom to offer a blood test for diabetes, at 40 to 75; it does not diagnose",
    not_for_clinical_use: true,
    inputs: &[
        needed("age", "Age", "a", Allowed::Whole(18, 120)),
        needed("sex", "Registered sex", "", Allowed::Choice(&["female", "male"])),
        needed(
            "ethnicity",
            "Ethnic group",
            "",
            Allowed::Choice(&["white-european", "other"]),
        ),
        needed(
            "family",
            "Parent, brother, sister or child with diabetes",
            "",
            Allowed::YesNo,
        ),
        needed("waist", "Waist", "cm", Allowed::Number(40.0, 250.0)),
        needed("bmi", "Body mass index", "kg/m2", Allowed::Number(10.0, 100.0)),
        needed("pressure", "Blood pressure treated or high", "", Allowed::YesNo),
    ],
    bands: &[
        Band::new("low", "Low", 0.0),
        Band::new("increased", "Increased", 7.0),
        Band::new("moderate", "Moderate", 16.0),
        Band::new("high", "High", 25.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let age = reading.whole("age").and_then(|age| u8::try_from(age).ok());
        if let Some(age) = age.filter(|age| !(40..=75).contains(age)) {
            reading.note(format!(
                "age {age} lies outside the 40 to 75 years that the score was made for"
            ));
        }
        let sex = reading.choice("sex");
        let ethnicity = reading.choice("ethnicity");
        let family = reading.yes("family");
        let waist = reading.number("waist");
        let bmi = reading.number("bmi");
        let pressure = reading.yes("pressure");
        let answers = (|| {
            Some(Answers {
                age: age?,
                male: sex? == 1,
                other_ethnicity: ethnicity? == 1,
                family: family?,
                waist: waist?,
                bmi: bmi?,
                pressure: pressure?,
            })
        })();
        reading.end(answers.map(|answers| f64::from(answers.points())))
    }
}
