//! Random members of staff, citizens, systems and apps who ask.

use actions::{Actor, Role, Standing};
use fhir::{LocalReference, ResourceType};

use super::dice::Dice;
use super::people::{ORGANISATIONS, WORKERS};

pub(super) const DEVELOPMENT: &str = "a-development-token";

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) name: String,
    pub(super) token: String,
    pub(super) actor: Actor,
}

impl Asker {
    /// Whether it is an app or a system that was granted scopes, and asks over FHIR alone.
    pub(super) fn is_limited(&self) -> bool {
        self.actor.standing.scopes.is_some()
    }
}

/// What apps that somebody uses were granted.
const OF_APPS: [&str; 7] = [
    "launch/patient openid patient/*.rs",
    "patient/*.rs user/Patient.rs",
    "patient/Patient.rs patient/Observation.rs patient/Condition.rs?category=problem-list-item user/Flag.rs",
    "user/*.rs offline_access",
    "user/*.*",
    "user/Patient.r user/Observation.read user/Task.write user/CarePlan.cr",
    // Each level has its own: who may delete in one record may not therefore in another.
    "patient/*.cruds user/*.rs user/Observation.c user/Condition.u",
];
/// What systems with nobody signed in were granted.
const OF_SYSTEMS: [&str; 3] = [
    "system/*.rs",
    "system/Patient.rs system/Observation.rs system/Flag.cruds",
    "system/*.cruds",
];

fn reference(kind: &str, id: &str) -> LocalReference {
    LocalReference {
        resource_type: ResourceType::from_name(kind).expect("a type"),
        id: id.to_owned(),
    }
}

pub(super) fn askers(dice: &mut Dice, people: &[String]) -> Vec<Asker> {
    let staff: [(&str, Role, &[&str]); 8] = [
        (
            "doctor",
            Role::Clinician,
            &["B0360", "B0370", "B0380", "B0825", "B1101", "B1611"],
        ),
        ("nurse", Role::Clinician, &["B0360", "B0380"]),
        ("coordinator", Role::Coordinator, &["B0370", "B0560", "B0820"]),
        (
            "operator",
            Role::Operator,
            &["B0360", "B0370", "B0380", "B0820", "B0825"],
        ),
        ("receptionist", Role::Administrator, &["B0560", "B0820"]),
        ("officer", Role::PrivacyOfficer, &["B0015"]),
        ("reader", Role::System, &[]),
        ("feed", Role::System, &["feed"]),
    ];
    let mut actors: Vec<Asker> = staff
        .into_iter()
        .map(|(name, role, activities)| {
            let (org, ods) = *dice.pick(&ORGANISATIONS);
            let mut standing = Standing {
                activities: activities.iter().map(|code| (*code).to_owned()).collect(),
                authentication_assurance: 2,
                identity_assurance: 3,
                ..Standing::default()
            };
            standing.parties.insert(reference("Organization", org));
            if role != Role::System {
                let worker: &str = dice.pick::<&str>(&WORKERS);
                standing.parties.insert(reference("Practitioner", worker));
                if name == "officer" || dice.one_in(2) {
                    standing.own_record = Some(dice.pick(people).clone());
                }
            }
            asker(name, role, Some(ods), standing)
        })
        .collect();
    for (number, person) in people.iter().enumerate() {
        let standing = Standing {
            own_record: Some(person.clone()),
            identity_assurance: if dice.one_in(4) { 5 } else { 9 },
            authentication_assurance: 2,
            ..Standing::default()
        };
        actors.push(asker(&format!("citizen-{number}"), Role::Citizen, None, standing));
    }
    let apps = [
        ("doctor", "app-of-doctor"),
        ("nurse", "app-of-nurse"),
        ("citizen-0", "app-of-citizen"),
        ("reader", "backend"),
    ];
    for (whose, name) in apps {
        let user = actors.iter().find(|asker| asker.name == whose).expect("a user");
        let app = app_of(dice, user, name, people);
        actors.push(app);
    }
    actors.push(Asker {
        name: "development".to_owned(),
        token: DEVELOPMENT.to_owned(),
        actor: Actor::new("development", Role::Development, None),
    });
    actors
}

/// An app that acts for somebody, as far as it was granted, often launched for one person.
fn app_of(dice: &mut Dice, user: &Asker, name: &str, people: &[String]) -> Asker {
    let mut standing = Standing::clone(&user.actor.standing);
    let granted: &[&str] = if user.actor.role == Role::System {
        &OF_SYSTEMS
    } else {
        &OF_APPS
    };
    standing.scopes = Some((*dice.pick(granted)).to_owned());
    if user.actor.role != Role::System && !dice.one_in(4) {
        standing.launched_for = Some(dice.pick(people).clone());
    }
    Asker {
        name: name.to_owned(),
        token: format!("the-token-of-{name}"),
        actor: user.actor.clone().with_standing(standing),
    }
}

fn asker(name: &str, role: Role, ods: Option<&str>, standing: Standing) -> Asker {
    Asker {
        name: name.to_owned(),
        token: format!("the-token-of-{name}"),
        actor: Actor::new(name, role, ods.map(str::to_owned)).with_standing(standing),
    }
}
