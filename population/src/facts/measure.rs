//! Measures whose values are kept in one unit, within limits that a living person can have.
//!
//! Codes: SNOMED CT and LOINC as in `data/synthetic/tests.csv` (each verified there) and the LOINC codes of the same
//! analyte in other units. Factors: HbA1c by the master equation of IFCC and NGSP (NGSP % = 0.09148 × IFCC mmol/mol +
//! 2.152, ngsp.org/ifcc.asp); cholesterol 38.67 g/mol ÷ 100, creatinine 88.42 µmol/L for 1 mg/dL, bilirubin 17.1 (molar
//! masses); pounds and inches by definition. Limits are wide: they catch a wrong unit or a slip of the keyboard, and say
//! nothing of health.

use care::quantity::Quantity;

use super::mark::Mark;

/// A unit in which a measure is met: its spellings, and what makes the canonical unit of it (value × factor + offset).
type Unit = (&'static [&'static str], f64, f64);

/// One measure.
#[derive(Debug)]
pub struct Measure {
    /// Its name in files.
    pub name: &'static str,
    /// SNOMED CT and LOINC codes, the one it is kept under first, each with its system.
    pub codes: &'static [(&'static str, &'static str)],
    /// The unit in which it is kept (UCUM).
    pub unit: &'static str,
    /// Units that are turned into it.
    units: &'static [Unit],
    /// The least and the greatest value that is believed, in the canonical unit.
    pub limits: (f64, f64),
}

const S: &str = codes::system::SNOMED_CT;
const L: &str = codes::system::LOINC;

const MMOL_L: &[&str] = &["mmol/L", "mmol/l"];
const MG_DL: &[&str] = &["mg/dL", "mg/dl"];
const UMOL_L: &[&str] = &["umol/L", "umol/l", "µmol/L", "micromol/L"];
const G_L: &[&str] = &["g/L", "g/l"];
const G_DL: &[&str] = &["g/dL", "g/dl"];
const PER_MINUTE: &[&str] = &["/min", "{beats}/min", "{breaths}/min", "bpm"];
const PRESSURE: &[Unit] = &[(&["mm[Hg]", "mmHg"], 1.0, 0.0), (&["kPa"], 7.500_62, 0.0)];
const LIPID: &[Unit] = &[(MMOL_L, 1.0, 0.0), (MG_DL, 1.0 / 38.67, 0.0)];
const SCORE: &[Unit] = &[(&["{score}", "{ScoreOf}", "score", "1", ""], 1.0, 0.0)];

macro_rules! measures {
    ($($name:literal [$($system:ident $code:literal),+] $unit:literal $units:expr, $least:literal to $most:literal;)+) => {
        /// Every measure.
        pub const MEASURES: &[Measure] = &[$(Measure {
            name: $name,
            codes: &[$(($system, $code)),+],
            unit: $unit,
            units: $units,
            limits: ($least, $most),
        },)+];
    };
}

