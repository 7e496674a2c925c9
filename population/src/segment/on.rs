//! Conditions, elements, segment and stage of life of one person on a day.

use care::score::efi::{AGES, Frailty};
use care::segment::{LifeStage, SNEE, life_stage, of_adult, with_conditions};
use codes::clinical::segmentation::{CONDITIONS, IN_EMERGENCY_STAYS};
use jiff::ToSpan;
use jiff::civil::Date;

use super::meaning::{Meaning, Meanings};
use crate::columns::{Columns, Shard};
use crate::day::{Day, UpTo};
use crate::facts::{Kind, MEASURES, Sex};
use crate::people::PersonSlice;
use crate::score::{DeficitTable, FrailtyOn, stays_by};

/// How long a pregnancy that was recorded and not ended is taken to last, in days.
pub(crate) const PREGNANT_DAYS: i32 = 280;
/// Alcohol in units a week above which the risk is increased (Chief Medical Officers, 2016), and above which it is high (NICE
/// PH24: 35 for women, 50 for men).
const INCREASED_ALCOHOL: f32 = 14.0;
const HIGH_ALCOHOL: [(Sex, f32); 2] = [(Sex::Female, 35.0), (Sex::Male, 50.0)];
const OBESE: f32 = 30.0;
/// "It is over" and "of a month or year alone" in what a coded fact is packed with.
const OVER: u8 = 1 << 6;
const PARTIAL: u8 = 1 << 5;
const KIND: u8 = 0b0111;
/// Problems and findings, as bits by number.
const SHOW: u8 = 1 << Kind::Problem as u8 | 1 << Kind::Finding as u8;
/// What may have been written down in a stay, likewise.
const OF_STAYS: u8 = 1 << Kind::Problem as u8 | 1 << Kind::Diagnosis as u8;
/// As many as the model has at most.
const MOST: usize = 32;

/// Somebody's long-term conditions: bit N is the Nth of the model's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Conditions(pub u32);

impl Conditions {
    /// How many.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether the Nth is among them.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        place < MOST && self.0 >> place & 1 == 1
    }
}

/// Where somebody stands in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The place of the segment; `None` under 18.
    pub segment: Option<usize>,
    pub stage: LifeStage,
}

/// The model on one day.
#[derive(Debug, Clone)]
pub struct SegmentsOn<'t> {
    meanings: &'t Meanings,
    frailty: FrailtyOn<'t>,
    today: Day,
    past: UpTo,
    /// A measurement on this day or before lies outside the twelve months, and so does a stay that began then.
    year_ago: Day,
    /// A pregnancy recorded before this day is over.
    pregnant_from: Day,
    codes: Measures,
    elements: Elements,
    /// The element that a condition is too, by the condition's place.
    also: [u64; MOST],
}

/// Numbers of the measures that the model reads.
#[derive(Debug, Clone, Copy)]
struct Measures {
    body_mass_index: Option<u32>,
    alcohol: Option<u32>,
}

/// Bits of the elements that are worked out and not coded.
#[derive(Debug, Clone, Copy)]
struct Elements {
    severe: u64,
    moderate: u64,
    palliative: u64,
    obese: u64,
    smoker: u64,
    increased_alcohol: u64,
    high_alcohol: u64,
    in_emergency_stays: u64,
}

#[derive(Default)]
struct Found {
    /// The last day on which each condition was so, plus one so that an unknown day counts; nought when never.
    active: [u32; MOST],
    /// The last day on which it was said to be over, likewise.
    over: [u32; MOST],
    elements: u64,
    /// Elements that a stay shows which holds the day, with that day.
    hospital: Vec<(Day, u64)>,
    smoked: u32,
    not_smoking: u32,
    pregnant: bool,
}

