//! How members of staff stand to those whose records they looked at: family, household, colleague, neighbour, and whether many know
//! the person. Whose record a reader's own is stands in their account; the rest in both records, as they are now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ::record::access::{Facts, Whose};
use ::record::{PersonKey, Role};
use fhir::{LocalReference, ResourceType};

use super::patterns::{Pattern, Seen, Times, Who};
use crate::access::accounts::{AccountKind, list};
use crate::{ActionError, Actions, Actor};

/// A person who was looked at.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Of records that were joined, the survivor's key and Patient id.
    pub(super) key: PersonKey,
    pub(super) patient: String,
    facts: Arc<Facts>,
}

/// Those who were looked at, each asked for once.
#[derive(Default)]
pub(super) struct People(HashMap<PersonKey, Option<Known>>);

impl People {
    /// Who a key is now; none of a unit, and of somebody whose record was destroyed.
    pub(super) async fn known(
        &mut self,
        actions: &Actions,
        key: PersonKey,
    ) -> Result<Option<Known>, ActionError> {
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let known = known(actions, key).await?;
        self.0.insert(key, known.clone());
        Ok(known)
    }
}

async fn known(actions: &Actions, key: PersonKey) -> Result<Option<Known>, ActionError> {
    let Some(id) = actions.record.patient_of(key).await? else {
        return Ok(None);
    };
    let Some(facts) = facts_of(actions, &id).await? else {
        return Ok(None);
    };
    let Some(patient) = facts.people.first().cloned() else {
        return Ok(None);
    };
    let key = if patient == id {
        key
    } else {
        actions
            .record
            .person_of(&reference(&patient)?)
            .await?
            .unwrap_or(key)
    };
    Ok(Some(Known { key, patient, facts }))
}

/// What these looks have of relations: each reader and person are judged once, and a person who was looked at under several ids that
/// were joined is one.
pub(super) async fn of(
    actions: &Actions,
    people: &mut People,
    pairs: BTreeMap<(Who, PersonKey), Times>,
) -> Result<Vec<Seen>, ActionError> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let own = own_records(actions).await?;
    let mut own_facts: HashMap<&str, Option<Arc<Facts>>> = HashMap::new();
    let mut found: BTreeMap<(Who, PersonKey), (Known, Times)> = BTreeMap::new();
    for ((who, key), times) in pairs {
        // What was destroyed since is about nobody any more.
        if let Some(known) = people.known(actions, key).await? {
            let kept = found.entry((who, known.key));
            kept.or_insert((known, Times::default())).1.extend(times);
        }
    }
    let mut seen = Vec::new();
    for (((actor, role, organisation), key), (known, times)) in found {
        let own = match own.get(&actor) {
            Some(id) => match own_facts.get(id.as_str()) {
                Some(facts) => facts.clone(),
                None => {
                    let facts = facts_of(actions, id).await?;
                    own_facts.insert(id, facts.clone());
                    facts
                }
            },
            None => None,
        };
        let colleagues = &actions.sights.colleagues;
        let colleague = !organisation.is_empty() && colleagues.any_at(&known.facts.people, &organisation);
        for pattern in between(own.as_deref(), &known.facts, colleague) {
            seen.push(Seen {
                pattern,
                actor: Some(actor.clone()),
                role: Role::from_number(role),
                organisation: (!organisation.is_empty()).then(|| organisation.clone()),
                person: Some(key),
                patient: Some(known.patient.clone()),
                count: times.count(),
                last: times.last(),
                with_reason: false,
            });
        }
    }
    Ok(seen)
}

/// How somebody with this record of their own, if it is known, stands to a person.
fn between(own: Option<&Facts>, person: &Facts, colleague: bool) -> Vec<Pattern> {
    if own.is_some_and(|own| own.people.iter().any(|id| person.people.contains(id))) {
        return Vec::new();
    }
    let mut all = Vec::new();
    if let Some(own) = own {
        if names(own, person) || names(person, own) {
            all.push(Pattern::Family);
        }
        let shared = |one: &[u64], other: &[u64]| one.iter().any(|each| other.contains(each));
        if shared(&own.homes, &person.homes) {
            all.push(Pattern::Household);
        } else if !own.restricted && !person.restricted && shared(&own.postcodes, &person.postcodes) {
            all.push(Pattern::Neighbour);
        }
    }
    if colleague {
        all.push(Pattern::Colleague);
    }
    if person.well_known {
        all.push(Pattern::WellKnown);
    }
    all
}

