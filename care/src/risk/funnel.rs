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
