//! The resource that says where a story stands: one `Basic` a story, with the run and the moments of the steps told.
//!
//! It is kept in the same commit as what it speaks of, on the version it was decided on: of two who tell the same step at
//! once, one is refused, and a server that starts anew knows where the story stood.

use ::record::{Expected, ReadError};
use fhir::ResourceType;
use jiff::Timestamp;
use serde_json::{Value, json};
use synthetic::fhir::{SYNTHETIC, TAG_SYSTEM};
use synthetic::stories::{IDENTIFIER_SYSTEM, Story, Telling, marker_id};

use crate::{ActionError, Actions, Actor, Purpose};

const CODES: &str = "https://sarsen.example/CodeSystem/academy";
const STANDS: &str = "https://sarsen.example/StructureDefinition/academy-story";

/// Where a story stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Marker {
    /// The version it was read at; none when there is none.
    pub(super) version: Option<u64>,
    /// The last run that was begun; 0 before the first.
    pub(super) run: u32,
    /// The moments of the steps told, from the first on; empty when the run was taken back.
    pub(super) told: Vec<Timestamp>,
}

impl Marker {
    /// What was kept of a story.
    pub(super) async fn read(
        actions: &Actions,
        actor: &Actor,
        purpose: Purpose,
        story: &Story,
    ) -> Result<Marker, ActionError> {
        let kind = basic()?;
        let sight = actions.house_sight(purpose);
        let request = actions.record.new_request();
        let mut ask = actions.record.ask(&sight, actor, purpose, request);
        let held = ask.read(kind, &marker_id(story)).await;
        let disclosed = ask.disclose().await?;
        match held {
            Ok(held) => {
                let stored = held.open(&disclosed);
                Marker::parse(&stored.json, stored.version).ok_or_else(|| {
                    ActionError::Unavailable(format!(
                        "what is kept of where the story stands cannot be read; delete Basic/{} to begin anew",
                        stored.id
                    ))
                })
            }
            // A marker that somebody deleted is as none: the ids of its runs are asked for before they are used again.
            Err(ReadError::NotFound | ReadError::Gone { .. }) => Ok(Marker::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// The version that a change of it is decided on.
    pub(super) fn expected(&self) -> Expected {
        self.version.map_or(Expected::Absent, Expected::Version)
    }

    /// The story as it would be told next, or as it was told last when `step` is one told already.
    pub(super) fn telling<'a>(
        &'a self,
        actions: &'a Actions,
        story: &'static Story,
        step: u16,
        at: Timestamp,
    ) -> Telling<'a> {
        let academy = actions.academy.as_deref();
        Telling {
            story,
            run: self.run,
            step,
            before: &self.told,
            at,
            directory: academy.and_then(|academy| academy.directory.as_ref()),
        }
    }

    /// How many steps were told.
    pub(super) fn steps(&self) -> u16 {
        u16::try_from(self.told.len()).unwrap_or(u16::MAX)
    }

    /// The resource.
    pub(super) fn resource(&self, story: &Story) -> Value {
        let mut stands = vec![json!({ "url": "run", "valuePositiveInt": self.run })];
        stands.extend(
            self.told
                .iter()
                .map(|at| json!({ "url": "told", "valueInstant": at.to_string() })),
        );
        json!({
            "resourceType": "Basic",
            "id": marker_id(story),
            "meta": { "tag": [{ "system": TAG_SYSTEM, "code": SYNTHETIC }] },
            "extension": [{ "url": STANDS, "extension": stands }],
            "identifier": [{ "system": IDENTIFIER_SYSTEM, "value": story.key }],
            "code": {
                "coding": [{ "system": CODES, "code": "story" }],
                "text": "Where a story of the academy stands"
            },
        })
    }

    fn parse(json: &[u8], version: u64) -> Option<Marker> {
        let value: Value = serde_json::from_slice(json).ok()?;
        let parts = value["extension"]
            .as_array()?
            .iter()
            .find(|extension| extension["url"] == STANDS)?["extension"]
            .as_array()?;
        let mut marker = Marker {
            version: Some(version),
            ..Marker::default()
        };
        for part in parts {
            match part["url"].as_str()? {
                "run" => marker.run = u32::try_from(part["valuePositiveInt"].as_u64()?).ok()?,
                "told" => marker.told.push(part["valueInstant"].as_str()?.parse().ok()?),
                _ => {}
            }
        }
        (marker.run > 0).then_some(marker)
    }
}

/// The type of the marker.
pub(super) fn basic() -> Result<ResourceType, ActionError> {
    kind("Basic")
}

/// A type by its name.
pub(super) fn kind(name: &str) -> Result<ResourceType, ActionError> {
    ResourceType::from_name(name)
        .ok_or_else(|| ActionError::Unavailable(format!("no resource type is called {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back_as_it_was_kept() {
        let story = synthetic::stories::STORIES[0];
        let marker = Marker {
            version: Some(4),
            run: 2,
            told: vec![
                "2026-11-02T09:30:00Z".parse().expect("a moment"),
                "2026-11-03T10:30:00.25Z".parse().expect("a moment"),
            ],
        };
        let json = marker.resource(story).to_string();
        assert!(
            fhir::Document::scan(json.as_bytes(), &fhir::Limits::default()).is_ok(),
            "{json}"
        );
        assert_eq!(Marker::parse(json.as_bytes(), 4), Some(marker));
        assert_eq!(Marker::parse(b"{\"resourceType\":\"Basic\"}", 1), None);
    }
}
