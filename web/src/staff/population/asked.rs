//! What an address asks: of whom (`scope`), and of which groups.

use std::collections::BTreeMap;

use actions::population::{Area, By, Choice, Cohort, Level, Places, Scope, WrongGroup, choices, scope};
use actions::{ActionError, Purpose};
use care::segment::Month;

use crate::app::{App, SignedIn};
use crate::failure::Failure;
use crate::staff::region::ShownRegion;

/// Names and values of an address, as they came.
pub(super) type Pairs = Vec<(String, String)>;

/// What an address asks, once it is known to be there.
pub(super) struct Asked {
    /// Whose figures the reader may have.
    pub(super) choices: Vec<Choice>,
    pub(super) scope: Scope,
    /// Whether they may have its people by name.
    pub(super) names: bool,
    pub(super) places: Places,
    pub(super) cohort: Cohort,
}

impl Asked {
    /// # Errors
    /// The field that names nothing; not found where there is nothing to ask of.
    pub(super) fn new(app: &App, session: &SignedIn, pairs: &Pairs) -> Result<Asked, Failure> {
        let actor = session.actor();
        let choices = choices(&app.actions, actor, Purpose::RiskStratification).map_err(Failure::of)?;
        let mut keys = pairs.iter().filter(|(name, _)| name == "scope");
        let key = keys.next().map(|(_, key)| key.as_str());
        let known = || choices.iter().map(|choice| choice.scope.key()).collect();
        if keys.next().is_some() {
            return Err(Failure::UnknownChoice {
                field: "scope",
                known: known(),
            });
        }
        let scope = match key {
            Some(key) => scope(&app.actions, actor, key).map_err(|error| match error {
                ActionError::NotFound if !choices.is_empty() => Failure::UnknownChoice {
                    field: "scope",
                    known: known(),
                },
                other => Failure::of(other),
            })?,
            None => {
                // The figures of a caseload are mostly too small to be shown: whoever has a practice begins with it.
                let figures = || choices.iter().filter(|choice| choice.figures);
                let practice = figures().find(|choice| choice.scope.level() == Level::Practice);
                let first = practice.or_else(|| figures().next());
                first.ok_or(Failure::NotFound)?.scope.clone()
            }
        };
        let names = choices
            .iter()
            .any(|choice| choice.names && choice.scope.key() == scope.key());
        let places = places(app)?;
        let groups = pairs.iter().filter(|(name, _)| name != "scope");
        let groups = groups.map(|(name, key)| (name.as_str(), key.as_str()));
        let cohort = Cohort::read(groups, &places).map_err(wrong)?;
        let months = Month::last_twelve(app.actions.today());
        if cohort.month().is_some_and(|month| !months.contains(&month)) {
            return Err(Failure::UnknownChoice {
                field: By::Month.code(),
                known: months.into_iter().map(Month::key).collect(),
            });
        }
        Ok(Asked {
            choices,
            scope,
            names,
            places,
            cohort,
        })
    }

    /// As [`Asked::new`], of a page that takes no group but what was sent to work, and a `month` where it is of one.
    pub(super) fn figures(
        app: &App,
        session: &SignedIn,
        pairs: &Pairs,
        month: bool,
    ) -> Result<Asked, Failure> {
        let asked = Asked::new(app, session, pairs)?;
        let taken = [By::Work, By::Month];
        let taken = if month { &taken[..] } else { &taken[..1] };
        match asked.cohort.groups().iter().find(|(by, _)| !taken.contains(by)) {
            Some((by, _)) => Err(Failure::UnknownChoice {
                field: by.code(),
                known: std::iter::once("scope")
                    .chain(taken.iter().map(|by| by.code()))
                    .map(str::to_owned)
                    .collect(),
            }),
            None => Ok(asked),
        }
    }
}

pub(super) fn wrong(wrong: WrongGroup) -> Failure {
    Failure::UnknownChoice {
        field: wrong.field,
        known: wrong.known,
    }
}

/// Whether a class of the rural-urban classification 2021 is rural; its words begin so.
pub(super) fn is_rural(class: &str) -> Option<bool> {
    let (kind, _) = class.split_once(':')?;
    match kind {
        "Rural" => Some(true),
        "Urban" => Some(false),
        _ => None,
    }
}

/// The small areas of the region that this server shows, and the networks of the directory.
pub(crate) fn places(app: &App) -> Result<Places, Failure> {
    let moment = app.settings.region.as_ref().map(ShownRegion::now);
    let areas: BTreeMap<String, Area> = moment
        .and_then(|moment| moment.summary)
        .map(|summary| {
            let areas = summary.areas.iter().map(|area| {
                let known = Area {
                    name: area.name.clone(),
                    decile: area.decile,
                    rural: is_rural(&area.rural_urban),
                };
                (area.code.clone(), known)
            });
            areas.collect()
        })
        .unwrap_or_default();
    Places::new(&app.actions, areas).map_err(Failure::of)
}

/// An address of these pages.
pub(crate) fn address(page: &str, scope: &str, query: &str) -> String {
    let join = if query.is_empty() { "" } else { "&" };
    format!(
        "/staff/population{page}?scope={}{join}{query}",
        crate::path_segment::encode(scope)
    )
}
