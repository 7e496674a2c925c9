//! The table of what each role sees of whom (`policies/table.md`): a change of a policy is reviewed as a change of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use ::record::clock::{CareClock, SystemClock, Wall};
use ::record::{Lens, Role, Standing};
use care::access::{ProxyScope, Situation, Whose};
use fhir::{Label, ResourceType};

use crate::access::judge::ActorJudge;
use crate::access::rules::Rules;
use crate::{Actor, Purpose};

/// Roles as they come: a name, the role, the activities, how surely the identity was proved.
const ROLES: [(&str, Role, &[&str], u8); 14] = [
    (
        "General practitioner",
        Role::Clinician,
        &["B0360", "B0370", "B0380", "B0825", "B1101", "B1611"],
        3,
    ),
    (
        "Community nurse",
        Role::Clinician,
        &["B0360", "B0370", "B0380", "B1101"],
        3,
    ),
    (
        "Clinician of a charity",
        Role::Clinician,
        &["B0370", "charity"],
        3,
    ),
    (
        "Care co-ordinator",
        Role::Coordinator,
        &["B0370", "B0380", "B0560", "B0820"],
        3,
    ),
    (
        "Social worker",
        Role::Coordinator,
        &["B0370", "B0380", "social-care"],
        3,
    ),
    (
        "Hub operator",
        Role::Operator,
        &["B0360", "B0370", "B0380", "B0560", "B0820", "B0825"],
        3,
    ),
    (
        "Receptionist",
        Role::Administrator,
        &["B0560", "B0820", "B0825"],
        3,
    ),
    ("Directory keeper", Role::Administrator, &["B1700"], 3),
    (
        "Privacy officer",
        Role::PrivacyOfficer,
        &["B0015", "B0016", "B0018"],
        3,
    ),
    ("Citizen, P9", Role::Citizen, &[], 9),
    ("Citizen, P5", Role::Citizen, &[], 5),
    ("System that reads", Role::System, &[], 0),
    ("System that feeds", Role::System, &["feed"], 0),
    ("Development actor", Role::Development, &[], 0),
];

