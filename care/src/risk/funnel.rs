//! How far somebody came on the way from being found to an outcome: one step each, by what is remembered of them.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::risk::memory::{Memory, Offer};

/// For how long an offer counts, in years from the day on which it was made.
pub const YEARS: i32 = 1;

/// The furthest that somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// On the list, and nothing was offered yet.
    Found,
    /// Something was offered, and they have not answered.
    Offered,
    /// They said no.
    Declined,
    /// They said yes, and it is not done yet.
    Accepted,
    /// It was done.
    Done,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Step; 5] = [
        Step::Found,
        Step::Offered,
        Step::Declined,
        Step::Accepted,
        Step::Done,
    ];

    /// Its word in addresses and files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Step::Found => "found",
            Step::Offered => "offered",
            Step::Declined => "declined",
            Step::Accepted => "accepted",
            Step::Done => "done",
        }
    }

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Step::Found => "Found, nothing offered yet",
            Step::Offered => "Offered, no answer yet",
            Step::Declined => "Declined",
            Step::Accepted => "Accepted, not done yet",
            Step::Done => "Done, with an outcome",
        }
    }
}

/// How far somebody came at least: each stage holds those that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// On the list, or something was offered within a year.
    Found,
    /// Something was offered, whatever they said.
    Offered,
    /// They said yes, whether it is done or not.
    Accepted,
    /// It was done.
    Done,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 4] = [Stage::Found, Stage::Offered, Stage::Accepted, Stage::Done];

    /// Its word in addresses and files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Found => "found",
            Stage::Offered => "offered",
            Stage::Accepted => "accepted",
            Stage::Done => "done",
        }
    }

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Stage::Found => "Found",
            Stage::Offered => "Offered help",
            Stage::Accepted => "Said yes",
            Stage::Done => "Done, with an outcome",
        }
    }

    /// What counts for it, in a sentence.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Stage::Found => "Everybody who waits on the risk list, or was offered help within a year.",
            Stage::Offered => "Those of them whose newest offer of a year stands, whatever they said to it.",
            Stage::Accepted => "Those of them who said yes to it, whether it is done or not.",
            Stage::Done => "Those of them for whom it was done.",
        }
    }

    /// The steps that count for it.
    #[must_use]
    pub const fn steps(self) -> &'static [Step] {
        match self {
            Stage::Found => &Step::ALL,
            Stage::Offered => &[Step::Offered, Step::Declined, Step::Accepted, Step::Done],
            Stage::Accepted => &[Step::Accepted, Step::Done],
            Stage::Done => &[Step::Done],
        }
    }
}

/// The step of somebody on a day; `listed` says whether they wait on the list. An offer that was taken back is none.
#[must_use]
pub fn step(memory: &Memory, listed: bool, today: Date) -> Option<Step> {
    let since = today.saturating_sub(YEARS.years());
    let offer = memory.offer.filter(|offer| offer.made > since);
    match offer.map(|offer| offer.state) {
        Some(Offer::Made) => Some(Step::Offered),
        Some(Offer::Accepted) => Some(Step::Accepted),
        Some(Offer::Declined) => Some(Step::Declined),
        Some(Offer::Done) => Some(Step::Done),
        Some(Offer::Withdrawn) | None => listed.then_some(Step::Found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::memory::Offered;
    use jiff::civil::date;

    #[test]
    fn each_stage_holds_those_that_follow_it() {
        for pair in Stage::ALL.windows(2) {
            let (outer, inner) = (pair[0].steps(), pair[1].steps());
            assert!(inner.len() < outer.len() && inner.iter().all(|step| outer.contains(step)));
        }
    }

    #[test]
    fn the_newest_offer_of_a_year_says_how_far_somebody_came() {
        let of = |state, made| Memory {
            offer: Some(Offered {
                state,
                made,
                since: made,
                band: None,
                work: None,
            }),
            ..Memory::default()
        };
        let today = date(2026, 11, 29);
        let recent = date(2026, 3, 1);
        let steps = Offer::ALL.map(|state| step(&of(state, recent), true, today));
        assert_eq!(
            steps,
            [
                Some(Step::Offered),
                Some(Step::Accepted),
                Some(Step::Declined),
                Some(Step::Done),
                Some(Step::Found)
            ]
        );
        // An old one counts no more, and whoever is on no list was not found.
        let old = of(Offer::Done, date(2025, 11, 29));
        assert_eq!(step(&old, false, today), None);
        assert_eq!(step(&old, true, today), Some(Step::Found));
        assert_eq!(step(&Memory::default(), false, today), None);
    }
}
