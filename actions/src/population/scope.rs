//! Of whom something is asked: a team, a practice, a network, the region. What is an actor's own follows from their
//! organisation and roles in the directory; nobody types it in.

use std::collections::BTreeSet;

use ::record::access::mutants::is_removed;
use boards::organisation::{Organisation, Organisations};
use fhir::LocalReference;

use super::Kept;
use crate::{ActionError, Actions, Actor, Purpose};

/// How many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Those on the caseload, or in the care, of the actor or their organisation.
    Team,
    /// Those registered with a practice.
    Practice,
    /// Those registered with the practices of a network.
    Network,
    /// Everybody in the record.
    Region,
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 4] = [Level::Team, Level::Practice, Level::Network, Level::Region];

    /// Its word in policies, addresses and the audit.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Level::Team => "team",
            Level::Practice => "practice",
            Level::Network => "network",
            Level::Region => "region",
        }
    }

    /// The level with a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// Of whom something is asked. Made by [`scope`] and [`choices`] alone, so that whose it is cannot be claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    level: Level,
    code: String,
    name: String,
    own: bool,
    /// For whom it was worked out: it is nobody else's own.
    actor: String,
    /// References of practices; for the region none are needed.
    pub(super) practices: Vec<String>,
    /// Those whose caseload it is.
    pub(super) parties: Vec<String>,
}

impl Scope {
    /// A scope for samples of pages: it is nobody's, and nothing may be asked of it.
    #[must_use]
    pub fn sample(name: &str) -> Scope {
        Scope {
            level: Level::Practice,
            code: "J83001".to_owned(),
            name: name.to_owned(),
            own: false,
            actor: String::new(),
            practices: Vec::new(),
            parties: Vec::new(),
        }
    }

    /// How many people.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The ODS code of the organisation; `all` for the region, `own` for a team without a code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the actor's own team, practice or network.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// Level and code in one word, as addresses and the audit have it: `practice:J83001`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.level.code(), self.code)
    }

    /// In which way the actor has to do with it, as policies name it.
    fn ties(&self) -> &'static [&'static str] {
        match (self.own, self.level) {
            (true, Level::Team) => &["caseload"],
            (true, Level::Practice) => &["practice"],
            (true, Level::Network) => &["network"],
            (true, Level::Region) | (false, _) => &[],
        }
    }

    /// Whether an actor may say how many people the team can see in a week.
    pub(crate) fn may_set_capacity(&self, actions: &Actions, actor: &Actor) -> bool {
        self.permits(actions, actor, Purpose::ServiceManagement, "setCapacity")
    }

    /// Whether the policies let an actor do this here: `findPeople` or `seePopulation`.
    pub(super) fn permits(&self, actions: &Actions, actor: &Actor, purpose: Purpose, action: &str) -> bool {
        if is_removed(action) {
            return true;
        }
        let ties = if self.actor == actor.id { self.ties() } else { &[] };
        actions
            .judge(actor, purpose)
            .may_ask(action, self.level.code(), ties)
    }
}

/// A scope that an actor may choose, and what they may have of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub scope: Scope,
    /// People by name.
    pub names: bool,
    /// Figures with small numbers hidden.
    pub figures: bool,
}

/// The actor's own scopes, the nearest first, and the region: those of which they may have anything.
///
/// # Errors
/// [`ActionError::Unavailable`] when this server keeps no columns.
pub fn choices(actions: &Actions, actor: &Actor, purpose: Purpose) -> Result<Vec<Choice>, ActionError> {
    let kept = kept(actions)?;
    let mut scopes: Vec<Scope> = team(actions, kept, actor).into_iter().collect();
    let own = own_organisations(kept, actor);
    for organisation in &own {
        scopes.extend(of_organisation(kept, actor, organisation, true));
        // A practice sees how its network stands.
        let network = organisation.part_of.as_deref().and_then(|whole| {
            kept.organisations
                .read(|all| all.by_reference(whole).cloned())
                .flatten()
        });
        scopes.extend(network.and_then(|network| of_network(kept, actor, &network, false)));
    }
    scopes.push(region(actor));
    Ok(scopes
        .into_iter()
        .map(|scope| Choice {
            names: scope.permits(actions, actor, purpose, "findPeople"),
            figures: scope.permits(actions, actor, purpose, "seePopulation"),
            scope,
        })
        .filter(|choice| choice.names || choice.figures)
        .collect())
}

