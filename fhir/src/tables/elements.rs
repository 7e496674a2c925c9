//! Types and their members, flattened: inheritance resolved, choices written out.

use super::primitive::Primitive;
use super::registries::lines;
use super::value_sets::{self, ValueSet};
use crate::registry::ResourceType;
use std::collections::HashMap;

/// Place of a type in [`super::Tables::types`].
pub(crate) type TypeId = u16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeKind {
    Resource,
    Complex,
}

/// What a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ty {
    Complex(TypeId),
    Primitive(Primitive),
    /// A resource of any type (`contained`, `Bundle.entry.resource`).
    AnyResource,
}

/// A resource, a data type, or a nested group of elements (named by its path).
pub(crate) struct TypeDef {
    pub(crate) name: &'static str,
    pub(crate) kind: TypeKind,
    pub(crate) is_abstract: bool,
    /// Stored number when it is a resource, else 0.
    pub(crate) resource: u16,
    pub(crate) first: u16,
    pub(crate) count: u16,
    pub(crate) required: Vec<Required>,
    base: &'static str,
}

/// What must be present in an object.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Required {
    /// The member at this place among the type's members.
    Member(u16),
    /// One of the members of this choice.
    Choice(u8),
}

/// One JSON member of a type.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    /// The element's name: `value` for `valueString`, else the same as `name`.
    pub(crate) element: &'static str,
    pub(crate) ty: Ty,
    pub(crate) many: bool,
    /// `max` is 0 (the element may not be used).
    pub(crate) banned: bool,
    /// Choices of the same type, counted from 1; 0 when it is none.
    pub(crate) choice: u8,
    /// Place in the value sets; 0 when none is required.
    pub(crate) binding: u16,
    /// Place in the target lists; 0 for any.
    pub(crate) targets: u16,
}

/// Types the scanner treats specially.
pub(crate) struct KnownTypes {
    pub(crate) element: TypeId,
    pub(crate) reference: TypeId,
    pub(crate) extension: TypeId,
    pub(crate) identifier: TypeId,
    pub(crate) coding: TypeId,
    pub(crate) codeable_concept: TypeId,
    pub(crate) human_name: TypeId,
    pub(crate) address: TypeId,
    pub(crate) contact_point: TypeId,
    pub(crate) period: TypeId,
    pub(crate) timing: TypeId,
    pub(crate) bundle: TypeId,
    pub(crate) patient: TypeId,
}

pub(super) struct Loaded {
    pub(super) types: Vec<TypeDef>,
    pub(super) members: Vec<Member>,
    pub(super) value_sets: Vec<ValueSet>,
    pub(super) targets: Vec<Vec<ResourceType>>,
    pub(super) by_name: HashMap<&'static str, TypeId>,
    pub(super) known: KnownTypes,
}

/// One line of `elements.tsv`.
#[derive(Clone, Copy)]
struct Line {
    name: &'static str,
    path: &'static str,
    types: &'static str,
    required: bool,
    max: &'static str,
    content: &'static str,
    binding: u16,
    targets: u16,
    /// Type of an element that is no choice.
    ty: Ty,
}

