//! The R4 definitions and our registries, parsed once into flat vectors.
//!
//! `generated/*.tsv` is made by `cargo xtask generate` and never edited; `../data/*.csv` is ours. Everything is
//! borrowed from the text compiled into the binary, so that loading allocates little and takes milliseconds.

mod elements;
mod parameters;
mod primitive;
mod registries;
mod value_sets;

pub(crate) use elements::{Member, Required, Ty, TypeDef, TypeId, TypeKind};
pub(crate) use parameters::ParamDef;
pub(crate) use primitive::Primitive;
pub(crate) use registries::{CrossForm, CrossRow, Home, HomeKind, lines};
pub(crate) use value_sets::ValueSet;

use crate::index::program::Program;
use crate::registry::{ParamId, ResourceType, SearchParam};
use std::collections::HashMap;
use std::sync::OnceLock;

/// All tables. One instance, for ever.
pub(crate) struct Tables {
    pub(crate) types: Vec<TypeDef>,
    pub(crate) members: Vec<Member>,
    pub(crate) value_sets: Vec<ValueSet>,
    pub(crate) targets: Vec<Vec<ResourceType>>,
    pub(crate) known: elements::KnownTypes,
    by_name: HashMap<&'static str, TypeId>,
    /// Resource types by number; place 0 is empty.
    resources: Vec<(&'static str, TypeId)>,
    /// Parameter definitions by resource number.
    params: Vec<Vec<ParamDef>>,
    served: OnceLock<Vec<Vec<SearchParam>>>,
    programs: Vec<OnceLock<Program>>,
    pub(crate) homes: Vec<Home>,
    pub(crate) cross: Vec<CrossRow>,
    systems: Vec<&'static str>,
    system_numbers: HashMap<&'static str, u16>,
    /// In which generation each parameter came, by number.
    generations: Vec<u16>,
}

static TABLES: OnceLock<Tables> = OnceLock::new();

/// The tables, parsed on first use.
pub(crate) fn get() -> &'static Tables {
    TABLES.get_or_init(Tables::load)
}

impl Tables {
    fn load() -> Self {
        let resources = registries::resource_numbers();
        let loaded = elements::load(&resources);
        let numbered = resources
            .iter()
            .map(|name| (*name, loaded.by_name.get(name).copied().unwrap_or(TypeId::MAX)))
            .collect::<Vec<_>>();
        let systems = registries::systems();
        let system_numbers = systems
            .iter()
            .enumerate()
            .skip(1)
            .map(|(number, uri)| (*uri, number as u16))
            .collect();
        Self {
            params: parameters::load(&resources),
            homes: registries::homes(&resources),
            cross: registries::cross_person(&resources),
            programs: resources.iter().map(|_| OnceLock::new()).collect(),
            served: OnceLock::new(),
            types: loaded.types,
            members: loaded.members,
            value_sets: loaded.value_sets,
            targets: loaded.targets,
            known: loaded.known,
            by_name: loaded.by_name,
            resources: numbered,
            systems,
            system_numbers,
            generations: registries::generations(),
        }
    }

    pub(crate) fn resource_type(&self, name: &str) -> Option<ResourceType> {
        let number = self.types[usize::from(*self.by_name.get(name)?)].resource;
        (number > 0).then_some(ResourceType(number))
    }

    pub(crate) fn resource_name(&self, resource: ResourceType) -> &'static str {
        self.resources
            .get(usize::from(resource.0))
            .map_or("", |entry| entry.0)
    }

    pub(crate) fn resource_by_number(&self, number: u16) -> Option<ResourceType> {
        (number > 0 && usize::from(number) < self.resources.len()).then_some(ResourceType(number))
    }

    pub(crate) fn resources(&self) -> impl Iterator<Item = ResourceType> {
        (1..self.resources.len()).map(|number| ResourceType(number as u16))
    }

    pub(crate) fn type_of(&self, resource: ResourceType) -> TypeId {
        self.resources[usize::from(resource.0)].1
    }

    /// The members of a type, sorted by name.
    pub(crate) fn members_of(&self, ty: TypeId) -> &[Member] {
        let ty = &self.types[usize::from(ty)];
        &self.members[usize::from(ty.first)..usize::from(ty.first) + usize::from(ty.count)]
    }

    /// The number of the member of `ty` that is called `name` in JSON.
    pub(crate) fn member(&self, ty: TypeId, name: &str) -> Option<u16> {
        let first = self.types[usize::from(ty)].first;
        let at = self
            .members_of(ty)
            .binary_search_by(|member| member.name.cmp(name))
            .ok()?;
        Some(first + at as u16)
    }

    pub(crate) fn params(&self, resource: ResourceType) -> &[ParamDef] {
        self.params
            .get(usize::from(resource.0))
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn param(&self, resource: ResourceType, code: &str) -> Option<&ParamDef> {
        self.params(resource).iter().find(|param| param.code == code)
    }

    pub(crate) fn search_parameters(&self, resource: ResourceType) -> &[SearchParam] {
        let served = self.served.get_or_init(|| {
            (0..self.resources.len())
                .map(|number| parameters::served(self, ResourceType(number as u16)))
                .collect()
        });
        served.get(usize::from(resource.0)).map_or(&[], Vec::as_slice)
    }

    /// The generation in which a parameter came; 0 when it is in none.
    pub(crate) fn generation(&self, param: ParamId) -> u16 {
        self.generations.get(usize::from(param.0)).copied().unwrap_or(0)
    }

    /// The newest generation of parameters.
    pub(crate) fn newest_generation(&self) -> u16 {
        self.generations.iter().copied().max().unwrap_or(0)
    }

    /// The compiled index program of a type.
    pub(crate) fn program(&self, resource: ResourceType) -> &Program {
        self.programs[usize::from(resource.0)].get_or_init(|| Program::compile(self, resource))
    }

    /// The stored number of a code or identifier system, 0 when it has none.
    pub(crate) fn system_number(&self, uri: &str) -> u16 {
        self.system_numbers.get(uri).copied().unwrap_or(0)
    }

    pub(crate) fn system_by_number(&self, number: u64) -> Option<&'static str> {
        self.systems.get(usize::try_from(number).ok()?).copied()
    }

    /// The value-first rows that concern a type.
    pub(crate) fn cross_rows(&self, resource: ResourceType) -> impl Iterator<Item = &CrossRow> {
        self.cross
            .iter()
            .filter(move |row| row.resource.is_none_or(|own| own == resource))
    }

    /// Whether a parameter leads to value-first rows.
    pub(crate) fn is_cross_person(&self, resource: ResourceType, code: &str) -> bool {
        self.cross_rows(resource).any(|row| row.parameters[0] == code)
    }
}
