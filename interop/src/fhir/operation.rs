//! Sarsen's own operations on whole records: `$join`, `$part`, `$move`, `$hold`, `$release`, `$destroy` and `$readers`.
//! Parameters in, Parameters out; a refusal points at the parameter it is about.

use actions::person;
use actions::{ActionError, Actor};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use fhir::{Issue, IssueCode, ResourceType};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::Door;
use super::answer;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::request::{self, Who};

/// The operations, and whether each is of one type alone.
pub(crate) const OPERATIONS: [(&str, Option<&str>); 7] = [
    ("join", Some("Patient")),
    ("part", Some("Patient")),
    ("hold", Some("Patient")),
    ("release", Some("Patient")),
    ("destroy", Some("Patient")),
    ("readers", Some("Patient")),
    ("move", None),
];

pub(super) async fn post(
    State(door): State<Door>,
    Who(actor): Who,
    Path((name, id, inner)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    request::acceptable(&headers, None)?;
    request::json_body(&headers)?;
    let kind = request::resource_type(&name)?;
    let id = request::id(&id)?;
    let operation = inner.strip_prefix('$').unwrap_or_default();
    let served = OPERATIONS
        .iter()
        .any(|(known, of)| *known == operation && of.is_none_or(|of| of == kind.name()));
    if !served {
        let words = "there is no such operation here; GET /fhir/metadata lists what is served";
        return Err(Refusal::new(404, IssueCode::NotSupported, words));
    }
    let bytes = request::body(&door, &headers, body).await?;
    let parameters = Parameters::read(&bytes, &door)?;
    let call = Call {
        door: &door,
        actor: &actor,
        headers: &headers,
        id,
        parameters: &parameters,
    };
    let (status, parts) = match operation {
        "join" => call.join().await?,
        "part" => call.part().await?,
        "hold" | "release" => call.hold(operation == "hold").await?,
        "destroy" => call.destroy().await?,
        "readers" => call.readers().await?,
        _ => call.move_resource(kind).await?,
    };
    let answer = json!({ "resourceType": "Parameters", "parameter": parts });
    Ok(answer::json(status, answer.to_string()))
}

/// One call of an operation.
struct Call<'c> {
    door: &'c Door,
    actor: &'c Actor,
    headers: &'c HeaderMap,
    id: &'c str,
    parameters: &'c Parameters,
}

type Answer = Result<(StatusCode, Vec<Value>), Refusal>;

