//! What people and systems can do, one file per action: lens → decide → commit.
//!
//! Everything above (pages, other systems' doors, the command line) reads and writes people's data through this crate
//! only. Each action takes the [`Actor`] who asks and the [`Purpose`] they ask for; the lens is computed here, and no
//! action gives out anything before its audit entry is durable.

pub mod academy;
pub mod access;
pub mod audit;
pub mod eligibility;
mod error;
pub mod followers;
pub mod outbox;
mod own_commits;
pub mod person;
pub mod population;
pub mod reactors;
pub mod record;
pub mod risk;
pub mod score;
pub mod sharing;
pub mod subscription;

use std::sync::Arc;

use ::record::access::Sight;
use ::record::access::mutants::is_removed;
use ::record::view::Live;
pub use ::record::{Actor, Purpose, Role, Standing};
use ::record::{Commit, CommitError, Committed, Record, clock};
use boards::person_lookup::PersonLookup;
use care::access::scope::{Interaction, Scopes};
pub use error::{ActionError, FieldProblem};

/// The house as its upper floors see it: the record, the two clocks and who may come in. Every request clones it, several
/// times over: a clone counts one reference.
#[derive(Clone)]
pub struct Actions {
    parts: Arc<Parts>,
}

/// What [`Actions`] is made of.
#[derive(Clone)]
pub struct Parts {
    pub(crate) record: Record,
    pub(crate) care_clock: clock::CareClock,
    pub(crate) system_clock: Arc<dyn clock::SystemClock>,
    pub(crate) tokens: Arc<access::Tokens>,
    pub(crate) limits: fhir::Limits,
    pub(crate) conditions: Arc<record::Conditions>,
    pub(crate) lookup: Option<Live<PersonLookup>>,
    pub(crate) population: Option<population::Kept>,
    pub(crate) own_commits: own_commits::OwnCommits,
    pub(crate) academy: Option<Arc<academy::Academy>>,
    pub(crate) policies: access::Policies,
    pub(crate) sights: Arc<access::Sights>,
    pub(crate) sessions: access::sessions::Sessions,
    pub(crate) providers: Arc<access::Providers>,
    pub(crate) last_found: audit::LastFound,
}

impl std::ops::Deref for Actions {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Actions {
    /// The actions over one opened record.
    #[must_use]
    pub fn new(
        record: Record,
        care_clock: clock::CareClock,
        system_clock: Arc<dyn clock::SystemClock>,
        tokens: access::Tokens,
        limits: fhir::Limits,
    ) -> Actions {
        let sessions = access::sessions::Sessions::new(&record, Arc::clone(&system_clock));
        let parts = Parts {
            record,
            care_clock,
            system_clock,
            tokens: Arc::new(tokens),
            limits,
            conditions: Arc::default(),
            lookup: None,
            population: None,
            own_commits: own_commits::OwnCommits::default(),
            academy: None,
            policies: access::Policies::built_in().unwrap_or_else(|words| {
                tracing::error!(problem = %words, "the built-in policies do not hold; nothing is permitted");
                access::Policies::none()
            }),
            sights: Arc::default(),
            sessions,
            providers: Arc::default(),
            last_found: audit::LastFound::default(),
        };
        Actions {
            parts: Arc::new(parts),
        }
    }

