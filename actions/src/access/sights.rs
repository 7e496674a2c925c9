//! The judges of those who asked lately: what they learnt of the policies is not asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::record::access::Sight;
use ::record::clock::{CareClock, SystemClock};

use crate::access::colleagues::Colleagues;
use crate::access::judge::ActorJudge;
use crate::access::policies::Policies;
use crate::{Actor, Purpose};

/// Judges kept; a full memory is emptied.
const MOST: usize = 2048;

/// An actor with a standing, and their judge.
type Known = (Actor, Arc<ActorJudge>);

/// Judges by actor and purpose.
#[derive(Default)]
pub(crate) struct Sights {
    /// Whose records are those of colleagues.
    pub(crate) colleagues: Arc<Colleagues>,
    judges: Mutex<HashMap<(String, Purpose), Vec<Known>>>,
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
        if judges.len() >= MOST {
            judges.clear();
        }
        // One actor may be known with several standings: two sessions, an app beside the pages.
        let known = judges.entry((actor.id.clone(), purpose)).or_default();
        known.retain(|(_, judge)| judge.rules_version() == rules.version());
        if let Some((_, judge)) = known.iter().find(|(known, _)| known == actor) {
            return Arc::clone(judge);
        }
        let judge = Arc::new(ActorJudge::new(
            actor,
            purpose,
            rules,
            care_clock.clone(),
            Arc::clone(system_clock),
            Arc::clone(&self.colleagues),
        ));
        if known.len() >= 16 {
            known.clear();
        }
        known.push((actor.clone(), Arc::clone(&judge)));
        judge
    }

    /// The eyes of an actor for a purpose.
    pub(crate) fn sight(
        &self,
        actor: &Actor,
        purpose: Purpose,
        policies: &Policies,
        care_clock: &CareClock,
        system_clock: &Arc<dyn SystemClock>,
    ) -> Sight {
        Sight::of(self.judge(actor, purpose, policies, care_clock, system_clock))
    }
}