impl Call<'_> {
    async fn join(&self) -> Answer {
        self.parameters.takes(&["survivor", "reason"])?;
        let survivor = self.parameters.patient("survivor")?;
        let reason = self.parameters.code("reason")?;
        let write = request::write_request(self.headers)?;
        let (actions, actor) = (&self.door.actions, self.actor);
        let joined = person::join(
            actions,
            actor,
            request::purpose(actor),
            &write,
            self.id,
            &survivor,
            &reason,
        )
        .await?;
        Ok((StatusCode::OK, identity(&joined)))
    }

    async fn part(&self) -> Answer {
        self.parameters.takes(&["reason"])?;
        let reason = self.parameters.code("reason")?;
        let write = request::write_request(self.headers)?;
        let (actions, actor) = (&self.door.actions, self.actor);
        let parted = person::part(actions, actor, request::purpose(actor), &write, self.id, &reason).await?;
        Ok((StatusCode::OK, identity(&parted)))
    }

    async fn hold(&self, place: bool) -> Answer {
        let write = request::write_request(self.headers)?;
        let (actions, actor) = (&self.door.actions, self.actor);
        if place {
            self.parameters.takes(&["reason"])?;
            let reason = self.parameters.code("reason")?;
            person::hold(actions, actor, request::purpose(actor), &write, self.id, &reason).await?;
        } else {
            self.parameters.takes(&[])?;
            person::release(actions, actor, request::purpose(actor), &write, self.id).await?;
        }
        Ok((
            StatusCode::OK,
            vec![json!({ "name": "held", "valueBoolean": place })],
        ))
    }

    /// Without a confirmation it is asked for, and nothing is changed; with one it is done.
    async fn destroy(&self) -> Answer {
        self.parameters.takes(&["reason", "with", "confirmation"])?;
        let (actions, actor) = (&self.door.actions, self.actor);
        if let Some(word) = self.parameters.text("confirmation")? {
            let write = request::write_request(self.headers)?;
            let count =
                person::destroy(actions, actor, request::purpose(actor), &write, self.id, &word).await?;
            return Ok((
                StatusCode::OK,
                vec![json!({ "name": "destroyed", "valueInteger": count })],
            ));
        }
        let reason = self.parameters.code("reason")?;
        let mut people = vec![self.id.to_owned()];
        people.extend(self.parameters.patients("with")?);
        let word = person::ask_to_destroy(actions, actor, &people, &reason).await?;
        Ok((
            StatusCode::ACCEPTED,
            vec![json!({ "name": "confirmation", "valueString": word })],
        ))
    }

    async fn readers(&self) -> Answer {
        self.parameters.takes(&["from", "to"])?;
        let from = self.parameters.instant("from")?;
        let to = self.parameters.instant("to")?;
        let readers = person::readers(
            &self.door.actions,
            self.actor,
            request::purpose(self.actor),
            self.id,
            from,
            to,
        )
        .await?;
        Ok((StatusCode::OK, readers.iter().map(reader).collect()))
    }

    async fn move_resource(&self, kind: ResourceType) -> Answer {
        self.parameters.takes(&["to", "reason"])?;
        let to = self.parameters.patient("to")?;
        let reason = self.parameters.code("reason")?;
        let write = request::write_request(self.headers)?;
        let condition = request::precondition(self.headers)?;
        let moved = person::move_resource(
            &self.door.actions,
            self.actor,
            request::purpose(self.actor),
            &write,
            (kind, self.id),
            &to,
            &reason,
            condition,
        )
        .await
        .map_err(|error| match error {
            ActionError::Rule {
                about: "resource",
                words,
            } => Refusal::of(
                422,
                vec![Issue::error(
                    IssueCode::BusinessRule,
                    Some(kind.name().to_owned()),
                    words,
                )],
            ),
            other => other.into(),
        })?;
        let mut parts = vec![
            json!({ "name": "version", "valueString": moved.written.version.to_string() }),
            json!({ "name": "person", "valueReference": { "reference": format!("Patient/{to}") } }),
        ];
        parts.extend(moved.readers.iter().map(reader));
        Ok((StatusCode::OK, parts))
    }
}

/// Who is read as one.
fn identity(identity: &::record::Identity) -> Vec<Value> {
    let patient = |id: &str| json!({ "reference": format!("Patient/{id}") });
    let mut parts = vec![json!({ "name": "survivor", "valueReference": patient(&identity.id) })];
    parts.extend(identity.joined.iter().map(|joined| {
        json!({ "name": "joined", "part": [
            { "name": "person", "valueReference": patient(&joined.id) },
            { "name": "reason", "valueCode": joined.reason.code() },
            { "name": "at", "valueInstant": ::record::instant(joined.at) },
        ]})
    }));
    parts
}

/// Somebody who read the record: no name, as "who looked" shows none.
fn reader(reader: &::record::audit::Reader) -> Value {
    let role = ::record::Role::from_number(reader.role).map_or("unknown", ::record::Role::code);
    let purpose = ::record::Purpose::from_number(reader.purpose).map_or("unknown", ::record::Purpose::code);
    json!({ "name": "reader", "part": [
        { "name": "at", "valueInstant": ::record::instant(reader.at) },
        { "name": "actor", "valueString": reader.actor },
        { "name": "organisation", "valueString": reader.organisation },
        { "name": "role", "valueCode": role },
        { "name": "purpose", "valueCode": purpose },
    ]})
}
