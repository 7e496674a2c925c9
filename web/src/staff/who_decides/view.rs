//! The page.

use actions::FieldProblem;
use actions::sharing::{AttorneyLine, Found, ParentLine, SCOPES, WhoDecides};
use askama::Template;
use care::london::date_words;
use jiff::civil::Date;

use super::form::Deciding;
use super::parents::{FIRST_CHECK, Parents};
use crate::components::{
    DateField, ErrorSummary, FieldKind, FieldWidth, Problem, ProxyScopes, Tag, TagColour, TextField,
    WrongParts,
};
use crate::frame::Frame;

/// A finding that stands, in words.
#[derive(Debug, Clone)]
struct Standing {
    when: String,
    words: String,
}

#[derive(Debug, Clone)]
struct Card {
    page: String,
    name: String,
    tag: Tag,
    gives: Vec<&'static str>,
    until: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/who_decides/page.html")]
pub(crate) struct WhoDecidesView {
    frame: Frame,
    csrf: String,
    person: String,
    summary: Option<ErrorSummary>,
    /// Under 16 it is competence that is found; from then on, capacity.
    is_child: bool,
    competent: Option<Standing>,
    lacks_capacity: Option<Standing>,
    /// Of somebody under 16.
    parents: Option<Parents>,
    words: String,
    words_error: Option<String>,
    look_again: DateField,
    cards: Vec<Card>,
    name: TextField,
    nhs_number: TextField,
    registered: TextField,
    power: String,
    power_error: Option<String>,
    scopes: ProxyScopes,
    until: DateField,
    seen: bool,
    seen_error: Option<String>,
}

impl WhoDecidesView {
    pub(super) fn new(
        frame: Frame,
        person: &str,
        stands: &WhoDecides,
        form: &Deciding,
        problems: &[FieldProblem],
    ) -> WhoDecidesView {
        let wrong = |field: &str| {
            let found = problems.iter().find(|problem| problem.field == field);
            found.map(|problem| problem.words.clone())
        };
        let field = |id, label, hint, kind, value: &str| TextField {
            id,
            label,
            hint,
            kind,
            width: FieldWidth::Twenty,
            value: value.to_owned(),
            error: wrong(id),
        };
        let told = problems.iter().map(|problem| {
            let to = match problem.field {
                "scopes" => ProxyScopes::FIRST,
                "power" => "power-health",
                "capacity-until" => "capacity-until-day",
                "attorney-until" => "attorney-until-day",
                "parent-checked" => FIRST_CHECK,
                "parent-since" => "parent-since-day",
                "parent-until" => "parent-until-day",
                field => field,
            };
            Problem::new(to, problem.words.clone())
        });
        let is_child = stands
            .age
            .is_some_and(|age| age < care::access::children::ADULT_CONSENT);
        let (csrf, person) = (frame.csrf(), crate::path_segment::encode(person));
        WhoDecidesView {
            parents: is_child.then(|| Parents::new(&csrf, &person, stands, form, &wrong)),
            csrf,
            frame,
            person,
            summary: ErrorSummary::of(told.collect()),
            is_child,
            competent: stands.competent.as_ref().map(standing),
            lacks_capacity: stands.lacks_capacity.as_ref().map(standing),
            words: form.words.clone(),
            words_error: wrong("words"),
            look_again: DateField::new(
                "capacity-until",
                "When somebody looks again",
                "Within a year from today. After that day the attorneys stop acting",
                &form.capacity_until(),
                wrong("capacity-until").map(|words| (words, WrongParts::ALL)),
            ),
            cards: stands.attorneys.iter().map(card).collect(),
            name: field(
                "name",
                "The attorney's full name",
                "",
                FieldKind::Text,
                &form.name,
            ),
            nhs_number: field(
                "nhs-number",
                "The attorney's own NHS number",
                "10 digits: by it they are known when they sign in",
                FieldKind::Digits,
                &form.nhs_number,
            ),
            registered: field(
                "registered",
                "Registered as",
                "The 12 digits on the registered power",
                FieldKind::Digits,
                &form.registered,
            ),
            power: form.power.clone(),
            power_error: wrong("power"),
            scopes: ProxyScopes::new(
                "What they may do while the person lacks capacity",
                Some(staff_words),
                &form.scopes,
                wrong("scopes"),
            ),
            until: DateField::new(
                "attorney-until",
                "The last day",
                "Within a year from today; then it is looked at again",
                &form.attorney_until(),
                wrong("attorney-until").map(|words| (words, WrongParts::ALL)),
            ),
            seen: form.seen.is_some(),
            seen_error: wrong("seen"),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, WhoDecidesView)> {
        let found = |until| Found {
            since: Date::new(2026, 10, 3).ok(),
            until,
            words: "She could say back what sharing means, and what would follow <b>from it</b>".to_owned(),
        };
        let until = Date::new(2027, 4, 3).ok();
        let problem = |field, words: &str| FieldProblem {
            field,
            words: words.to_owned(),
        };
        let parent = |acts| ParentLine {
            page: "parent".to_owned(),
            name: "Ben <i>Example</i>".to_owned(),
            relationship: "Father".to_owned(),
            checked: "Their name is on the birth certificate".to_owned(),
            since: Date::new(2026, 10, 3).ok(),
            until,
            acts,
        };
        let child = WhoDecides {
            age: Some(14),
            competent: Some(found(None)),
            lacks_capacity: None,
            attorneys: Vec::new(),
            parents: vec![parent(false)],
            sixteenth: Date::new(2028, 2, 29).ok(),
        };
        let young = WhoDecides {
            age: Some(8),
            competent: None,
            parents: vec![parent(true)],
            ..child.clone()
        };
        let parents_problems = [
            problem(
                "parent-name",
                "Enter the parent's name, in 100 characters or fewer",
            ),
            problem("parent-number", "Enter the parent's own NHS number"),
            problem("parent-relationship", "Enter who they are to the person"),
            problem("parent-checked", "Choose how you checked it"),
            problem("parent-since", "Enter the day from which it counts"),
            problem("parent-until", "Enter a day at the latest the 16th birthday"),
            problem("parent-seen", "Confirm that they showed who they are"),
        ];
        let attorney = |acts| AttorneyLine {
            page: "one".to_owned(),
            name: "Marian Blakeley".to_owned(),
            scopes: vec![codes::access::SEE_RECORD.to_owned()],
            until,
            acts,
        };
        let grown_up = |lacks_capacity: bool| WhoDecides {
            age: Some(18),
            competent: None,
            lacks_capacity: lacks_capacity.then(|| found(until)),
            attorneys: vec![attorney(lacks_capacity)],
            parents: Vec::new(),
            sixteenth: None,
        };
        let nobody = WhoDecides {
            attorneys: Vec::new(),
            ..grown_up(false)
        };
        let problems = [
            problem("words", "Say in 10 to 500 characters how you found it"),
            problem(
                "capacity-until",
                "Enter a day after today and within a year from today",
            ),
            problem("power", "Choose what the power is for"),
            problem("name", "Enter the attorney's name, in 100 characters or fewer"),
            problem("scopes", "Choose what they may do"),
            problem(
                "attorney-until",
                "Enter a day after today and within a year from today",
            ),
            problem("seen", "Confirm that you saw the registered power"),
        ];
        let none = Deciding::default();
        let view = |stands: &WhoDecides, problems: &[FieldProblem]| {
            WhoDecidesView::new(Frame::sample(true), "sample", stands, &none, problems)
        };
        vec![
            ("child", view(&child, &[])),
            ("parent", view(&young, &[])),
            ("parent-errors", view(&young, &parents_problems)),
            ("nobody", view(&nobody, &[])),
            ("attorney-waits", view(&grown_up(false), &[])),
            ("attorney-acts", view(&grown_up(true), &[])),
            ("errors", view(&nobody, &problems)),
        ]
    }
}

/// What somebody may do, as staff read it; the words of [`SCOPES`] are the person's own.
fn staff_words(code: &str) -> &'static str {
    match code {
        codes::access::SEE_SUMMARY => "See medicines, allergies and health conditions",
        codes::access::SEE_RECORD => "See the whole record",
        codes::access::SEE_APPOINTMENTS => "See appointments",
        codes::access::MANAGE_APPOINTMENTS => "Book, change and cancel appointments",
        codes::access::SEE_PLAN => "See the care plan",
        codes::access::SEND_MESSAGES => "Write messages for the person",
        _ => "",
    }
}

fn standing(found: &Found) -> Standing {
    let since = found
        .since
        .map_or_else(|| "a day that is not recorded".to_owned(), date_words);
    Standing {
        when: match found.until {
            Some(until) => format!("Found on {since}, until {}", date_words(until)),
            None => format!("Found on {since}"),
        },
        words: found.words.clone(),
    }
}

fn card(line: &AttorneyLine) -> Card {
    let given = |code: &str| line.scopes.iter().any(|scope| scope == code);
    Card {
        page: line.page.clone(),
        name: line.name.clone(),
        tag: if line.acts {
            Tag::new("Acts now", TagColour::Green)
        } else {
            Tag::new("Does not act now", TagColour::Grey)
        },
        gives: SCOPES
            .iter()
            .filter(|(code, _)| given(code))
            .map(|(code, _)| staff_words(code))
            .collect(),
        until: line
            .until
            .map_or_else(|| "no last day, so it never counts".to_owned(), date_words),
    }
}
