//! Search parameters as they arrive, turned into a [`Query`] or into issues that name the parameter.

use super::values::{TokenWant, Want, read, split};
use super::{Predicate, Query, SortKey};
use crate::index::extract::{contact, is_bare};
use crate::index::program::Action;
use crate::tables::{self, ParamDef, Ty};
use crate::{Issue, IssueCode, LocalReference, ParamId, ResourceType, SearchKind, search_parameters};

const PAGE: usize = 50;
const LARGEST_PAGE: usize = 1000;
/// Alternatives of one parameter.
const MOST_ALTERNATIVES: usize = 200;

/// Reads search parameters.
///
/// # Errors
/// Unknown parameters, bad values and unsupported modifiers, each naming the parameter.
pub fn parse(resource_type: ResourceType, params: &[(String, String)]) -> Result<Query, Vec<Issue>> {
    let mut query = Query {
        resource_type,
        predicates: Vec::new(),
        sort: Vec::new(),
        count: PAGE,
        summary_count: false,
        total: false,
        person: None,
        ids: Vec::new(),
    };
    let mut issues = Vec::new();
    for (name, value) in params {
        if let Err((code, text)) = query.take(name, value) {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            issues.push(Issue::error(
                code,
                Some(shown.clone()),
                format!("search parameter {shown}: {text}"),
            ));
        }
    }
    if issues.is_empty() { Ok(query) } else { Err(issues) }
}

type Refusal = (IssueCode, String);

fn bad(text: impl Into<String>) -> Refusal {
    (IssueCode::Value, text.into())
}