/// Situations as they come: a name and what differs from one who has nothing to do with an adult.
fn situations() -> Vec<(&'static str, Situation)> {
    let stranger = Situation {
        whose: Whose::Person,
        age: Some(18),
        ..Situation::default()
    };
    let tied = |ties: &[&'static str]| Situation {
        ties: ties.iter().copied().collect(),
        ..stranger.clone()
    };
    let proxy = |scope| Situation {
        proxy: BTreeSet::from([scope]),
        ..stranger.clone()
    };
    vec![
        ("a stranger", stranger.clone()),
        ("on their caseload", tied(&["caseload"])),
        ("in a case of the hub", tied(&["hub-case"])),
        ("said to be theirs (claimed)", tied(&["claimed"])),
        ("opened in an emergency", tied(&["break-glass"])),
        (
            "on their caseload, address restricted",
            Situation {
                restricted: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "on their caseload, objects to risk stratification",
            Situation {
                objects_to_stratification: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "on their caseload, and refused them",
            Situation {
                refused: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "refused them, opened in an emergency",
            Situation {
                refused: true,
                ..tied(&["break-glass"])
            },
        ),
        (
            "on their caseload, of their family",
            Situation {
                kin: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "of their household, claimed",
            Situation {
                household: true,
                ..tied(&["claimed"])
            },
        ),
        (
            "on their caseload, a colleague",
            Situation {
                colleague: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "a colleague, claimed",
            Situation {
                colleague: true,
                ..tied(&["claimed"])
            },
        ),
        (
            "themself, on their caseload",
            Situation {
                own: true,
                ..tied(&["caseload"])
            },
        ),
        (
            "themself",
            Situation {
                own: true,
                ..stranger.clone()
            },
        ),
        (
            "themself, 12 years old",
            Situation {
                own: true,
                age: Some(12),
                ..stranger.clone()
            },
        ),
        (
            "themself, dead",
            Situation {
                own: true,
                dead: true,
                ..stranger.clone()
            },
        ),
        ("gave them the summary", proxy(ProxyScope::Summary)),
        ("gave them the record", proxy(ProxyScope::Record)),
        ("gave them appointments", proxy(ProxyScope::ManageAppointments)),
        ("gave them messages", proxy(ProxyScope::Messages)),
        (
            "of their family",
            Situation {
                kin: true,
                ..stranger.clone()
            },
        ),
        (
            "their child of 8",
            Situation {
                parent: true,
                age: Some(8),
                ..stranger.clone()
            },
        ),
        (
            "their child of 14, found competent",
            Situation {
                parent: true,
                competent: true,
                age: Some(14),
                ..stranger.clone()
            },
        ),
        ("not on record yet", Situation::default()),
        (
            "the directory",
            Situation {
                whose: Whose::Directory,
                ..Situation::default()
            },
        ),
    ]
}

fn judge(role: Role, activities: &[&str], identity: u8, purpose: Purpose) -> ActorJudge {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let actor = Actor::new("somebody", role, Some("RVJ".to_owned())).with_standing(Standing {
        activities: activities.iter().map(|code| (*code).to_owned()).collect(),
        identity_assurance: identity,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let rules = Arc::new(Rules::built_in().expect("the policies hold"));
    ActorJudge::new(
        &actor,
        purpose,
        rules,
        CareClock::new(Arc::clone(&system)),
        system,
        Arc::default(),
    )
}

fn kinds(types: ::record::Types) -> String {
    let mut seen = BTreeSet::new();
    let mut all = BTreeSet::new();
    for (name, kind) in codes::access::kinds() {
        let resource_type = ResourceType::from_name(name).expect("a type");
        all.insert(kind);
        if types.contains(resource_type) {
            seen.insert(kind);
        }
    }
    match seen.len() {
        0 => "–".to_owned(),
        n if n == all.len() => "everything".to_owned(),
        _ => seen.into_iter().collect::<Vec<_>>().join(", "),
    }
}

fn labels(lens: &Lens) -> String {
    if lens.read.is_empty() {
        return "–".to_owned();
    }
    let hidden: Vec<&str> = Label::all()
        .iter()
        .filter(|label| lens.hidden_labels & label.bit() != 0)
        .map(|label| label.name)
        .collect();
    if hidden.is_empty() {
        return "none".to_owned();
    }
    if hidden.len() == Label::all().len() {
        return "all".to_owned();
    }
    hidden.join(", ")
}

fn table() -> String {
    let mut out = String::from(
        "# What each role sees of whom\n\nMade from the policies by `cargo nextest run -p actions -E 'test(table)'`; \
         `SARSEN_WRITE_TABLE=1` before it writes this file. The purpose is direct care; the last table has the others.\n",
    );
    for (name, role, activities, identity) in ROLES {
        let judge = judge(role, activities, identity, Purpose::DirectCare);
        let _ = write!(
            out,
            "\n## {name}\n\nRole {}, activities {}, identity {identity}.\n\n\
             | the person is | reads | writes | labels hidden | shown | may |\n|---|---|---|---|---|---|\n",
            role.code(),
            if activities.is_empty() {
                "none".to_owned()
            } else {
                activities.join(" ")
            },
        );
        for (name, situation) in situations() {
            let lens = judge.ask(&situation);
            let mask = match (lens.read.is_empty(), lens.mask.all_but_identity, lens.mask.place) {
                (true, ..) => "–",
                (_, true, _) => "who it is, no more",
                (_, _, true) if situation.whose == Whose::Person => "without places",
                _ => "whole",
            };
            let may: Vec<&str> = [
                "claim",
                "breakGlass",
                "chooseIds",
                "keepAccess",
                "changeOthers",
                "seeHistory",
                "hearOfDestruction",
            ]
            .into_iter()
            .filter(|action| judge.may(action, &situation))
            .collect();
            let _ = writeln!(
                out,
                "| {name} | {} | {} | {} | {mask} | {} |",
                kinds(lens.read),
                kinds(lens.write),
                labels(&lens),
                if may.is_empty() {
                    "–".to_owned()
                } else {
                    may.join(", ")
                }
            );
        }
    }
    others(&mut out);
    objections(&mut out);
    out
}

fn others(out: &mut String) {
    out.push_str("\n## Other purposes\n\nOf a person on their caseload.\n\n| who | purpose | reads | writes |\n|---|---|---|---|\n");
    for (name, role, activities, identity) in ROLES {
        for purpose in Purpose::ALL
            .into_iter()
            .filter(|purpose| *purpose != Purpose::DirectCare)
        {
            let (_, caseload) = situations().swap_remove(1);
            let lens = judge(role, activities, identity, purpose).ask(&caseload);
            if !lens.read.is_empty() || !lens.write.is_empty() {
                let _ = writeln!(
                    out,
                    "| {name} | {} | {} | {} |",
                    purpose.code(),
                    kinds(lens.read),
                    kinds(lens.write)
                );
            }
        }
    }
}

/// Whoever objects to risk stratification, for that purpose.
fn objections(out: &mut String) {
    out.push_str("\nFor risk-stratification, of a person on their caseload who objects to it:\n\n");
    let objects = Situation {
        whose: Whose::Person,
        age: Some(18),
        ties: BTreeSet::from(["caseload"]),
        objects_to_stratification: true,
        ..Situation::default()
    };
    let mut anybody = false;
    for (name, role, activities, identity) in ROLES {
        let lens = judge(role, activities, identity, Purpose::RiskStratification).ask(&objects);
        if !lens.read.is_empty() || !lens.write.is_empty() {
            anybody = true;
            let _ = writeln!(
                out,
                "- {name} reads {} and writes {}",
                kinds(lens.read),
                kinds(lens.write)
            );
        }
    }
    if !anybody {
        out.push_str("- nobody reads or writes anything\n");
    }
}

#[test]
fn the_table_of_roles_is_as_it_was_reviewed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/table.md");
    let now = table();
    if std::env::var_os("SARSEN_WRITE_TABLE").is_some() {
        std::fs::write(&path, &now).expect("written");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = now.lines().zip(reviewed.lines()).find(|(now, then)| now != then);
    assert!(
        now == reviewed,
        "policies/table.md is not what the policies say: {differs:?}"
    );
}

#[test]
fn every_resource_type_is_of_one_kind() {
    let known = codes::access::kinds();
    for kind in ResourceType::all() {
        let times = known.iter().filter(|(name, _)| *name == kind.name()).count();
        assert_eq!(times, 1, "{}", kind.name());
    }
}

#[test]
fn nothing_is_permitted_without_a_policy() {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    for (_, role, activities, _) in ROLES {
        let actor = Actor::new("somebody", role, None).with_standing(Standing {
            activities: activities.iter().map(|code| (*code).to_owned()).collect(),
            ..Standing::default()
        });
        let care = CareClock::new(Arc::clone(&system));
        let judge = ActorJudge::new(
            &actor,
            Purpose::DirectCare,
            Arc::new(Rules::none()),
            care,
            Arc::clone(&system),
            Arc::default(),
        );
        for (name, situation) in situations() {
            let lens = judge.ask(&situation);
            assert!(lens.read.is_empty() && lens.write.is_empty(), "{role:?} {name}");
            assert!(!judge.may("identify", &situation) && !judge.may("breakGlass", &situation));
        }
    }
}

/// What documents of a citizen's app may change: nothing by which anybody else would have to do with the person, but a visit that is
/// booked, and nothing that a clinician decides.
#[test]
fn citizens_and_whoever_acts_for_them_write_bookings_and_messages_alone() {
    let judge = judge(Role::Citizen, &[], 9, Purpose::DirectCare);
    let bookings = &["Appointment", "AppointmentResponse"][..];
    let messages = &["Communication", "CommunicationRequest"][..];
    for (name, situation) in situations() {
        let lens = judge.ask(&situation);
        let mut writes: Vec<&str> = ResourceType::all()
            .filter(|kind| lens.write.contains(*kind))
            .map(ResourceType::name)
            .collect();
        writes.sort_unstable();
        let expected = match name {
            "themself" | "themself, on their caseload" => [bookings, messages, &["RelatedPerson"]].concat(),
            "gave them appointments" => bookings.to_vec(),
            "gave them messages" => messages.to_vec(),
            _ => Vec::new(),
        };
        assert_eq!(writes, expected, "{name}");
    }
    let seen = judge.ask(&Situation {
        whose: Whose::Person,
        age: Some(18),
        proxy: BTreeSet::from([ProxyScope::Appointments]),
        ..Situation::default()
    });
    let reads = |name| ResourceType::from_name(name).is_some_and(|kind| seen.read.contains(kind));
    assert!(reads("Appointment") && !reads("ServiceRequest") && !reads("Communication") && !reads("Task"));
}

#[test]
fn a_privacy_officer_writes_nothing_and_reads_neither_orders_nor_messages() {
    let judge = judge(Role::PrivacyOfficer, &["B0016"], 3, Purpose::ServiceManagement);
    for (name, situation) in situations() {
        let lens = judge.ask(&situation);
        assert!(lens.write.is_empty(), "{name}");
        for kind in [
            "ServiceRequest",
            "Communication",
            "Appointment",
            "EpisodeOfCare",
            "Observation",
        ] {
            let kind = ResourceType::from_name(kind).expect("a type");
            assert!(!lens.read.contains(kind), "{name} {}", kind.name());
        }
        let task = ResourceType::from_name("Task").expect("a type");
        let close = situation.own || situation.kin || situation.household;
        let claimed = situation.ties.contains("claimed");
        if situation.whose == Whose::Person {
            assert_eq!(
                lens.read.contains(task),
                !close || claimed && !situation.own,
                "{name}"
            );
        }
    }
}
