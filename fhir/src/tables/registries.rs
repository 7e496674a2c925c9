//! Our own tables under `fhir/data/`: stored numbers, homes, value-first rows.

use crate::registry::ResourceType;

/// The lines of a table but for its heading.
pub(crate) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().skip(1).filter(|line| !line.is_empty())
}

/// Resource names by number; place 0 is empty.
pub(super) fn resource_numbers() -> Vec<&'static str> {
    numbered(include_str!("../../data/types.registry.csv"))
}

/// System URIs by number; place 0 is empty.
pub(super) fn systems() -> Vec<&'static str> {
    numbered(include_str!("../../data/systems.registry.csv"))
}

fn numbered(text: &'static str) -> Vec<&'static str> {
    let mut names = vec![""];
    for line in lines(text) {
        let Some((number, name)) = line.split_once(',') else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        if number >= names.len() && number < usize::from(u16::MAX) {
            names.resize(number + 1, "");
        }
        if let Some(place) = names.get_mut(number) {
            *place = name;
        }
    }
    names
}

/// In which generation each parameter came, by its number; place 0 is empty.
pub(super) fn generations() -> Vec<u16> {
    let mut generations = Vec::new();
    for line in lines(include_str!("../../data/generations.registry.csv")) {
        let mut fields = line.split(',');
        let (Some(Ok(generation)), Some(parameters)) = (fields.next().map(str::parse), fields.next()) else {
            continue;
        };
        for part in parameters.split(' ') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (Ok(from), Ok(to)) = (from.parse::<u16>(), to.parse::<u16>()) else {
                continue;
            };
            for number in from..=to {
                let place = usize::from(number);
                if generations.len() <= place {
                    generations.resize(place + 1, 0);
                }
                generations[place] = generation;
            }
        }
    }
    generations
}

pub(super) fn resource_number(resources: &[&'static str], name: &str) -> Option<ResourceType> {
    let at = resources.iter().position(|own| *own == name)?;
    (at > 0).then_some(ResourceType(at as u16))
}

/// Where resources of a type live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HomeKind {
    Itself,
    Person,
    Unit,
    /// In the unit that the path names.
    Part,
}

/// One line of `home.csv`.
pub(crate) struct Home {
    pub(crate) kind: HomeKind,
    /// Element paths below the type, in order of preference.
    pub(crate) paths: Vec<&'static str>,
}

pub(super) fn homes(resources: &[&'static str]) -> Vec<Home> {
    let mut homes: Vec<Home> = resources
        .iter()
        .map(|_| Home {
            kind: HomeKind::Unit,
            paths: Vec::new(),
        })
        .collect();
    for line in lines(include_str!("../../data/home.csv")) {
        let mut fields = line.split(',');
        let (Some(name), Some(kind), Some(paths)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let Some(resource) = resource_number(resources, name) else {
            continue;
        };
        let kind = match kind {
            "itself" => HomeKind::Itself,
            "person" => HomeKind::Person,
            "part" => HomeKind::Part,
            _ => HomeKind::Unit,
        };
        homes[usize::from(resource.0)] = Home {
            kind,
            paths: paths.split(';').filter(|path| !path.is_empty()).collect(),
        };
    }
    homes
}

/// How the key of a value-first row is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CrossForm {
    /// Token, stored by system and value and by value alone.
    Identifier,
    Token,
    String,
    Date,
    Reference,
    /// Token and date together.
    CodeDate,
    /// No rows of its own: the rows of the same number hold its values too.
    Via,
}

/// One line of `cross-person.csv`.
pub(crate) struct CrossRow {
    pub(crate) number: u16,
    /// `None` for every type.
    pub(crate) resource: Option<ResourceType>,
    /// One parameter code, or two for a code and a date.
    pub(crate) parameters: Vec<&'static str>,
    pub(crate) form: CrossForm,
}

pub(super) fn cross_person(resources: &[&'static str]) -> Vec<CrossRow> {
    let row = |line: &'static str| {
        let mut fields = line.split(',');
        let number = fields.next()?.parse().ok()?;
        let name = fields.next()?;
        let resource = if name == "*" {
            None
        } else {
            Some(resource_number(resources, name)?)
        };
        let parameters = fields.next()?.split('+').collect();
        let form = match fields.next()? {
            "identifier" => CrossForm::Identifier,
            "token" => CrossForm::Token,
            "string" => CrossForm::String,
            "date" => CrossForm::Date,
            "reference" => CrossForm::Reference,
            "code-date" => CrossForm::CodeDate,
            "via" => CrossForm::Via,
            _ => return None,
        };
        Some(CrossRow {
            number,
            resource,
            parameters,
            form,
        })
    };
    lines(include_str!("../../data/cross-person.csv"))
        .filter_map(row)
        .collect()
}
