//! National PEWS of England: early warning of acute illness in children, by the chart of their age.
//!
//! Source: NHS England, National Paediatric Early Warning System, inpatient charts and SPOT configuration document.
//! Four charts by birthday: under 1, 1 to 4, 5 to 12, 13 and over. Temperature and consciousness are not scored: they,
//! a carer's worry, a clinician's intuition and the sepsis triggers may raise the escalation above what the total calls for.
//! Compliance with the national programme is not claimed.

use codes::clinical::npews as table;

use crate::score::definition::{Allowed, Band, Definition, Missing, needed, optional};
use crate::score::row::Reading;
use crate::score::{Input, Outcome, Row, Score};

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chart {
    /// 0 to 11 months.
    Infant,
    /// 1 to 4 years.
    Toddler,
    /// 5 to 12 years.
    Child,
    /// 13 years and over.
    Adolescent,
}

impl Chart {
    /// By age in whole years; nothing from 18.
    pub const fn of_age(years: u8) -> Option<Chart> {
        match years {
            0 => Some(Chart::Infant),
            1..=4 => Some(Chart::Toddler),
            5..=12 => Some(Chart::Child),
            13..=17 => Some(Chart::Adolescent),
            18.. => None,
        }
    }

    const fn group(self) -> &'static str {
        match self {
            Chart::Infant => "0-11m",
            Chart::Toddler => "1-4y",
            Chart::Child => "5-12y",
            Chart::Adolescent => "13+y",
        }
    }
}

/// How hard breathing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distress {
    /// Not at all.
    None,
    /// Mild.
    Mild,
    /// Moderate.
    Moderate,
    /// Severe.
    Severe,
}

/// How oxygen is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Oxygen {
    /// Air.
    Air,
    /// Litres a minute, 0 to 20.
    Litres(f64),
    /// Percent, only while it is given: 21 to 100.
    Percent(f64),
    /// High flow, BiPAP or CPAP.
    Device,
}

/// A whole set of measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Set {
    /// The chart of the age.
    pub chart: Chart,
    /// Breaths a minute.
    pub respiration: f64,
    /// How hard breathing is.
    pub distress: Distress,
    /// Oxygen saturation, %.
    pub saturation: f64,
    /// How oxygen is given.
    pub oxygen: Oxygen,
    /// Heartbeats a minute.
    pub heart_rate: f64,
    /// Systolic pressure, mmHg.
    pub systolic: f64,
    /// Capillary refill in whole seconds: between 2 and 3 the chart says nothing.
    pub refill: u8,
}

impl Set {
    /// Points of respiration, distress, saturation, oxygen, heart rate, pressure and refill: 0, 1, 2 or 4 each. Nothing
    /// when a measurement lies beyond the chart.
    pub fn points(&self) -> Option<[u8; 7]> {
        let of = |group: &str, parameter: &str, value: f64| table::BANDS.points(group, parameter, value);
        let group = self.chart.group();
        Some([
            of(group, "respiratoryRate", self.respiration)?,
            match self.distress {
                Distress::None => 0,
                Distress::Mild => 1,
                Distress::Moderate => 2,
                Distress::Severe => 4,
            },
            of("all", "oxygenSaturation", self.saturation)?,
            match self.oxygen {
                Oxygen::Air => 0,
                Oxygen::Litres(litres) => of("all", "oxygenDeliveryLpm", litres)?,
                Oxygen::Percent(percent) => of("all", "oxygenDeliveryPercent", percent)?,
                Oxygen::Device => 4,
            },
            of(group, "heartRate", self.heart_rate)?,
            of(group, "bloodPressureSystolic", self.systolic)?,
            of("all", "capillaryRefillSeconds", f64::from(self.refill))?,
        ])
    }
}

/// What a total calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Escalation {
    /// 0.
    None,
    /// 1 to 4.
    Low,
    /// 5 to 8.
    Medium,
    /// 9 to 12.
    High,
    /// 13 and more.
    Emergency,
}

impl Escalation {
    /// Of a total.
    pub const fn of(total: u8) -> Escalation {
        match total {
            0 => Escalation::None,
            1..=4 => Escalation::Low,
            5..=8 => Escalation::Medium,
            9..=12 => Escalation::High,
            13.. => Escalation::Emergency,
        }
    }

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Escalation::None => "none",
            Escalation::Low => "low",
            Escalation::Medium => "medium",
            Escalation::High => "high",
            Escalation::Emergency => "emergency",
        }
    }
}

