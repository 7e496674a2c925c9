//! Required bindings of Coding and CodeableConcept.

use super::report::{Place, short};
use super::{Scan, Scanner};
use crate::issue::IssueCode;
use crate::tables::ValueSet;

impl Scanner<'_> {
    /// A Coding, or one of a CodeableConcept's, must be in the element's required value set.
    pub(super) fn check_binding(&mut self, node: u32, place: Place) -> Scan<()> {
        let Some(member) = self.tables.members.get(usize::from(place.member)) else {
            return Ok(());
        };
        if member.binding == 0 {
            return Ok(());
        }
        let set = &self.tables.value_sets[usize::from(member.binding)];
        let tape = self.view();
        let held = if place.ty == self.tables.known.coding {
            self.in_set(node, set)
        } else {
            match self.tables.member(place.ty, "coding") {
                Some(coding) => tape.values(node, coding).any(|at| self.in_set(at, set)),
                None => true,
            }
        };
        // An element that says by extension why it has no code (data absent) is left alone.
        if held || tape.child(node, "extension").is_some() {
            return Ok(());
        }
        let system = set.systems.first().map_or("", |entry| entry.0);
        let text = format!(
            "{} needs a code of {}: system {system}, one of {}",
            member.name,
            set.url,
            set.sample()
        );
        self.note_here(IssueCode::CodeInvalid, &text)
    }

    fn in_set(&self, coding: u32, set: &ValueSet) -> bool {
        let tape = self.view();
        match (tape.text_of(coding, "system"), tape.text_of(coding, "code")) {
            (Some(system), Some(code)) => set.holds(&system, &code),
            _ => false,
        }
    }

    /// A `code` must be in the element's required value set.
    pub(super) fn check_code(&mut self, node: u32, binding: u16, value: &str) -> Scan<()> {
        let set = &self.tables.value_sets[usize::from(binding)];
        if set.holds_code(value) {
            return Ok(());
        }
        let text = format!(
            "`{}` is no code of {}; accepted are {}",
            short(value),
            set.url,
            set.sample()
        );
        self.note_at(IssueCode::CodeInvalid, node, &text)
    }
}
