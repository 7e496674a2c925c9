//! The form of references, and whether they may point where they point.

use super::report::short;
use super::{Scan, Scanner, formats};
use crate::issue::IssueCode;
use crate::registry::ResourceType;

/// What a `Reference.reference` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form<'r> {
    /// `Type/id` or `Type/id/_history/version`.
    Relative(ResourceType, &'r str),
    /// `#id`.
    Fragment(&'r str),
    /// `http(s)://…`, `urn:uuid:…`, `urn:oid:…`.
    Absolute,
    /// `Type?search`, for transactions.
    Conditional(ResourceType),
}

/// The form of a reference; `None` when it has none that FHIR knows.
pub(crate) fn form(reference: &str) -> Option<Form<'_>> {
    if let Some(id) = reference.strip_prefix('#') {
        return (id.is_empty() || formats::is_id(id)).then_some(Form::Fragment(id));
    }
    if let Some(rest) = reference.strip_prefix("urn:uuid:") {
        return formats::is_uuid(&rest.to_ascii_lowercase()).then_some(Form::Absolute);
    }
    if let Some(rest) = reference.strip_prefix("urn:oid:") {
        return formats::is_oid(rest).then_some(Form::Absolute);
    }
    if let Some(rest) = reference
        .strip_prefix("http://")
        .or_else(|| reference.strip_prefix("https://"))
    {
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let clean = !reference
            .contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '{' | '}' | '\\'));
        return (!host.is_empty() && clean).then_some(Form::Absolute);
    }
    if let Some((name, query)) = reference.split_once('?') {
        let resource = ResourceType::from_name(name)?;
        return (query.contains('=') && !query.contains(char::is_whitespace))
            .then_some(Form::Conditional(resource));
    }
    let mut parts = reference.split('/');
    let resource = ResourceType::from_name(parts.next()?)?;
    let id = parts.next().filter(|id| formats::is_id(id))?;
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => Some(Form::Relative(resource, id)),
        (Some("_history"), Some(version), None) if formats::is_id(version) => {
            Some(Form::Relative(resource, id))
        }
        _ => None,
    }
}

impl Scanner<'_> {
    pub(super) fn check_reference(&mut self, node: u32) -> Scan<()> {
        let tape = self.view();
        let Some(at) = tape.child(node, "reference") else {
            return Ok(());
        };
        let Some(value) = tape.string(at) else {
            return Ok(());
        };
        let value = value.into_owned();
        match form(&value) {
            None => {
                let text = format!(
                    "`{}` is no reference: Type/id with a FHIR resource type, an absolute http(s) URL, urn:uuid:…, \
                     urn:oid:… or #id of a contained resource is expected",
                    short(&value)
                );
                self.note_at(IssueCode::Value, at, &text)
            }
            Some(Form::Relative(resource, _)) => self.check_target(node, at, resource),
            Some(Form::Conditional(resource)) => {
                if self.bundles == 0 {
                    let text = "a reference by search (Type?…) may stand only inside a transaction Bundle; Type/id is expected";
                    return self.note_at(IssueCode::Value, at, text);
                }
                self.conditional.get_or_insert(at);
                self.check_target(node, at, resource)
            }
            Some(Form::Fragment(_)) => {
                self.frame.fragments.push(node);
                Ok(())
            }
            Some(Form::Absolute) => Ok(()),
        }
    }

    fn check_target(&mut self, node: u32, at: u32, resource: ResourceType) -> Scan<()> {
        let member = self.tape[node as usize].member;
        let Some(member) = self.tables.members.get(usize::from(member)) else {
            return Ok(());
        };
        let targets = &self.tables.targets[usize::from(member.targets)];
        // Held to their targets are the elements that may name a person: a fact about the wrong kind of subject
        // is misfiled. Elsewhere published examples differ from the definitions, and nothing is lost by keeping them.
        let patient = ResourceType(self.tables.types[usize::from(self.tables.known.patient)].resource);
        if member.targets == 0 || targets.contains(&resource) || !targets.contains(&patient) {
            return Ok(());
        }
        let names: Vec<&str> = targets
            .iter()
            .take(12)
            .map(|target| self.tables.resource_name(*target))
            .collect();
        let text = format!(
            "{} may not refer to a {}; it refers to {}",
            member.name,
            self.tables.resource_name(resource),
            names.join(", ")
        );
        self.note_at(IssueCode::Value, at, &text)
    }

    /// Every `#id` must be the id of a contained resource, of a type the element may refer to.
    pub(super) fn resolve_fragments(&mut self, _resource: u32) -> Scan<()> {
        for node in std::mem::take(&mut self.frame.fragments) {
            let tape = self.view();
            let Some(at) = tape.child(node, "reference") else {
                continue;
            };
            let Some(value) = tape.string(at) else { continue };
            let id = value.strip_prefix('#').unwrap_or_default();
            if id.is_empty() {
                continue;
            }
            match self.frame.contained.get(id).copied() {
                Some(resource) => self.check_target(node, at, resource)?,
                None => {
                    let text = format!(
                        "`{}` refers to a contained resource that is not there",
                        short(&value)
                    );
                    self.note_at(IssueCode::NotFound, at, &text)?;
                }
            }
        }
        Ok(())
    }
}