/// The score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "npews",
    title: "National Paediatric Early Warning Score",
    version: "SPOT charts as read in November 2026",
    source: "NHS England. National Paediatric Early Warning System, inpatient charts; SPOT configuration document",
    licence: "limits are facts; the charts are © NHS England and RCPCH and are not shown",
    purpose: "says how acutely ill a child in hospital may be; it supports and never replaces judgement",
    not_for_clinical_use: true,
    inputs: &[
        needed("age", "Age", "a", Allowed::Whole(0, 17)),
        needed(
            "respiration_rate",
            "Respiration rate",
            "/min",
            Allowed::Whole(0, 150),
        ),
        needed(
            "respiratory_distress",
            "Respiratory distress",
            "",
            Allowed::Choice(&["none", "mild", "moderate", "severe"]),
        ),
        needed(
            "oxygen_saturation",
            "Oxygen saturation",
            "%",
            Allowed::Whole(0, 100),
        ),
        needed(
            "oxygen",
            "How oxygen is given",
            "",
            Allowed::Choice(&["air", "litres", "percent", "high-flow", "bipap", "cpap"]),
        ),
        // Whether it is needed depends on how oxygen is given: that is looked at below.
        Input {
            name: "oxygen_amount",
            label: "Litres a minute or percent",
            unit: "",
            allowed: Allowed::Number(0.01, 100.0),
            missing: Missing::Taken(""),
        },
        needed("heart_rate", "Heart rate", "/min", Allowed::Whole(0, 320)),
        needed(
            "systolic",
            "Systolic blood pressure",
            "mm[Hg]",
            Allowed::Whole(0, 300),
        ),
        needed(
            "capillary_refill",
            "Capillary refill, whole seconds",
            "s",
            Allowed::Whole(0, 30),
        ),
        optional(
            "concern",
            "Carer's worry, clinician's intuition, lowered consciousness or a sepsis trigger",
            "",
            Allowed::YesNo,
            "it is not said whether a carer or a clinician is worried: ask",
        ),
    ],
    bands: &[
        Band::new("none", "None", 0.0),
        Band::new("low", "Low", 1.0),
        Band::new("medium", "Medium", 5.0),
        Band::new("high", "High", 9.0),
        Band::new("emergency", "Emergency", 13.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let chart = reading
            .whole("age")
            .and_then(|age| u8::try_from(age).ok())
            .and_then(Chart::of_age);
        let respiration = reading.number("respiration_rate");
        let distress = reading.choice("respiratory_distress").map(|place| match place {
            0 => Distress::None,
            1 => Distress::Mild,
            2 => Distress::Moderate,
            _ => Distress::Severe,
        });
        let saturation = reading.number("oxygen_saturation");
        let oxygen = oxygen(&mut reading);
        let heart_rate = reading.number("heart_rate");
        let systolic = reading.number("systolic");
        let refill = reading
            .whole("capillary_refill")
            .and_then(|seconds| u8::try_from(seconds).ok());
        if reading.yes("concern") == Some(true) {
            reading.note("a worry was said: escalate above what the total calls for");
        }
        let points = (|| {
            let set = Set {
                chart: chart?,
                respiration: respiration?,
                distress: distress?,
                saturation: saturation?,
                oxygen: oxygen?,
                heart_rate: heart_rate?,
                systolic: systolic?,
                refill: refill?,
            };
            set.points()
        })();
        reading.end(points.map(|points| f64::from(points.iter().sum::<u8>())))
    }
}

/// How oxygen is given: litres and percent need their amount, and the rest have none.
fn oxygen(reading: &mut Reading<'_, '_, '_>) -> Option<Oxygen> {
    let how = reading.choice("oxygen");
    let amount = reading.number("oxygen_amount");
    match (how?, amount) {
        (0, None) => Some(Oxygen::Air),
        (1, Some(litres)) if litres <= 20.0 => Some(Oxygen::Litres(litres)),
        (2, Some(percent)) if percent >= 21.0 => Some(Oxygen::Percent(percent)),
        (3.., None) => Some(Oxygen::Device),
        (1 | 2, None) => {
            // Without a total unless it is there; an amount that was refused is refused already.
            reading.require("oxygen_amount");
            None
        }
        (_, Some(amount)) => {
            let rule = "litres up to 20, percent from 21, and nothing for air and devices";
            reading.refuse("oxygen_amount", &amount.to_string(), rule.to_owned());
            None
        }
    }
}
