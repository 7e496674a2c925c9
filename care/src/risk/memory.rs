//! What a team remembers of somebody on its list: what was offered and what became of it, the clinician's view, and until
//! when the person is not asked again.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::score::efi::Frailty;

/// For how long somebody who declined is not asked again, in days, unless a pause says otherwise.
pub const DECLINED_DAYS: i32 = 182;
/// For how long somebody who was helped is not asked again, in days, unless their frailty rises or a clinician is more worried.
pub const HELPED_DAYS: i32 = 365;
/// For how long a referral counts as new, in days. An assumption: about the longest that a community service keeps somebody waiting.
pub const REFERRED_DAYS: i32 = 90;
/// The longest pause, in days: nobody is put off for good.
pub const LONGEST_PAUSE_DAYS: i32 = 366;

/// What a clinician thinks of what the index says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// It is right.
    Agree,
    /// The person is worse than it says.
    Higher,
    /// The person is better than it says.
    Lower,
}

impl View {
    /// Every view.
    pub const ALL: [View; 3] = [View::Agree, View::Higher, View::Lower];

    /// Its code in records and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            View::Agree => "agree",
            View::Higher => "higher",
            View::Lower => "lower",
        }
    }

    /// The view with a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.code() == code)
    }

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            View::Agree => "Agrees with the index",
            View::Higher => "More worried than the index says",
            View::Lower => "Less worried than the index says",
        }
    }
}

/// How an offer stands. It is made, then accepted or declined, then has an outcome; it can be withdrawn while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// The care co-ordinator has it.
    Made,
    /// The person said yes.
    Accepted,
    /// The person said no.
    Declined,
    /// It was done.
    Done,
    /// It was taken back.
    Withdrawn,
}

/// An offer cannot become that from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTransition {
    pub from: Offer,
    pub to: Offer,
}

impl std::fmt::Display for InvalidTransition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "an offer that is {} cannot become {}",
            self.from.words(),
            self.to.words()
        )
    }
}

impl std::error::Error for InvalidTransition {}

impl Offer {
    /// Every state.
    pub const ALL: [Offer; 5] = [
        Offer::Made,
        Offer::Accepted,
        Offer::Declined,
        Offer::Done,
        Offer::Withdrawn,
    ];

    /// FHIR `Task.status`.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Offer::Made => "requested",
            Offer::Accepted => "accepted",
            Offer::Declined => "rejected",
            Offer::Done => "completed",
            Offer::Withdrawn => "cancelled",
        }
    }

    /// Of a `Task.status`; what another system set, such as `in-progress`, is the nearest state.
    #[must_use]
    pub fn from_status(status: &str) -> Option<Offer> {
        match status {
            "requested" | "received" | "ready" | "draft" | "on-hold" => Some(Offer::Made),
            "accepted" | "in-progress" => Some(Offer::Accepted),
            "rejected" => Some(Offer::Declined),
            "completed" => Some(Offer::Done),
            "cancelled" | "failed" => Some(Offer::Withdrawn),
            _ => None,
        }
    }

    /// Its words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Offer::Made => "offered",
            Offer::Accepted => "accepted",
            Offer::Declined => "declined",
            Offer::Done => "done",
            Offer::Withdrawn => "withdrawn",
        }
    }

    /// Whether somebody still has to do with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Offer::Made | Offer::Accepted)
    }

    /// What it can become.
    #[must_use]
    pub const fn next(self) -> &'static [Offer] {
        match self {
            Offer::Made => &[Offer::Accepted, Offer::Declined, Offer::Withdrawn],
            Offer::Accepted => &[Offer::Done, Offer::Declined, Offer::Withdrawn],
            Offer::Declined | Offer::Done | Offer::Withdrawn => &[],
        }
    }

    /// The offer as it becomes.
    ///
    /// # Errors
    /// [`InvalidTransition`].
    pub fn become_(self, to: Offer) -> Result<Offer, InvalidTransition> {
        if self.next().contains(&to) {
            Ok(to)
        } else {
            Err(InvalidTransition { from: self, to })
        }
    }
}

