//! One walk over a resource: index values, and the references that say where it lives.

use super::normal::normalise;
use super::program::{Action, Program};
use super::{IndexValue, Value};
use crate::document::LocalReference;
use crate::registry::{ParamId, ResourceType, SearchKind};
use crate::scanner::dates;
use crate::scanner::references::{Form, form};
use crate::scanner::tape::{Kind, Tape};
use crate::tables::{self, Primitive, Tables, Ty};
use std::borrow::Cow;
use std::collections::HashSet;

/// Changes a reference, or keeps it.
pub(crate) type Rewrite<'r> = &'r dyn Fn(&str) -> Option<String>;

/// What one walk finds.
pub(crate) struct Extracted {
    pub(crate) values: Vec<IndexValue>,
    /// Local references on home paths, by preference and then by place in the document.
    pub(crate) homes: Vec<(u16, LocalReference)>,
}

struct Walk<'d> {
    tape: Tape<'d>,
    tables: &'static Tables,
    program: &'static Program,
    rewrite: Rewrite<'d>,
    out: Extracted,
    /// What is in `out.values`, once there are many.
    seen: HashSet<IndexValue>,
}

/// Values from which on repeats are found by hash: few are compared faster than hashed.
const MANY: usize = 64;

/// Extracts from the resource at `node`.
pub(crate) fn extract(tape: Tape<'_>, node: u32, resource: ResourceType, rewrite: Rewrite<'_>) -> Extracted {
    let tables = tables::get();
    let program = tables.program(resource);
    let out = Extracted {
        values: Vec::with_capacity(24),
        homes: Vec::new(),
    };
    let mut walk = Walk {
        tape,
        tables,
        program,
        rewrite,
        out,
        seen: HashSet::new(),
    };
    walk.object(node, 0);
    if let Some(param) = program.deceased {
        let boolean = tape.text_of(node, "deceasedBoolean");
        let dead = boolean.map_or_else(
            || tape.child(node, "deceasedDateTime").is_some(),
            |value| value == "true",
        );
        walk.token(param, "", if dead { "true" } else { "false" });
    }
    let mut out = walk.out;
    out.homes.sort_by_key(|(order, _)| *order);
    out
}

