//! Why somebody is on the risk list, and in which order.
//!
//! The index is made for people of 65 to 95. Whoever is of another age has no [`Signs`], and is on the list for a clinician's concern
//! alone: no index is not a low index.
//!
//! The order, each rule before the next: a clinician is more worried than the index says; no index is made at their age; the band
//! is severe before moderate before mild; the band rose within twelve months; more deficits were found within twelve months; more deficits
//! in all. Whoever is alike in all of it stands in the order of a key that says nothing of them. No trained model takes part:
//! none is signed.

use std::cmp::Reverse;

use crate::risk::memory::{Memory, View};
use crate::score::efi::Frailty;

/// From so many new deficits within twelve months on, somebody with mild frailty is on the list.
pub const RISING_FROM: u32 = 2;

/// What the order goes by, of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signs {
    /// The band of the frailty index now.
    pub band: Frailty,
    /// Deficits now, 0 to 36.
    pub count: u32,
    /// The band twelve months ago, by what was recorded up to then.
    pub band_before: Frailty,
    /// Deficits twelve months ago.
    pub count_before: u32,
    /// What a clinician thought of it last.
    pub view: Option<View>,
}

/// Why somebody is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A clinician is more worried than the index says.
    Concern,
    /// The band became severe within twelve months.
    NewlySevere,
    /// Severe frailty.
    Severe,
    /// The band became moderate within twelve months.
    NewlyModerate,
    /// Moderate frailty.
    Moderate,
    /// Mild frailty with new deficits.
    Rising,
}

impl Reason {
    /// Its words on pages.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Reason::Concern => "A clinician is more worried than the index says",
            Reason::NewlySevere => "Newly severe",
            Reason::Severe => "Severe",
            Reason::NewlyModerate => "Newly moderate",
            Reason::Moderate => "Moderate",
            Reason::Rising => "Mild and rising",
        }
    }
}

impl Signs {
    /// Deficits found within twelve months.
    #[must_use]
    pub const fn gained(&self) -> u32 {
        self.count.saturating_sub(self.count_before)
    }

    /// Whether the band rose within twelve months.
    #[must_use]
    pub fn rose(&self) -> bool {
        self.band > self.band_before
    }

    /// Why this person is on the list; `None` when they are not.
    ///
    /// ```
    /// use care::risk::rank::{Reason, Signs};
    /// use care::score::efi::Frailty;
    /// let signs = Signs { band: Frailty::Severe, count: 14, band_before: Frailty::Moderate, count_before: 12, view: None };
    /// assert_eq!(signs.reason(), Some(Reason::NewlySevere));
    /// ```
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        if self.view == Some(View::Higher) {
            return Some(Reason::Concern);
        }
        match (self.band, self.rose()) {
            (Frailty::Severe, true) => Some(Reason::NewlySevere),
            (Frailty::Severe, false) => Some(Reason::Severe),
            (Frailty::Moderate, true) => Some(Reason::NewlyModerate),
            (Frailty::Moderate, false) => Some(Reason::Moderate),
            (Frailty::Mild, _) if self.gained() >= RISING_FROM => Some(Reason::Rising),
            (Frailty::Mild | Frailty::Fit, _) => None,
        }
    }

    /// What is sorted by, the first to be offered help first.
    #[must_use]
    pub fn priority(&self) -> impl Ord + use<> {
        (
            Reverse(self.view == Some(View::Higher)),
            Reverse(self.band),
            Reverse(self.rose()),
            Reverse(self.gained()),
            Reverse(self.count),
        )
    }
}

/// Why somebody is on the list, with an index or without.
#[must_use]
pub fn reason(signs: Option<&Signs>, memory: &Memory) -> Option<Reason> {
    match signs {
        Some(signs) => signs.reason(),
        None => memory.is_concern().then_some(Reason::Concern),
    }
}

/// Puts people in order, by their signs and whether a clinician is more worried. Of those about whom one is, whoever has no index comes
/// first: nothing else can speak for them. Whoever is alike stands in the order of the keys: the same people give the same
/// list, in whatever order they come.
pub fn rank<K: Ord, T>(people: &mut [(K, T)], of: impl Fn(&T) -> (Option<Signs>, bool)) {
    let priority = |one: &T| {
        let (signs, concern) = of(one);
        (Reverse(concern), signs.map(|signs| signs.priority()))
    };
    people.sort_by(|(one, a), (other, b)| priority(a).cmp(&priority(b)).then_with(|| one.cmp(other)));
}

/// How many a team can be shown: what it can see in a week less what it has offered in this one.
#[must_use]
pub const fn room(capacity: u32, offered_this_week: u32) -> u32 {
    capacity.saturating_sub(offered_this_week)
}