pub(super) fn load(resources: &[&'static str]) -> Loaded {
    let value_sets = value_sets::load();
    let set_numbers: HashMap<&str, u16> = value_sets
        .iter()
        .enumerate()
        .map(|(at, set)| (set.url, at as u16))
        .collect();
    let mut types = load_types(resources);
    let mut by_name: HashMap<&'static str, TypeId> = types
        .iter()
        .enumerate()
        .map(|(at, ty)| (ty.name, at as TypeId))
        .collect();
    by_name.reserve(1024);
    let mut own: Vec<Vec<Line>> = types.iter().map(|_| Vec::new()).collect();
    let mut targets = vec![Vec::new()];
    let mut target_numbers: HashMap<&'static str, u16> = HashMap::from([("", 0)]);
    let numbers: HashMap<&str, u16> = resources
        .iter()
        .enumerate()
        .map(|(at, name)| (*name, at as u16))
        .collect();
    let mut last_owner = ("", 0_usize);
    for text in lines(include_str!("../generated/elements.tsv")) {
        let mut fields = text.split('\t');
        let mut field = || fields.next().unwrap_or("");
        let path = field();
        let (kinds, min, max, content, set, allowed) = (field(), field(), field(), field(), field(), field());
        let Some((owner, name)) = path.rsplit_once('.') else {
            continue;
        };
        if last_owner.0 != owner {
            let Some(id) = by_name.get(owner) else { continue };
            last_owner = (owner, usize::from(*id));
        }
        if kinds == "BackboneElement" || (kinds == "Element" && content.is_empty()) {
            by_name.insert(path, types.len() as TypeId);
            types.push(TypeDef::new(path, TypeKind::Complex, kinds));
            own.push(Vec::new());
        }
        let next = targets.len() as u16;
        let list = *target_numbers.entry(allowed).or_insert(next);
        if list == next {
            targets.push(
                allowed
                    .split(' ')
                    .filter_map(|name| numbers.get(name).map(|n| ResourceType(*n)))
                    .collect(),
            );
        }
        own[last_owner.1].push(Line {
            name,
            path,
            types: kinds,
            required: min != "0",
            max,
            content,
            binding: set_numbers.get(set).copied().unwrap_or(0),
            targets: list,
            ty: Ty::AnyResource,
        });
    }
    for line in own
        .iter_mut()
        .flatten()
        .filter(|line| !line.name.ends_with("[x]"))
    {
        line.ty = line.resolve(line.types, &by_name);
    }
    let mut members = Vec::with_capacity(12_000);
    for at in 0..types.len() {
        flatten(at, &mut types, &own, &by_name, &mut members);
    }
    let id = |name: &str| by_name.get(name).copied().unwrap_or(TypeId::MAX);
    let known = KnownTypes {
        element: id("Element"),
        reference: id("Reference"),
        extension: id("Extension"),
        identifier: id("Identifier"),
        coding: id("Coding"),
        codeable_concept: id("CodeableConcept"),
        human_name: id("HumanName"),
        address: id("Address"),
        contact_point: id("ContactPoint"),
        period: id("Period"),
        timing: id("Timing"),
        bundle: id("Bundle"),
        patient: id("Patient"),
    };
    Loaded {
        types,
        members,
        value_sets,
        targets,
        by_name,
        known,
    }
}

impl TypeDef {
    fn new(name: &'static str, kind: TypeKind, base: &'static str) -> Self {
        Self {
            name,
            kind,
            is_abstract: false,
            resource: 0,
            first: 0,
            count: 0,
            required: Vec::new(),
            base,
        }
    }
}

fn load_types(resources: &[&'static str]) -> Vec<TypeDef> {
    let numbers: HashMap<&str, u16> = resources
        .iter()
        .enumerate()
        .map(|(at, name)| (*name, at as u16))
        .collect();
    let mut types = Vec::with_capacity(1024);
    for line in lines(include_str!("../generated/types.tsv")) {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or("");
        let (name, kind, base, is_abstract) = (field(), field(), field(), field());
        let kind = if kind == "resource" {
            TypeKind::Resource
        } else {
            TypeKind::Complex
        };
        let mut ty = TypeDef::new(name, kind, base);
        ty.is_abstract = !is_abstract.is_empty();
        ty.resource = if ty.is_abstract {
            0
        } else {
            numbers.get(name).copied().unwrap_or(0)
        };
        types.push(ty);
    }
    types
}

/// Writes the members of one type: its own and those it inherits, choices written out, sorted by JSON name.
fn flatten(
    at: usize,
    types: &mut [TypeDef],
    own: &[Vec<Line>],
    by_name: &HashMap<&'static str, TypeId>,
    members: &mut Vec<Member>,
) {
    let first = members.len();
    let mut choices = Vec::new();
    let mut required = Vec::new();
    let mut next = Some(at);
    while let Some(current) = next {
        for line in &own[current] {
            if let Some(stem) = line.name.strip_suffix("[x]") {
                choices.push(stem);
                let choice = choices.len() as u8;
                if line.required {
                    required.push((stem, choice));
                }
                for kind in line.types.split(' ') {
                    let mut name = String::with_capacity(stem.len() + kind.len());
                    name.push_str(stem);
                    name.extend(kind.chars().next().map(|letter| letter.to_ascii_uppercase()));
                    name.push_str(kind.get(1..).unwrap_or(""));
                    members.push(line.member(name.leak(), stem, kind, line.resolve(kind, by_name), choice));
                }
            } else {
                if line.required {
                    required.push((line.name, 0));
                }
                members.push(line.member(line.name, line.name, line.types, line.ty, 0));
            }
        }
        next = by_name
            .get(types[current].base)
            .map(|id| usize::from(*id))
            .filter(|_| !types[current].base.is_empty());
    }
    members[first..].sort_unstable_by_key(|member| member.name);
    let ty = &mut types[at];
    ty.first = first as u16;
    ty.count = (members.len() - first) as u16;
    ty.required = required
        .into_iter()
        .filter_map(|(name, choice)| match choice {
            0 => members[first..]
                .iter()
                .position(|m| m.name == name)
                .map(|place| Required::Member(place as u16)),
            choice => Some(Required::Choice(choice)),
        })
        .collect();
}

impl Line {
    /// The type called `kind`, or the group of elements that stands here.
    fn resolve(&self, kind: &str, by_name: &HashMap<&'static str, TypeId>) -> Ty {
        let group = match (kind, self.content) {
            ("BackboneElement" | "Element", _) => by_name.get(self.path),
            ("", content) => by_name.get(content),
            _ => None,
        };
        if let Some(id) = group {
            return Ty::Complex(*id);
        }
        match Primitive::from_name(kind) {
            Some(_) if self.path == "Resource.id" => Ty::Primitive(Primitive::Id),
            Some(primitive) => Ty::Primitive(primitive),
            None => by_name
                .get(kind)
                .filter(|_| kind != "Resource")
                .map_or(Ty::AnyResource, |id| Ty::Complex(*id)),
        }
    }

    fn member(&self, name: &'static str, element: &'static str, kind: &str, ty: Ty, choice: u8) -> Member {
        let coded = matches!(
            ty,
            Ty::Primitive(Primitive::Code | Primitive::String | Primitive::Uri)
        ) || kind == "CodeableConcept"
            || kind == "Coding";
        Member {
            name,
            element,
            ty,
            many: self.max == "*",
            banned: self.max == "0",
            choice,
            binding: if coded { self.binding } else { 0 },
            targets: if kind == "Reference" { self.targets } else { 0 },
        }
    }
}