/// Whether the record of one names the other as related, by NHS number.
fn names(one: &Facts, other: &Facts) -> bool {
    one.related().any(|number| other.numbers.contains(&number))
}

/// The facts of a person; none where there is nobody.
pub(crate) async fn facts_of(actions: &Actions, patient: &str) -> Result<Option<Arc<Facts>>, ActionError> {
    let facts = actions.record.facts_of(&reference(patient)?).await?;
    Ok((facts.whose == Whose::Person).then_some(facts))
}

/// Whether this is somebody's own record, under any id that was joined to it.
pub(crate) async fn is_own(
    actions: &Actions,
    actor: &Actor,
    patient: Option<&str>,
) -> Result<bool, ActionError> {
    let (Some(own), Some(patient)) = (&actor.standing.own_record, patient) else {
        return Ok(false);
    };
    let facts = facts_of(actions, own).await?;
    Ok(own == patient || facts.is_some_and(|facts| facts.people.iter().any(|id| id == patient)))
}

/// A Patient.
pub(super) fn reference(patient: &str) -> Result<LocalReference, ActionError> {
    let resource_type = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    Ok(LocalReference {
        resource_type,
        id: patient.to_owned(),
    })
}

/// The Patient ids that members of staff are themselves, by their accounts' ids; also of accounts that were closed since.
async fn own_records(actions: &Actions) -> Result<HashMap<String, String>, ActionError> {
    let mut own = HashMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = list(actions, after.as_deref()).await?;
        let Some(last) = page.last() else {
            return Ok(own);
        };
        after = Some(last.account.id.clone());
        let staff = page.into_iter().map(|kept| kept.account);
        own.extend(
            staff
                .filter(|account| account.kind == AccountKind::Staff)
                .filter_map(|account| Some((account.id, account.person?))),
        );
    }
}

#[cfg(test)]
mod tests {
    use ::record::access::{Party, Tie, TieKind, digest_of};

    use super::*;

    fn person(id: &str) -> Facts {
        Facts {
            whose: Whose::Person,
            people: vec![id.to_owned()],
            ..Facts::default()
        }
    }

    fn related_to(number: &str) -> Tie {
        Tie {
            kind: TieKind::Related,
            party: Party::Identified {
                system: codes::system::NHS_NUMBER.to_owned(),
                value: number.to_owned(),
            },
            from: None,
            until: None,
            scopes: Vec::new(),
        }
    }

    #[test]
    fn a_relation_counts_whichever_of_the_two_records_names_it() {
        let mut one = person("one");
        let mut other = person("other");
        other.numbers.push(digest_of("9990000018"));
        assert_eq!(between(Some(&one), &other, false), []);
        one.ties.push(related_to("9990000026"));
        assert_eq!(between(Some(&one), &other, false), [], "somebody else's relation");
        one.ties.push(related_to("9990000018"));
        assert_eq!(between(Some(&one), &other, false), [Pattern::Family]);
        assert_eq!(between(Some(&other), &one, false), [Pattern::Family]);
        assert_eq!(between(None, &other, false), [], "whose own record is not known");
    }

    #[test]
    fn one_address_is_a_household_and_one_postcode_a_neighbour_but_never_of_a_restricted_address() {
        let mut one = person("one");
        let mut other = person("other");
        for each in [&mut one, &mut other] {
            each.postcodes.push(7);
        }
        assert_eq!(between(Some(&one), &other, false), [Pattern::Neighbour]);
        other.restricted = true;
        assert_eq!(between(Some(&one), &other, false), []);
        other.restricted = false;
        one.homes.push(3);
        other.homes.push(4);
        assert_eq!(between(Some(&one), &other, false), [Pattern::Neighbour]);
        other.homes.push(3);
        assert_eq!(between(Some(&one), &other, false), [Pattern::Household]);
    }

    #[test]
    fn one_s_own_record_under_any_of_its_ids_is_no_relation() {
        let one = person("one");
        let mut joined = person("survivor");
        joined.people.push("one".to_owned());
        joined.well_known = true;
        assert_eq!(between(Some(&one), &joined, true), []);
        let mut other = person("other");
        other.well_known = true;
        assert_eq!(
            between(Some(&one), &other, true),
            [Pattern::Colleague, Pattern::WellKnown]
        );
    }
}
