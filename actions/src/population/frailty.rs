//! How many people are in each band of the frailty index.

use ::population::suppress::shown;
use care::score::efi::{AGES, Frailty};

use super::{Scope, Told, figures};
use crate::{ActionError, Actions, Actor, Purpose};

/// The question's name in the audit.
const QUESTION: &str = "frailty-bands";

/// Counts of people within the ages for which the index was made, from fit to severe; `None` where a count is small or
/// would tell a small one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrailtyBands {
    pub bands: Vec<(Frailty, Option<u64>)>,
}

/// How frail the people of a scope are today.
///
/// # Errors
/// As [`figures`].
pub async fn frailty_bands(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    scope: &Scope,
) -> Result<Told<FrailtyBands>, ActionError> {
    figures(actions, actor, purpose, scope, QUESTION, |everyone| {
        let bands = [Frailty::Fit, Frailty::Mild, Frailty::Moderate, Frailty::Severe];
        let mut counts = [0u64; 4];
        if let Some(on) = everyone.frailty_on(everyone.today()) {
            let found = everyone.scan(|person| {
                let scored = on.of(person).ok()?;
                AGES.contains(&i64::from(scored.age))
                    .then(|| scored.efi.frailty())
            });
            for (count, band) in counts.iter_mut().zip(bands) {
                *count = found.iter().filter(|one| **one == band).count() as u64;
            }
        }
        FrailtyBands {
            bands: bands.into_iter().zip(shown(&counts)).collect(),
        }
    })
    .await
}