impl Query {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "_format" | "_pretty" => Ok(()),
            "_count" => {
                let count = value
                    .parse::<usize>()
                    .map_err(|_| bad("a whole number from 0 is expected"))?;
                self.count = count.min(LARGEST_PAGE);
                if count == 0 {
                    self.summary_count = true;
                }
                Ok(())
            }
            "_summary" => match value {
                "count" => {
                    self.summary_count = true;
                    Ok(())
                }
                "false" => Ok(()),
                _ => Err((
                    IssueCode::NotSupported,
                    "only `count` and `false` are served".to_owned(),
                )),
            },
            "_total" => match value {
                "accurate" => {
                    self.total = true;
                    Ok(())
                }
                "none" | "estimate" => Ok(()),
                _ => Err(bad("`accurate`, `estimate` or `none` is expected")),
            },
            "_sort" => self.take_sort(value),
            "_id" => self.take_ids(value),
            _ => self.take_predicate(name, value),
        }
    }

    fn take_ids(&mut self, value: &str) -> Result<(), Refusal> {
        let ids = split(value, ',');
        if ids.iter().any(|id| !crate::scanner::formats::is_id(id)) {
            return Err(bad("an id has 1 to 64 letters A-Z a-z, digits, `-` and `.`"));
        }
        if self.ids.is_empty() {
            self.ids = ids;
        } else {
            self.ids.retain(|id| ids.contains(id));
            if self.ids.is_empty() {
                return Err(bad("no resource can have two different ids"));
            }
        }
        Ok(())
    }

    fn take_sort(&mut self, value: &str) -> Result<(), Refusal> {
        for key in split(value, ',') {
            let (code, descending) = match key.strip_prefix('-') {
                Some(code) => (code, true),
                None => (key.as_str(), false),
            };
            let param = search_parameters(self.resource_type)
                .iter()
                .find(|param| param.code == code);
            let Some(param) = param else {
                let text = format!("{} cannot be sorted by `{code}`", self.resource_type.name());
                return Err((IssueCode::NotSupported, text));
            };
            self.sort.push(SortKey {
                param: param.id,
                code: param.code,
                descending,
            });
        }
        Ok(())
    }

    fn take_predicate(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        let (code, modifier) = name.split_once(':').unwrap_or((name, ""));
        let tables = tables::get();
        let not_served = |text: String| Err((IssueCode::NotSupported, text));
        if name.contains('.') || code == "_has" {
            return not_served("searches through another resource (chains, _has) are not served".to_owned());
        }
        let Some(param) = tables.param(self.resource_type, code) else {
            return not_served(format!(
                "{} has no such search parameter",
                self.resource_type.name()
            ));
        };
        let (Some(id), Some(kind)) = (param.id, param.kind) else {
            return not_served(format!("not served: {}", param.unsupported));
        };
        let bare = kind == SearchKind::Token && is_bare_param(self.resource_type, id);
        let mut predicate = Predicate {
            resource_type: self.resource_type,
            param: id,
            code: param.code,
            kind,
            negated: modifier == "not",
            bare,
            wants: Vec::new(),
        };
        if modifier == "missing" {
            let missing = value
                .parse()
                .map_err(|_| bad("`true` or `false` is expected after :missing"))?;
            predicate.wants.push(Want::Missing(missing));
        } else {
            let alternatives = split(value, ',');
            if alternatives.len() > MOST_ALTERNATIVES {
                return Err((
                    IssueCode::TooCostly,
                    format!("at most {MOST_ALTERNATIVES} alternatives are accepted"),
                ));
            }
            for text in alternatives {
                predicate.wants.push(read(kind, modifier, &text).map_err(bad)?);
            }
        }
        if kind == SearchKind::Token && leaves(self.resource_type, id).all(is_contact_point) {
            for want in &mut predicate.wants {
                if let Want::Token(TokenWant { code: Some(code), .. }) = want {
                    *code = contact(code).into_owned();
                }
            }
        }
        self.note_person(param, &mut predicate);
        self.predicates.push(predicate);
        Ok(())
    }

    /// A reference to a Patient in a parameter of homes tells in whose record to look.
    fn note_person(&mut self, param: &ParamDef, predicate: &mut Predicate) {
        if param.kind != Some(SearchKind::Reference) {
            return;
        }
        let Some(patient) = ResourceType::from_name("Patient") else {
            return;
        };
        // A bare id in `patient=` is a Patient's.
        if param.code == "patient" || param.expression.ends_with("resolve() is Patient)") {
            for want in &mut predicate.wants {
                if let Want::Reference {
                    resource_type: kind @ None,
                    ..
                } = want
                {
                    *kind = Some(patient);
                }
            }
        }
        let served = search_parameters(self.resource_type)
            .iter()
            .find(|own| own.id == predicate.param);
        if !served.is_some_and(|served| served.names_person) {
            return;
        }
        let people: Option<Vec<LocalReference>> = predicate
            .wants
            .iter()
            .map(|want| match want {
                Want::Reference {
                    resource_type: Some(kind),
                    id,
                    ..
                } if *kind == patient => Some(LocalReference {
                    resource_type: patient,
                    id: id.clone(),
                }),
                _ => None,
            })
            .collect();
        let Some(people) = people else { return };
        match &mut self.person {
            Some(known) => known.retain(|person| people.contains(person)),
            none => *none = Some(people),
        }
    }
}

/// Whether a token parameter's values are all codes whose system the definition implies.
fn is_bare_param(resource_type: ResourceType, param: ParamId) -> bool {
    let program = tables::get().program(resource_type);
    program.deceased == Some(param) || leaves(resource_type, param).all(is_bare)
}

fn is_contact_point(ty: Ty) -> bool {
    ty == Ty::Complex(tables::get().known.contact_point)
}

/// The types of the elements that a parameter's paths end at.
fn leaves(resource_type: ResourceType, param: ParamId) -> impl Iterator<Item = Ty> {
    let tables = tables::get();
    let places = &tables.program(resource_type).places;
    let leads = move |place: u16| {
        let actions = &places[usize::from(place)].actions;
        actions
            .iter()
            .any(|action| matches!(action, Action::Index { param: own, .. } if *own == param))
    };
    let edges = places
        .iter()
        .flat_map(|place| &place.edges)
        .filter(move |edge| leads(edge.to));
    edges.map(move |edge| tables.members[usize::from(edge.member)].ty)
}
