//! A resource as kept: without white space, with holes for id, version and time of last update, references
//! rewritten. Names stand in the sender's order.

use crate::Body;
use crate::index::extract::Rewrite;
use crate::scanner::tape::{Kind, RESOURCE_TYPE, Tape};
use crate::tables::{self, Tables};
use crate::text::write_json_string;

struct Writer<'d> {
    tape: Tape<'d>,
    tables: &'static Tables,
    reference: u16,
    rewrite: Rewrite<'d>,
    out: Vec<u8>,
    id_at: Option<usize>,
    version_at: Option<usize>,
    updated_at: Option<usize>,
}

/// The body of the resource at `node`.
pub(super) fn body(tape: Tape<'_>, node: u32, rewrite: Rewrite<'_>) -> Body {
    let held = tape.node(node);
    let mut writer = Writer {
        tape,
        tables: tables::get(),
        reference: super::reference_member(),
        rewrite,
        out: Vec::with_capacity((held.end - held.start) as usize + 64),
        id_at: None,
        version_at: None,
        updated_at: None,
    };
    writer.root(node);
    let place = |at: Option<usize>| at.unwrap_or(0) as u32;
    let (id_at, version_at, updated_at) = (
        place(writer.id_at),
        place(writer.version_at),
        place(writer.updated_at),
    );
    Body {
        text: writer.out,
        id_at,
        version_at,
        updated_at,
    }
}

impl Writer<'_> {
    fn root(&mut self, node: u32) {
        let tape = self.tape;
        let (id, meta) = (tape.child(node, "id"), tape.child(node, "meta"));
        self.out.push(b'{');
        let mut first = true;
        for child in tape.children(node) {
            self.comma(&mut first);
            if Some(child) == id {
                self.hole_id();
            } else if Some(child) == meta {
                self.meta(child);
            } else {
                self.member(child);
            }
            let after_type = tape.node(child).member == RESOURCE_TYPE;
            if after_type && id.is_none() {
                self.comma(&mut first);
                self.hole_id();
            }
            if meta.is_none() && (Some(child) == id || (after_type && id.is_none())) {
                self.out.extend_from_slice(b",\"meta\":{");
                self.holes_of_meta(true);
                self.out.push(b'}');
            }
        }
        self.out.push(b'}');
    }

    fn comma(&mut self, first: &mut bool) {
        if !std::mem::replace(first, false) {
            self.out.push(b',');
        }
    }

    /// An empty string member, and the place where its value goes.
    fn hole(&mut self, name: &str) -> usize {
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":\"\"");
        self.out.len() - 1
    }

    fn hole_id(&mut self) {
        self.id_at = Some(self.hole("id"));
    }

    fn meta(&mut self, node: u32) {
        let tape = self.tape;
        let (version, updated) = (tape.child(node, "versionId"), tape.child(node, "lastUpdated"));
        self.out.extend_from_slice(b"\"meta\":{");
        let mut first = true;
        for child in tape.children(node) {
            self.comma(&mut first);
            if Some(child) == version {
                self.version_at = Some(self.hole("versionId"));
            } else if Some(child) == updated {
                self.updated_at = Some(self.hole("lastUpdated"));
            } else {
                self.member(child);
            }
        }
        self.holes_of_meta(first);
        self.out.push(b'}');
    }

    /// The holes that `meta` did not have, at its end.
    fn holes_of_meta(&mut self, mut first: bool) {
        if self.version_at.is_none() {
            self.comma(&mut first);
            self.version_at = Some(self.hole("versionId"));
        }
        if self.updated_at.is_none() {
            self.comma(&mut first);
            self.updated_at = Some(self.hole("lastUpdated"));
        }
    }

    fn member(&mut self, node: u32) {
        let held = self.tape.node(node);
        self.out.push(b'"');
        if held.shadow {
            self.out.push(b'_');
        }
        let name = match held.member {
            RESOURCE_TYPE => "resourceType",
            number => self
                .tables
                .members
                .get(usize::from(number))
                .map_or("", |member| member.name),
        };
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.value(node);
    }

    /// Recursion is bounded: the scanner refused anything deeper than its limit.
    fn value(&mut self, node: u32) {
        let held = self.tape.node(node);
        match held.kind {
            Kind::Object => {
                self.out.push(b'{');
                let mut first = true;
                for child in self.tape.children(node) {
                    self.comma(&mut first);
                    self.member(child);
                }
                self.out.push(b'}');
            }
            Kind::Array => {
                self.out.push(b'[');
                let mut first = true;
                for child in self.tape.children(node) {
                    self.comma(&mut first);
                    self.value(child);
                }
                self.out.push(b']');
            }
            Kind::String | Kind::Escaped | Kind::Number | Kind::True | Kind::False | Kind::Null => {
                if held.member == self.reference
                    && !held.shadow
                    && let Some(text) = self.tape.string(node)
                    && let Some(replacement) = (self.rewrite)(&text)
                {
                    return write_json_string(&replacement, &mut self.out);
                }
                let source = &self.tape.text.as_bytes()[held.start as usize..held.end as usize];
                self.out.extend_from_slice(source);
            }
        }
    }
}
