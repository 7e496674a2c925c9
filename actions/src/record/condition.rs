//! Conditions: searches that decide whether something is created, or what a reference means. Equal conditions are
//! decided one after the other, until what hangs on them is committed, so that two requests at once make one resource.

use std::collections::BTreeSet;

use ::record::Stored;
use fhir::search::Query;
use fhir::{Issue, IssueCode};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, MutexGuard};

use crate::{ActionError, Actions, Actor, Purpose};

/// How many conditions can be held at once; two that share a place wait for each other, which costs time only.
const PLACES: usize = 1024;

/// The page size of a search that does not say one.
const USUAL_COUNT: usize = 50;

/// Where equal conditions wait for each other.
#[derive(Debug)]
pub(crate) struct Conditions(Vec<Mutex<()>>);

impl Default for Conditions {
    fn default() -> Conditions {
        Conditions((0..PLACES).map(|_| Mutex::new(())).collect())
    }
}

impl Conditions {
    /// Waits until nobody else decides on any of these conditions; they are held as long as the guards live.
    pub(crate) async fn hold<'a>(
        &self,
        conditions: impl Iterator<Item = &'a Query>,
    ) -> Vec<MutexGuard<'_, ()>> {
        // Always in ascending order, so that two requests cannot wait for each other.
        let places: BTreeSet<usize> = conditions.map(place).collect();
        let mut held = Vec::with_capacity(places.len());
        for place in places {
            held.push(self.0[place].lock().await);
        }
        held
    }
}

fn place(condition: &Query) -> usize {
    let digest: [u8; 32] = Sha256::digest(words(condition)).into();
    usize::from(u16::from_be_bytes([digest[0], digest[1]])) % PLACES
}

/// A condition in words that do not depend on the order of its parameters.
pub(super) fn words(condition: &Query) -> String {
    let mut predicates: Vec<String> = condition
        .predicates
        .iter()
        .map(|predicate| format!("{predicate:?}"))
        .collect();
    predicates.sort_unstable();
    let mut ids = condition.ids.clone();
    ids.sort_unstable();
    format!("{} {predicates:?} {ids:?}", condition.resource_type.name())
}

/// The current resources that a condition finds, at most two: enough to know that it is not one.
pub(super) async fn matching(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    condition: &Query,
) -> Result<Vec<Stored>, ActionError> {
    refuse_result_parameters(condition).map_err(|issue| ActionError::Invalid(vec![issue]))?;
    let query = Query {
        count: 2,
        ..condition.clone()
    };
    let sight = actions.sight(actor, purpose);
    let mut reader = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = reader.search(&query, None).await;
    let disclosed = reader.disclose().await?;
    Ok(held?.open(&disclosed).hits)
}

/// A condition says what to find; how to list it would change what it decides.
pub(super) fn refuse_result_parameters(condition: &Query) -> Result<(), Issue> {
    let named = if condition.summary_count {
        "_summary or _count"
    } else if condition.count != USUAL_COUNT {
        "_count"
    } else if !condition.sort.is_empty() {
        "_sort"
    } else if condition.total {
        "_total"
    } else {
        return Ok(());
    };
    Err(Issue::error(
        IssueCode::NotSupported,
        None,
        format!("a condition holds search parameters alone, not {named}"),
    ))
}

#[cfg(test)]
mod tests {
    use fhir::ResourceType;
    use fhir::search::{Query, parse};

    use super::{place, refuse_result_parameters};

    fn query(pairs: &[(&str, &str)]) -> Query {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        parse(ResourceType::from_name("Patient").expect("a type"), &pairs).expect("a query")
    }

    #[test]
    fn the_same_condition_in_another_order_waits_in_the_same_place() {
        let one = query(&[("family", "Byron"), ("birthdate", "1815-12-10")]);
        let other = query(&[("birthdate", "1815-12-10"), ("family", "Byron")]);
        assert_eq!(place(&one), place(&other));
    }

    #[test]
    fn a_condition_with_a_result_parameter_is_refused() {
        assert!(refuse_result_parameters(&query(&[("family", "Byron")])).is_ok());
        for (name, value) in [
            ("_count", "0"),
            ("_count", "1"),
            ("_summary", "count"),
            ("_sort", "birthdate"),
            ("_total", "accurate"),
        ] {
            let refused = refuse_result_parameters(&query(&[("family", "Byron"), (name, value)]));
            let issue = refused.expect_err("it is refused");
            assert!(issue.diagnostics.contains(name), "{}", issue.diagnostics);
        }
    }
}
