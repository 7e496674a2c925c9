//! DocumentReference: letters and summaries, each with its words.

use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::datatype::{base64, concept, period, words};
use super::id::Kind;
use super::instant::date_time;
use super::letter_text::text;
use super::rendering::Rendering;
use crate::life::{Letter, LetterKind};

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, letter) in life.letters.iter().enumerate() {
        let is_to_come = letter.at.day.plus(i32::from(letter.late)) > rendering.today;
        if is_to_come || rendering.is_lost(letter.contact) {
            continue;
        }
        one(rendering, at, letter);
    }
}

/// A reference to a letter.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: usize, letter: &Letter) -> String {
    format!(
        "DocumentReference/{}",
        rendering.id(Kind::DocumentReference, at as u32, letter.at.day)
    )
}

fn one(rendering: &mut Rendering<'_>, at: usize, letter: &Letter) {
    let day = letter.at.day;
    let mut draft = rendering.open(
        "DocumentReference",
        "DocumentReference",
        Kind::DocumentReference,
        at,
        day,
    );
    draft.put("status", "current");
    draft.put("docStatus", "final");
    draft.put("type", kind(letter.kind));
    draft.put("category", vec![words(category(letter.kind))]);
    draft.put("subject", rendering.person());
    // It is known from the day that it came.
    let came = letter.at.plus(i32::from(letter.late) * 1440);
    draft.put("date", date_time(came));
    draft.put_some(
        "author",
        rendering.worker_of(letter.contact).map(|author| vec![author]),
    );
    if let Some((_, contact)) = rendering.contact(letter.contact) {
        draft.put("custodian", rendering.organisation(contact.organisation));
    }
    draft.put("description", title(letter.kind));
    let text = text(rendering, at, letter);
    draft.put(
        "content",
        json!([{ "attachment": {
            "contentType": "text/plain; charset=utf-8", "language": "en-GB", "data": base64(text.as_bytes()),
            "size": text.len(), "title": title(letter.kind), "creation": date_time(letter.at)
        } }]),
    );
    if let Some((_, contact)) = rendering.contact(letter.contact) {
        let mut context = json!({
            "period": period(Some(date_time(contact.start)), contact.end.map(date_time))
        });
        if let Some(encounter) = rendering.encounter(letter.contact) {
            context["encounter"] = json!([encounter]);
        }
        draft.put("context", context);
    }
    rendering.keep(draft);
}

fn kind(kind: LetterKind) -> Value {
    match kind {
        LetterKind::Discharge => concept(SNOMED_CT, "373942005", "Discharge summary"),
        LetterKind::Outpatient => words("Outpatient letter"),
        LetterKind::Emergency => words("Emergency department summary"),
        LetterKind::Report111 => words("NHS 111 report"),
        LetterKind::SocialCare => words("Social care assessment"),
        LetterKind::Charity => words("Letter of a community organisation"),
    }
}

/// What the letter is called.
pub(super) fn title(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Discharge => "Discharge summary",
        LetterKind::Outpatient => "Outpatient letter",
        LetterKind::Emergency => "Emergency department summary",
        LetterKind::Report111 => "NHS 111 report",
        LetterKind::SocialCare => "Social care assessment",
        LetterKind::Charity => "Letter of a community organisation",
    }
}

fn category(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Discharge | LetterKind::Outpatient | LetterKind::Emergency => "Hospital letter",
        LetterKind::Report111 => "Urgent care",
        LetterKind::SocialCare => "Social care",
        LetterKind::Charity => "Community",
    }
}
