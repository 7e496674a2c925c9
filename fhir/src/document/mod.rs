//! Walking a scanned document.

mod minify;

use crate::index::extract;
use crate::scanner::references::{Form, form};
use crate::scanner::tape::{Kind, Node, Tape};
use crate::tables::{self, HomeKind, Ty};
use crate::{Body, IndexValue, Issue, Limits, ResourceType, scanner};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// One validated JSON document: a token tape over the bytes.
pub struct Document<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    /// Reference strings that had escapes, by node.
    unescaped: Vec<(u32, String)>,
    own_base: Option<Arc<str>>,
}

impl std::fmt::Debug for Document<'_> {
    /// Never the text: it may be about a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Document({} bytes, {} values)",
            self.text.len(),
            self.nodes.len()
        )
    }
}

impl<'a> Document<'a> {
    /// Reads and validates a whole resource.
    ///
    /// # Errors
    /// Every rule that is broken, up to `limits.max_issues`, each with where and what would be accepted.
    pub fn scan(bytes: &'a [u8], limits: &Limits) -> Result<Document<'a>, Vec<Issue>> {
        let nodes = scanner::scan(bytes, limits)?;
        let text = std::str::from_utf8(bytes).unwrap_or("");
        let tape = Tape { nodes: &nodes, text };
        let escaped = (0..nodes.len() as u32).filter(|at| nodes[*at as usize].kind == Kind::Escaped);
        let unescaped = escaped
            .filter(|at| nodes[*at as usize].member == reference_member() || is_id(&nodes[*at as usize]))
            .filter_map(|at| Some((at, tape.string(at)?.into_owned())))
            .collect();
        Ok(Document {
            text,
            nodes,
            unescaped,
            own_base: limits.own_base.clone(),
        })
    }

    /// The outermost resource.
    #[must_use]
    pub fn root(&self) -> Resource<'_> {
        Resource {
            tape: self.tape(),
            unescaped: &self.unescaped,
            own_base: self.own_base.as_deref(),
            node: 0,
        }
    }

    fn tape(&self) -> Tape<'_> {
        Tape {
            nodes: &self.nodes,
            text: self.text,
        }
    }
}

/// The number of `Reference.reference`.
fn reference_member() -> u16 {
    let tables = tables::get();
    tables
        .member(tables.known.reference, "reference")
        .unwrap_or(u16::MAX)
}

fn is_id(node: &Node) -> bool {
    tables::get()
        .members
        .get(usize::from(node.member))
        .is_some_and(|member| member.name == "id")
}

/// A resource inside a document: the root, or `Bundle.entry.resource`.
#[derive(Clone, Copy)]
pub struct Resource<'d> {
    tape: Tape<'d>,
    unescaped: &'d [(u32, String)],
    own_base: Option<&'d str>,
    node: u32,
}

impl std::fmt::Debug for Resource<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resource({})", self.resource_type().name())
    }
}

impl<'d> Resource<'d> {
    /// The resource's type.
    #[must_use]
    pub fn resource_type(&self) -> ResourceType {
        ResourceType(tables::get().types[usize::from(self.tape.node(self.node).ty)].resource)
    }

