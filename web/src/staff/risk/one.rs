//! `GET /staff/risk/person/{id}`: one person's risk with its reasons, what was offered, and the forms beside it.

use actions::risk::{OfferTold, PersonRisk, person_risk};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use care::risk::memory::{Offer, Standing, View};
use codes::risk;
use http::StatusCode;

use super::send::Sending;
use super::words::{
    NO_SCORE, NOT_COUNTED, band_tag, band_words, change_words, clinical_frailty_words, date_words,
    driver_words, missing_words, standing_words,
};
use crate::app::{App, SignedIn};
use crate::components::{DateField, DateParts, ErrorSummary, NhsNumberWords, Problem, Tag, WrongParts};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::staff::record::nhs_number_words;

#[derive(Debug, Clone)]
struct Choice {
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

fn choices(list: &[(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    let choice = |(code, words): &(&'static str, &'static str)| Choice {
        code,
        words,
        chosen: *code == chosen,
    };
    list.iter().map(choice).collect()
}

#[derive(Debug, Clone)]
struct OfferLine {
    id: String,
    version: u64,
    what: String,
    state: String,
    note: String,
    came_of_it: String,
    /// What it can become: code and button.
    next: Vec<(&'static str, &'static str)>,
    accepts_reason: bool,
    accepts_outcome: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/risk/person.html")]
pub(crate) struct PersonRiskView {
    frame: Frame,
    csrf: String,
    summary: Option<ErrorSummary>,
    base: String,
    record: String,
    name: String,
    nhs_number: NhsNumberWords,
    age: String,
    band: Option<Tag>,
    count: String,
    why: String,
    /// They object to risk stratification.
    objects: bool,
    /// Where that is written down.
    objection: String,
    change: String,
    drivers: Vec<String>,
    drivers_withheld: bool,
    /// What a clinician recorded beside the index.
    clinical_frailty: String,
    missing: Vec<String>,
    not_counted: &'static str,
    at: Vec<String>,
    views: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    offers: Vec<OfferLine>,
    declines: Vec<Choice>,
    outcomes: Vec<Choice>,
    open: bool,
    what: Vec<Choice>,
    what_error: Option<String>,
    note: String,
    note_error: Option<String>,
    paused: Option<String>,
    why_pause: Vec<Choice>,
    pause_error: Option<String>,
    until: DateField,
    view: Vec<Choice>,
    view_error: Option<String>,
    reason: String,
    reason_error: Option<String>,
    why_error: Option<String>,
}

/// A form that was not accepted.
pub(super) struct Refused<'r> {
    pub(super) form: &'r Sending,
    pub(super) problems: &'r [FieldProblem],
}

impl PersonRiskView {
    pub(super) fn new(frame: Frame, risk: &PersonRisk, refused: Option<&Refused<'_>>) -> PersonRiskView {
        let empty = Sending::default();
        let typed = refused.map_or(&empty, |refused| refused.form);
        let problem = |field: &str| {
            let problems = refused.map_or(&[][..], |refused| refused.problems);
            problems
                .iter()
                .find(|problem| problem.field == field)
                .map(|problem| problem.words.clone())
        };
        // One word may be asked in two forms; the form that was sent is the one that is marked.
        let in_form = |form: &str, field: &str| problem(field).filter(|_| typed.form == form);
        let summary = refused.map(|refused| {
            let target = |problem: &FieldProblem| match (typed.form.as_str(), problem.field) {
                ("pause", "why") => "pause-why".to_owned(),
                ("pause", "day") => "until-day".to_owned(),
                ("pause", "note") => "pause-note".to_owned(),
                ("advance", "why") => "advance-why".to_owned(),
                (_, field) => field.to_owned(),
            };
            refused
                .problems
                .iter()
                .map(|problem| Problem::new(target(problem), &problem.words))
                .collect()
        });
        let until = in_form("pause", "day").map(|words| (words, WrongParts::ALL));
        let signs = risk.signs.as_ref();
        PersonRiskView {
            csrf: frame.csrf(),
            frame,
            summary: summary.and_then(ErrorSummary::of),
            base: format!("/staff/risk/person/{}", risk.page),
            record: format!("/staff/person/{}", risk.page),
            name: risk.person.formal_name(),
            nhs_number: nhs_number_words(&risk.person),
            age: risk.age.map_or_else(
                || "Age not known, or the person has died".to_owned(),
                |age| format!("{age} years"),
            ),
            band: signs.map(|signs| band_tag(signs.band)),
            count: signs.map_or_else(
                || format!("{NO_SCORE}: the frailty index is for people of 65 to 95. None is shown."),
                |signs| format!("{} of 36 deficits", signs.count),
            ),
            why: match (risk.standing, risk.reason) {
                _ if risk.objects => "On no list: they object to risk stratification".to_owned(),
                (Some(standing), Some(reason)) => {
                    format!("{}. {}", reason.words(), standing_words(standing))
                }
                (Some(Standing::Waits), None) if signs.is_none() => {
                    "Not on the list: at this age it lists whoever a clinician is more worried about"
                        .to_owned()
                }
                (Some(Standing::Waits), None) => "Not on the list: below what it asks for".to_owned(),
                (Some(standing), None) => standing_words(standing),
                (None, _) => "Not on the list".to_owned(),
            },
            objects: risk.objects,
            objection: format!("/staff/person/{}/objection", risk.page),
            change: signs.map(change_words).unwrap_or_default(),
            drivers: risk.drivers.iter().map(driver_words).collect(),
            drivers_withheld: risk.drivers_withheld,
            clinical_frailty: clinical_frailty_words(risk.clinical_frailty),
            missing: missing_words(&risk.missing),
            not_counted: NOT_COUNTED,
            at: risk
                .at
                .iter()
                .map(|one| {
                    format!(
                        "{}, {}: {}, {} of 36 deficits",
                        one.what,
                        date_words(one.day),
                        band_words(one.band).to_lowercase(),
                        one.count
                    )
                })
                .collect(),
            views: risk
                .views
                .iter()
                .map(|one| {
                    let day = one.day.map(date_words).unwrap_or_default();
                    (format!("{}, {day}", one.view.words()), one.words.clone())
                })
                .collect(),
            answers: risk
                .answers
                .iter()
                .map(|(day, words)| (day.map(date_words).unwrap_or_default(), words.clone()))
                .collect(),
            offers: risk.offers.iter().map(offer_line).collect(),
            declines: choices(&risk::DECLINES, &typed.why),
            outcomes: choices(&risk::OUTCOMES, &typed.why),
            open: risk.offers.iter().any(|offer| offer.state.is_open()),
            what: choices(&risk::OFFERS, &typed.what),
            what_error: problem("what"),
            note: typed.note.clone(),
            note_error: problem("note"),
            paused: risk.pause.as_ref().map(|pause| {
                let until = pause.until.map(date_words).unwrap_or_default();
                let note = if pause.note.is_empty() {
                    String::new()
                } else {
                    format!(". {}", pause.note)
                };
                format!("Not asked before {until}: {}{note}", pause.why)
            }),
            why_pause: choices(&risk::PAUSES, &typed.why),
            pause_error: in_form("pause", "why"),
            until: DateField::new(
                "until",
                "When is this looked at again?",
                "On this day they come back to the list by themselves. For example, 27 3 2027",
                &DateParts {
                    day: typed.day.clone(),
                    month: typed.month.clone(),
                    year: typed.year.clone(),
                },
                until,
            ),
            view: choices(&View::ALL.map(|view| (view.code(), view.words())), &typed.view),
            view_error: problem("view"),
            reason: typed.reason.clone(),
            reason_error: problem("reason"),
            why_error: in_form("advance", "why"),
        }
    }
}

impl PersonRiskView {
    pub(crate) fn samples() -> Vec<(&'static str, PersonRiskView)> {
        let Some(plain) = PersonRisk::sample("<script>alert(1)</script>") else {
            return Vec::new();
        };
        let day = jiff::civil::date(2026, 11, 3);
        let offer = |state, came_of_it: &str| OfferTold {
            id: "0190c0de-0000-7000-8000-00000000000a".to_owned(),
            version: 2,
            state,
            made: Some(day),
            what: "A comprehensive assessment at home".to_owned(),
            note: "Her daughter can be there on Tuesdays".to_owned(),
            came_of_it: came_of_it.to_owned(),
        };
        let mut told = plain.clone();
        told.offers = vec![offer(Offer::Accepted, ""), offer(Offer::Declined, "Not now")];
        let mut no_score = plain.clone();
        no_score.age = Some(97);
        no_score.signs = None;
        no_score.reason = None;
        no_score.clinical_frailty = None;
        no_score.at = Vec::new();
        let mut objects = plain.clone();
        objects.objects = true;
        let form = Sending {
            form: "pause".to_owned(),
            ..Sending::default()
        };
        let problem = |field, words: &str| FieldProblem {
            field,
            words: words.to_owned(),
        };
        let problems = [
            problem("why", "Choose why they are not asked"),
            problem("day", "Enter the day on which this is looked at again"),
        ];
        let refused = Refused {
            form: &form,
            problems: &problems,
        };
        let frame = || Frame::sample(true);
        vec![
            ("nothing-offered", PersonRiskView::new(frame(), &plain, None)),
            ("no-score", PersonRiskView::new(frame(), &no_score, None)),
            ("objects", PersonRiskView::new(frame(), &objects, None)),
            ("offered", PersonRiskView::new(frame(), &told, None)),
            ("error", PersonRiskView::new(frame(), &plain, Some(&refused))),
        ]
    }
}

fn offer_line(offer: &OfferTold) -> OfferLine {
    let made = offer.made.map(date_words).unwrap_or_default();
    let next = offer.state.next();
    OfferLine {
        id: offer.id.clone(),
        version: offer.version,
        what: format!("{}, offered {made}", offer.what),
        state: offer.state.words().to_owned(),
        note: offer.note.clone(),
        came_of_it: offer.came_of_it.clone(),
        next: next.iter().map(|to| (to.status(), button(*to))).collect(),
        accepts_reason: next.contains(&Offer::Declined),
        accepts_outcome: next.contains(&Offer::Done),
    }
}

fn button(to: Offer) -> &'static str {
    match to {
        Offer::Accepted => "They said yes",
        Offer::Declined => "They said no",
        Offer::Done => "It was done",
        Offer::Withdrawn => "Take the offer back",
        Offer::Made => "Offer",
    }
}

/// `GET /staff/risk/person/{id}`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Response {
    let Ok(Path(id)) = id else {
        return Failure::NotFound.respond(app.frame_of(Some(&session.0)));
    };
    shown(&app, &session, &id, None).await
}

pub(super) async fn shown(
    app: &App,
    session: &SignedIn,
    id: &str,
    refused: Option<&Refused<'_>>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    match person_risk(&app.actions, session.actor(), id).await {
        Ok(risk) => page(status, &PersonRiskView::new(frame, &risk, refused)),
        Err(ActionError::Forbidden(_)) => Failure::NotFound.respond(frame),
        Err(error) => Failure::of(error).respond(frame),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> String {
        let samples = PersonRiskView::samples();
        let (_, view) = samples.iter().find(|(one, _)| *one == name).expect("a sample");
        view.render().expect("a page")
    }

    #[test]
    fn the_page_says_what_was_recorded_beside_the_index_and_what_is_never_counted() {
        let found = page("nothing-offered");
        for words in [
            "Clinical Frailty Scale 6 of 9, recorded on 3 October 2026. Where it differs from the index, it comes first; the list does not read it.",
            "Measurements by themselves are not counted, such as a low eGFR or haemoglobin",
            "Polypharmacy (7 different medicines within 12 months)",
        ] {
            assert!(found.contains(words), "{words}");
        }
        assert!(!found.contains("Nothing is known to be missing"));
    }

    #[test]
    fn at_an_age_without_an_index_the_page_shows_no_score_and_says_so() {
        let found = page("no-score");
        assert!(found.contains("No score is made at this age"));
        assert!(found.contains("No Clinical Frailty Scale is recorded that you may see."));
        assert!(!found.contains("of 36 deficits") && !found.contains("Severe frailty"));
        assert!(page("nothing-offered").contains("14 of 36 deficits"));
    }
}
