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
        Ok(Region {
            options,
            place,
            parameters,
            calendar,
            people,
            rates,
            numbers: crate::nhs_number::Numbers::new(),
        })
    }

    /// How many lives there are: those alive and those who died.
    #[must_use]
    pub fn lives(&self) -> usize {
        self.people.len()
    }

    /// The life of one person as it is known on a day: today, or one of the days after it.
    ///
    /// # Panics
    /// When `index` is not below [`Region::lives`].
    #[must_use]
    pub fn life_on(&self, index: usize, day: Day) -> Life {
        self.life(index).as_of(day)
    }

    /// The life of one person, whole, with the [`crate::AHEAD`] days to come. It depends on the region and the place alone.
    ///
    /// # Panics
    /// When `index` is not below [`Region::lives`].
    #[must_use]
    pub fn life(&self, index: usize) -> Life {
        crate::life::grow::life(self, index as u32)
    }
}
