//! Into which groups a person falls, by each way that a question needs.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use ::population::PersonSlice;
use ::population::facts::{AREA, PRACTICE, Sex};
use ::population::score::FrailtyOn;
use ::population::segment::{Conditions, Placed, SegmentsOn};
use care::risk::funnel::Step;
use care::score::efi::AGES;
use care::segment::{LifeStage, Month, SNEE};
use jiff::ToSpan;
use jiff::civil::Date;

use super::by::{BANDS, BROAD, MANY, OLDEST};
use super::{By, Everyone, Places};
use crate::risk::OnList;

/// The groups of one way into which somebody falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// The figure is not about them.
    None,
    /// The place of the group.
    One(usize),
    /// Bits of the groups' places.
    Several(u32),
}

impl In {
    pub(super) fn has(self, place: usize) -> bool {
        match self {
            In::None => false,
            In::One(at) => at == place,
            In::Several(bits) => place < 32 && bits >> place & 1 == 1,
        }
    }

    pub(super) fn each(self) -> impl Iterator<Item = usize> {
        (0..32)
            .filter(move |place| matches!(self, In::Several(bits) if bits >> place & 1 == 1))
            .chain(match self {
                In::One(at) => Some(at),
                In::None | In::Several(_) => None,
            })
    }
}

/// Whether what bears a label counts ([ADR 31](../../../docs/adr/0031-labelled-items-and-indexes.md)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Labelled {
    /// In figures: a figure of ten people tells of nobody.
    Counts,
    /// On lists by name, as if it were not there.
    IsLeftOut,
}

/// Somebody who is looked at, with what was worked out of them once.
pub(super) struct Seen<'p, 's> {
    person: &'s PersonSlice<'p>,
    conditions: OnceCell<Conditions>,
    placed: OnceCell<Option<Placed>>,
}

impl<'p, 's> Seen<'p, 's> {
    pub(super) fn new(person: &'s PersonSlice<'p>) -> Seen<'p, 's> {
        Seen {
            person,
            conditions: OnceCell::new(),
            placed: OnceCell::new(),
        }
    }
}

/// Tells everybody apart on the day of a question.
pub(super) struct Telling<'e> {
    everyone: &'e Everyone<'e>,
    today: FrailtyOn<'e>,
    segments: SegmentsOn<'e>,
    /// A month before: before the month that is asked for, else before the day.
    before: SegmentsOn<'e>,
    /// At the end of the month that is asked for.
    after: Option<SegmentsOn<'e>>,
    list: OnList<'e>,
    /// Places of the areas and their fifths, by the columns' numbers.
    areas: HashMap<u32, (usize, Option<u8>)>,
    last_area: usize,
    networks: HashMap<u32, usize>,
    last_network: usize,
}