    /// The parts, to be changed before anybody else holds them.
    fn parts_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.parts)
    }

    /// The same under other policies than the built-in ones.
    #[must_use]
    pub fn with_policies(mut self, policies: access::Policies) -> Actions {
        self.parts_mut().policies = policies;
        self
    }

    /// The policies in force.
    #[must_use]
    pub fn policies(&self) -> &access::Policies {
        &self.policies
    }

    /// The same, finding people through a lookup that is kept; without one they are found only as they are spelt.
    #[must_use]
    pub fn with_person_lookup(mut self, lookup: Live<PersonLookup>) -> Actions {
        self.parts_mut().lookup = Some(lookup);
        self
    }

    /// The same, with everybody in columns, so that questions about all of them are answered.
    #[must_use]
    pub fn with_population(mut self, kept: population::Kept) -> Actions {
        self.parts_mut().population = Some(kept);
        self
    }

    /// The same, with providers by which people may sign in.
    #[must_use]
    pub fn with_providers(mut self, providers: access::Providers) -> Actions {
        self.parts_mut().providers = Arc::new(providers);
        self
    }

    /// The same on a record of synthetic people, into which stories may be told; without it the academy is closed.
    #[must_use]
    pub fn with_academy(mut self, academy: academy::Academy) -> Actions {
        self.parts_mut().academy = Some(Arc::new(academy));
        self
    }

    /// Whether stories may be told into this record.
    #[must_use]
    pub fn has_academy(&self) -> bool {
        self.academy.is_some()
    }

    /// Who is signed in.
    #[must_use]
    pub fn sessions(&self) -> &access::sessions::Sessions {
        &self.sessions
    }

    /// Commits, and remembers for the actor's next page what its views have to have seen.
    pub(crate) async fn commit(
        &self,
        actor: &Actor,
        purpose: Purpose,
        commit: Commit,
    ) -> Result<Committed, CommitError> {
        let sight = self.sight(actor, purpose);
        self.commit_through(&sight, actor, purpose, commit).await
    }

    /// Commits in somebody's name what the house does for them, once an action has decided that they may have it done.
    pub(crate) async fn commit_in_name(
        &self,
        actor: &Actor,
        purpose: Purpose,
        commit: Commit,
    ) -> Result<Committed, CommitError> {
        let sight = self.house_sight(purpose);
        self.commit_through(&sight, actor, purpose, commit).await
    }

    async fn commit_through(
        &self,
        sight: &Sight,
        actor: &Actor,
        purpose: Purpose,
        commit: Commit,
    ) -> Result<Committed, CommitError> {
        let committed = self.record.commit(sight, actor, purpose, commit).await?;
        self.own_commits.note(&actor.id, &committed.positions);
        Ok(committed)
    }

    /// Today's date in Europe/London by the care clock: what ages, due dates and pages go by.
    #[must_use]
    pub fn today(&self) -> jiff::civil::Date {
        self.care_now().date()
    }

    /// The present moment by the care clock, in Europe/London.
    #[must_use]
    pub fn care_now(&self) -> jiff::Zoned {
        let now = self.care_clock.now();
        now.in_tz("Europe/London")
            .unwrap_or_else(|_| now.to_zoned(jiff::tz::TimeZone::UTC))
    }

    /// What the care clock shows when it was set, paused or made to run faster; none while it shows the time of day.
    #[must_use]
    pub fn moved_care_clock(&self) -> Option<jiff::Zoned> {
        (!self.care_clock.is_system()).then(|| self.care_now())
    }

    /// The system clock: sessions, tokens and audit go by it, and nobody can set it.
    #[must_use]
    pub fn system_now(&self) -> jiff::Timestamp {
        self.system_clock.now()
    }

    /// The generation of search parameters that searches may name; a newer one is still being prepared.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn searchable_generation(&self) -> Result<u16, ActionError> {
        Ok(self.record.searchable_generation().await?)
    }

    /// The limits that every document from outside is held to.
    #[must_use]
    pub fn limits(&self) -> &fhir::Limits {
        &self.limits
    }

    /// Refuses what a system or app was not granted, whatever the rules would let it do. People at our own pages were granted
    /// nothing and are limited by the rules alone.
    pub(crate) fn granted(
        &self,
        actor: &Actor,
        kind: fhir::ResourceType,
        interaction: Interaction,
    ) -> Result<(), ActionError> {
        let Some(scopes) = actor.standing.scopes.as_deref() else {
            return Ok(());
        };
        if Scopes::parse(scopes).permits(kind.name(), interaction) || is_removed("scopes") {
            return Ok(());
        }
        Err(ActionError::Forbidden(format!(
            "what was granted does not reach so far: {} of {}",
            interaction.words(),
            kind.name()
        )))
    }

    /// The eyes of this actor for this purpose: the lens of each record is made as the record is met.
    pub(crate) fn sight(&self, actor: &Actor, purpose: Purpose) -> Sight {
        Sight::of(self.judge(actor, purpose))
    }

    /// The eyes with which a door looks: the actor's, unless a test has taken the door's guard away.
    pub(crate) fn sight_at(&self, guard: &str, actor: &Actor, purpose: Purpose) -> Sight {
        if is_removed(guard) {
            return self.house_sight(purpose);
        }
        self.sight(actor, purpose)
    }

    /// The eyes of the house itself, for what it does in somebody's name.
    pub(crate) fn house_sight(&self, purpose: Purpose) -> Sight {
        self.sight(&Actor::house("sarsen"), purpose)
    }

    /// What decides for this actor and purpose.
    pub(crate) fn judge(&self, actor: &Actor, purpose: Purpose) -> Arc<access::ActorJudge> {
        let purpose = if is_removed("purpose") {
            Purpose::DirectCare
        } else {
            purpose
        };
        self.sights.judge(
            actor,
            purpose,
            &self.policies,
            &self.care_clock,
            &self.system_clock,
        )
    }
}
