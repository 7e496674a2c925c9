//! DocumentReference ↔ document.

use care::record::Fact;
use care::record::fact::Document;
use care::record::fact::document::DocumentStatus;
use care::when::When;
use serde_json::{Value, json};

use crate::datatype::{attachment, concept, date, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{ENTERED_IN_ERROR, Out, list, status, text};
use crate::names::Names;

const TYPE: &str = "DocumentReference";

/// Reads a DocumentReference.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Document>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Document>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, pointer_in_error) = status(value, "status", DocumentStatus::from_code)?;
    let stage = text(value, "docStatus");
    // The pointer may stand as current while the document that it points at was withdrawn.
    let entered_in_error = pointer_in_error || stage.as_deref() == Some(ENTERED_IN_ERROR);
    let none = Value::Null;
    let context = value.get("context").unwrap_or(&none);
    let mut authors = source.authors("author");
    let author = if authors.is_empty() {
        None
    } else {
        Some(authors.remove(0))
    };
    let others = authors.into_iter().map(|one| care::record::Mention {
        role: None,
        organisation: None,
        ..one
    });
    let recorded = date::at(value, "date")?;
    let origin = Origin {
        author,
        effective: recorded.clone().map(When::At),
        recorded,
        entered_in_error,
    };
    let contents = list(value, "content").filter_map(|content| content.get("attachment"));
    let what = Document {
        status: status.filter(|_| !entered_in_error),
        stage,
        kind: concept::at(value, "type"),
        categories: concept::all(value, "category"),
        description: text(value, "description"),
        custodian: source.mention(value, "custodian"),
        other_authors: others.collect(),
        period: date::period_at(context, "period")?,
        contents: contents.map(attachment::read).collect::<Result<_, _>>()?,
    };
    let custodian = what
        .custodian
        .as_ref()
        .and_then(|custodian| custodian.name.clone());
    let mut fact = fact::read(source, "subject", origin, what)?;
    fact.provenance.organisation = fact.provenance.organisation.or(custodian);
    Ok(fact)
}

/// Writes a DocumentReference.
pub fn to_fhir(fact: &Fact<Document>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(DocumentStatus::code),
        fact.entered_in_error,
    );
    out.text("docStatus", what.stage.as_ref());
    out.put("type", what.kind.as_ref().map(concept::write));
    out.list("category", &what.categories, concept::write);
    reference::put(&mut out, "subject", fact.subject.as_ref());
    date::put(&mut out, "date", fact.provenance.recorded.as_ref());
    let mut authors: Vec<Value> = fact
        .provenance
        .author
        .iter()
        .map(reference::write_author)
        .collect();
    authors.extend(what.other_authors.iter().map(reference::write));
    out.put("author", Some(authors).filter(|authors| !authors.is_empty()));
    reference::put(&mut out, "custodian", what.custodian.as_ref());
    out.text("description", what.description.as_ref());
    out.list(
        "content",
        &what.contents,
        |content| json!({ "attachment": attachment::write(content) }),
    );
    let mut context = Out::new();
    context.put(
        "encounter",
        fact.encounter
            .as_ref()
            .map(|encounter| vec![reference::write(encounter)]),
    );
    context.put("period", what.period.as_ref().map(date::write_period));
    out.put("context", context.some());
    out.value()
}