measures! {
    "hba1c" [S "999791000000106", L "59261-8", L "4548-4", L "17856-6"] "mmol/mol"
        &[(&["mmol/mol", "mmol/mol{Hb}"], 1.0, 0.0), (&["%", "%{HbA1c}"], 1.0 / 0.09148, -2.152 / 0.09148)], 15.0 to 250.0;
    "creatinine" [S "1000731000000107", L "14682-9", L "2160-0", L "38483-4"] "umol/L"
        &[(UMOL_L, 1.0, 0.0), (MG_DL, 88.42, 0.0)], 5.0 to 3000.0;
    "egfr" [S "1011481000000105", L "62238-1", L "33914-3", L "98979-8"] "mL/min/{1.73_m2}"
        &[(&["mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/1.73 m2", "mL/min/{1.73m2}", "ml/min/1.73m2"], 1.0, 0.0)], 1.0 to 250.0;
    "sodium" [S "1000661000000107", L "2951-2", L "2947-0"] "mmol/L" &[(MMOL_L, 1.0, 0.0)], 80.0 to 220.0;
    "potassium" [S "1000651000000109", L "2823-3", L "6298-4"] "mmol/L" &[(MMOL_L, 1.0, 0.0)], 0.5 to 15.0;
    "haemoglobin" [S "1022431000000105", L "718-7"] "g/L" &[(G_L, 1.0, 0.0), (G_DL, 10.0, 0.0)], 20.0 to 260.0;
    "bilirubin" [S "997591000000109", L "14631-6", L "1975-2"] "umol/L" &[(UMOL_L, 1.0, 0.0), (MG_DL, 17.1, 0.0)], 0.0 to 1500.0;
    "albumin" [S "1000821000000103", L "1751-7"] "g/L" &[(G_L, 1.0, 0.0), (G_DL, 10.0, 0.0)], 5.0 to 80.0;
    "tsh" [S "1022791000000101", L "3016-3"] "m[IU]/L"
        &[(&["m[IU]/L", "mIU/L", "mU/L", "u[IU]/mL"], 1.0, 0.0)], 0.0 to 500.0;
    "total-cholesterol" [S "1005671000000105", L "14647-2", L "2093-3"] "mmol/L" LIPID, 0.5 to 40.0;
    "hdl-cholesterol" [S "1005681000000107", L "14646-4", L "2085-9"] "mmol/L" LIPID, 0.05 to 8.0;
    "ldl-cholesterol" [S "1022191000000100", L "22748-8", L "18262-6"] "mmol/L" LIPID, 0.0 to 35.0;
    "urine-acr" [S "1023491000000104", L "14585-4", L "9318-7"] "mg/mmol"
        &[(&["mg/mmol"], 1.0, 0.0), (&["mg/g"], 0.113_12, 0.0)], 0.0 to 5000.0;
    "height" [S "50373000", L "8302-2"] "cm"
        &[(&["cm"], 1.0, 0.0), (&["m"], 100.0, 0.0), (&["[in_i]"], 2.54, 0.0)], 20.0 to 275.0;
    "weight" [S "27113001", L "29463-7"] "kg"
        &[(&["kg"], 1.0, 0.0), (&["g"], 0.001, 0.0), (&["[lb_av]"], 0.453_592_37, 0.0)], 0.2 to 650.0;
    "body-mass-index" [S "60621009", L "39156-5"] "kg/m2" &[(&["kg/m2", "kg/m²"], 1.0, 0.0)], 5.0 to 200.0;
    "systolic" [S "72313002", L "8480-6"] "mm[Hg]" PRESSURE, 30.0 to 350.0;
    "diastolic" [S "1091811000000102", L "8462-4"] "mm[Hg]" PRESSURE, 10.0 to 250.0;
    "pulse" [S "364075005", L "8867-4"] "/min" &[(PER_MINUTE, 1.0, 0.0)], 10.0 to 350.0;
    "respiratory-rate" [S "86290005", L "9279-1"] "/min" &[(PER_MINUTE, 1.0, 0.0)], 2.0 to 120.0;
    "oxygen-saturation" [S "431314004", L "2708-6", L "59408-5"] "%" &[(&["%"], 1.0, 0.0)], 30.0 to 100.0;
    "temperature" [S "386725007", L "8310-5", L "8331-1"] "Cel"
        &[(&["Cel", "°C", "degrees C"], 1.0, 0.0), (&["[degF]", "°F"], 5.0 / 9.0, -160.0 / 9.0)], 20.0 to 46.0;
    "alcohol" [S "1082641000000106"] "/wk" &[(&["/wk", "units/week", "{units}/wk"], 1.0, 0.0)], 0.0 to 1000.0;
    "clinical-frailty-scale" [S "763264000"] "{score}" SCORE, 1.0 to 9.0;
    "news2" [S "1104051000000101"] "{score}" SCORE, 0.0 to 20.0;
    "phq-9" [S "720433000", L "44261-6"] "{score}" SCORE, 0.0 to 27.0;
    "gad-7" [S "445455005", L "70274-6"] "{score}" SCORE, 0.0 to 21.0;
}

