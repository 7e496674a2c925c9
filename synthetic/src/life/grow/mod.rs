//! How a life is made: who it is, what they fall ill with, and what is done, each part from a stream of chance of its own.

mod emergency;
mod faults;
mod measure;
mod medicines;
pub(crate) mod monitoring;
mod moving;
pub(crate) mod person;
mod planned;
mod practice;
mod prevention;
mod problems;

use super::Life;
use crate::day::Day;
use crate::people::Skeleton;
use crate::random::{Random, Stream};
use crate::region::Region;

/// Days after today that a life is told of, for a region that goes on living.
pub const AHEAD: i32 = 366;

/// What every part of a life looks at.
pub(super) struct Growing<'a> {
    region: &'a Region,
    index: u32,
    bones: &'a Skeleton,
    /// The last day that is told of.
    last: Day,
    /// Today in the region.
    today: Day,
    /// The first day of which contacts are told in detail.
    since: Day,
    decile: f64,
    rates: &'a Rates,
}

/// The single numbers of `numbers.csv` that lives are made with, looked up once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rates {
    pub(super) practice_base: f64,
    practice_since: f64,
    falls_65: f64,
    falls_80_home: f64,
    smoking: [f64; 2],
    flu_65: f64,
    child_uptake: [f64; 2],
    screen: [f64; 2],
    pub(crate) births: f64,
    outpatient_rate: f64,
    dna: [f64; 2],
    call_111: f64,
    zero_day: f64,
    ed_via: f64,
    nctr_share: f64,
    nctr_share_young: f64,
    nctr_days: f64,
    faults: [f64; 7],
    restricted: f64,
    no_fixed_address: f64,
    serving: [f64; 2],
    veteran: [f64; 2],
    carer: f64,
    routine_manual: f64,
    moves: f64,
    /// Shares that are monitored at home: heart failure, COPD, hypertension, type 1, type 2 diabetes, stays.
    monitored: [f64; 6],
}

impl Rates {
    pub(crate) fn read(of: &crate::parameters::Parameters) -> Result<Rates, crate::SynthError> {
        let one = |key: &str| of.number(key);
        let two = |least: &str, most: &str| -> Result<[f64; 2], crate::SynthError> {
            Ok([one(least)?, one(most)?])
        };
        Ok(Rates {
            practice_base: one("practice_base")?,
            practice_since: one("practice_since")?,
            falls_65: one("falls_65")?,
            falls_80_home: one("falls_80_home")?,
            smoking: two("smoking_least", "smoking_most")?,
            flu_65: one("flu_65")?,
            child_uptake: two("child_uptake_least", "child_uptake_most")?,
            screen: two("screen_least", "screen_most")?,
            births: one("births")?,
            outpatient_rate: one("outpatient_rate")?,
            dna: two("dna_least", "dna_most")?,
            call_111: one("call_111")?,
            zero_day: one("zero_day")?,
            ed_via: one("ed_via")?,
            nctr_share: one("nctr_share")?,
            nctr_share_young: one("nctr_share_young")?,
            nctr_days: one("nctr_days")?,
            faults: [
                one("duplicate")?,
                one("two_spellings")?,
                one("merged_number")?,
                one("wrong_letter")?,
                one("late_entry")?,
                one("missing_code")?,
                one("untraced")?,
            ],
            restricted: one("restricted")?,
            no_fixed_address: one("no_fixed_address")?,
            serving: two("serving_other", "serving_wiltshire")?,
            veteran: two("veteran_other", "veteran_male_60")?,
            carer: one("carer_adult")?,
            routine_manual: one("routine_manual")?,
            moves: one("moves")?,
            monitored: [
                one("monitored_heart")?,
                one("monitored_lungs")?,
                one("monitored_pressure")?,
                one("monitored_type_1")?,
                one("monitored_type_2")?,
                one("virtual_ward")?,
            ],
        })
    }
}

/// A life of the region.
pub(crate) fn life(region: &Region, index: u32) -> Life {
    let growing = Growing::of(region, index);
    let mut life = Life {
        person: person::person(&growing),
        ..Life::default()
    };
    problems::long_term(&growing, &mut life);
    prevention::smoking(&growing, &mut life);
    problems::passing(&growing, &mut life);
    practice::contacts(&growing, &mut life);
    medicines::courses(&growing, &mut life);
    prevention::immunise(&growing, &mut life);
    prevention::screen(&growing, &mut life);
    emergency::visits(&growing, &mut life);
    emergency::stays(&growing, &mut life);
    planned::referrals(&growing, &mut life);
    planned::births(&growing, &mut life);
    planned::falls(&growing, &mut life);
    planned::packages(&growing, &mut life);
    monitoring::programmes(&growing, &mut life);
    planned::plans(&growing, &mut life);
    planned::forms(&growing, &mut life);
    faults::faults(&growing, &mut life);
    moving::registered_elsewhere(&mut life);
    ended(&growing, &mut life);
    life.order();
    life
}

/// What goes on ends with the person.
fn ended(growing: &Growing<'_>, life: &mut Life) {
    let Some(death) = life.person.death else { return };
    let end = |of: &mut Option<Day>| *of = Some(of.unwrap_or(death).min(death));
    life.packages.iter_mut().for_each(|one| end(&mut one.end));
    life.plans.iter_mut().for_each(|one| end(&mut one.end));
    life.courses.iter_mut().for_each(|one| end(&mut one.stop));
    let last = growing.last.at(1439);
    life.measurements
        .iter_mut()
        .for_each(|one| one.at = one.at.min(last));
    for contact in &mut life.contacts {
        contact.start = contact.start.min(last);
        match (contact.end, &mut contact.admission) {
            (Some(end), _) => contact.end = Some(end.min(last)),
            (None, Some(stay)) => {
                contact.end = Some(last);
                stay.nights = Some((death.0 - contact.start.day.0).max(0) as u16);
            }
            (None, None) => {}
        }
    }
}

impl<'a> Growing<'a> {
    fn of(region: &'a Region, index: u32) -> Growing<'a> {
        let bones = region.bones(index);
        Growing {
            region,
            index,
            bones,
            last: bones.ends(region.options.today),
            today: region.options.today,
            since: Day::ymd(region.rates.practice_since as i16, 1, 1).max(bones.birth),
            decile: f64::from(region.place.areas[usize::from(bones.area)].decile),
            rates: &region.rates,
        }
    }
}

impl Growing<'_> {
    /// A stream of chance of this person.
    fn random(&self, stream: Stream) -> Random {
        Random::new(self.region.options.seed, stream, u64::from(self.index))
    }

    /// Today in the region, or the day of death before it.
    fn now(&self) -> Day {
        self.last.min(self.today)
    }

    /// Whether the person dies on a day that is told of.
    fn dies(&self) -> bool {
        self.bones.death.or(self.bones.dies).is_some()
    }

    /// Age in years on a day.
    fn age(&self, day: Day) -> f64 {
        day.age_since(self.bones.birth)
    }

    /// A share between that of the least and that of the most deprived tenth.
    fn between(&self, least_most: [f64; 2]) -> f64 {
        let most = (10.0 - self.decile) / 9.0;
        least_most[0] + (least_most[1] - least_most[0]) * most
    }

    fn has(&self, key: &str) -> bool {
        self.region
            .parameters
            .condition(key)
            .is_some_and(|place| place < 64 && self.bones.has(place))
    }
}