    /// The id the document gives.
    #[must_use]
    pub fn id(&self) -> Option<&'d str> {
        self.plain(self.tape.child(self.node, "id")?)
    }

    /// A string's value, held by the document even where it had escapes.
    fn plain(&self, at: u32) -> Option<&'d str> {
        let node = self.tape.node(at);
        match node.kind {
            Kind::String => Some(&self.tape.text[node.start as usize + 1..node.end as usize - 1]),
            // In the order of the document, so of the nodes.
            Kind::Escaped => {
                let place = self.unescaped.binary_search_by_key(&at, |(own, _)| *own).ok()?;
                self.unescaped.get(place).map(|(_, text)| text.as_str())
            }
            Kind::Object | Kind::Array | Kind::Number | Kind::True | Kind::False | Kind::Null => None,
        }
    }

    /// Every `Reference.reference` of this resource and of those it contains, but for `#…`, unescaped and in the
    /// order of the document. References inside a Bundle's entries are theirs, not the Bundle's.
    #[must_use]
    pub fn references(&self) -> Vec<&'d str> {
        let wanted = reference_member();
        let mut found = Vec::new();
        let mut at = self.node + 1;
        while at < self.tape.node(self.node).next {
            let node = self.tape.node(at);
            if is_inner_resource(node) {
                at = node.next;
                continue;
            }
            if node.member == wanted && !node.shadow {
                found.extend(self.plain(at).filter(|text| !text.starts_with('#')));
            }
            at += 1;
        }
        found
    }

    /// The text of a primitive, walking down by JSON names; arrays are not entered.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> Option<Cow<'d, str>> {
        let mut at = self.node;
        for name in path {
            at = self.tape.child(at, name)?;
        }
        self.tape.primitive(at)
    }

    /// The Bundle's parts; `None` for another type.
    #[must_use]
    pub fn bundle(&self) -> Option<Bundle<'d>> {
        let tables = tables::get();
        if self.tape.node(self.node).ty != tables.known.bundle {
            return None;
        }
        let member = tables.member(tables.known.bundle, "entry")?;
        let entries = self
            .tape
            .values(self.node, member)
            .map(|at| self.entry(at))
            .collect();
        Some(Bundle {
            kind: self.text_at(&["type"])?.into_owned(),
            entries,
        })
    }

    fn entry(&self, at: u32) -> BundleEntry<'d> {
        let tape = self.tape;
        let request = tape.child(at, "request");
        let of_request = |name| tape.text_of(request?, name).map(Cow::into_owned);
        BundleEntry {
            full_url: tape.text_of(at, "fullUrl").map(Cow::into_owned),
            resource: tape.child(at, "resource").map(|node| Resource { node, ..*self }),
            method: of_request("method"),
            url: of_request("url"),
            if_match: of_request("ifMatch"),
            if_none_match: of_request("ifNoneMatch"),
            if_none_exist: of_request("ifNoneExist"),
        }
    }

    /// The resource ready to be committed: minified with holes for what the record decides, references rewritten
    /// (`rewrite` gives a reference's replacement, `None` keeps it), index values and home found.
    #[must_use]
    pub fn prepare(&self, rewrite: &dyn Fn(&str) -> Option<String>) -> Prepared {
        let resource_type = self.resource_type();
        let rewrite = &|reference: &str| rewrite(reference).or_else(|| self.own(reference));
        let found = extract::extract(self.tape, self.node, resource_type, rewrite);
        Prepared {
            resource_type,
            id: self.id().map(str::to_owned),
            body: minify::body(self.tape, self.node, rewrite),
            index: found.values,
            home: home(resource_type, found.homes),
        }
    }

    /// Where the resource lives, with its references rewritten as in [`Resource::prepare`]; without preparing it.
    #[must_use]
    pub fn home(&self, rewrite: &dyn Fn(&str) -> Option<String>) -> HomeRule {
        let resource_type = self.resource_type();
        let rewrite = &|reference: &str| rewrite(reference).or_else(|| self.own(reference));
        let found = extract::extract(self.tape, self.node, resource_type, rewrite);
        home(resource_type, found.homes)
    }

    /// `Type/id` for a reference below our own address.
    fn own(&self, reference: &str) -> Option<String> {
        let rest = reference.strip_prefix(self.own_base?)?.strip_prefix('/')?;
        matches!(form(rest), Some(Form::Relative(..))).then(|| rest.to_owned())
    }

    /// The bytes as they came.
    #[must_use]
    pub fn source(&self) -> &'d [u8] {
        let node = self.tape.node(self.node);
        &self.tape.text.as_bytes()[node.start as usize..node.end as usize]
    }
}

/// A resource in `Bundle.entry` or `Parameters.parameter`: not part of the resource around it.
fn is_inner_resource(node: &Node) -> bool {
    node.kind == Kind::Object
        && tables::get()
            .members
            .get(usize::from(node.member))
            .is_some_and(|member| member.ty == Ty::AnyResource && member.name != "contained")
}

fn home(resource_type: ResourceType, found: Vec<(u16, LocalReference)>) -> HomeRule {
    let tables = tables::get();
    match tables.homes[usize::from(resource_type.0)].kind {
        HomeKind::Itself => HomeRule::Itself,
        HomeKind::Unit => HomeRule::Unit(None),
        HomeKind::Part => HomeRule::Unit(found.into_iter().next().map(|(_, reference)| reference)),
        HomeKind::Person => {
            let patient = tables.resource_type("Patient");
            let mut seen = HashSet::new();
            let mut people: Vec<LocalReference> = Vec::new();
            for (_, reference) in found {
                if Some(reference.resource_type) == patient && seen.insert(reference.id.clone()) {
                    people.push(reference);
                }
            }
            if people.is_empty() {
                HomeRule::Unit(None)
            } else {
                HomeRule::Person(people)
            }
        }
    }
}

/// A Bundle's parts, as an action needs them.
#[derive(Debug)]
pub struct Bundle<'d> {
    /// `Bundle.type`.
    pub kind: String,
    pub entries: Vec<BundleEntry<'d>>,
}

/// One `Bundle.entry`.
#[derive(Debug)]
pub struct BundleEntry<'d> {
    pub full_url: Option<String>,
    pub resource: Option<Resource<'d>>,
    pub method: Option<String>,
    pub url: Option<String>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub if_none_exist: Option<String>,
}

/// A reference to a resource of this record: `Type/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalReference {
    pub resource_type: ResourceType,
    pub id: String,
}

/// A resource ready to be committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    pub resource_type: ResourceType,
    /// The id the document came with.
    pub id: Option<String>,
    pub body: Body,
    pub index: Vec<IndexValue>,
    pub home: HomeRule,
}

/// Where a resource lives (`fhir/data/home.csv`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeRule {
    /// In the record of the first person; the others get membership.
    Person(Vec<LocalReference>),
    /// In a unit of the directory; `None` when it is its own unit.
    Unit(Option<LocalReference>),
    /// A Patient: its own person.
    Itself,
}
