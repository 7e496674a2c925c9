//! Vital signs by their codes.
//!
//! Source: UK Core vital sign profiles and examples, `data/vital_signs_codes.csv`; the LOINC alternatives named below
//! are from the FHIR R4 vital signs profiles.

/// A vital sign that a clinician looks for in the first two minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VitalSign {
    /// NEWS2 total score.
    News2,
    /// Breaths a minute.
    RespirationRate,
    /// Oxygen saturation by pulse oximetry.
    OxygenSaturation,
    /// Whether on room air or oxygen.
    InspiredOxygen,
    /// Blood pressure, systolic and diastolic.
    BloodPressure,
    /// Heart rate.
    HeartRate,
    /// Consciousness (ACVPU).
    Consciousness,
    /// Body temperature.
    Temperature,
    /// Body weight.
    Weight,
    /// Body height.
    Height,
    /// Body mass index.
    BodyMassIndex,
}

/// SNOMED CT and LOINC codes of each vital sign.
const CODES: &[(VitalSign, &[&str])] = &[
    (VitalSign::News2, &["1104051000000101"]),
    (VitalSign::RespirationRate, &["86290005", "9279-1"]),
    (VitalSign::OxygenSaturation, &["431314004", "2708-6", "59408-5"]),
    (VitalSign::InspiredOxygen, &[ROOM_AIR, ON_OXYGEN]),
    (VitalSign::BloodPressure, &["75367002", "85354-9", "55284-4"]),
    (VitalSign::HeartRate, &["364075005", "8867-4"]),
    (VitalSign::Consciousness, &["1104441000000107"]),
    (VitalSign::Temperature, &["386725007", "8310-5", "8331-1"]),
    (VitalSign::Weight, &["27113001", "29463-7"]),
    (VitalSign::Height, &["50373000", "8302-2"]),
    (VitalSign::BodyMassIndex, &["60621009", "39156-5"]),
];

/// Systolic pressure, as a part of a blood pressure or alone.
pub const SYSTOLIC: [&str; 2] = ["72313002", "8480-6"];
/// Diastolic pressure, as a part of a blood pressure or alone.
pub const DIASTOLIC: [&str; 2] = ["1091811000000102", "8462-4"];

/// Breathing room air (SNOMED CT).
pub const ROOM_AIR: &str = "722742002";
/// On oxygen (SNOMED CT).
pub const ON_OXYGEN: &str = "371825009";
/// The points of NEWS2 for oxygen saturation on its second scale (SNOMED CT): recorded where 88 to 92% is prescribed.
pub const SECOND_SCALE: &str = "1104321000000108";

/// Answers to ACVPU (SNOMED CT), with their letters.
const CONSCIOUSNESS: [(&str, &str); 5] = [
    ("248234008", "A"),
    ("130987000", "C"),
    ("300202002", "V"),
    ("450847001", "P"),
    ("422768004", "U"),
];

/// The letter of an answer to ACVPU.
///
/// ```
/// assert_eq!(codes::vital_sign::consciousness("130987000"), Some("C"));
/// assert_eq!(codes::vital_sign::consciousness("1104441000000107"), None);
/// ```
pub fn consciousness(code: &str) -> Option<&'static str> {
    CONSCIOUSNESS
        .iter()
        .find(|(answer, _)| *answer == code)
        .map(|(_, letter)| *letter)
}

/// The vital sign that a SNOMED CT or LOINC code stands for.
///
/// ```
/// use codes::vital_sign::{VitalSign, of_code};
/// assert_eq!(of_code("85354-9"), Some(VitalSign::BloodPressure));
/// assert_eq!(of_code("2093-3"), None);
/// ```
pub fn of_code(code: &str) -> Option<VitalSign> {
    CODES
        .iter()
        .find(|(_, codes)| codes.contains(&code))
        .map(|(sign, _)| *sign)
}