impl<'e> Telling<'e> {
    /// `None` on a day that the columns do not know, and of a month that is not one of the last twelve. With a month, segments are those
    /// at its end. A figure counts what is `labelled`; a list by name never does.
    pub(super) fn new(
        everyone: &'e Everyone<'e>,
        places: &Places,
        month: Option<Month>,
        labelled: Labelled,
    ) -> Option<Telling<'e>> {
        let today = everyone.today();
        if month.is_some_and(|month| !Month::last_twelve(today).contains(&month)) {
            return None;
        }
        let segments = |day: Date| {
            let on = everyone.segments_on(day)?;
            Some(match labelled {
                Labelled::Counts => on,
                Labelled::IsLeftOut => on.without_labelled(),
            })
        };
        let frailty = everyone.frailty_on(today)?;
        let past = |day: Date| segments(day).map(SegmentsOn::with_those_who_died_since);
        let dictionary = everyone.people().columns().dictionary();
        let areas = places
            .areas
            .iter()
            .enumerate()
            .filter_map(|(at, (code, area))| Some((dictionary.find(AREA, code)?, (at, area.quintile()))));
        let mut networks = HashMap::new();
        for (at, network) in places.networks.values().enumerate() {
            let practices = network.practices.iter();
            networks.extend(practices.filter_map(|one| Some((dictionary.find(PRACTICE, one)?, at))));
        }
        Some(Telling {
            everyone,
            today: match labelled {
                Labelled::Counts => frailty,
                Labelled::IsLeftOut => frailty.without_labelled(),
            },
            segments: segments(today)?,
            before: match month {
                Some(month) => past(month.day_before()?)?,
                None => segments(today.checked_sub(1.month()).ok()?)?,
            },
            after: match month {
                Some(month) => Some(past(month.last_day())?),
                None => None,
            },
            list: OnList::of(everyone)?,
            areas: areas.collect(),
            last_area: places.areas.len(),
            networks,
            last_network: places.networks.len(),
        })
    }

    /// Age in years.
    pub(super) fn age(&self, person: &PersonSlice<'_>) -> Option<u8> {
        self.today.age(person)
    }

    pub(super) fn step(&self, person: &PersonSlice<'_>) -> Option<Step> {
        self.list.step(self.everyone, person)
    }

    /// The groups of a way into which somebody falls.
    pub(super) fn of(&self, by: By, seen: &Seen<'_, '_>) -> In {
        let person = seen.person;
        let conditions = || *seen.conditions.get_or_init(|| self.segments.conditions(person));
        let placed = || *seen.placed.get_or_init(|| self.segments.placed(person));
        let last_segment = SNEE.segments().len();
        match by {
            By::Sex => In::One(match person.sex() {
                Sex::Female => 0,
                Sex::Male => 1,
                Sex::Other => 2,
                Sex::Unknown => 3,
            }),
            By::FiveYears => {
                let last = usize::from(OLDEST / 5);
                In::One(
                    self.age(person)
                        .map_or(last + 1, |age| usize::from(age / 5).min(last)),
                )
            }
            By::Ages => {
                let band = |age: u8| BROAD.iter().rposition(|from| age >= *from);
                In::One(self.age(person).and_then(band).unwrap_or(BROAD.len()))
            }
            By::Conditions => In::One((conditions().count() as usize).min(MANY)),
            By::Condition => In::Several(conditions().0),
            By::Deprivation => {
                let fifth = person.area().and_then(|area| self.areas.get(&area)?.1);
                In::One(fifth.map_or(5, |fifth| usize::from(fifth) - 1))
            }
            By::Segment => {
                let at_end = |on: &SegmentsOn<'_>| on.placed(person);
                let placed = self.after.as_ref().map_or_else(placed, at_end);
                In::One(placed.and_then(|one| one.segment).unwrap_or(last_segment))
            }
            By::SegmentBefore => {
                let before = self.before.placed(person).and_then(|one| one.segment);
                In::One(before.unwrap_or(last_segment))
            }
            By::Stage => {
                let stage = placed().map(|placed| placed.stage);
                let place = LifeStage::ALL.iter().position(|one| Some(*one) == stage);
                In::One(place.unwrap_or(LifeStage::ALL.len()))
            }
            By::Frailty => match self.today.of(person) {
                Ok(scored) if AGES.contains(&i64::from(scored.age)) => {
                    let band = scored.efi.frailty();
                    let place = BANDS.iter().position(|(one, _)| *one == band);
                    place.map_or(In::None, In::One)
                }
                Ok(_) | Err(_) => In::None,
            },
            By::Area => {
                let place = person.area().and_then(|area| Some(self.areas.get(&area)?.0));
                In::One(place.unwrap_or(self.last_area))
            }
            By::Network => {
                let network = person.practice().and_then(|one| self.networks.get(&one).copied());
                In::One(network.unwrap_or(self.last_network))
            }
            By::Help => {
                let place = self
                    .step(person)
                    .and_then(|step| Step::ALL.iter().position(|one| *one == step));
                place.map_or(In::None, In::One)
            }
            // These have no places: a person is in one by its identifier, or by a count of its own (`Wanted::holds`, `people`).
            By::Work | By::Month | By::CameTo | By::OnList | By::Reached => In::None,
        }
    }

    /// From which group of [`By::SegmentBefore`] to which somebody moved within the month that is asked for, by their places; whoever died in
    /// it went to the place after the last. `None` of whoever was not here.
    pub(super) fn moved(&self, person: &PersonSlice<'_>) -> Option<(usize, usize)> {
        let last = SNEE.segments().len();
        let at = |on: &SegmentsOn<'_>| {
            let placed = on.placed(person).filter(|_| on.is_here(person));
            placed.and_then(|one| one.segment).unwrap_or(last)
        };
        let after = self.after.as_ref()?;
        match (self.before.is_here(person), after.is_here(person)) {
            (_, true) => Some((at(&self.before), at(after))),
            (true, false) => Some((at(&self.before), last + 1)),
            (false, false) => None,
        }
    }

    /// The cohort with which somebody was sent to work last.
    pub(super) fn work(&self, person: &PersonSlice<'_>) -> Option<u128> {
        self.everyone.memory(person).offer?.work
    }
}

/// The places of the groups of a way, by key.
pub(super) fn places_of(by: By, places: &Places) -> BTreeMap<String, usize> {
    let groups = by.groups(places).into_iter().enumerate();
    groups.map(|(at, group)| (group.key, at)).collect()
}
