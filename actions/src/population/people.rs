//! Who is behind a figure: the people of a cohort by name, for those who treat them.

use std::collections::BTreeSet;

use ::population::PersonSlice;
use ::record::PersonKey;
use care::risk::funnel::Step;

use super::figure::count;
use super::telling::{Labelled, Telling};
use super::{By, Cohort, Everyone, Figure, Found, Places, Scope, Told, find};
use crate::{ActionError, Actions, Actor, Purpose};

/// The figure whose columns' totals the stages of the funnel are.
const FUNNEL: &str = "funnel-by-sex";
/// Lists by name are case finding.
const PURPOSE: Purpose = Purpose::RiskStratification;
/// The most whom one list names.
pub const MOST_NAMED: usize = 100;

/// What a list says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub age: Option<u8>,
    /// How far they came from being found to an outcome.
    pub step: Option<Step>,
    /// Whether an offer is open, so that nothing more is offered.
    pub open: bool,
}

/// The people of a cohort, the oldest first, as many as a list names: those whom the figure would count if nothing bore a label. What does
/// puts nobody on the list and takes nobody off it ([ADR 31](../../../docs/adr/0031-labelled-items-and-indexes.md)).
///
/// # Errors
/// As [`find`]; [`ActionError::Rule`] about the `figure` when the number that the list would be behind is hidden: a number that
/// stands by itself ([`By::stands_alone`]) opens nothing then. Nobody was named.
pub async fn people(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    cohort: Cohort,
    places: Places,
) -> Result<Told<Found<Member>>, ActionError> {
    let most = |_: &Hidden| MOST_NAMED;
    let told = find(actions, actor, PURPOSE, scope, "cohort", most, move |everyone| {
        members(everyone, &cohort, &places).map_or((Vec::new(), Hidden(true)), |found| (found, Hidden(false)))
    })
    .await?;
    let found = told.answer;
    if found.beside.0 {
        return Err(ActionError::Rule {
            about: "figure",
            words: "this number is hidden, and opens no list".to_owned(),
        });
    }
    Ok(Told {
        answer: Found {
            people: found.people,
            total: found.total,
            more: found.more,
            beside: (),
            word: found.word,
        },
        stamp: told.stamp,
    })
}

/// Whether the number that a list would be behind is hidden.
#[derive(Debug, Clone, Copy)]
struct Hidden(bool);

/// Who is on the list, in its order; `None` when the number is hidden.
fn members(everyone: &Everyone<'_>, cohort: &Cohort, places: &Places) -> Option<Vec<(PersonKey, Member)>> {
    let only = match shown(everyone, cohort, places) {
        Shown::Hidden => return None,
        Shown::Cohort => None,
        Shown::People(people) => Some(people),
    };
    let Some(telling) = Telling::new(everyone, places, cohort.month(), Labelled::IsLeftOut) else {
        return Some(Vec::new());
    };
    let wanted = cohort.wanted(places);
    let is_among = |person: &PersonSlice<'_>| {
        only.as_ref()
            .is_none_or(|people| people.contains(&person.person()))
            && wanted.holds(&telling, person)
    };
    let mut found = everyone.scan(|person| {
        is_among(person).then(|| {
            let offer = everyone.memory(person).offer;
            let member = Member {
                age: telling.age(person),
                step: telling.step(person),
                open: offer.is_some_and(|offer| offer.state.is_open()),
            };
            (person.person(), member)
        })
    });
    found.sort_by_key(|(key, member)| (std::cmp::Reverse(member.age), *key));
    Some(found)
}

/// What a number that stands by itself says of its list.
enum Shown {
    /// It is hidden.
    Hidden,
    /// The cohort's groups say who is on it.
    Cohort,
    /// These are on it.
    People(BTreeSet<PersonKey>),
}

/// A number that stands by itself is counted as the page counts it, so that what is hidden there is hidden here.
fn shown(everyone: &Everyone<'_>, cohort: &Cohort, places: &Places) -> Shown {
    if let Some(stage) = cohort.stage() {
        let figures: Vec<&Figure> = Figure::from_code(FUNNEL).into_iter().collect();
        let counted = count(everyone, &figures, places, &cohort.at_work(), None);
        return match counted.first().and_then(|funnel| funnel.stage(stage)) {
            Some(_) => Shown::Cohort,
            None => Shown::Hidden,
        };
    }
    let fair = [(By::OnList, false), (By::Reached, true)];
    let fair = fair
        .into_iter()
        .find_map(|(by, reached)| Some((cohort.group(by)?, reached)));
    match fair {
        None => Shown::Cohort,
        Some((group, reached)) => {
            crate::risk::behind(everyone, places, &group.key, reached).map_or(Shown::Hidden, Shown::People)
        }
    }
}
