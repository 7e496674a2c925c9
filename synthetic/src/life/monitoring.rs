//! Monitoring at home: programmes, and what their monitors show.

use super::Measurement;

/// A programme of monitoring at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Programme {
    /// A virtual ward, for days after a stay.
    VirtualWard,
    /// Heart failure: weight, pressure and pulse each morning.
    Heart,
    /// COPD: oxygen and pulse each morning.
    Lungs,
    /// Blood pressure at home, a week at a time.
    Pressure,
    /// Blood glucose, up to four times a day.
    Glucose,
}

impl Programme {
    /// All, by number.
    pub const ALL: [Programme; 5] = [
        Programme::VirtualWard,
        Programme::Heart,
        Programme::Lungs,
        Programme::Pressure,
        Programme::Glucose,
    ];

    /// The programme of a number.
    #[must_use]
    pub fn of(number: u8) -> Option<Programme> {
        Programme::ALL.get(usize::from(number)).copied()
    }

    /// Its key, a level of topics: "heart-failure".
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Programme::VirtualWard => "virtual-ward",
            Programme::Heart => "heart-failure",
            Programme::Lungs => "copd",
            Programme::Pressure => "blood-pressure",
            Programme::Glucose => "diabetes",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Programme::VirtualWard => "Virtual ward",
            Programme::Heart => "Heart failure monitoring",
            Programme::Lungs => "COPD monitoring",
            Programme::Pressure => "Blood pressure at home",
            Programme::Glucose => "Blood glucose at home",
        }
    }

    /// What is measured, by key of the table of tests.
    #[must_use]
    pub fn tests(self) -> &'static [&'static str] {
        match self {
            Programme::VirtualWard => &[
                "oxygen_saturation",
                "pulse",
                "respiratory_rate",
                "temperature",
                "systolic",
            ],
            Programme::Heart => &["weight", "systolic", "pulse"],
            Programme::Lungs => &["oxygen_saturation", "pulse"],
            Programme::Pressure => &["systolic", "pulse"],
            Programme::Glucose => &["glucose"],
        }
    }

    /// When on a day, in hours.
    #[must_use]
    pub fn hours(self) -> &'static [u16] {
        match self {
            Programme::VirtualWard => &[8, 14, 20],
            Programme::Heart | Programme::Lungs => &[8],
            Programme::Pressure => &[8, 19],
            Programme::Glucose => &[7, 12, 18, 22],
        }
    }
}

/// What a monitor showed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The programme.
    pub programme: Programme,
    /// Which of the person's readings of that day it is: with the day it names the reading for ever.
    pub ordinal: u32,
    /// What was measured, when.
    pub measurement: Measurement,
}
