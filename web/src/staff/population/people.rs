//! `GET /staff/population/people`: who is behind a figure, and the form that sends them to work. Who may not have the list by name is told
//! who may.

use actions::population::{By, Found, FoundPerson, Member, SendToWork, Told, Work, people, work};
use actions::risk::capacity;
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use codes::risk;
use http::StatusCode;

use super::asked::{Asked, Pairs, address};
use super::head::{Head, Section, WHO_MAY};
use super::words::whole;
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, NhsNumberWords, Problem};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::record::nhs_number_words;

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) age: String,
    pub(super) nhs_number: NhsNumberWords,
    pub(super) help: String,
}

#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) code: &'static str,
    pub(super) words: &'static str,
    pub(super) chosen: bool,
}

/// The form that sends the list to work.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) csrf: String,
    /// Scope and groups, as the address has them.
    pub(super) hidden: Vec<(String, String)>,
    pub(super) id: String,
    /// How many of the list would get an offer, and how many the team can see.
    pub(super) words: String,
    pub(super) what: Vec<Choice>,
    pub(super) what_error: Option<String>,
    pub(super) note: String,
    pub(super) note_error: Option<String>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/people.html")]
pub(crate) struct PeopleView {
    pub(super) frame: Frame,
    /// None of a list that may not be opened.
    pub(super) head: Option<Head>,
    pub(super) summary: Option<ErrorSummary>,
    pub(super) back: String,
    pub(super) heading: String,
    pub(super) scope: String,
    /// What is counted by the number that the list is behind, where that stands by itself.
    pub(super) definition: Option<String>,
    /// Why there is no list.
    pub(super) refused: Option<&'static str>,
    /// What was sent to work, when the list is of that.
    pub(super) work: Option<(String, String)>,
    pub(super) rows: Vec<Row>,
    pub(super) count: String,
    pub(super) form: Option<Form>,
}

/// What was typed into the form, and what is wrong with it.
pub(super) struct Typed<'t> {
    pub(super) id: &'t str,
    pub(super) what: &'t str,
    pub(super) note: &'t str,
    pub(super) problems: &'t [FieldProblem],
}

fn row(found: &FoundPerson<Member>) -> Row {
    let member = &found.what;
    Row {
        href: format!("/staff/risk/person/{}", found.id),
        name: found.person.formal_name(),
        age: member
            .age
            .map_or_else(|| "Age not known".to_owned(), |age| format!("{age} years")),
        nhs_number: nhs_number_words(&found.person),
        help: member
            .step
            .map_or("Nothing offered", care::risk::funnel::Step::words)
            .to_owned(),
    }
}

fn count_words(found: &Found<Member>) -> String {
    let named = found.people.len();
    match (found.total, found.more) {
        (_, false) if named == 1 => "1 person.".to_owned(),
        (_, false) => format!("{named} people."),
        (Some(total), true) => format!("{} people. These are the {named} oldest.", whole(total)),
        (None, true) => format!("These are the {named} oldest. There are more."),
    }
}

fn form(
    asked: &Asked,
    told: &Told<Found<Member>>,
    room: u32,
    csrf: String,
    typed: Option<&Typed<'_>>,
) -> Option<Form> {
    let found = &told.answer;
    // What was sent to work once is not sent again as a cohort of its own.
    let once = asked.cohort.group(By::Work).is_some();
    if once || found.more || found.people.is_empty() {
        return None;
    }
    let waiting = found.people.iter().filter(|one| !one.what.open).count();
    if waiting == 0 {
        return None;
    }
    let error = |field: &str| {
        let problems = typed.map_or(&[][..], |typed| typed.problems);
        let found = problems.iter().find(|problem| problem.field == field);
        found.map(|problem| problem.words.clone())
    };
    let mut hidden = vec![("scope".to_owned(), asked.scope.key())];
    hidden.extend(
        asked
            .cohort
            .groups()
            .iter()
            .map(|(by, group)| (by.code().to_owned(), group.key.clone())),
    );
    Some(Form {
        csrf,
        hidden,
        id: typed.map_or_else(SendToWork::new_id, |typed| typed.id.to_owned()),
        words: format!(
            "{waiting} of them {} offered help and put on the worklist of your care co-ordinators. Your team can see {room} people a week.",
            if waiting == 1 { "is" } else { "are" }
        ),
        what: risk::OFFERS
            .iter()
            .map(|(code, words)| Choice {
                code,
                words,
                chosen: typed.is_some_and(|typed| typed.what == *code),
            })
            .collect(),
        what_error: error("what"),
        note: typed.map_or_else(String::new, |typed| typed.note.to_owned()),
        note_error: error("note"),
    })
}

