//! What counts for somebody, and what is missing: for the list, the page of one person, and the person's own.

use ::population::PersonSlice;
use ::population::facts::MEASURES;
use ::population::score::{FrailtyOn, Scored, Since};
use ::population::{Day, People};
use care::score::efi::{Deficit, Efi};
use jiff::civil::Date;

/// A deficit and since when it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    pub label: &'static str,
    pub since: Option<Date>,
    /// Found within twelve months.
    pub new: bool,
    /// Of polypharmacy, which is counted from medicines and has no day: how many different ones within twelve months.
    pub medicines: Option<u32>,
}

/// What is missing, or was not counted. Values of measurements, such as eGFR or haemoglobin, never are: a code counts alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missing {
    /// Deficits without a day: whether they are new cannot be told.
    pub undated: u32,
    /// Facts with something odd about them, and resources that cannot be read.
    pub not_counted: u32,
    /// No medicine is recorded within twelve months: polypharmacy cannot be told from none.
    pub no_medicines: bool,
}

/// The Clinical Frailty Scale as a clinician recorded it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicalFrailty {
    /// 1 to 9.
    pub scale: u8,
    /// `None` when no day is recorded of any.
    pub day: Option<Date>,
}

/// What counts on a day, and what is missing; `before` is the index of twelve months earlier. What is new comes first, then the newest;
/// those without a day come last. Together they are as many as the index counts.
pub(super) fn why(
    on: &FrailtyOn<'_>,
    person: &PersonSlice<'_>,
    (now, before): (&Scored, Efi),
    year_ago: Date,
) -> (Vec<Driver>, Missing) {
    let since = on.deficits(person);
    let undated = since.iter().filter(|one| !one.first.is_known()).count();
    let missing = Missing {
        undated: u32::try_from(undated).unwrap_or(u32::MAX),
        not_counted: now.odd,
        no_medicines: now.medicines == 0,
    };
    (drivers(&since, now, before, year_ago), missing)
}

fn drivers(since: &[Since], now: &Scored, before: Efi, year_ago: Date) -> Vec<Driver> {
    let mut drivers: Vec<Driver> = since
        .iter()
        .map(|one| {
            let day = one.first.date();
            Driver {
                label: one.deficit.label(),
                since: day,
                new: day.is_some_and(|day| day > year_ago),
                medicines: None,
            }
        })
        .collect();
    if now.efi.deficits.has(Deficit::Polypharmacy) {
        drivers.push(Driver {
            label: Deficit::Polypharmacy.label(),
            since: None,
            new: !before.deficits.has(Deficit::Polypharmacy),
            medicines: Some(now.medicines),
        });
    }
    drivers.sort_by_key(|one| (!one.new, std::cmp::Reverse(one.since), one.medicines.is_none()));
    drivers
}

/// The newest Clinical Frailty Scale of somebody that is sound, up to a day; of those of one day the highest.
pub(super) fn clinical_frailty(
    people: &People<'_>,
    person: &PersonSlice<'_>,
    today: Date,
) -> Option<ClinicalFrailty> {
    let measure = MEASURES
        .iter()
        .find(|measure| measure.name == "clinical-frailty-scale")?;
    let (system, code) = measure.codes.first()?;
    let code = people.columns().dictionary().find(system, code)?;
    let today = Day::of(today)?;
    person
        .measured()
        .filter(|one| one.code == code && one.mark.is_sound() && one.day <= today)
        .filter_map(|one| Some((one.day, scale(one.value?)?)))
        .max()
        .map(|(day, scale)| ClinicalFrailty {
            scale,
            day: day.date(),
        })
}

/// A whole step of the scale; what lies between two is none.
fn scale(value: f32) -> Option<u8> {
    (1..=9).find(|step| (f32::from(*step) - value).abs() < f32::EPSILON)
}