/// The scope with a key (`practice:J83001`, `network:U12345`, `team:own`, `region:all`).
///
/// # Errors
/// [`ActionError::NotFound`] when there is none; [`ActionError::Unavailable`] when this server keeps no columns.
pub fn scope(actions: &Actions, actor: &Actor, key: &str) -> Result<Scope, ActionError> {
    let kept = kept(actions)?;
    let (level, code) = key.split_once(':').ok_or(ActionError::NotFound)?;
    let level = Level::from_code(level).ok_or(ActionError::NotFound)?;
    let found = match level {
        Level::Region => Some(region(actor)),
        Level::Team => team(actions, kept, actor),
        Level::Practice | Level::Network => {
            let organisation = kept
                .organisations
                .read(|all| all.by_code(code).cloned())
                .flatten()
                .ok_or(ActionError::NotFound)?;
            let own = own_organisations(kept, actor)
                .iter()
                .any(|one| one.reference == organisation.reference);
            of_organisation(kept, actor, &organisation, own)
        }
    };
    found
        .filter(|scope| scope.level == level && scope.code == code)
        .ok_or(ActionError::NotFound)
}

pub(super) fn kept(actions: &Actions) -> Result<&Kept, ActionError> {
    actions.population.as_ref().ok_or_else(|| {
        ActionError::Unavailable(
            "This server keeps no columns of everybody (population.keep), so that it cannot be asked."
                .to_owned(),
        )
    })
}

fn region(actor: &Actor) -> Scope {
    Scope {
        level: Level::Region,
        code: "all".to_owned(),
        name: "Everybody in this record".to_owned(),
        own: false,
        actor: actor.id.clone(),
        practices: Vec::new(),
        parties: Vec::new(),
    }
}

fn references(actor: &Actor) -> impl Iterator<Item = &LocalReference> {
    actor.standing.parties.iter()
}

fn written(reference: &LocalReference) -> String {
    format!("{}/{}", reference.resource_type.name(), reference.id)
}

fn own_organisations(kept: &Kept, actor: &Actor) -> Vec<Organisation> {
    let of = |all: &Organisations| {
        references(actor)
            .filter(|party| party.resource_type.name() == "Organization")
            .filter_map(|party| all.by_reference(&written(party)).cloned())
            .collect()
    };
    kept.organisations.read(of).unwrap_or_default()
}

/// A network where practices are part of it, else a practice where people are registered with it.
fn of_organisation(kept: &Kept, actor: &Actor, organisation: &Organisation, own: bool) -> Option<Scope> {
    if let Some(network) = of_network(kept, actor, organisation, own) {
        return Some(network);
    }
    is_practice(kept, &organisation.reference).then(|| Scope {
        level: Level::Practice,
        code: organisation.code.clone(),
        name: organisation.name.clone(),
        own,
        actor: actor.id.clone(),
        practices: vec![organisation.reference.clone()],
        parties: Vec::new(),
    })
}

fn of_network(kept: &Kept, actor: &Actor, organisation: &Organisation, own: bool) -> Option<Scope> {
    let parts = kept.organisations.read(|all| {
        let parts = all.parts_of(&organisation.reference);
        parts.into_iter().map(|one| one.reference.clone()).collect()
    });
    let practices: Vec<String> = parts.unwrap_or_default();
    let practices: Vec<String> = practices
        .into_iter()
        .filter(|reference| is_practice(kept, reference))
        .collect();
    (!practices.is_empty()).then(|| Scope {
        level: Level::Network,
        code: organisation.code.clone(),
        name: organisation.name.clone(),
        own,
        actor: actor.id.clone(),
        practices,
        parties: Vec::new(),
    })
}

/// Whether anybody is or was registered with it.
fn is_practice(kept: &Kept, reference: &str) -> bool {
    kept.people
        .read(|view| {
            view.columns()
                .dictionary()
                .find(::population::facts::PRACTICE, reference)
        })
        .flatten()
        .is_some()
}

/// Whose caseload is the actor's: their own, their roles' and their organisation's.
fn team(actions: &Actions, kept: &Kept, actor: &Actor) -> Option<Scope> {
    let mut parties: BTreeSet<String> = references(actor).map(written).collect();
    parties.insert(format!("{}|{}", codes::access::ACTOR, actor.id));
    if let Some(organisation) = &actor.organisation {
        parties.insert(format!("{}|{organisation}", codes::system::ODS_ORGANISATION));
    }
    let today = actions.today();
    let anybody = kept.caseloads.read(|caseloads| {
        !caseloads
            .people_of(parties.iter().map(String::as_str), today)
            .is_empty()
    });
    anybody.unwrap_or(false).then(|| Scope {
        level: Level::Team,
        code: actor.organisation.clone().unwrap_or_else(|| "own".to_owned()),
        name: "The caseload of your team".to_owned(),
        own: true,
        actor: actor.id.clone(),
        practices: Vec::new(),
        parties: parties.into_iter().collect(),
    })
}
