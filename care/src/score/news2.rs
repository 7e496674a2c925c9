//! NEWS2: the National Early Warning Score of acute illness in adults.
//!
//! Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, December 2017. For people of 16 and over who
//! are not pregnant. The second oxygen saturation scale is used only when a clinician has prescribed 88 to 92%.
//! A single measurement that scores 3 makes an aggregate below 5 "low-medium", an urgent review on the ward: not "medium".

use crate::score::definition::{Allowed, Band, Definition, needed, optional};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// Which scale oxygen saturation is scored by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// For everybody else.
    One,
    /// Only for those with a prescribed range of 88 to 92%.
    Two,
}

/// How awake somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consciousness {
    /// Alert.
    Alert,
    /// Newly confused, or rousable by voice or pain alone, or unresponsive.
    Altered,
}

/// A whole set of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Set {
    /// Breaths a minute.
    pub respiration: u16,
    /// Oxygen saturation, %.
    pub saturation: u8,
    /// Its scale.
    pub scale: Scale,
    /// Whether oxygen is being given.
    pub oxygen: bool,
    /// Systolic pressure, mmHg.
    pub systolic: u16,
    /// Heartbeats a minute.
    pub pulse: u16,
    /// How awake.
    pub consciousness: Consciousness,
    /// Temperature in tenths of a degree Celsius.
    pub temperature: u16,
}

/// What the score calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// Aggregate 0 to 4.
    Low,
    /// A single measurement of 3 with an aggregate below 5.
    LowMedium,
    /// Aggregate 5 or 6.
    Medium,
    /// Aggregate 7 and more.
    High,
}

impl Response {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Response::Low => "low",
            Response::LowMedium => "low-medium",
            Response::Medium => "medium",
            Response::High => "high",
        }
    }
}

impl Set {
    /// The points of each measurement: respiration, saturation, oxygen, systolic pressure, pulse, consciousness,
    /// temperature; each 0 to 3.
    pub const fn points(&self) -> [u8; 7] {
        [
            respiration(self.respiration),
            saturation(self.saturation, self.scale, self.oxygen),
            if self.oxygen { 2 } else { 0 },
            systolic(self.systolic),
            pulse(self.pulse),
            match self.consciousness {
                Consciousness::Alert => 0,
                Consciousness::Altered => 3,
            },
            temperature(self.temperature),
        ]
    }

    /// The aggregate, 0 to 20.
    pub fn total(&self) -> u8 {
        self.points().iter().sum()
    }

    /// What it calls for.
    ///
    /// ```
    /// use care::score::news2::{Consciousness, Response, Scale, Set};
    /// let set = Set {
    ///     respiration: 25, saturation: 97, scale: Scale::One, oxygen: false,
    ///     systolic: 120, pulse: 80, consciousness: Consciousness::Alert, temperature: 370,
    /// };
    /// assert_eq!((set.total(), set.response()), (3, Response::LowMedium));
    /// ```
    pub fn response(&self) -> Response {
        response(self.total(), self.points().contains(&3))
    }
}

/// What an aggregate calls for, given whether a single measurement scored 3.
pub const fn response(total: u8, single_three: bool) -> Response {
    match total {
        7.. => Response::High,
        5 | 6 => Response::Medium,
        _ if single_three => Response::LowMedium,
        _ => Response::Low,
    }
}

const fn respiration(rate: u16) -> u8 {
    match rate {
        0..=8 | 25.. => 3,
        9..=11 => 1,
        12..=20 => 0,
        21..=24 => 2,
    }
}

const fn saturation(percent: u8, scale: Scale, oxygen: bool) -> u8 {
    match (scale, percent) {
        (Scale::One, 0..=91) | (Scale::Two, 0..=83) => 3,
        (Scale::One, 92..=93) | (Scale::Two, 84..=85) => 2,
        (Scale::One, 94..=95) | (Scale::Two, 86..=87) => 1,
        (Scale::One, 96..) | (Scale::Two, 88..=92) => 0,
        (Scale::Two, 93..) if !oxygen => 0,
        (Scale::Two, 93..=94) => 1,
        (Scale::Two, 95..=96) => 2,
        (Scale::Two, 97..) => 3,
    }
}

const fn systolic(pressure: u16) -> u8 {
    match pressure {
        0..=90 | 220.. => 3,
        91..=100 => 2,
        101..=110 => 1,
        111..=219 => 0,
    }
}

const fn pulse(rate: u16) -> u8 {
    match rate {
        0..=40 | 131.. => 3,
        41..=50 | 91..=110 => 1,
        51..=90 => 0,
        111..=130 => 2,
    }
}