impl<'t> SegmentsOn<'t> {
    /// On a day; `None` outside 1900 to June 2079.
    #[must_use]
    pub fn new(
        columns: &Columns,
        meanings: &'t Meanings,
        deficits: &'t DeficitTable,
        today: Date,
    ) -> Option<SegmentsOn<'t>> {
        let number = |name: &str| {
            let measure = MEASURES.iter().find(|measure| measure.name == name)?;
            let (system, code) = measure.codes.first()?;
            columns.dictionary().find(system, code)
        };
        let bit = |name: &str| SNEE.element(name).unwrap_or(0);
        let mut also = [0; MOST];
        for (element, name) in also.iter_mut().zip(CONDITIONS.iter()) {
            *element = bit(name);
        }
        Some(SegmentsOn {
            meanings,
            frailty: FrailtyOn::new(deficits, today)?,
            today: Day::of(today)?,
            past: UpTo::or_undated(Day::of(today)?),
            year_ago: Day::of(today.checked_sub(1.year()).ok()?)?,
            pregnant_from: Day::of(today.checked_sub(PREGNANT_DAYS.days()).ok()?)?,
            codes: Measures {
                body_mass_index: number("body-mass-index"),
                alcohol: number("alcohol"),
            },
            elements: Elements {
                severe: bit("severe-frailty"),
                moderate: bit("moderate-frailty"),
                palliative: bit("palliative-care"),
                obese: bit("bmi-above-30"),
                smoker: bit("smoker"),
                increased_alcohol: bit("increased-alcohol-risk"),
                high_alcohol: bit("high-alcohol-risk"),
                in_emergency_stays: bit(IN_EMERGENCY_STAYS),
            },
            also,
        })
    }

    /// The same of a day that is past, as [`FrailtyOn::looking_back`].
    #[must_use]
    pub fn looking_back(self) -> SegmentsOn<'t> {
        SegmentsOn {
            past: UpTo::dated(self.today),
            frailty: self.frailty.looking_back(),
            ..self
        }
    }

    /// The same with whoever died since the day among its people, as [`FrailtyOn::with_those_who_died_since`].
    #[must_use]
    pub fn with_those_who_died_since(self) -> SegmentsOn<'t> {
        SegmentsOn {
            frailty: self.frailty.with_those_who_died_since(),
            ..self
        }
    }

    /// The same as if nothing that bears a label were there, as [`FrailtyOn::without_labelled`].
    #[must_use]
    pub fn without_labelled(self) -> SegmentsOn<'t> {
        SegmentsOn {
            frailty: self.frailty.without_labelled(),
            ..self
        }
    }

    /// Whether somebody was born by the day, as far as that is known.
    #[must_use]
    pub fn is_born(&self, person: &PersonSlice<'_>) -> bool {
        !person.birth().is_known() || person.birth() <= self.today
    }

    /// Whether somebody was here on the day.
    #[must_use]
    pub fn is_here(&self, person: &PersonSlice<'_>) -> bool {
        self.frailty.is_here(person)
    }

    /// The long-term conditions that count on the day: coded as a problem or finding on it or before, or without a day, and not
    /// said to be over since.
    #[must_use]
    pub fn conditions(&self, person: &PersonSlice<'_>) -> Conditions {
        self.found(person).conditions()
    }

    /// Which of these elements of the model (bits of [`Model::element`](codes::clinical::segmentation::Model::element)) a code
    /// shows that is not said to be over; never one that is measured or worked out.
    #[must_use]
    pub fn coded(&self, person: &PersonSlice<'_>, elements: u64) -> u64 {
        self.found(person).elements & elements
    }

    /// Segment and stage; `None` when the age is not known.
    #[must_use]
    pub fn placed(&self, person: &PersonSlice<'_>) -> Option<Placed> {
        let age = self.frailty.age(person)?;
        let found = self.found(person);
        let conditions = found.conditions();
        let mut elements = found.elements;
        for (place, element) in self.also.iter().enumerate() {
            elements |= if conditions.has(place) { *element } else { 0 };
        }
        if found.smoked > found.not_smoking {
            elements |= self.elements.smoker;
        }
        elements |= self.measured(person) | self.stayed(person, &found.hospital);
        if AGES.contains(&i64::from(age)) {
            elements |= match self.frailty.of(person).map(|scored| scored.efi.frailty()) {
                Ok(Frailty::Severe) => self.elements.severe,
                Ok(Frailty::Moderate) => self.elements.moderate,
                Ok(Frailty::Mild | Frailty::Fit) | Err(_) => 0,
            };
        }
        let elements = with_conditions(&SNEE, elements, conditions.count());
        let dying = elements & self.elements.palliative != 0;
        Some(Placed {
            segment: of_adult(&SNEE, age, elements),
            stage: life_stage(age, found.pregnant, dying),
        })
    }

    fn found(&self, person: &PersonSlice<'_>) -> Found {
        let mut found = Found::default();
        for (shard, row) in person.records() {
            self.take(&mut found, shard, row);
        }
        found
    }

    fn take(&self, found: &mut Found, shard: &Shard, row: usize) {
        let range = shard.coded_of(row);
        let table = &shard.coded;
        let (codes, days) = (&table.code[range.clone()], &table.day[range.clone()]);
        let (sorts, marks) = (&table.sort[range.clone()], &table.mark[range]);
        for (((code, day), sort), mark) in codes.iter().zip(days).zip(sorts).zip(marks) {
            if let Some(place) = self.meanings.in_hospital(*code) {
                let is_of_a_stay = OF_STAYS >> (sort & KIND) & 1 == 1 && self.frailty.counts(*mark);
                let is_dated = sort & PARTIAL == 0 && *day > self.year_ago && *day <= self.today;
                if is_of_a_stay && is_dated {
                    found.hospital.push((*day, 1 << (place & 63)));
                }
            }
            let meaning = self.meanings.meaning(*code);
            let counts = meaning != Meaning::None && self.frailty.counts(*mark) && self.past.holds(*day);
            if !counts || SHOW >> (sort & KIND) & 1 == 0 {
                continue;
            }
            let (since, over) = (u32::from(day.number()) + 1, sort & OVER != 0);
            match meaning {
                Meaning::Condition(place) => {
                    let days = if over { &mut found.over } else { &mut found.active };
                    if let Some(last) = days.get_mut(usize::from(place)) {
                        *last = (*last).max(since);
                    }
                }
                Meaning::Element(place) => {
                    let element = 1u64 << (place & 63);
                    if element == self.elements.smoker {
                        found.smoked = found.smoked.max(since);
                    } else if !over {
                        found.elements |= element;
                    }
                }
                Meaning::NotSmoking => found.not_smoking = found.not_smoking.max(since),
                Meaning::Pregnancy => found.pregnant |= !over && *day >= self.pregnant_from,
                Meaning::None => {}
            }
        }
    }

    /// The elements of codes that were written down in a stay that began in the twelve months.
    fn stayed(&self, person: &PersonSlice<'_>, codes: &[(Day, u64)]) -> u64 {
        if codes.is_empty() {
            return 0;
        }
        let all = stays_by(person, self.today, |mark| self.frailty.counts(mark));
        let recent = all.iter().filter(|stay| stay.first > self.year_ago);
        let mut elements = 0;
        for stay in recent {
            let shown = codes.iter().filter(|(day, _)| stay.holds(*day));
            let shown = shown.fold(0, |shown, (_, element)| shown | element);
            elements |= if stay.is_emergency {
                shown
            } else {
                shown & !self.elements.in_emergency_stays
            };
        }
        elements
    }

    /// The elements that the last values of the twelve months show.
    fn measured(&self, person: &PersonSlice<'_>) -> u64 {
        let last = |code: Option<u32>| {
            let code = code?;
            person
                .measured()
                .filter(|one| one.code == code && self.frailty.counts(one.mark))
                .filter(|one| one.day <= self.today && one.day > self.year_ago)
                .filter_map(|one| Some((one.day, one.value?)))
                .max_by_key(|(day, _)| *day)
                .map(|(_, value)| value)
        };
        let mut elements = 0;
        if last(self.codes.body_mass_index).is_some_and(|value| value > OBESE) {
            elements |= self.elements.obese;
        }
        if let Some(units) = last(self.codes.alcohol) {
            let high = HIGH_ALCOHOL.iter().find(|(sex, _)| *sex == person.sex());
            let high = high.map_or(HIGH_ALCOHOL[0].1, |(_, limit)| *limit);
            if units > high {
                elements |= self.elements.high_alcohol;
            } else if units > INCREASED_ALCOHOL {
                elements |= self.elements.increased_alcohol;
            }
        }
        elements
    }
}

impl Found {
    fn conditions(&self) -> Conditions {
        let mut bits = 0;
        for (place, (active, over)) in self.active.iter().zip(&self.over).enumerate() {
            // As `care::segment::counts`: the latest code is later than any that says it is over.
            bits |= u32::from(*active > 0 && active > over) << place;
        }
        Conditions(bits)
    }
}
