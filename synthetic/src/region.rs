//! The region: grown once, then asked for one life after another.

use crate::day::Day;
use crate::emergency::{self, Calendar};
use crate::life::{Life, grow::Rates};
use crate::parameters::Parameters;
use crate::people::{self, Skeleton};
use crate::place::{Files, Place};
use crate::{SynthError, health};

/// Fewest people of a region.
pub const FEWEST: u64 = 50;
/// Most people of a region.
pub const MOST: u64 = 2_000_000;

/// What a region is grown from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The seed: the same seed, people and day give the same region, byte for byte.
    pub seed: u64,
    /// People alive, [`FEWEST`] to [`MOST`].
    pub people: u64,
    /// The day that is today.
    pub today: Day,
    /// Where the place's data come from.
    pub files: Files,
}

/// A region.
#[derive(Debug, Clone)]
pub struct Region {
    /// What it was grown from.
    pub options: Options,
    /// The place.
    pub place: Place,
    /// The tables.
    pub parameters: Parameters,
    /// The months of emergency care.
    pub calendar: Calendar,
    /// Everybody, the living first.
    pub people: Vec<Skeleton>,
    /// Children who are born in the days to come, each with the place of the mother, by day of birth.
    pub coming: Vec<(Skeleton, u32)>,
    pub(crate) rates: Rates,
    pub(crate) numbers: crate::nhs_number::Numbers,
}

impl Region {
    /// Grows a region.
    ///
    /// # Errors
    /// When the number of people is out of range, or a table is missing, was edited, or cannot be used.
    pub fn grow(options: Options) -> Result<Region, SynthError> {
        if !(FEWEST..=MOST).contains(&options.people) {
            return Err(SynthError::People {
                given: options.people,
            });
        }
        let parameters = Parameters::built_in()?;
        let place = Place::read(&options.files)?;
        let mut calendar = Calendar::read(&options.files, &options)?;
        let mut people = people::grow(&options.files, &place, &parameters, &options)?;
        health::assign(&options.files, &place, &parameters, &options, &mut people)?;
        emergency::assign(&place, &parameters, &mut calendar, &options, &mut people)?;
        let rates = Rates::read(&parameters)?;
        let coming = people::coming(options.seed, rates.births, options.today, &people);
        Ok(Region {
            options,
            place,
            parameters,
            calendar,
            people,
            coming,
            rates,
            numbers: crate::nhs_number::Numbers::new(),
        })
    }

    /// What is kept of a person: of the living and the dead, and after them of those who are yet to be born.
    ///
    /// # Panics
    /// When there is nobody of this place.
    #[must_use]
    pub fn bones(&self, index: u32) -> &Skeleton {
        match self.people.get(index as usize) {
            Some(bones) => bones,
            None => &self.coming[index as usize - self.people.len()].0,
        }
    }

    /// The mother of somebody who is born in the days to come.
    #[must_use]
    pub fn mother(&self, index: u32) -> Option<u32> {
        let place = (index as usize).checked_sub(self.people.len())?;
        self.coming.get(place).map(|(_, mother)| *mother)
    }

    /// The places of everybody who may live on a day to come: those alive today, and those who are yet to be born.
    pub fn living_on(&self) -> impl Iterator<Item = usize> + use<> {
        let (alive, known) = (self.options.people as usize, self.people.len());
        (0..alive).chain(known..known + self.coming.len())
    }

    /// How many lives there are: those alive and those who died. Those yet to be born have the places after them.
    #[must_use]
    pub fn lives(&self) -> usize {
        self.people.len()
    }

    /// How many of the lives have no NHS number, since the range that is never issued has too few.
    #[must_use]
    pub fn without_number(&self) -> usize {
        self.lives().saturating_sub(self.numbers.count())
    }

    /// The life of one person as it is known on a day: today, or one of the days after it.
    ///
    /// # Panics
    /// When there is nobody of this place: see [`Region::bones`].
    #[must_use]
    pub fn life_on(&self, index: usize, day: Day) -> Life {
        self.life(index).as_of(day)
    }

    /// The life of one person, whole, with the [`crate::AHEAD`] days to come. It depends on the region and the place alone.
    ///
    /// # Panics
    /// When there is nobody of this place: see [`Region::bones`].
    #[must_use]
    pub fn life(&self, index: usize) -> Life {
        crate::life::grow::life(self, index as u32)
    }
}
