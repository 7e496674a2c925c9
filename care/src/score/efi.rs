//! Electronic Frailty Index: how many of 36 deficits a person's record shows.
//!
//! Source: Clegg 2016, Age and Ageing 45:353, doi 10.1093/ageing/afw039. A deficit counts from its first code and does
//! not lapse; the 36th, polypharmacy, is five or more different medicines in the twelve months before the day.
//!
//! **The rule at 13.** 13/36 is 0.3611: above 0.36 when compared strictly, 0.36 when written with two decimals. The
//! published table by count says moderate for 9 to 13. We band by count, never by the fraction: 0 to 4 fit, 5 to 8 mild,
//! 9 to 13 moderate, 14 and more severe.

use codes::clinical::code_sets::fault;
pub use codes::clinical::efi::Deficit;
use codes::clinical::efi::deficit as ours;

use crate::score::definition::{Allowed, Band, Definition, needed, optional};
use crate::score::row::Reading;
use crate::score::{Outcome, Row, Score};

/// How many deficits there are.
pub const DEFICITS: u32 = 36;
/// Different medicines in twelve months from which polypharmacy counts.
pub const POLYPHARMACY_FROM: u32 = 5;
/// Ages for which the index was made, in years, both included.
pub const AGES: std::ops::RangeInclusive<i64> = 65..=95;

/// A set of deficits: bit N is the Nth of [`Deficit::ALL`].
///
/// ```
/// use care::score::efi::{Deficit, DeficitSet};
/// let set = DeficitSet::NONE.with(Deficit::Falls).with(Deficit::Falls).with(Deficit::Anaemia);
/// assert_eq!(set.count(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct DeficitSet(u64);

impl DeficitSet {
    /// No deficit.
    pub const NONE: DeficitSet = DeficitSet(0);
    const WITHIN: u64 = (1 << DEFICITS) - 1;

    /// Of bits as kept in a column; bits beyond the 36th are dropped.
    pub const fn from_bits(bits: u64) -> DeficitSet {
        DeficitSet(bits & DeficitSet::WITHIN)
    }

    /// The bits, for a column.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, deficit: Deficit) -> DeficitSet {
        DeficitSet(self.0 | 1 << deficit.place())
    }

    /// This set without one.
    #[must_use]
    pub const fn without(self, deficit: Deficit) -> DeficitSet {
        DeficitSet(self.0 & !(1 << deficit.place()))
    }

    /// What stands in either.
    #[must_use]
    pub const fn union(self, other: DeficitSet) -> DeficitSet {
        DeficitSet(self.0 | other.0)
    }

    /// Whether the deficit stands in it.
    pub const fn has(self, deficit: Deficit) -> bool {
        self.0 & 1 << deficit.place() != 0
    }

    /// How many stand in it, 0 to 36.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Those in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Deficit> {
        Deficit::ALL.into_iter().filter(move |deficit| self.has(*deficit))
    }
}

impl FromIterator<Deficit> for DeficitSet {
    fn from_iter<I: IntoIterator<Item = Deficit>>(deficits: I) -> DeficitSet {
        deficits.into_iter().fold(DeficitSet::NONE, DeficitSet::with)
    }
}

/// What the index says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frailty {
    /// 0 to 4 deficits.
    Fit,
    /// 5 to 8.
    Mild,
    /// 9 to 13.
    Moderate,
    /// 14 and more.
    Severe,
}

impl Frailty {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Frailty::Fit => "fit",
            Frailty::Mild => "mild",
            Frailty::Moderate => "moderate",
            Frailty::Severe => "severe",
        }
    }
}

/// The index of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Efi {
    /// The deficits that count, polypharmacy among them.
    pub deficits: DeficitSet,
}

impl Efi {
    /// The index from the deficits ever recorded and the number of different medicines in the twelve months before the
    /// day. Polypharmacy follows from the medicines alone, whatever the set says.
    ///
    /// ```
    /// use care::score::efi::{DeficitSet, Efi, Frailty};
    /// // The authors' own example: nine deficits are an index of 0.25.
    /// let nine = Efi::of(DeficitSet::from_bits(0x1ff), 0);
    /// assert_eq!(nine.value(), 0.25);
    /// assert_eq!(nine.frailty(), Frailty::Moderate);
    /// ```
    pub const fn of(recorded: DeficitSet, medicines: u32) -> Efi {
        let deficits = recorded.without(Deficit::Polypharmacy);
        Efi {
            deficits: if medicines >= POLYPHARMACY_FROM {
                deficits.with(Deficit::Polypharmacy)
            } else {
                deficits
            },
        }
    }

    /// How many deficits count, 0 to 36.
    pub const fn count(self) -> u32 {
        self.deficits.count()
    }

    /// The index: deficits present among the 36, 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.count()) / f64::from(DEFICITS)
    }

    /// The band, by count.
    pub const fn frailty(self) -> Frailty {
        match self.count() {
            0..=4 => Frailty::Fit,
            5..=8 => Frailty::Mild,
            9..=13 => Frailty::Moderate,
            _ => Frailty::Severe,
        }
    }
}

