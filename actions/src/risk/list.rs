//! The risk list of a scope: a question to everybody, ranked by `care::risk`. The index is made for 65 to 95: of another age it finds
//! nobody, but whoever a clinician is worried about, was offered something or is not asked for now is listed at any age, and takes the
//! same room in the week.

use ::population::facts::Mark;
use ::population::score::{FrailtyOn, Scored};
use ::population::{PersonSlice, suppress};
use ::record::PersonKey;
use care::risk::funnel::{Step, step};
use care::risk::memory::{Memory, Offer, Standing};
use care::risk::rank::{self, Reason, Signs};
use care::score::efi::{AGES, Efi, Frailty};
use jiff::ToSpan;
use jiff::civil::Date;

use super::reached::{Groups, Reached, Traits, groups};
use super::why::{Driver, Missing, why};
use super::{Capacity, capacity};
use crate::population::{Everyone, Found, Level, Places, Ranked, Scope, Told, ranked};
use crate::{ActionError, Actions, Actor, Purpose};

/// Lists are case finding, whoever looks.
const PURPOSE: Purpose = Purpose::RiskStratification;
/// The most named of lists that no capacity bounds.
const MOST: usize = 100;
/// How many reasons stand in a row of a list.
const DRIVERS: usize = 4;

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Those to be offered help, as many as there is room for.
    Waiting,
    /// Those to whom something was offered.
    Offered,
    /// Those who are not asked again yet.
    Paused,
    /// Newly moderate or severe frailty, with no care plan and no clinician's view within a year.
    NoPlan,
    /// Referred lately and not yet seen, with frailty.
    Referred,
    /// In hospital now, with frailty.
    Admitted,
}

impl Show {
    /// Every part.
    pub const ALL: [Show; 6] = [
        Show::Waiting,
        Show::Offered,
        Show::Paused,
        Show::NoPlan,
        Show::Referred,
        Show::Admitted,
    ];

    /// Its word in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Show::Waiting => "waiting",
            Show::Offered => "offered",
            Show::Paused => "paused",
            Show::NoPlan => "no-plan",
            Show::Referred => "referred",
            Show::Admitted => "admitted",
        }
    }

    /// The part with a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Show> {
        Show::ALL.into_iter().find(|show| show.code() == code)
    }

    /// Its name in the audit.
    fn question(self) -> &'static str {
        match self {
            Show::Waiting => "risk-list",
            Show::Offered => "risk-offered",
            Show::Paused => "risk-paused",
            Show::NoPlan => "ageing-well",
            Show::Referred => "risk-referred",
            Show::Admitted => "risk-admitted",
        }
    }

    fn holds(self, listed: &Listed, today: Date) -> bool {
        let waits = listed.standing == Standing::Waits;
        match self {
            Show::Waiting => waits && listed.reason.is_some(),
            Show::Offered => listed.standing == Standing::Offered,
            Show::Paused => matches!(
                listed.standing,
                Standing::Paused(_) | Standing::Declined(_) | Standing::Helped(_)
            ),
            Show::NoPlan => {
                let year_ago = today.saturating_sub(1.year());
                let seen = listed.memory.view.is_some_and(|(_, day)| day >= year_ago);
                let newly = |signs: Signs| signs.rose() && signs.band >= Frailty::Moderate;
                listed.signs.is_some_and(newly) && !listed.memory.plan && !seen
            }
            Show::Referred => listed.memory.newly_referred(today).is_some() && listed.is_frail(),
            Show::Admitted => listed.admitted.is_some() && listed.is_frail(),
        }
    }
}

/// One person on the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// `None` when the birth is not known.
    pub age: Option<u8>,
    /// `None` at an age for which no index is made.
    pub signs: Option<Signs>,
    pub reason: Option<Reason>,
    pub standing: Standing,
    pub memory: Memory,
    /// What counts, the newest first. What bears a label counts for nobody who reads a list.
    pub drivers: Vec<Driver>,
    /// How many further ones there are.
    pub more_drivers: usize,
    pub missing: Missing,
    /// In hospital since.
    pub admitted: Option<Date>,
}

