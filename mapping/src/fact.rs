//! What every resource has in common: id, version, labels, subject, encounter, origin.

use care::partial_date::PartialDate;
use care::record::{Fact, Mention, Provenance};
use care::when::When;
use serde_json::Value;

use crate::datatype::{concept, date, reference};
use crate::error::MappingError;
use crate::json::{Out, many, str_at, text};
use crate::names::Names;

/// The resource being read, with the names that references may point at.
#[derive(Clone, Copy)]
pub(crate) struct Source<'v> {
    pub(crate) value: &'v Value,
    pub(crate) names: &'v Names,
}

impl<'v> Source<'v> {
    /// The value, when it is a resource of the type.
    pub(crate) fn of(
        value: &'v Value,
        names: &'v Names,
        expected: &'static str,
    ) -> Result<Source<'v>, MappingError> {
        match str_at(value, "resourceType") {
            Some(found) if found == expected => Ok(Source { value, names }),
            Some(found) => Err(MappingError::WrongType {
                expected,
                found: found.chars().take(40).collect(),
            }),
            None => Err(MappingError::NotAResource),
        }
    }

    /// The mention at a member of `part` of the resource.
    pub(crate) fn mention(&self, part: &Value, key: &str) -> Option<Mention> {
        reference::at(part, key, self.value, self.names)
    }

    /// The mentions of a list.
    pub(crate) fn mentions(&self, part: &Value, key: &str) -> Vec<Mention> {
        reference::all(part, key, self.value, self.names)
    }

    /// The author at a member of the resource.
    pub(crate) fn author(&self, key: &str) -> Option<Mention> {
        reference::author_at(self.value, key, self.value, self.names)
    }

    /// The authors of a list.
    pub(crate) fn authors(&self, key: &str) -> Vec<Mention> {
        crate::json::list(self.value, key)
            .map(|one| reference::author(one, self.value, self.names))
            .collect()
    }
}

/// Who and when, as each resource type says it in its own way.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) author: Option<Mention>,
    pub(crate) recorded: Option<PartialDate>,
    pub(crate) effective: Option<When>,
    pub(crate) entered_in_error: bool,
}

/// A fact of the resource. The organisation is the author's, else the one that provided the encounter.
pub(crate) fn read<T>(
    source: Source<'_>,
    subject: &str,
    origin: Origin,
    what: T,
) -> Result<Fact<T>, MappingError> {
    let empty = Value::Null;
    let meta = source.value.get("meta").unwrap_or(&empty);
    let encounter = encounter_of(source);
    let author_is_organisation = origin
        .author
        .as_ref()
        .is_some_and(|a| a.type_name() == Some("Organization"));
    let from_author = origin.author.as_ref().and_then(|author| {
        if author_is_organisation {
            author.name.clone()
        } else {
            author.organisation.clone()
        }
    });
    let from_encounter = || {
        encounter
            .as_ref()
            .and_then(|mention| mention.organisation.clone())
    };
    Ok(Fact {
        id: text(source.value, "id").unwrap_or_default(),
        version: text(meta, "versionId"),
        subject: source.mention(source.value, subject),
        provenance: Provenance {
            system: text(meta, "source"),
            organisation: from_author.or_else(from_encounter),
            author: origin.author,
            recorded: origin.recorded,
            effective: origin.effective,
            received: date::at(meta, "lastUpdated")?,
        },
        encounter: encounter.map(|mention| Mention {
            organisation: None,
            ..mention
        }),
        labels: many(meta, "security", concept::read_coding),
        entered_in_error: origin.entered_in_error,
        what,
    })
}

/// The encounter: `encounter`, or for documents `context.encounter[0]`.
fn encounter_of(source: Source<'_>) -> Option<Mention> {
    let context = source
        .value
        .get("context")
        .and_then(|context| crate::json::list(context, "encounter").next());
    let reference = source.value.get("encounter").or(context)?;
    Some(Mention {
        role: None,
        ..reference::author(reference, source.value, source.names)
    })
}

/// The resource's opening: type, id, meta, and the contained author.
pub(crate) fn open<T>(resource_type: &str, fact: &Fact<T>) -> Out {
    let mut out = Out::new();
    out.put("resourceType", Some(resource_type));
    out.put("id", Some(fact.id.as_str()).filter(|id| !id.is_empty()));
    let mut meta = Out::new();
    meta.text("versionId", fact.version.as_ref());
    date::put(&mut meta, "lastUpdated", fact.provenance.received.as_ref());
    meta.text("source", fact.provenance.system.as_ref());
    meta.list("security", &fact.labels, concept::write_coding);
    out.put("meta", meta.some());
    out.put(
        "contained",
        reference::contained_author(fact.provenance.author.as_ref()).map(|role| vec![role]),
    );
    out
}

/// Puts whom it is about and in which encounter.
pub(crate) fn put_about<T>(out: &mut Out, subject: &str, fact: &Fact<T>) {
    reference::put(out, subject, fact.subject.as_ref());
    reference::put(out, "encounter", fact.encounter.as_ref());
}

/// Puts the author as a single reference.
pub(crate) fn put_author<T>(out: &mut Out, key: &str, fact: &Fact<T>) {
    out.put(key, fact.provenance.author.as_ref().map(reference::write_author));
}

/// Puts the author as a list of references.
pub(crate) fn put_authors<T>(out: &mut Out, key: &str, fact: &Fact<T>) {
    out.put(
        key,
        fact.provenance
            .author
            .as_ref()
            .map(|author| vec![reference::write_author(author)]),
    );
}
