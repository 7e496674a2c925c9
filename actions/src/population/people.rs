//! Who is behind a figure: the people of a cohort by name, for those who treat them.

use care::risk::funnel::Step;

use super::telling::Telling;
use super::{Cohort, Found, Places, Scope, Told, find};
use crate::{ActionError, Actions, Actor, Purpose};

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
    /// Something in the record bears a label: nothing more is said of them here.
    pub withheld: bool,
}

/// The people of a cohort, the oldest first, as many as a list names.
///
/// # Errors
/// As [`find`].
pub async fn people(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    cohort: Cohort,
    places: Places,
) -> Result<Told<Found<Member>>, ActionError> {
    let most = |(): &()| MOST_NAMED;
    find(actions, actor, PURPOSE, scope, "cohort", most, move |everyone| {
        let Some(telling) = Telling::new(everyone, &places) else {
            return (Vec::new(), ());
        };
        let wanted = cohort.wanted(&places);
        let mut found = everyone.scan(|person| {
            wanted.holds(&telling, person).then(|| {
                let offer = everyone.memory(person).offer;
                let member = Member {
                    age: telling.age(person),
                    step: telling.step(person),
                    open: offer.is_some_and(|offer| offer.state.is_open()),
                    withheld: person.is_labelled(),
                };
                (person.person(), member)
            })
        });
        found.sort_by_key(|(key, member)| (std::cmp::Reverse(member.age), *key));
        (found, ())
    })
    .await
}