/// A measurement that shows a deficit by itself, without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Falls in the last 12 months.
    FallsInAYear,
    /// Average diastolic pressure over 24 hours, mmHg.
    Diastolic24h,
    /// Average systolic pressure over 24 hours, mmHg.
    Systolic24h,
    /// Barthel index of 0 to 20, not of 0 to 100.
    Barthel20,
    /// Six-item cognitive impairment test.
    SixCit,
    /// Haemoglobin of a man, g/L.
    HaemoglobinMale,
    /// Haemoglobin of a woman, g/L.
    HaemoglobinFemale,
    /// Thyroid stimulating hormone, mU/L.
    Tsh,
    /// Estimated glomerular filtration rate, mL/min/1.73 m².
    Egfr,
    /// Urine protein, mg in 24 hours.
    UrineProtein24h,
    /// Urine albumin, mg in 24 hours.
    UrineAlbumin24h,
    /// Urine protein to creatinine ratio, mg/mmol.
    UrinePcr,
    /// Urine albumin to creatinine ratio, mg/mmol.
    UrineAcr,
    /// Ankle brachial pressure index.
    Abpi,
    /// T score of the hip by DXA.
    HipTScore,
    /// COPD exacerbations or unscheduled contacts in 12 months, or hours of oxygen a day.
    CopdEvents,
    /// MUST score (the number alone).
    Must,
}

impl Measure {
    /// The deficit that this value shows, if it shows one; nothing for what is no number.
    ///
    /// ```
    /// use care::score::efi::{Deficit, Measure};
    /// assert_eq!(Measure::Egfr.shows(59.0), Some(Deficit::Ckd));
    /// assert_eq!(Measure::Egfr.shows(60.0), None);
    /// ```
    pub fn shows(self, value: f64) -> Option<Deficit> {
        let (deficit, shown) = match self {
            Measure::FallsInAYear => (Deficit::Falls, value > 0.0),
            Measure::Diastolic24h => (Deficit::Hypertension, value > 85.0),
            Measure::Systolic24h => (Deficit::Hypertension, value > 135.0),
            Measure::Barthel20 => (Deficit::ActivityLimitation, value <= 18.0),
            Measure::SixCit => (Deficit::CognitiveProblems, value >= 8.0),
            Measure::HaemoglobinMale => (Deficit::Anaemia, value < 130.0),
            Measure::HaemoglobinFemale => (Deficit::Anaemia, value < 115.0),
            Measure::Tsh => (Deficit::ThyroidDisorders, !(0.36..=5.5).contains(&value)),
            Measure::Egfr => (Deficit::Ckd, value < 60.0),
            Measure::UrineProtein24h => (Deficit::Ckd, value > 150.0),
            Measure::UrineAlbumin24h => (Deficit::Ckd, value > 20.0),
            Measure::UrinePcr => (Deficit::Ckd, value > 50.0),
            Measure::UrineAcr => (Deficit::Ckd, value > 3.0),
            Measure::Abpi => (Deficit::Pvd, value < 0.95),
            Measure::HipTScore => (Deficit::Osteoporosis, value <= -2.5),
            Measure::CopdEvents => (Deficit::RespiratoryDisease, value >= 1.0),
            Measure::Must => (Deficit::WeightLoss, value >= 1.0),
        };
        (value.is_finite() && shown).then_some(deficit)
    }
}

/// The index as a score of rows.
#[derive(Debug)]
pub struct Rows;

static DEFINITION: Definition = Definition {
    name: "efi",
    title: "Electronic Frailty Index",
    version: "Clegg 2016, bands by count, code sets 1",
    source: "Clegg A and others. Age and Ageing 2016;45:353-60, doi 10.1093/ageing/afw039",
    licence: "the rule is fact; the published code lists are not shipped, the code sets are our own",
    purpose: "finds people of 65 to 95 who may be frail, so that a clinician looks; it does not diagnose",
    not_for_clinical_use: true,
    inputs: &[
        needed("deficits", "Deficits ever recorded, by name", "", Allowed::List),
        optional(
            "codes",
            "Recorded codes, each as system|code",
            "",
            Allowed::List,
            "no codes were given: only the named deficits count",
        ),
        needed(
            "medicines",
            "Different medicines in the 12 months before the day",
            "",
            Allowed::Whole(0, 200),
        ),
        optional(
            "age",
            "Age",
            "a",
            Allowed::Whole(0, 120),
            "the age is not known; the index was made for 65 to 95",
        ),
    ],
    bands: &[
        Band::new("fit", "Fit", 0.0),
        Band::new("mild", "Mild frailty", 5.0 / 36.0),
        Band::new("moderate", "Moderate frailty", 9.0 / 36.0),
        Band::new("severe", "Severe frailty", 14.0 / 36.0),
    ],
};

impl Score for Rows {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn of_row(&self, row: &Row<'_>) -> Outcome {
        let mut reading = Reading::begin(&DEFINITION, row);
        let named = reading.list("deficits", "names of the 36 deficits", Deficit::from_code);
        // A code that stands for no deficit is no error: a record is full of them. One that is no code would count for nothing unseen.
        let coded = reading.list_or("codes", |word| {
            let (system, code) = word
                .split_once('|')
                .map(|(system, code)| (system.trim(), code.trim()))
                .ok_or("system|code, as in snomed-ct|38341003")?;
            fault(system, code).map_or_else(|| Ok(ours(system, code)), Err)
        });
        let medicines = reading
            .whole("medicines")
            .and_then(|count| u32::try_from(count).ok());
        if let Some(age) = reading.whole("age").filter(|age| !AGES.contains(age)) {
            reading.note(format!(
                "age {age} lies outside the 65 to 95 years that the index was made for"
            ));
        }
        let (Some(named), Some(medicines)) = (named, medicines) else {
            return reading.end(None);
        };
        let recorded = named
            .into_iter()
            .chain(coded.into_iter().flatten().flatten())
            .collect();
        let index = Efi::of(recorded, medicines);
        reading.note(format!("{} of 36 deficits", index.count()));
        reading.end_with_band(Some(index.value()), Some(index.frailty().name()))
    }
}
