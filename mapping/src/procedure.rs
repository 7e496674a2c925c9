//! Procedure ↔ procedure.

use care::record::Fact;
use care::record::fact::Procedure;
use care::record::fact::procedure::ProcedureStatus;
use serde_json::Value;

use crate::datatype::date::Choice;
use crate::datatype::{concept, date, note, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{list, status};
use crate::names::Names;

const TYPE: &str = "Procedure";
const PERFORMED: Choice = Choice {
    moment: "performedDateTime",
    period: "performedPeriod",
    age: "performedAge",
    words: "performedString",
    range: "performedRange",
};

/// Reads a Procedure.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Procedure>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Procedure>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", ProcedureStatus::from_code)?;
    let performer = list(value, "performer").next();
    let actor = performer
        .and_then(|performer| performer.get("actor"))
        .map(|actor| reference::author(actor, value, names));
    let for_whom = performer
        .and_then(|performer| performer.get("onBehalfOf"))
        .and_then(|organisation| reference::mention(organisation, value, names).name);
    let author = actor.map(|actor| care::record::Mention {
        organisation: actor.organisation.clone().or(for_whom),
        ..actor
    });
    let origin = Origin {
        author,
        recorded: None,
        effective: date::when_at(value, PERFORMED)?,
        entered_in_error,
    };
    let what = Procedure {
        code: concept::at(value, "code"),
        status,
        status_reason: concept::at(value, "statusReason"),
        category: concept::at(value, "category"),
        reasons: concept::all(value, "reasonCode"),
        reason_mentions: source.mentions(value, "reasonReference"),
        body_sites: concept::all(value, "bodySite"),
        outcome: concept::at(value, "outcome"),
        location: source.mention(value, "location"),
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, what)
}

/// Writes a Procedure; the author as its performer.
pub fn to_fhir(fact: &Fact<Procedure>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(ProcedureStatus::code),
        fact.entered_in_error,
    );
    out.put("statusReason", what.status_reason.as_ref().map(concept::write));
    out.put("category", what.category.as_ref().map(concept::write));
    out.put("code", what.code.as_ref().map(concept::write));
    fact::put_about(&mut out, "subject", fact);
    date::put_when(&mut out, PERFORMED, fact.provenance.effective.as_ref());
    let performer = fact
        .provenance
        .author
        .as_ref()
        .map(|author| vec![serde_json::json!({ "actor": reference::write_author(author) })]);
    out.put("performer", performer);
    reference::put(&mut out, "location", what.location.as_ref());
    out.list("reasonCode", &what.reasons, concept::write);
    out.list("reasonReference", &what.reason_mentions, reference::write);
    out.list("bodySite", &what.body_sites, concept::write);
    out.put("outcome", what.outcome.as_ref().map(concept::write));
    note::put(&mut out, &what.notes);
    out.value()
}
