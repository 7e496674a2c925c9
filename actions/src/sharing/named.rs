//! Which organisations and workers a resource names as taking part in the person's care now: those that the rules take for tied to the
//! person (`record/src/access/gather.rs`). What has ended names nobody, nor does the privacy office's own work.

use fhir::ResourceType;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::proxies::codes_of;
use crate::record::read;
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;

/// A type by which somebody takes part.
struct Naming {
    kind: &'static str,
    /// Where they stand in it.
    paths: &'static [&'static str],
    /// The statuses in which it counts; all where there are none.
    open: &'static [&'static str],
    /// What that means, for the person.
    words: &'static str,
}

const NAMINGS: [Naming; 7] = [
    Naming {
        kind: "Patient",
        paths: &["/generalPractitioner"],
        open: &[],
        words: "You are registered there",
    },
    Naming {
        kind: "CareTeam",
        paths: &["/managingOrganization", "/participant/member"],
        open: &["active"],
        words: "A team there cares for you",
    },
    Naming {
        kind: "EpisodeOfCare",
        paths: &["/managingOrganization", "/careManager"],
        open: &["planned", "waitlist", "active", "onhold"],
        words: "A service there has you on its list",
    },
    Naming {
        kind: "Encounter",
        paths: &["/serviceProvider", "/participant/individual"],
        open: &["planned", "arrived", "triaged", "in-progress", "onleave"],
        words: "They see you, or you stay there",
    },
    Naming {
        kind: "Appointment",
        paths: &["/participant/actor"],
        open: &[
            "proposed",
            "pending",
            "booked",
            "arrived",
            "checked-in",
            "waitlist",
        ],
        words: "You have an appointment there, or had one lately",
    },
    Naming {
        kind: "ServiceRequest",
        paths: &["/performer", "/requester"],
        open: &["active", "on-hold"],
        words: "You were referred there, or from there",
    },
    Naming {
        kind: "Task",
        paths: &["/owner"],
        open: &[
            "requested",
            "received",
            "accepted",
            "ready",
            "in-progress",
            "on-hold",
        ],
        words: "They have something to do for you",
    },
];

/// Codes of a Task that is work of the privacy office, or asks a colleague to take over: its owner does nothing for the person.
const NOBODY_S: [&str; 4] = [
    codes::access::BREAK_GLASS,
    codes::access::CLAIMED,
    codes::access::PATTERN_SEEN,
    codes::access::HAND_OVER,
];

/// Whether somebody may take part by resources of this type.
pub(super) fn is_naming(kind: ResourceType) -> bool {
    NAMINGS.iter().any(|naming| naming.kind == kind.name())
}

/// Whom a resource names as taking part on this day, as references, each with what that means.
pub(super) fn named(kind: ResourceType, json: &Value, today: Date) -> Vec<(&Value, &'static str)> {
    let mut namings = NAMINGS.iter();
    let Some(naming) = namings.find(|naming| naming.kind == kind.name()) else {
        return Vec::new();
    };
    let status = json["status"].as_str().unwrap_or_default();
    let is_open = naming.open.is_empty() || naming.open.contains(&status);
    // `Task.code` is one concept, where others have a list of them.
    let code = Value::Array(vec![json["code"].clone()]);
    let is_nobody_s = kind.name() == "Task" && codes_of(&code).any(|code| NOBODY_S.contains(&code));
    if !is_open || is_nobody_s || is_over(kind, json, today) {
        return Vec::new();
    }
    let paths = naming.paths.iter();
    paths
        .flat_map(|path| at_path(json, path))
        .map(|reference| (reference, naming.words))
        .collect()
}

/// Whether the last day on which its tie counts has passed: of a planned contact, 28 days after it.
fn is_over(kind: ResourceType, json: &Value, today: Date) -> bool {
    let day = |path: &str| {
        let text = json.pointer(path)?.as_str()?;
        match text.parse::<Timestamp>() {
            Ok(moment) => Some(care::london::date_of(moment)),
            Err(_) => text.parse::<Date>().ok(),
        }
    };
    let last = match kind.name() {
        "CareTeam" => day("/period/end"),
        "Appointment" => day("/end")
            .or_else(|| day("/start"))
            .map(|end| end.saturating_add(28.days())),
        "Encounter" if json["status"] == "planned" => {
            day("/period/end").map(|end| end.saturating_add(28.days()))
        }
        _ => None,
    };
    last.is_some_and(|last| last < today)
}

/// What stands at a path, through lists.
fn at_path<'j>(json: &'j Value, path: &str) -> Vec<&'j Value> {
    let mut found = vec![json];
    for name in path.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|value| match &value[name] {
                Value::Array(all) => all.iter().collect(),
                Value::Null => Vec::new(),
                one => vec![one],
            })
            .collect();
    }
    found
}

/// The organisations behind a worker, a service or a place of the directory, as references; none where it does not know.
pub(super) async fn behind(
    actions: &Actions,
    actor: &Actor,
    reference: &Value,
) -> Result<Vec<Value>, ActionError> {
    let Some((kind, id)) = reference["reference"]
        .as_str()
        .and_then(|text| text.split_once('/'))
    else {
        return Ok(Vec::new());
    };
    let member = match kind {
        "PractitionerRole" => "organization",
        "HealthcareService" => "providedBy",
        "Location" => "managingOrganization",
        "Practitioner" => {
            let practitioner = format!("Practitioner/{id}");
            let posts = actions
                .directory_units("PractitionerRole", "practitioner", &practitioner)
                .await?;
            let mut found = Vec::new();
            for post in posts {
                let post = entry(actions, actor, "PractitionerRole", &post.id).await?;
                if post["active"] != false {
                    found.push(post["organization"].clone());
                }
            }
            return Ok(found);
        }
        _ => return Ok(Vec::new()),
    };
    let entry = entry(actions, actor, kind, id).await?;
    Ok(vec![entry[member].clone()])
}

/// An entry of the directory; null where there is none.
pub(super) async fn entry(
    actions: &Actions,
    actor: &Actor,
    kind: &str,
    id: &str,
) -> Result<Value, ActionError> {
    let kind = ResourceType::from_name(kind).ok_or(ActionError::NotFound)?;
    match read(actions, actor, PURPOSE, kind, id).await {
        Ok(stored) => Ok(serde_json::from_slice(&stored.json).unwrap_or_default()),
        Err(ActionError::NotFound | ActionError::Gone { .. }) => Ok(Value::Null),
        Err(error) => Err(error),
    }
}