fn summary(typed: Option<&Typed<'_>>) -> Option<ErrorSummary> {
    let problems = typed.map_or(&[][..], |typed| typed.problems);
    ErrorSummary::of(
        problems
            .iter()
            .map(|problem| Problem::new(problem.field, &problem.words))
            .collect(),
    )
}

fn heading(asked: &Asked, work: Option<&Work>) -> String {
    match (work, asked.cohort.words()) {
        (Some(_), words) if asked.cohort.groups().len() == 1 => {
            words.replace("Sent to work: This cohort", "Sent to work")
        }
        (_, words) if words.is_empty() => "Everybody".to_owned(),
        (_, words) => words,
    }
}

/// Where the figure stands that opened the list.
fn back(asked: &Asked) -> String {
    let scope = asked.scope.key();
    let group = |by| asked.cohort.group(by);
    if group(By::OnList).or(group(By::Reached)).is_some() {
        return format!("/staff/risk?scope={}#reach", crate::path_segment::encode(&scope));
    }
    if let Some(work) = group(By::Work) {
        return address(Section::Funnel.path(), &scope, &format!("work={}", work.key));
    }
    let section = match (group(By::CameTo), group(By::Month)) {
        (Some(_), _) => Section::Funnel,
        (None, Some(_)) => Section::Movement,
        (None, None) => Section::Ages,
    };
    address(section.path(), &scope, "")
}

/// Why a number that is hidden opens no list.
pub(super) const HIDDEN: &str =
    "This number is hidden, since it is small or would tell one that is, so that it opens no list.";

/// The page that says why there is no list.
fn refused(frame: Frame, asked: &Asked, words: &'static str) -> PeopleView {
    PeopleView {
        frame,
        head: None,
        summary: None,
        back: back(asked),
        heading: heading(asked, None),
        scope: asked.scope.name().to_owned(),
        refused: Some(words),
        work: None,
        definition: None,
        rows: Vec::new(),
        count: String::new(),
        form: None,
    }
}

async fn listed(
    app: &App,
    session: &SignedIn,
    asked: &Asked,
    frame: Frame,
    typed: Option<&Typed<'_>>,
) -> Result<PeopleView, ActionError> {
    let actor = session.actor();
    let told = people(
        &app.actions,
        actor,
        &asked.scope,
        asked.cohort.clone(),
        asked.places.clone(),
    )
    .await?;
    let work = match asked.cohort.group(By::Work) {
        Some(group) => Some(work(&app.actions, actor, &asked.scope, &group.key).await?),
        None => None,
    };
    let room = capacity(&app.actions, actor, &asked.scope).await?.people;
    let csrf = frame.csrf();
    let query = asked.cohort.query();
    Ok(PeopleView {
        frame,
        head: Some(Head::new(
            None,
            (&asked.scope, &asked.choices),
            &query,
            asked.names,
            (&told.stamp, app.actions.today()),
        )),
        summary: summary(typed),
        back: back(asked),
        heading: heading(asked, work.as_ref()),
        scope: asked.scope.name().to_owned(),
        refused: None,
        definition: asked.cohort.definition(),
        work: work.map(|work| (work.cohort, work.what)),
        rows: told.answer.people.iter().map(row).collect(),
        count: count_words(&told.answer),
        form: form(asked, &told, room, csrf, typed),
    })
}

/// The list, with what is wrong with its form.
pub(super) async fn shown(
    app: &App,
    session: &SignedIn,
    pairs: &Pairs,
    typed: Option<&Typed<'_>>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let asked = match Asked::new(app, session, pairs) {
        Ok(asked) => asked,
        Err(failure) => return failure.respond(frame),
    };
    match listed(app, session, &asked, frame.clone(), typed).await {
        Ok(view) => {
            let wrong = typed.is_some_and(|typed| !typed.problems.is_empty());
            let status = if wrong {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            page(status, &view)
        }
        Err(ActionError::Forbidden(_)) => page(StatusCode::FORBIDDEN, &refused(frame, &asked, WHO_MAY)),
        // Of what is hidden there is no list, whoever typed its address.
        Err(ActionError::Rule { about: "figure", .. }) => {
            page(StatusCode::NOT_FOUND, &refused(frame, &asked, HIDDEN))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `GET /staff/population/people`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let Ok(Query(pairs)) = asked else {
        return Failure::BadForm.respond(app.frame_of(Some(&session.0)));
    };
    shown(&app, &session, &pairs, None).await
}
