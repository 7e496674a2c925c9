//! The view that keeps the lookup up to date.

use std::io;

use codes::nhs_number::NhsNumber;
use record::PersonKey;
use record::view::{PersonNow, Unreadable, View};

use super::asked::Asked;
use super::details::Details;
use super::index::{Found, Index};

/// Whom a caller could be: a view over everybody's Patient.
#[derive(Debug, Default)]
pub struct PersonLookup {
    index: Index,
}

impl PersonLookup {
    /// Who fits everything that is asked, best first, at most `most`. Nobody, when nothing is asked.
    #[must_use]
    pub fn find(&self, asked: &Asked, most: usize) -> Found {
        self.index.find(asked, most)
    }

    /// How many people are in it.
    #[must_use]
    pub fn people(&self) -> usize {
        self.index.len()
    }

    /// Everybody with the NHS numbers that they bear, and those that are no longer in use.
    pub fn numbers(&self) -> impl Iterator<Item = (PersonKey, Vec<NhsNumber>, Vec<NhsNumber>)> + '_ {
        self.index.everybody().map(|(person, details)| {
            let (in_use, former) = details.nhs_numbers();
            (person, in_use, former)
        })
    }

    /// Everybody with what they can be found by, in no order: for tests that two copies are the same.
    pub fn everybody(&self) -> impl Iterator<Item = (PersonKey, Details)> + '_ {
        self.index.everybody()
    }
}

impl View for PersonLookup {
    const NAME: &'static str = "person-lookup";
    const SHAPE: u32 = 1;
    const READS: &'static [&'static str] = &["Patient"];
    type Kept = Details;

    fn keep(now: &PersonNow<'_>) -> Result<Option<Details>, Unreadable> {
        let Some(patient) = now.resources.first() else {
            return Ok(None);
        };
        // The same reading as the page's, so that what must not be known of a person is not known here either.
        let read = mapping::person_record(std::iter::once(patient.json.as_slice()));
        let person = read
            .person
            .ok_or(Unreadable("a Patient cannot be read as a person"))?;
        Ok(Some(Details::of(&patient.id, &person, now.survivor.is_some())))
    }

    fn put(&mut self, person: PersonKey, kept: Option<Details>) {
        self.index.put(person, kept.as_ref());
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut packed = Vec::new();
        self.index.everybody().try_for_each(|(person, details)| {
            packed.clear();
            details.pack(&mut packed);
            tell(person, &packed)
        })
    }

    fn load(kept: &[u8]) -> Option<Details> {
        Details::unpack(kept)
    }

    fn bytes(&self) -> u64 {
        self.index.bytes()
    }
}