/// The last offer, as the list needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offered {
    pub state: Offer,
    /// The day on which it was made.
    pub made: Date,
    /// The day on which it came to stand as it does.
    pub since: Date,
    /// The band of the index when it was made; `None` when that is not recorded.
    pub band: Option<Frailty>,
    /// The cohort that was sent to work together, by its identifier (a UUID); `None` of an offer to one person.
    pub work: Option<u128>,
}

/// Everything that is remembered of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The newest offer.
    pub offer: Option<Offered>,
    /// The day on which a pause ends: from then on the person is listed again.
    pub paused_until: Option<Date>,
    /// What a clinician thought last, and when.
    pub view: Option<(View, Date)>,
    /// A care plan stands.
    pub plan: bool,
    /// When the newest referral was made that is open and bears no label.
    pub referred: Option<Date>,
}

/// Where somebody stands on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// To be offered help.
    Waits,
    /// An offer is open.
    Offered,
    /// Not to be asked before this day, since the team said so.
    Paused(Date),
    /// Declined; not to be asked before this day.
    Declined(Date),
    /// Helped; not to be asked before this day.
    Helped(Date),
}

impl Memory {
    /// What is remembered under several records of one person: the newest of each, and the later end of a pause.
    #[must_use]
    pub fn with(self, other: &Memory) -> Memory {
        let newest = |one: Option<Offered>, other: Option<Offered>| {
            one.into_iter()
                .chain(other)
                .max_by_key(|offer| (offer.made, offer.since))
        };
        Memory {
            offer: newest(self.offer, other.offer),
            paused_until: self.paused_until.max(other.paused_until),
            view: self
                .view
                .into_iter()
                .chain(other.view)
                .max_by_key(|(_, day)| *day),
            plan: self.plan || other.plan,
            referred: self.referred.max(other.referred),
        }
    }

    /// The day of a referral that is open and not older than [`REFERRED_DAYS`].
    #[must_use]
    pub fn newly_referred(&self, today: Date) -> Option<Date> {
        let from = today.saturating_sub(REFERRED_DAYS.days());
        self.referred.filter(|day| (from..=today).contains(day))
    }

    /// Whether a clinician is more worried than the index says, by their last view.
    #[must_use]
    pub fn is_concern(&self) -> bool {
        self.view.is_some_and(|(view, _)| view == View::Higher)
    }

    /// Where the person stands on a day whose frailty is of this band; `None` at an age for which there is no index. Time alone
    /// brings people back: nobody has to lift a pause. A band above that of the offer, or a clinician who became more worried on a
    /// later day than the one on which the offer came to stand so, brings back whoever declined or was helped at once, and
    /// ends no pause.
    #[must_use]
    pub fn standing(&self, today: Date, band: Option<Frailty>) -> Standing {
        if let Some(until) = self.paused_until.filter(|until| today < *until) {
            return Standing::Paused(until);
        }
        let Some(offer) = self.offer else {
            return Standing::Waits;
        };
        let rose = offer.band.zip(band).is_some_and(|(before, now)| now > before);
        // On the day itself nobody can tell which came first, and the offer may have answered the concern.
        let worried = self.is_concern() && self.view.is_some_and(|(_, day)| day > offer.since);
        let returns = rose || worried;
        let until = |days: i32| offer.since.saturating_add(days.days());
        match offer.state {
            Offer::Made | Offer::Accepted => Standing::Offered,
            Offer::Declined if !returns && today < until(DECLINED_DAYS) => {
                Standing::Declined(until(DECLINED_DAYS))
            }
            Offer::Done if !returns && today < until(HELPED_DAYS) => Standing::Helped(until(HELPED_DAYS)),
            Offer::Declined | Offer::Done | Offer::Withdrawn => Standing::Waits,
        }
    }
}

/// Whether a pause from one day to another is one: its end comes after it begins, and within a year.
///
/// # Errors
/// The rule that it breaks, for whoever typed it.
pub fn check_pause(today: Date, until: Date) -> Result<(), &'static str> {
    if until <= today {
        return Err("The review date must be after today");
    }
    if until > today.saturating_add(LONGEST_PAUSE_DAYS.days()) {
        return Err("The review date must be within a year");
    }
    Ok(())
}
