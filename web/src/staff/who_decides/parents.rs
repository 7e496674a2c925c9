//! The part of the page about parental responsibility for somebody under 16.

use actions::sharing::{PARENT_CHECKS, ParentLine, WhoDecides};
use askama::Template;
use care::london::date_words;
use jiff::civil::Date;

use super::form::Deciding;
use crate::components::{DateField, DateParts, FieldKind, FieldWidth, Tag, TagColour, TextField, WrongParts};

/// The input to which an error about how it was checked leads.
pub(super) const FIRST_CHECK: &str = "parent-checked-1";

#[derive(Debug, Clone)]
struct Card {
    page: String,
    name: String,
    tag: Tag,
    relationship: String,
    checked: String,
    from: String,
    until: String,
}

#[derive(Debug, Clone)]
struct Check {
    id: String,
    code: &'static str,
    words: &'static str,
    chosen: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/who_decides/parents.html")]
pub(super) struct Parents {
    csrf: String,
    person: String,
    cards: Vec<Card>,
    /// Somebody can be entered: the person is under 16, and was not found competent.
    is_open: bool,
    name: TextField,
    number: TextField,
    relationship: TextField,
    checks: Vec<Check>,
    checked_error: Option<String>,
    since: DateField,
    until: DateField,
    seen: bool,
    seen_error: Option<String>,
}

impl askama::filters::HtmlSafe for Parents {}

impl Parents {
    /// `wrong` says what is wrong with a field.
    pub(super) fn new(
        csrf: &str,
        person: &str,
        stands: &WhoDecides,
        form: &Deciding,
        wrong: &dyn Fn(&str) -> Option<String>,
    ) -> Parents {
        let field = |id, label, hint, kind, value: &str| TextField {
            id,
            label,
            hint,
            kind,
            width: FieldWidth::Twenty,
            value: value.to_owned(),
            error: wrong(id),
        };
        let all = |error: Option<String>| error.map(|words| (words, WrongParts::ALL));
        // A form that was not sent yet offers the longest time.
        let until = match form.decision.is_empty() {
            true => stands.sixteenth.map(parts).unwrap_or_default(),
            false => form.parent_until(),
        };
        Parents {
            csrf: csrf.to_owned(),
            person: person.to_owned(),
            cards: stands.parents.iter().map(card).collect(),
            is_open: stands.competent.is_none(),
            name: field(
                "parent-name",
                "The parent's full name",
                "",
                FieldKind::Text,
                &form.parent_name,
            ),
            number: field(
                "parent-number",
                "The parent's own NHS number",
                "10 digits: by it they are known when they sign in",
                FieldKind::Digits,
                &form.parent_number,
            ),
            relationship: field(
                "parent-relationship",
                "Who they are to the person",
                "Such as mother, father or guardian",
                FieldKind::Text,
                &form.parent_relationship,
            ),
            checks: PARENT_CHECKS
                .iter()
                .zip(1..)
                .map(|((code, words), at)| Check {
                    id: format!("parent-checked-{at}"),
                    code,
                    words,
                    chosen: form.parent_checked == *code,
                })
                .collect(),
            checked_error: wrong("parent-checked"),
            since: DateField::new(
                "parent-since",
                "The first day",
                "From 13 on it has to be after the 11th birthday: it is looked at again then",
                &form.parent_since(),
                all(wrong("parent-since")),
            ),
            until: DateField::new(
                "parent-until",
                "The last day",
                "At the latest the 16th birthday",
                &until,
                all(wrong("parent-until")),
            ),
            seen: form.parent_seen.is_some(),
            seen_error: wrong("parent-seen"),
        }
    }
}

fn parts(day: Date) -> DateParts {
    DateParts {
        day: day.day().to_string(),
        month: day.month().to_string(),
        year: day.year().to_string(),
    }
}

fn card(line: &ParentLine) -> Card {
    let words = |day: Option<Date>| day.map_or_else(|| "a day that is not recorded".to_owned(), date_words);
    Card {
        page: line.page.clone(),
        name: line.name.clone(),
        tag: if line.acts {
            Tag::new("Sees the record now", TagColour::Green)
        } else {
            Tag::new("Does not see the record now", TagColour::Grey)
        },
        relationship: line.relationship.clone(),
        checked: line.checked.clone(),
        from: words(line.since),
        until: words(line.until),
    }
}
