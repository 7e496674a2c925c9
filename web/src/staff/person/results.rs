//! Who fits a search: enough of each to tell two people apart, and what to do when nobody fits.

use actions::person::{Fit, Match, PersonMatch, Wholeness};
use actions::{ActionError, Purpose, person};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use care::person::{Address, Person, Whereabouts};
use http::StatusCode;
use jiff::civil::Date;

use super::asked::AskedProblems;
use super::{Asked, SearchView};
use crate::app::{App, SignedIn};
use crate::components::{NhsNumberWords, Problem};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::record::{age_words, base, nhs_number_words};

#[derive(Debug, Clone)]
pub(crate) struct AskedLine {
    pub(crate) label: &'static str,
    pub(crate) words: String,
}

/// One person in the list.
#[derive(Debug, Clone)]
pub(crate) struct FoundPerson {
    pub(crate) href: String,
    pub(crate) name: String,
    /// "Also known as …"; empty when there is nothing to add.
    pub(crate) also: String,
    pub(crate) died: String,
    pub(crate) born: String,
    pub(crate) age: String,
    pub(crate) gender: String,
    pub(crate) nhs_number: NhsNumberWords,
    pub(crate) address: String,
    /// What of the search is met only nearly; empty when all of it fits.
    pub(crate) near: String,
    /// The entry was joined to another.
    pub(crate) joined: bool,
}

impl FoundPerson {
    pub(crate) fn of(found: &PersonMatch, today: Date) -> FoundPerson {
        let person = &found.person;
        let formal = person.formal_name();
        let shown = person.official_name();
        let others: Vec<String> = person
            .names
            .iter()
            .filter(|name| Some(*name) != shown)
            .map(care::person::Name::words)
            .filter(|words| !words.is_empty())
            .collect();
        FoundPerson {
            href: base(&found.id),
            name: formal,
            also: if others.is_empty() {
                String::new()
            } else {
                format!("Also known as {}", others.join(", "))
            },
            died: person.death.words().unwrap_or_default(),
            born: person.birth_date.as_ref().map_or_else(
                || "Not recorded".to_owned(),
                care::partial_date::PartialDate::date_words,
            ),
            age: age_words(person, today),
            gender: person
                .gender
                .map_or("Not recorded", |gender| gender.words())
                .to_owned(),
            nhs_number: nhs_number_words(person),
            address: address(person),
            near: found.fit.as_ref().map(near_words).unwrap_or_default(),
            joined: found.joined,
        }
    }
}

/// What is met with a slip or by something no longer in use, so that nobody takes a near fit for the person.
fn near_words(fit: &Fit) -> String {
    let mut words = Vec::new();
    for (met, slip, former) in [
        (fit.nhs_number, "", "former NHS number"),
        (
            fit.names.iter().map(|part| part.met).max(),
            "name is spelt differently",
            "",
        ),
        (fit.born, "date of birth differs", ""),
        (fit.postcode, "", "former address"),
        (fit.telephone, "", "former telephone number"),
    ] {
        words.extend(match met {
            Some(Match::Slip) => Some(slip),
            Some(Match::Former) => Some(former),
            Some(Match::Exact | Match::Part) | None => None,
        });
    }
    if words.is_empty() {
        String::new()
    } else {
        format!("Check: {}", words.join(", "))
    }
}

fn address(person: &Person) -> String {
    match &person.whereabouts {
        Whereabouts::Withheld => "Withheld: address restricted".to_owned(),
        Whereabouts::Known(reach) => {
            let printed = reach.address().map(address_words).unwrap_or_default();
            if printed.is_empty() {
                "Not recorded".to_owned()
            } else {
                printed
            }
        }
    }
}

