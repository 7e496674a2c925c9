//! The view that keeps the memory up to date.

use std::collections::HashMap;
use std::io;

use care::risk::memory::{Memory, Offer, Offered, View as ClinicalView};
use care::score::efi::Frailty;
use jiff::civil::Date;
use record::PersonKey;
use record::view::{PersonNow, Unreadable, View};

use super::read::remembered;

/// What is remembered of everybody of whom there is something.
#[derive(Debug, Default)]
pub struct RiskMemory {
    people: HashMap<PersonKey, Memory>,
}

impl RiskMemory {
    /// What is remembered of somebody, under all the records that are theirs.
    #[must_use]
    pub fn of(&self, records: impl Iterator<Item = PersonKey>) -> Memory {
        records
            .filter_map(|key| self.people.get(&key))
            .fold(Memory::default(), Memory::with)
    }

    /// How many people.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people.len()
    }
}

impl View for RiskMemory {
    const NAME: &'static str = "risk-memory";
    const SHAPE: u32 = 4;
    const READS: &'static [&'static str] = &["CarePlan", "RiskAssessment", "ServiceRequest", "Task"];
    type Kept = Memory;

    fn keep(now: &PersonNow<'_>) -> Result<Option<Memory>, Unreadable> {
        let memory = remembered(now.resources.iter().map(|one| one.json.as_slice()));
        Ok((memory != Memory::default()).then_some(memory))
    }

    fn put(&mut self, person: PersonKey, kept: Option<Memory>) {
        match kept {
            Some(memory) => self.people.insert(person, memory),
            None => self.people.remove(&person),
        };
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        self.people.iter().try_for_each(|(person, memory)| {
            tell(
                *person,
                &serde_json::to_vec(&packed(memory)).map_err(io::Error::other)?,
            )
        })
    }

    fn load(kept: &[u8]) -> Option<Memory> {
        unpacked(serde_json::from_slice(kept).ok()?)
    }

    fn bytes(&self) -> u64 {
        (self.people.capacity() * (size_of::<PersonKey>() + size_of::<Memory>())) as u64
    }
}

/// State, days, band and cohort of an offer; the end of a pause; a view with its day; whether a plan stands; the day of a referral.
type Packed = (
    Option<(String, Date, Date, Option<String>, Option<String>)>,
    Option<Date>,
    Option<(String, Date)>,
    bool,
    Option<Date>,
);

fn packed(memory: &Memory) -> Packed {
    let offer = memory.offer.map(|offer| {
        let band = offer.band.map(|band| band.name().to_owned());
        let work = offer.work.map(|work| format!("{work:032x}"));
        (
            offer.state.status().to_owned(),
            offer.made,
            offer.since,
            band,
            work,
        )
    });
    let view = memory.view.map(|(view, day)| (view.code().to_owned(), day));
    (offer, memory.paused_until, view, memory.plan, memory.referred)
}

fn unpacked((offer, paused_until, view, plan, referred): Packed) -> Option<Memory> {
    let bands = [Frailty::Fit, Frailty::Mild, Frailty::Moderate, Frailty::Severe];
    let offer = match offer {
        None => None,
        Some((status, made, since, band, work)) => Some(Offered {
            state: Offer::from_status(&status)?,
            made,
            since,
            band: match band {
                None => None,
                Some(name) => Some(bands.into_iter().find(|band| band.name() == name)?),
            },
            work: match work {
                None => None,
                Some(digits) => Some(u128::from_str_radix(&digits, 16).ok()?),
            },
        }),
    };
    let view = match view {
        None => None,
        Some((code, day)) => Some((ClinicalView::from_code(&code)?, day)),
    };
    Some(Memory {
        offer,
        paused_until,
        view,
        plan,
        referred,
    })
}
