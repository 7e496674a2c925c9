//! Resources: finding the type wherever it stands, and what is checked once a whole object has been read.

use super::report::{Place, short};
use super::tape::{Kind, NO_INDEX, NO_MEMBER, RESOURCE_TYPE, Tape};
use super::{Scan, Scanner, suggest};
use crate::issue::IssueCode;
use crate::registry::ResourceType;
use std::collections::HashMap;

/// What is known of the resource we are inside of.
#[derive(Default)]
pub(super) struct Frame {
    /// Ids and types of contained resources.
    pub(super) contained: HashMap<String, ResourceType>,
    /// References to contained resources, resolved when the resource ends.
    pub(super) fragments: Vec<u32>,
    pub(super) in_contained: bool,
}

impl<'a> Scanner<'a> {
    /// What has been read so far, for walking.
    pub(super) fn view(&self) -> Tape<'_> {
        Tape {
            nodes: &self.tape,
            text: self.text,
        }
    }

    /// Reads a resource; we are at its `{`.
    pub(super) fn resource(&mut self, member: u16, index: u32) -> Scan<()> {
        let at = self.at;
        let Some(name) = self.look_ahead() else {
            self.skip_value()?;
            return self.note_resource_type(
                at,
                "a resource must have a `resourceType` with the name of its type, such as \"Patient\"",
            );
        };
        let Some(resource) = self.tables.resource_type(name) else {
            let names = self
                .tables
                .resources()
                .map(|resource| self.tables.resource_name(resource));
            let hint = suggest::nearest(name, names)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let text = format!("`{}` is no FHIR R4 resource type{hint}", short(name));
            self.skip_value()?;
            return self.note_resource_type(at, &text);
        };
        let ty = self.tables.type_of(resource);
        let place = Place {
            member,
            index,
            ty,
            shadow: false,
        };
        let contained = member != NO_MEMBER && self.tables.members[usize::from(member)].name == "contained";
        if contained {
            self.contained(place, resource)
        } else {
            let in_bundle = member != NO_MEMBER;
            self.bundles += usize::from(in_bundle);
            let outer = std::mem::take(&mut self.frame);
            let node = self.object(place)?;
            self.resolve_fragments(node)?;
            self.frame = outer;
            self.bundles -= usize::from(in_bundle);
            Ok(())
        }
    }

    fn contained(&mut self, place: Place, resource: ResourceType) -> Scan<()> {
        if self.frame.in_contained {
            let text =
                "a contained resource may not contain another; put both in the outer resource's `contained`";
            self.note_here(IssueCode::Structure, text)?;
        }
        let outer = std::mem::replace(&mut self.frame.in_contained, true);
        let node = self.object(place)?;
        self.frame.in_contained = outer;
        match self.view().text_of(node, "id").map(std::borrow::Cow::into_owned) {
            None => self.note_at(
                IssueCode::Required,
                node,
                "a contained resource needs an `id`, by which `#id` refers to it",
            ),
            Some(id) if self.frame.contained.contains_key(&id) => self.note_at(
                IssueCode::Duplicate,
                node,
                "two contained resources have the same `id`",
            ),
            Some(id) => {
                self.frame.contained.insert(id, resource);
                Ok(())
            }
        }
    }

    fn note_resource_type(&mut self, _at: usize, text: &str) -> Scan<()> {
        if self.open.is_empty() {
            return self.note(IssueCode::Structure, "resourceType".to_owned(), text);
        }
        self.note_child(IssueCode::Structure, "resourceType", text)
    }

    /// Reads the value of `resourceType`, which the look-ahead has already understood.
    pub(super) fn resource_type_member(&mut self) -> Scan<()> {
        let start = self.at;
        self.string()?;
        self.push(
            Kind::String,
            start,
            self.at,
            Place {
                member: RESOURCE_TYPE,
                index: NO_INDEX,
                ty: 0,
                shadow: false,
            },
        );
        Ok(())
    }

    /// The value of `resourceType` of the object at hand, wherever in it that stands. Reads without checking.
    fn look_ahead(&self) -> Option<&'a str> {
        let bytes = self.bytes;
        let mut at = self.at + 1;
        let mut depth = 0_usize;
        loop {
            match bytes.get(at)? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                b'"' => {
                    let end = string_end(bytes, at)?;
                    if depth == 0 && &bytes[at + 1..end] == b"resourceType" {
                        let mut rest = end + 1;
                        let mut colon = false;
                        while matches!(bytes.get(rest)?, b' ' | b'\n' | b'\r' | b'\t' | b':') {
                            colon |= bytes[rest] == b':';
                            rest += 1;
                        }
                        if colon && bytes.get(rest) == Some(&b'"') {
                            return self.text.get(rest + 1..string_end(bytes, rest)?);
                        }
                        if colon {
                            return None;
                        }
                    }
                    at = end;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Rules over a whole object, by its type.
    pub(super) fn check_object(&mut self, node: u32, place: Place) -> Scan<()> {
        let known = &self.tables.known;
        let ty = place.ty;
        if ty == known.reference {
            self.check_reference(node)
        } else if ty == known.coding || ty == known.codeable_concept {
            self.check_binding(node, place)
        } else if ty == known.extension {
            self.check_extension(node)
        } else if ty == known.identifier {
            self.check_identifier(node)
        } else if ty == known.patient {
            self.check_patient(node)
        } else if ty == known.bundle {
            self.check_bundle(node)
        } else {
            Ok(())
        }
    }

    fn check_extension(&mut self, node: u32) -> Scan<()> {
        let tape = self.view();
        let mut value = false;
        let mut nested = false;
        for at in tape.children(node) {
            let held = tape.node(at);
            let member = &self.tables.members[usize::from(held.member)];
            value |= member.choice > 0;
            nested |= member.name == "extension";
        }
        if value == nested {
            let text = "an extension has either a value[x] or extensions of its own, one of the two";
            return self.note_here(IssueCode::Invariant, text);
        }
        Ok(())
    }
}

/// The closing quote of the string that opens at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}
