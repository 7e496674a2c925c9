//! The search parameters of one resource type, compiled into a trie that is walked beside the tape.

use super::expression::{self, Step};
use crate::registry::{ParamId, ResourceType, SearchKind};
use crate::tables::{HomeKind, Primitive, Tables, Ty, TypeId};

/// What to do with a value that a path reaches.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Index {
        param: ParamId,
        kind: SearchKind,
        /// Only references to this type.
        target: Option<ResourceType>,
    },
    /// A reference that says where the resource lives, by order of preference.
    Home(u16),
}

/// A step from one place of the trie to another.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) member: u16,
    /// Only values whose child of this name has this value.
    pub(crate) filter: Option<(&'static str, &'static str)>,
    pub(crate) to: u16,
}

#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) edges: Vec<Edge>,
    pub(crate) actions: Vec<Action>,
}

/// One type's program; place 0 is the resource itself.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) places: Vec<Place>,
    /// `Patient.deceased`, which is true or false even where the element is absent.
    pub(crate) deceased: Option<ParamId>,
    /// Parameters whose expressions could not be compiled (a test keeps this empty).
    pub(crate) refused: Vec<&'static str>,
}

/// Membership by the patient compartment comes after every path of `home.csv`.
const MEMBERSHIP: u16 = 1000;

impl Program {
    pub(crate) fn compile(tables: &Tables, resource: ResourceType) -> Self {
        let mut program = Self {
            places: vec![Place::default()],
            deceased: None,
            refused: Vec::new(),
        };
        let ty = tables.type_of(resource);
        let home = &tables.homes[usize::from(resource.0)];
        for (order, path) in home.paths.iter().enumerate() {
            match expression::parse(path) {
                Some(paths) => program.add(tables, ty, &paths, |_| Action::Home(order as u16)),
                None => program.refused.push(path),
            }
        }
        for param in tables.params(resource) {
            let (Some(id), Some(kind)) = (param.id, param.kind) else {
                continue;
            };
            if param.expression.contains(".exists() and ") {
                program.deceased = Some(id);
                continue;
            }
            let Some(paths) = expression::parse(param.expression) else {
                program.refused.push(param.code);
                continue;
            };
            if param.compartment && home.kind == HomeKind::Person {
                program.add(tables, ty, &paths, |_| Action::Home(MEMBERSHIP));
            }
            program.add(tables, ty, &paths, |target| Action::Index {
                param: id,
                kind,
                target,
            });
        }
        program
    }

    fn add(
        &mut self,
        tables: &Tables,
        ty: TypeId,
        paths: &[Vec<Step>],
        action: impl Fn(Option<ResourceType>) -> Action,
    ) {
        for path in paths {
            self.follow(tables, 0, Ty::Complex(ty), path, None, &action);
        }
    }

    fn follow(
        &mut self,
        tables: &Tables,
        place: u16,
        ty: Ty,
        path: &[Step],
        target: Option<ResourceType>,
        action: &impl Fn(Option<ResourceType>) -> Action,
    ) {
        let Some((step, mut rest)) = path.split_first() else {
            self.places[usize::from(place)].actions.push(action(target));
            return;
        };
        let name = match step {
            Step::Child(name) => name,
            Step::ResolvesTo(name) => {
                return self.follow(
                    tables,
                    place,
                    ty,
                    rest,
                    ResourceType::from_name_in(tables, name),
                    action,
                );
            }
            Step::As(_) | Step::Where(..) => return,
        };
        let Ty::Complex(owner) = ty else { return };
        let cast = match rest.first() {
            Some(Step::As(cast)) => {
                rest = &rest[1..];
                Some(*cast)
            }
            _ => None,
        };
        let filter = match rest.first() {
            Some(Step::Where(field, value)) => {
                rest = &rest[1..];
                Some((*field, *value))
            }
            _ => None,
        };
        let first = tables.types[usize::from(owner)].first;
        for (at, member) in tables.members_of(owner).iter().enumerate() {
            if member.element != *name || cast.is_some_and(|cast| !is_type(tables, member.ty, cast)) {
                continue;
            }
            let to = self.edge(place, first + at as u16, filter);
            self.follow(tables, to, member.ty, rest, target, action);
        }
    }

    fn edge(&mut self, place: u16, member: u16, filter: Option<(&'static str, &'static str)>) -> u16 {
        let edges = &self.places[usize::from(place)].edges;
        if let Some(edge) = edges
            .iter()
            .find(|edge| edge.member == member && edge.filter == filter)
        {
            return edge.to;
        }
        let to = self.places.len() as u16;
        self.places.push(Place::default());
        self.places[usize::from(place)]
            .edges
            .push(Edge { member, filter, to });
        to
    }
}

fn is_type(tables: &Tables, ty: Ty, name: &str) -> bool {
    match ty {
        Ty::Complex(id) => tables.types[usize::from(id)].name == name,
        Ty::Primitive(primitive) => Primitive::from_name(name) == Some(primitive),
        Ty::AnyResource => false,
    }
}