const fn temperature(tenths: u16) -> u8 {
    match tenths {
        0..=350 => 3,
        351..=360 | 381..=390 => 1,
        361..=380 => 0,
        391.. => 2,
    }
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "news2",
    title: "National Early Warning Score 2",
    version: "RCP December 2017",
    source: "Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the assessment of \
             acute-illness severity in the NHS. London: RCP, 2017",
    licence: "free to use unmodified, with attribution to the Royal College of Physicians",
    purpose: "says how acutely ill somebody of 16 or over, not pregnant, may be; it supports and never replaces judgement",
    not_for_clinical_use: true,
    inputs: &[
        needed(
            "respiration_rate",
            "Respiration rate",
            "/min",
            Allowed::Whole(0, 80),
        ),
        needed(
            "oxygen_saturation",
            "Oxygen saturation",
            "%",
            Allowed::Whole(20, 100),
        ),
        optional(
            "scale",
            "Oxygen saturation scale: 2 only when 88 to 92% is prescribed",
            "",
            Allowed::Choice(&["1", "2"]),
            "scale 1 is used: no prescribed range of 88 to 92% was said",
        ),
        needed("oxygen", "Oxygen being given", "", Allowed::YesNo),
        needed(
            "systolic",
            "Systolic blood pressure",
            "mm[Hg]",
            Allowed::Whole(30, 300),
        ),
        needed("pulse", "Pulse", "/min", Allowed::Whole(0, 300)),
        needed(
            "consciousness",
            "Consciousness: alert, new confusion, voice, pain, unresponsive",
            "",
            Allowed::Choice(&["A", "C", "V", "P", "U"]),
        ),
        needed("temperature", "Temperature", "Cel", Allowed::Number(25.0, 45.0)),
        optional(
            "age",
            "Age",
            "a",
            Allowed::Whole(16, 120),
            "the age is not known; the score is for 16 and over",
        ),
        optional(
            "pregnant",
            "Pregnant",
            "",
            Allowed::YesNo,
            "pregnancy is not known; the score is not for pregnancy",
        ),
    ],
    bands: &[
        Band::new("low", "Low", 0.0),
        Band::new("medium", "Medium", 5.0),
        Band::new("high", "High", 7.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let respiration = reading
            .whole("respiration_rate")
            .and_then(|rate| u16::try_from(rate).ok());
        let percent = reading
            .whole("oxygen_saturation")
            .and_then(|percent| u8::try_from(percent).ok());
        let scale = match reading.choice("scale") {
            Some(1) => Scale::Two,
            _ => Scale::One,
        };
        let oxygen = reading.yes("oxygen");
        let systolic = reading
            .whole("systolic")
            .and_then(|pressure| u16::try_from(pressure).ok());
        let pulse = reading.whole("pulse").and_then(|rate| u16::try_from(rate).ok());
        let consciousness = reading.choice("consciousness").map(|place| match place {
            0 => Consciousness::Alert,
            _ => Consciousness::Altered,
        });
        // The chart's bands are to one decimal: 38.05 would fall between two of them.
        let temperature = reading
            .number("temperature")
            .map(|degrees| (degrees * 10.0).round() as u16);
        reading.whole("age");
        if reading.yes("pregnant") == Some(true) {
            reading.refuse(
                "pregnant",
                "yes",
                "the score is not for pregnancy: use a maternity chart".to_owned(),
            );
        }
        let whole = (|| {
            Some(Set {
                respiration: respiration?,
                saturation: percent?,
                scale,
                oxygen: oxygen?,
                systolic: systolic?,
                pulse: pulse?,
                consciousness: consciousness?,
                temperature: temperature?,
            })
        })();
        let Some(set) = whole else {
            // No total of a part; but one measurement of 3 calls for help whatever the others are.
            let alone = [
                percent.map(|percent| saturation(percent, scale, oxygen.unwrap_or(false))),
                respiration.map(self::respiration),
                systolic.map(self::systolic),
                pulse.map(self::pulse),
                temperature.map(self::temperature),
                consciousness.map(|how| if how == Consciousness::Altered { 3 } else { 0 }),
            ];
            if alone.contains(&Some(3)) {
                reading.note("not all is measured, but one measurement alone scores 3: urgent review");
            }
            return reading.end(None);
        };
        let points = set.points();
        if points.contains(&3) {
            reading.note("a single measurement scores 3: urgent review by a ward clinician");
        }
        reading.note(format!(
            "respiration {}, saturation {}, oxygen {}, systolic {}, pulse {}, consciousness {}, temperature {}",
            points[0], points[1], points[2], points[3], points[4], points[5], points[6]
        ));
        reading.end_with_band(Some(f64::from(set.total())), Some(set.response().name()))
    }
}