impl Measure {
    /// The measure that a code stands for.
    #[must_use]
    pub fn of(system: &str, code: &str) -> Option<&'static Measure> {
        MEASURES
            .iter()
            .find(|measure| measure.codes.contains(&(system, code)))
    }

    /// The value in the canonical unit, with what is odd about it. A value whose unit is not known stays as it came, with
    /// the mark.
    #[must_use]
    pub fn value(&self, quantity: &Quantity) -> (Option<f32>, Mark) {
        let Some(value) = quantity.value.filter(|value| value.is_finite()) else {
            return (None, Mark::NoValue);
        };
        let key = quantity.unit_key().trim();
        let unit = self.units.iter().find(|(names, _, _)| names.contains(&key));
        let Some((_, factor, offset)) = unit else {
            return (Some(narrow(value)), Mark::UnitNotKnown);
        };
        let value = value * factor + offset;
        let mark = if quantity.comparator.is_some() {
            Mark::NotExact
        } else if (self.limits.0..=self.limits.1).contains(&value) {
            Mark::Sound
        } else {
            Mark::OutOfRange
        };
        (Some(narrow(value)), mark)
    }
}

/// Seven figures are more than any of these is measured with.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a number too large becomes infinite, which a mark goes with"
)]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(name: &str) -> &'static Measure {
        MEASURES.iter().find(|one| one.name == name).expect("a measure")
    }

    #[test]
    fn hba1c_in_per_cent_and_in_mmol_per_mol_are_the_same() {
        // Pairs of the master equation as published: 6.5% is 48, 7.5% is 58, 9.0% is 75 mmol/mol, each rounded.
        for (percent, mmol) in [(6.5, 48.0), (7.5, 58.0), (9.0, 75.0)] {
            let (value, mark) = measure("hba1c").value(&Quantity::ucum(percent, "%"));
            let value = value.map(|value| f64::from(value).round());
            assert_eq!((value, mark), (Some(mmol), Mark::Sound));
        }
        assert_eq!(
            measure("hba1c").value(&Quantity::ucum(48.0, "%")).1,
            Mark::OutOfRange
        );
        assert_eq!(
            measure("hba1c").value(&Quantity::ucum(6.5, "mmol/mol")).1,
            Mark::OutOfRange
        );
    }

    #[test]
    fn a_unit_that_is_missing_or_another_is_marked_and_never_guessed() {
        let weight = measure("weight");
        for unit in ["", "stone", "kg/m2", "KG"] {
            assert_eq!(
                weight.value(&Quantity::ucum(80.0, unit)),
                (Some(80.0), Mark::UnitNotKnown)
            );
        }
        assert_eq!(
            measure("temperature").value(&Quantity::ucum(98.6, "[degF]")),
            (Some(37.0), Mark::Sound)
        );
        let below = Quantity {
            comparator: Some("<".to_owned()),
            ..Quantity::ucum(3.0, "mmol/L")
        };
        assert_eq!(measure("potassium").value(&below).1, Mark::NotExact);
        for odd in [f64::NAN, f64::INFINITY] {
            assert_eq!(weight.value(&Quantity::ucum(odd, "kg")).1, Mark::NoValue);
        }
        assert_eq!(weight.value(&Quantity::ucum(1e300, "kg")).1, Mark::OutOfRange);
    }

    #[test]
    fn no_code_stands_for_two_measures() {
        for (at, one) in MEASURES.iter().enumerate() {
            for other in &MEASURES[at + 1..] {
                assert!(
                    one.codes.iter().all(|code| !other.codes.contains(code)),
                    "{}",
                    one.name
                );
                assert_ne!(one.name, other.name);
            }
        }
    }
}
