//! The judges of those who asked lately: what they learnt of the policies is not asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::record::clock::{CareClock, SystemClock};

use crate::access::colleagues::Colleagues;
use crate::access::judge::ActorJudge;
use crate::access::policies::Policies;
use crate::{Actor, Purpose};

/// Judges kept; a full memory is emptied.
const MOST: usize = 2048;

/// An actor with a standing, a purpose, and the judge of both.
type Known = (Actor, Purpose, Arc<ActorJudge>);

/// Judges of those who asked.
#[derive(Default)]
pub(crate) struct Sights {
    /// Whose records are those of colleagues.
    pub(crate) colleagues: Arc<Colleagues>,
    /// By the actor's id: one actor may be known with several standings (two sessions, an app beside the pages) and purposes.
    judges: Mutex<HashMap<String, Vec<Known>>>,
}

impl Sights {
    /// The judge of an actor for a purpose, under the policies in force.
    pub(crate) fn judge(
        &self,
        actor: &Actor,
        purpose: Purpose,
        policies: &Policies,
        care_clock: &CareClock,
        system_clock: &Arc<dyn SystemClock>,
    ) -> Arc<ActorJudge> {
        let rules = policies.rules();
        let mut judges = self.judges.lock().unwrap_or_else(PoisonError::into_inner);
        for (asked, by_purpose, judge) in judges.get(&actor.id).into_iter().flatten() {
            if *by_purpose == purpose && judge.rules_version() == rules.version() && asked == actor {
                return Arc::clone(judge);
            }
        }
        let rules_version = rules.version();
        let judge = Arc::new(ActorJudge::new(
            actor,
            purpose,
            rules,
            care_clock.clone(),
            Arc::clone(system_clock),
            Arc::clone(&self.colleagues),
        ));
        if judges.len() >= MOST {
            judges.clear();
        }
        let known = judges.entry(actor.id.clone()).or_default();
        known.retain(|(_, _, judge)| judge.rules_version() == rules_version);
        if known.len() >= 16 {
            known.clear();
        }
        known.push((actor.clone(), purpose, Arc::clone(&judge)));
        judge
    }
}
