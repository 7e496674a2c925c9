//! How faults are noted: where, in FHIRPath, and what would be accepted.

use super::tape::{Kind, NO_INDEX, NO_MEMBER, Node, RESOURCE_TYPE};
use super::{Scan, Scanner, Stop};
use crate::issue::{Issue, IssueCode};
use std::fmt::Write as _;

/// The first characters of a value, for a diagnostic.
pub(super) fn short(value: &str) -> String {
    let mut out = String::new();
    for (count, character) in value.chars().enumerate() {
        if count == 60 {
            out.push('…');
            break;
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
    out
}

impl Scanner<'_> {
    /// Notes an issue; stops when there are enough.
    #[cold]
    pub(super) fn note(&mut self, code: IssueCode, expression: String, diagnostics: &str) -> Scan<()> {
        let expression = (!expression.is_empty()).then_some(expression);
        self.issues.push(Issue::error(code, expression, diagnostics));
        if self.issues.len() >= self.limits.max_issues {
            Err(Stop)
        } else {
            Ok(())
        }
    }

    /// Notes an issue at the innermost open container.
    #[cold]
    pub(super) fn note_here(&mut self, code: IssueCode, diagnostics: &str) -> Scan<()> {
        let expression = self.expression();
        self.note(code, expression, diagnostics)
    }

    /// Notes an issue at a child of the innermost open container.
    #[cold]
    pub(super) fn note_child(&mut self, code: IssueCode, child: &str, diagnostics: &str) -> Scan<()> {
        let mut expression = self.expression();
        if !expression.is_empty() {
            expression.push('.');
        }
        expression.push_str(&short(child));
        self.note(code, expression, diagnostics)
    }

    /// Notes an issue at a node that has been read, or is being read.
    #[cold]
    pub(super) fn note_at(&mut self, code: IssueCode, node: u32, diagnostics: &str) -> Scan<()> {
        let expression = self.expression_of(node);
        self.note(code, expression, diagnostics)
    }

    /// JSON that cannot be read: the scan ends.
    #[cold]
    pub(super) fn fatal<T>(&mut self, diagnostics: &str) -> Scan<T> {
        self.note_here(IssueCode::Structure, diagnostics)?;
        Err(Stop)
    }

    /// The path of the innermost open container.
    pub(super) fn expression(&self) -> String {
        let mut out = String::new();
        for at in &self.open {
            self.append(&mut out, &self.tape[*at as usize]);
        }
        out
    }

    /// The path of any node, from the root down; containers still open have no end yet.
    fn expression_of(&self, node: u32) -> String {
        let mut out = String::new();
        let mut at = 0_u32;
        loop {
            self.append(&mut out, &self.tape[at as usize]);
            if at == node {
                return out;
            }
            let mut child = at + 1;
            loop {
                let next = match self.tape.get(child as usize) {
                    Some(held) if held.next > 0 => held.next,
                    Some(_) => u32::MAX,
                    None => return out,
                };
                if node < next {
                    break;
                }
                child = next;
            }
            at = child;
        }
    }

    fn append(&self, out: &mut String, node: &Node) {
        if node.index != NO_INDEX {
            let _ = write!(out, "[{}]", node.index);
        } else if node.member == NO_MEMBER {
            out.push_str(
                self.tables
                    .types
                    .get(usize::from(node.ty))
                    .map_or("", |ty| ty.name),
            );
        } else if node.member == RESOURCE_TYPE {
            out.push_str(".resourceType");
        } else {
            out.push('.');
            out.push_str(self.tables.members[usize::from(node.member)].element);
        }
    }

    /// Puts a node on the tape; a container's `end` and `next` are set when it closes.
    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize, place: Place) -> u32 {
        let at = self.tape.len() as u32;
        self.tape.push(Node {
            start: start as u32,
            end: end as u32,
            next: if matches!(kind, Kind::Object | Kind::Array) {
                0
            } else {
                at + 1
            },
            index: place.index,
            member: place.member,
            ty: place.ty,
            kind,
            shadow: place.shadow,
        });
        at
    }
}

/// Where in the document a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) member: u16,
    pub(super) index: u32,
    /// Type, for an object.
    pub(super) ty: u16,
    pub(super) shadow: bool,
}