impl Listed {
    /// Frail by the index, mildly at least.
    fn is_frail(&self) -> bool {
        self.signs.is_some_and(|signs| signs.band >= Frailty::Mild)
    }
}

/// What stands beside the list.
#[derive(Debug, Clone)]
pub struct Beside {
    pub show: Show,
    /// What the team can see in a week, when that is set.
    pub capacity: Capacity,
    /// Offers of the last seven days; `None` when that is too few to be told of a scope that is not one's own practice or team.
    pub offered_this_week: Option<u64>,
    /// How many the list names.
    pub room: usize,
    /// How many wait beyond those; `None` as above.
    pub beyond: Option<u64>,
    pub reached: Reached,
}

/// The list of a scope; fairness is told by the areas of `places` too.
///
/// # Errors
/// As [`find`](crate::population::find).
pub async fn risk_list(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    show: Show,
    places: Places,
) -> Result<Told<Found<Listed, Beside>>, ActionError> {
    order(actions, actor, scope, show, places).await?.read().await
}

/// The list of a scope, for whoever has it open; `None` when it is still the one whose word ([`Found::word`]) they have. Then
/// nobody was read.
///
/// # Errors
/// As [`find`](crate::population::find).
pub async fn risk_list_unless(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    show: Show,
    places: Places,
    seen: &str,
) -> Result<Option<Told<Found<Listed, Beside>>>, ActionError> {
    let list = order(actions, actor, scope, show, places).await?;
    if list.word() == seen {
        return Ok(None);
    }
    list.read().await.map(Some)
}

async fn order<'a>(
    actions: &'a Actions,
    actor: &'a Actor,
    scope: &'a Scope,
    show: Show,
    places: Places,
) -> Result<Ranked<'a, Listed, Beside>, ActionError> {
    let ranking = Ranking {
        show,
        places,
        capacity: capacity(actions, actor, scope).await?,
        exact: scope.is_own() && matches!(scope.level(), Level::Practice | Level::Team),
    };
    ranked(
        actions,
        actor,
        PURPOSE,
        scope,
        show.question(),
        |beside: &Beside| beside.room,
        move |everyone| ranking.rank(everyone),
    )
    .await
}

/// How a part of the list is made.
struct Ranking {
    show: Show,
    capacity: Capacity,
    places: Places,
    /// Small numbers are told: of one's own practice or team.
    exact: bool,
}

impl Ranking {
    fn told(&self, count: u64) -> Option<u64> {
        (self.exact || count == 0 || count >= suppress::SHOWN_FROM).then_some(count)
    }

    fn rank(self, everyone: &Everyone<'_>) -> (Vec<(PersonKey, Listed)>, Beside) {
        let show = self.show;
        let asked = Asked::of(everyone).zip(Groups::of(everyone, &self.places));
        let Some((asked, telling)) = asked else {
            let beside = Beside {
                show,
                capacity: self.capacity,
                offered_this_week: Some(0),
                room: 0,
                beyond: Some(0),
                reached: Reached::default(),
            };
            return (Vec::new(), beside);
        };
        let today = everyone.today();
        let all = everyone.scan(|person| {
            let listed = asked.listed(everyone, person)?;
            // Fairness is of those whom the index is for.
            let index_age = listed.age.filter(|_| listed.signs.is_some());
            let traits = index_age.map(|age| telling.traits(person, age));
            Some((person.person(), InGroup { traits, listed }))
        });
        let week_ago = today.saturating_sub(7.days());
        let this_week = |one: &InGroup| {
            let offer = one.listed.memory.offer;
            offer.is_some_and(|offer| offer.made > week_ago && offer.state != Offer::Withdrawn)
        };
        let offered = all.iter().filter(|(_, one)| this_week(one)).count() as u64;
        let reached = groups(&all, today);
        let mut shown: Vec<(PersonKey, Listed)> = all
            .into_iter()
            .map(|(person, one)| (person, one.listed))
            .filter(|(_, listed)| show.holds(listed, today))
            .collect();
        rank::rank(&mut shown, |listed| (listed.signs, listed.memory.is_concern()));
        let room = match show {
            Show::Waiting => {
                rank::room(self.capacity.people, u32::try_from(offered).unwrap_or(u32::MAX)) as usize
            }
            _ => MOST,
        };
        let beyond = shown.len().saturating_sub(room) as u64;
        let beside = Beside {
            show,
            offered_this_week: self.told(offered),
            room,
            beyond: self.told(beyond),
            reached,
            capacity: self.capacity,
        };
        (shown, beside)
    }
}