impl Walk<'_> {
    fn object(&mut self, node: u32, place: u16) {
        let program = self.program;
        let tape = self.tape;
        for child in tape.children(node) {
            let held = tape.node(child);
            if held.shadow {
                continue;
            }
            for edge in &program.places[usize::from(place)].edges {
                if edge.member != held.member {
                    continue;
                }
                if held.kind == Kind::Array {
                    for item in tape.children(child) {
                        self.value(item, edge.to, edge.filter);
                    }
                } else {
                    self.value(child, edge.to, edge.filter);
                }
            }
        }
    }

    fn value(&mut self, node: u32, place: u16, filter: Option<(&str, &str)>) {
        if let Some((name, wanted)) = filter
            && self.tape.text_of(node, name).is_none_or(|value| value != wanted)
        {
            return;
        }
        let program = self.program;
        for action in &program.places[usize::from(place)].actions {
            match *action {
                Action::Home(order) => self.home(node, order),
                Action::Index { param, kind, target } => self.index(node, param, kind, target),
            }
        }
        if self.tape.node(node).kind == Kind::Object && !program.places[usize::from(place)].edges.is_empty() {
            self.object(node, place);
        }
    }

    fn push(&mut self, param: ParamId, value: Value) {
        let value = IndexValue { param, value };
        let values = &mut self.out.values;
        if values.len() < MANY {
            if !values.contains(&value) {
                values.push(value);
            }
            return;
        }
        if self.seen.is_empty() {
            self.seen.extend(values.iter().cloned());
        }
        if self.seen.insert(value.clone()) {
            values.push(value);
        }
    }

    fn index(&mut self, node: u32, param: ParamId, kind: SearchKind, target: Option<ResourceType>) {
        match kind {
            SearchKind::Token => self.index_token(node, param),
            SearchKind::String => self.index_string(node, param),
            SearchKind::Date => self.index_date(node, param),
            SearchKind::Reference => self.index_reference(node, param, target),
            SearchKind::Uri => {
                if let Some(value) = self.tape.string(node) {
                    self.push(param, Value::Uri(value.into_owned()));
                }
            }
        }
    }

    fn token(&mut self, param: ParamId, system: &str, code: &str) {
        if !code.is_empty() {
            self.push(
                param,
                Value::Token {
                    system: system.to_owned(),
                    code: code.to_owned(),
                },
            );
        }
    }

    fn index_token(&mut self, node: u32, param: ParamId) {
        let tape = self.tape;
        if let Some(value) = tape.primitive(node) {
            return self.token(param, "", &value);
        }
        let known = &self.tables.known;
        let ty = tape.node(node).ty;
        let text = |at, name| tape.text_of(at, name).unwrap_or_default();
        if ty == known.codeable_concept {
            let Some(coding) = self.tables.member(ty, "coding") else {
                return;
            };
            for at in tape.values(node, coding) {
                self.token(param, &text(at, "system"), &text(at, "code"));
            }
        } else if ty == known.coding {
            self.token(param, &text(node, "system"), &text(node, "code"));
        } else if ty == known.identifier {
            self.token(param, &text(node, "system"), &text(node, "value"));
        } else if ty == known.contact_point {
            self.token(param, "", &contact(&text(node, "value")));
        }
    }

    fn text(&mut self, param: ParamId, exact: Cow<'_, str>) {
        let normalised = normalise(&exact);
        if !normalised.is_empty() {
            self.push(
                param,
                Value::Text {
                    normalised,
                    exact: exact.into_owned(),
                },
            );
        }
    }

    fn index_string(&mut self, node: u32, param: ParamId) {
        let tape = self.tape;
        if let Some(value) = tape.string(node) {
            return self.text(param, value);
        }
        let ty = tape.node(node).ty;
        let names: &[&str] = if ty == self.tables.known.human_name {
            &["text", "family", "given", "prefix", "suffix"]
        } else if ty == self.tables.known.address {
            &[
                "text",
                "line",
                "city",
                "district",
                "state",
                "postalCode",
                "country",
            ]
        } else {
            &[]
        };
        for name in names {
            let Some(member) = self.tables.member(ty, name) else {
                continue;
            };
            for at in tape.values(node, member) {
                if let Some(value) = tape.string(at) {
                    self.text(param, value);
                }
            }
        }
    }

    fn index_date(&mut self, node: u32, param: ParamId) {
        let tape = self.tape;
        let span = |at, name| tape.text_of(at, name).and_then(|text| dates::parse(&text));
        let period = |at| {
            let (start, end) = (span(at, "start"), span(at, "end"));
            (start.is_some() || end.is_some()).then(|| {
                (
                    start.map_or(i64::MIN, |span| span.low),
                    end.map_or(i64::MAX, |span| span.high),
                )
            })
        };
        let known = &self.tables.known;
        let held = tape.node(node);
        let range = if let Some(text) = tape.string(node) {
            dates::parse(&text).map(|span| (span.low, span.high))
        } else if held.ty == known.period {
            period(node)
        } else if held.ty == known.timing {
            let events = self
                .tables
                .member(held.ty, "event")
                .into_iter()
                .flat_map(|member| tape.values(node, member));
            let events = events
                .filter_map(|at| tape.string(at))
                .filter_map(|text| dates::parse(&text));
            let events = events.map(|span| (span.low, span.high));
            let bounds = tape
                .child(node, "repeat")
                .and_then(|at| tape.child(at, "boundsPeriod"))
                .and_then(period);
            events
                .chain(bounds)
                .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
        } else {
            None
        };
        if let Some((low, high)) = range {
            self.push(param, Value::Date { low, high });
        }
    }

    /// The reference string of a Reference or canonical, rewritten.
    fn reference(&self, node: u32) -> Option<String> {
        let text = match self.tape.node(node).kind {
            Kind::Object => self.tape.text_of(node, "reference")?,
            _ => self.tape.string(node)?,
        };
        Some((self.rewrite)(&text).unwrap_or_else(|| text.into_owned()))
    }

    fn index_reference(&mut self, node: u32, param: ParamId, target: Option<ResourceType>) {
        let tape = self.tape;
        let kind = |name: &str| target.is_none_or(|target| self.tables.resource_name(target) == name);
        if !self.is_reference(node) {
            if let (Some(url), None) = (tape.string(node), target) {
                self.push(param, Value::ReferenceAbsolute(url.into_owned()));
            }
            return;
        }
        let mut found = Vec::new();
        if let Some(text) = self.reference(node) {
            match form(&text) {
                Some(Form::Relative(resource_type, id))
                    if target.is_none_or(|target| target == resource_type) =>
                {
                    found.push(Value::Reference {
                        resource_type,
                        id: id.to_owned(),
                    });
                }
                Some(Form::Absolute) => {
                    let named = text.rsplit('/').nth(1).is_some_and(kind);
                    let typed = tape.text_of(node, "type").is_some_and(|name| kind(&name));
                    if target.is_none() || named || typed {
                        found.push(Value::ReferenceAbsolute(text));
                    }
                }
                _ => {}
            }
        }
        if let Some(identifier) = tape.child(node, "identifier")
            && let Some(value) = tape.text_of(identifier, "value")
            && (target.is_none() || tape.text_of(node, "type").is_some_and(|name| kind(&name)))
        {
            let system = tape
                .text_of(identifier, "system")
                .unwrap_or_default()
                .into_owned();
            found.push(Value::ReferenceIdentifier {
                system,
                value: value.into_owned(),
            });
        }
        for value in found {
            self.push(param, value);
        }
    }

    fn is_reference(&self, node: u32) -> bool {
        self.tape.node(node).kind == Kind::Object && self.tape.node(node).ty == self.tables.known.reference
    }

    fn home(&mut self, node: u32, order: u16) {
        if !self.is_reference(node) {
            return;
        }
        if let Some(text) = self.reference(node)
            && let Some(Form::Relative(resource_type, id)) = form(&text)
        {
            let reference = LocalReference {
                resource_type,
                id: id.to_owned(),
            };
            self.out.homes.push((order, reference));
        }
    }
}

/// A contact point as it is compared: telephone numbers without their spaces, hyphens and brackets.
pub(crate) fn contact(value: &str) -> Cow<'_, str> {
    let phone = value
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '+' | '.'));
    if phone && value.contains([' ', '-', '(', ')', '.']) {
        Cow::Owned(
            value
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect(),
        )
    } else {
        Cow::Borrowed(value)
    }
}

/// Whether every value of a member is a code without a system of its own.
pub(crate) fn is_bare(ty: Ty) -> bool {
    matches!(
        ty,
        Ty::Primitive(
            Primitive::Code | Primitive::Boolean | Primitive::String | Primitive::Uri | Primitive::Id
        )
    )
}
