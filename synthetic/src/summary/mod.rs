//! What the region comes to: the figures by area, by age and beside the published ones, for the Region page.

use serde::{Deserialize, Serialize};

/// The region in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The seed it grew from.
    pub seed: u64,
    /// People alive.
    pub people: u32,
    /// The day the figures are of, ISO 8601.
    pub today: String,
    /// What can be shown by area, in order.
    pub measures: Vec<Measure>,
    /// The areas, by code.
    pub areas: Vec<AreaFigures>,
    /// Five-year bands from 0–4 to 90 and over.
    pub pyramid: Vec<Band>,
    /// Organisations, with the people each serves.
    pub organisations: Vec<OrganisationFigures>,
    /// Generated figures beside published ones.
    pub figures: Vec<Figure>,
}

/// Something that can be shown by area.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Short key, stable: part of the page's address.
    pub key: String,
    /// What it is, in plain words.
    pub label: String,
    /// Unit: "people", "%", "per 1,000", "decile".
    pub unit: String,
    /// How it is counted and of whom.
    pub definition: String,
    /// Digits after the point.
    pub decimals: u8,
}

/// One area.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaFigures {
    /// LSOA code (2021).
    pub code: String,
    /// LSOA name.
    pub name: String,
    /// Electoral ward (2024).
    pub ward: String,
    /// Council.
    pub council: String,
    /// IMD 2025 decile: 1 most deprived.
    pub decile: u8,
    /// Rural-urban class 2021.
    pub rural_urban: String,
    /// People alive who live there.
    pub people: u32,
    /// One value a measure, in the order of [`Summary::measures`]; none when under ten people are behind it.
    pub values: Vec<Option<f64>>,
}

/// One band of the pyramid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// "0–4", … "90 and over".
    pub label: String,
    /// Females alive.
    pub female: u32,
    /// Males alive.
    pub male: u32,
}

/// One organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OrganisationFigures {
    /// ODS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// "General practice", "Primary care network", "Acute hospital" and so on.
    pub kind: String,
    /// Town or postcode.
    pub place: String,
    /// Synthetic people registered or seen there in the last year.
    pub people: u32,
    /// Degrees east and north, when known.
    pub position: Option<(f64, f64)>,
}

/// A generated figure beside the published one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Short key, stable.
    pub key: String,
    /// Heading it stands under: "Population", "Illness", "Hospital" and so on.
    pub group: String,
    /// What it is.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// The published figure.
    pub published: f64,
    /// The generated figure.
    pub generated: f64,
    /// The tolerance in words: "± 10% relative".
    pub tolerance: String,
    /// It lies within the tolerance.
    pub within: bool,
    /// It was never an input of the generator.
    pub held_out: bool,
    /// It joins two or more things (condition × decile × age).
    pub joint: bool,
    /// Where the published figure is from.
    pub source: String,
}