/// The address on one line; a postcode does not break across two.
fn address_words(address: &Address) -> String {
    let postcode = address.postcode.as_deref().map(str::trim);
    let part = |line: &str| {
        if Some(line) == postcode {
            line.replace(' ', "\u{a0}")
        } else {
            line.to_owned()
        }
    };
    address
        .printed()
        .into_iter()
        .map(part)
        .collect::<Vec<String>>()
        .join(", ")
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/person/results.html")]
pub(crate) struct SearchResultsView {
    frame: Frame,
    heading: String,
    asked: Vec<AskedLine>,
    people: Vec<FoundPerson>,
    /// More fit than are listed.
    narrow: Option<String>,
    /// Why somebody may be missing.
    missing: Option<String>,
    advice: Vec<&'static str>,
}

impl SearchResultsView {
    pub(crate) fn new(
        frame: Frame,
        asked: &Asked,
        people: Vec<FoundPerson>,
        more: bool,
        wholeness: Wholeness,
    ) -> SearchResultsView {
        let heading = match (people.len(), more) {
            (0, _) => "Nobody found".to_owned(),
            (1, false) => "1 person found".to_owned(),
            (count, false) => format!("{count} people found"),
            (count, true) => format!("The first {count} people found"),
        };
        let narrow = more.then(|| "More people match than are listed here. Add a detail, such as the date of birth, to find the right one.".to_owned());
        let mut advice = vec!["Check the spelling, or type only the first letters of each name."];
        if !asked.nhs_number.trim().is_empty() {
            advice.push("Search without the NHS number: it may not be recorded, or may have been replaced.");
        }
        if !asked.postcode.trim().is_empty() {
            advice.push(
                "Search without the postcode: the person may have moved, or their address may be withheld.",
            );
        }
        advice.push("Try a former name, or swap day and month of birth.");
        advice.push("If the person is in front of you or on the telephone, go on with their care: care does not wait for a record.");
        SearchResultsView {
            frame,
            heading,
            asked: lines(asked),
            people,
            narrow,
            missing: missing_words(wholeness),
            advice,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SearchResultsView)> {
        let frame = || Frame::sample(true);
        let asked = Asked {
            name: "ann smith".to_owned(),
            day: "12".to_owned(),
            month: "3".to_owned(),
            year: "1940".to_owned(),
            ..Asked::default()
        };
        let person = |id: &str, name: &str, also: &str, number: &str, address: &str| FoundPerson {
            href: base(id),
            name: name.to_owned(),
            also: also.to_owned(),
            died: String::new(),
            born: "12 March 1940".to_owned(),
            age: "86 years".to_owned(),
            gender: "Female".to_owned(),
            nhs_number: NhsNumberWords {
                words: number.to_owned(),
                verification: "Number present and verified".to_owned(),
            },
            address: address.to_owned(),
            near: String::new(),
            joined: false,
        };
        let two = vec![
            person(
                "a",
                "SMITH, Ann (Mrs)",
                "",
                "943\u{a0}476\u{a0}5919",
                "4 Example Street, Bath, BA1 1AA",
            ),
            FoundPerson {
                nhs_number: NhsNumberWords {
                    words: "Not recorded".to_owned(),
                    verification: String::new(),
                },
                gender: "Not recorded".to_owned(),
                near: "Check: name is spelt differently, date of birth differs".to_owned(),
                joined: true,
                ..person(
                    "b",
                    "SMITH, Anne",
                    "Also known as Anne Jones",
                    "",
                    "Withheld: address restricted",
                )
            },
        ];
        let long_name =
            "WOLFESCHLEGELSTEINHAUSENBERGERDORFF-FEATHERSTONEHAUGH, Maria-Magdalena Oluwaseun (Professor)";
        let mut many: Vec<FoundPerson> = (0..50)
            .map(|n| {
                person(
                    &format!("p{n}"),
                    "SMITH, Ann",
                    "",
                    "943\u{a0}476\u{a0}5919",
                    "4 Example Street, Bath, BA1 1AA",
                )
            })
            .collect();
        many[1] = FoundPerson {
            died: "Died 1 May 2026".to_owned(),
            ..person(
                "long",
                long_name,
                "Also known as <script>alert('also')</script>",
                "943\u{a0}476\u{a0}5919",
                "Flat 117b, The Old Corn Exchange and Assembly Rooms, 1234 Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Road, Bradford-on-Avon, Wiltshire, BA15 1ZZ",
            )
        };
        vec![
            (
                "empty",
                SearchResultsView::new(
                    frame(),
                    &Asked {
                        postcode: "BA1 1AA".to_owned(),
                        nhs_number: "943 476 5919".to_owned(),
                        ..asked.clone()
                    },
                    Vec::new(),
                    false,
                    Wholeness::Whole,
                ),
            ),
            (
                "normal",
                SearchResultsView::new(frame(), &asked, two.clone(), false, Wholeness::Whole),
            ),
            (
                "updating",
                SearchResultsView::new(frame(), &asked, Vec::new(), false, Wholeness::Updating),
            ),
            (
                "building",
                SearchResultsView::new(frame(), &asked, two, false, Wholeness::Building),
            ),
            (
                "long",
                SearchResultsView::new(frame(), &asked, many, true, Wholeness::Incomplete(3)),
            ),
        ]
    }
}

/// `GET /staff/person/search/{name}`: who fits the search that the session keeps under this name.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    name: Result<Path<String>, PathRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Some(asked) = name
        .ok()
        .and_then(|Path(name)| app.searches.recall(&session.0, &name))
    else {
        return Failure::SearchForgotten.respond(frame);
    };
    let today = app.actions.today();
    let query = match asked.query(today) {
        Ok(query) => query,
        Err(problems) => {
            let view = SearchView::new(frame, &asked, &problems, Vec::new());
            return page(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    match person::search(&app.actions, session.actor(), Purpose::DirectCare, &query).await {
        Ok(found) => {
            let people = found
                .people
                .iter()
                .map(|one| FoundPerson::of(one, today))
                .collect();
            page(
                StatusCode::OK,
                &SearchResultsView::new(frame, &asked, people, found.more, found.wholeness),
            )
        }
        Err(ActionError::Form(fields)) => {
            let problems = fields
                .into_iter()
                .map(|problem| Problem::new(target(problem.field), problem.words))
                .collect();
            let view = SearchView::new(frame, &asked, &AskedProblems::default(), problems);
            page(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(ActionError::TooCostly(words)) => {
            let problems = vec![Problem::new(
                "name",
                format!("Too many people could match. Add a detail ({words})"),
            )];
            let view = SearchView::new(frame, &asked, &AskedProblems::default(), problems);
            page(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

fn missing_words(wholeness: Wholeness) -> Option<String> {
    match wholeness {
        Wholeness::Whole => None,
        Wholeness::Updating => Some(
            "Updating: the search has not taken in your last change yet. Somebody may be missing; search again in a moment."
                .to_owned(),
        ),
        Wholeness::Building => Some(
            "The search is being prepared. Until it is ready it finds only details spelt exactly as they are recorded."
                .to_owned(),
        ),
        Wholeness::Incomplete(1) => {
            Some("The details of 1 person could not be read, so this list may lack them.".to_owned())
        }
        Wholeness::Incomplete(count) => Some(format!(
            "The details of {count} people could not be read, so this list may lack them."
        )),
    }
}

/// The input that a field of the query is typed into.
fn target(field: &str) -> &str {
    match field {
        "nhs_number" => "nhs-number",
        "born" => "born-day",
        other => other,
    }
}

fn lines(asked: &Asked) -> Vec<AskedLine> {
    let mut lines = Vec::new();
    let mut line = |label, words: String| {
        if !words.is_empty() {
            lines.push(AskedLine { label, words });
        }
    };
    line("NHS number", asked.nhs_number.trim().to_owned());
    line("Name", asked.name.trim().to_owned());
    line(
        "Born",
        asked
            .born_date()
            .map(care::london::date_words)
            .unwrap_or_default(),
    );
    line("Postcode", asked.postcode.trim().to_owned());
    line("Telephone", asked.telephone.trim().to_owned());
    lines
}