/// The index today and a year ago.
pub(crate) struct Asked<'t> {
    today: FrailtyOn<'t>,
    before: FrailtyOn<'t>,
    year_ago: Date,
}

impl<'t> Asked<'t> {
    pub(crate) fn of(everyone: &Everyone<'t>) -> Option<Asked<'t>> {
        let year_ago = everyone.today().saturating_sub(1.year());
        Some(Asked {
            today: everyone.frailty_on(everyone.today())?.without_labelled(),
            before: everyone.frailty_on(year_ago)?.without_labelled(),
            year_ago,
        })
    }

    /// What the order goes by; `None` for whoever is of another age than the index was made for.
    fn signs(&self, person: &PersonSlice<'_>, memory: &Memory) -> Option<(Scored, Efi, Signs)> {
        let now = self.today.of(person).ok()?;
        if !AGES.contains(&i64::from(now.age)) {
            return None;
        }
        // Whoever was not born a year ago is not 65 now; an odd birth leaves nothing to compare with.
        let before = self.before.of(person).map_or(now.efi, |scored| scored.efi);
        let signs = Signs {
            band: now.efi.frailty(),
            count: now.efi.count(),
            band_before: before.frailty(),
            count_before: before.count(),
            view: memory.view.map(|(view, _)| view),
        };
        Some((now, before, signs))
    }

    /// How far somebody came from being found to an outcome; `None` for whoever was neither found nor offered anything.
    pub(crate) fn step(&self, everyone: &Everyone<'_>, person: &PersonSlice<'_>) -> Option<Step> {
        let memory = everyone.memory(person);
        let today = everyone.today();
        let signs = self.signs(person, &memory).map(|(_, _, signs)| signs);
        let waits = memory.standing(today, signs.map(|signs| signs.band)) == Standing::Waits;
        let listed = waits && rank::reason(signs.as_ref(), &memory).is_some();
        step(&memory, listed, today)
    }

    /// What is said of somebody; `None` of whoever has no index and of whom nothing is remembered that puts them on a list.
    pub(super) fn listed(&self, everyone: &Everyone<'_>, person: &PersonSlice<'_>) -> Option<Listed> {
        let memory = everyone.memory(person);
        let found = self.signs(person, &memory);
        let is_remembered = memory.offer.is_some() || memory.is_concern() || memory.paused_until.is_some();
        if found.is_none() && !is_remembered {
            return None;
        }
        let (mut drivers, missing) = match &found {
            Some((now, before, _)) => why(&self.today, person, (now, *before), self.year_ago),
            None => Default::default(),
        };
        let more_drivers = drivers.len().saturating_sub(DRIVERS);
        drivers.truncate(DRIVERS);
        let signs = found.map(|(_, _, signs)| signs);
        let today = everyone.today();
        Some(Listed {
            age: self.today.age(person),
            reason: rank::reason(signs.as_ref(), &memory),
            standing: memory.standing(today, signs.map(|signs| signs.band)),
            signs,
            memory,
            drivers,
            more_drivers,
            missing,
            admitted: admitted(person, today),
        })
    }
}

/// Somebody with the groups that fairness is looked at by.
pub(super) struct InGroup {
    /// `None` of whoever the index is not for.
    pub(super) traits: Option<Traits>,
    pub(super) listed: Listed,
}

/// Since when somebody is in hospital, by a stay that bears no label.
fn admitted(person: &PersonSlice<'_>, today: Date) -> Option<Date> {
    person
        .contacts()
        .filter(|contact| contact.mark == Mark::Sound && contact.class.is_stay())
        .filter(|contact| !contact.end.is_known())
        .filter_map(|contact| contact.start.date())
        .filter(|start| *start <= today && *start > today.saturating_sub(1.year()))
        .max()
}
