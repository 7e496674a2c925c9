//! Reference, with the words of what it points at: its display, a contained resource, or the person's own set.

use care::concept::Concept;
use care::record::Mention;
use serde_json::{Value, json};

use super::concept;
use crate::json::{Out, list, str_at, text};
use crate::names::Names;

/// A reference with its name. Roles and organisations are read for authors alone ([`author`]).
pub(crate) fn mention(value: &Value, root: &Value, names: &Names) -> Mention {
    let full = author(value, root, names);
    Mention {
        role: None,
        organisation: None,
        ..full
    }
}

/// The mention at `key`.
pub(crate) fn at(value: &Value, key: &str, root: &Value, names: &Names) -> Option<Mention> {
    value.get(key).map(|reference| mention(reference, root, names))
}

/// The mentions of the list at `key`.
pub(crate) fn all(value: &Value, key: &str, root: &Value, names: &Names) -> Vec<Mention> {
    list(value, key)
        .map(|reference| mention(reference, root, names))
        .collect()
}

/// A reference to somebody who recorded or performed, with role and organisation where known.
pub(crate) fn author(value: &Value, root: &Value, names: &Names) -> Mention {
    let reference = text(value, "reference");
    let display = text(value, "display");
    let identifier = || {
        value
            .get("identifier")
            .and_then(|identifier| text(identifier, "value"))
    };
    if let Some(fragment) = reference
        .as_deref()
        .and_then(|reference| reference.strip_prefix('#'))
    {
        let contained = list(root, "contained").find(|resource| str_at(resource, "id") == Some(fragment));
        let found = contained
            .map(|resource| names.describe(resource))
            .unwrap_or_default();
        return Mention {
            name: display.or(found.name),
            ..found
        };
    }
    let known = reference
        .as_deref()
        .and_then(|reference| names.get(reference))
        .cloned()
        .unwrap_or_default();
    Mention {
        reference,
        name: display.or(known.name).or_else(identifier),
        role: known.role,
        organisation: known.organisation,
    }
}

/// The author at `key`.
pub(crate) fn author_at(value: &Value, key: &str, root: &Value, names: &Names) -> Option<Mention> {
    value.get(key).map(|reference| author(reference, root, names))
}

/// The author among several performers: the first who is not an organisation, else the first; the organisation among
/// them is the author's.
pub(crate) fn author_among(found: &[Mention]) -> Option<Mention> {
    let is_organisation = |mention: &Mention| mention.type_name() == Some("Organization");
    let organisation = found
        .iter()
        .find(|mention| is_organisation(mention))
        .and_then(|mention| mention.name.clone());
    let mut author = found
        .iter()
        .find(|mention| !is_organisation(mention))
        .or(found.first())?
        .clone();
    if !is_organisation(&author) && author.organisation.is_none() {
        author.organisation = organisation;
    }
    Some(author)
}

pub(crate) fn write(mention: &Mention) -> Value {
    let mut out = Out::new();
    out.text("reference", mention.reference.as_ref());
    out.text("display", mention.name.as_ref());
    out.value()
}

pub(crate) fn put(out: &mut Out, key: &str, mention: Option<&Mention>) {
    out.put(key, mention.map(write));
}

/// The id under which an author's role is contained.
const AUTHOR: &str = "author";

/// The contained PractitionerRole that carries an author's role and organisation, when either is known.
pub(crate) fn contained_author(author: Option<&Mention>) -> Option<Value> {
    let author = author.filter(|author| author.role.is_some() || author.organisation.is_some())?;
    let mut out = Out::new();
    out.put("resourceType", Some("PractitionerRole"));
    out.put("id", Some(AUTHOR));
    out.put(
        "practitioner",
        write(&Mention {
            role: None,
            organisation: None,
            ..author.clone()
        })
        .as_object()
        .filter(|o| !o.is_empty())
        .cloned(),
    );
    out.put(
        "organization",
        author
            .organisation
            .as_ref()
            .map(|name| json!({ "display": name })),
    );
    out.put(
        "code",
        author
            .role
            .as_ref()
            .map(|role| vec![concept::write(&Concept::text(role))]),
    );
    Some(out.value())
}

/// A reference to the author: to the contained role when there is one.
pub(crate) fn write_author(author: &Mention) -> Value {
    if contained_author(Some(author)).is_some() {
        json!({ "reference": format!("#{AUTHOR}") })
    } else {
        write(author)
    }
}
