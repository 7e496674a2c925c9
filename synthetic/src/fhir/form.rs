//! QuestionnaireResponse: forms that were filled in.

use serde_json::{Value, json};

use super::id::Kind;
use super::instant::date_time;
use super::rendering::Rendering;
use crate::life::{Form, FormKind};

/// Begins the canonical URL of each form.
const FORM: &str = "https://sarsen.example/Questionnaire/";
const ANSWERS: [&str; 4] = ["No difficulty", "Some difficulty", "With help only", "Cannot"];

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, form) in life.forms.iter().enumerate() {
        one(rendering, at, form);
    }
}

fn one(rendering: &mut Rendering<'_>, at: usize, form: &Form) {
    let mut draft = rendering.open(
        "QuestionnaireResponse",
        "QuestionnaireResponse",
        Kind::QuestionnaireResponse,
        at,
        form.at.day,
    );
    let (key, questions) = questions(form.kind);
    draft.put("questionnaire", format!("{FORM}{key}"));
    draft.put("status", "completed");
    draft.put("subject", rendering.person());
    draft.put("authored", date_time(form.at));
    draft.put("author", rendering.person());
    let items: Vec<Value> = questions
        .iter()
        .zip(form.answers)
        .enumerate()
        .map(|(number, (question, answer))| {
            let answer = ANSWERS[usize::from(answer.min(3))];
            json!({
                "linkId": (number + 1).to_string(), "text": question, "answer": [{ "valueString": answer }]
            })
        })
        .collect();
    draft.put("item", items);
    rendering.keep(draft);
}

fn questions(kind: FormKind) -> (&'static str, [&'static str; 6]) {
    match kind {
        FormKind::HomeAssessment => (
            "home-assessment",
            [
                "Getting in and out of the home",
                "Stairs",
                "Washing",
                "Dressing",
                "Preparing meals",
                "Shopping",
            ],
        ),
        FormKind::CarersAssessment => (
            "carers-assessment",
            [
                "Sleeping through the night",
                "Time for oneself",
                "Keeping up work or study",
                "Lifting and moving the person",
                "Money",
                "Going on as a carer",
            ],
        ),
        FormKind::Communication => (
            "communication",
            [
                "Reading letters",
                "Hearing on the telephone",
                "Speaking with somebody new",
                "Using a smartphone",
                "Understanding medical words",
                "Travelling to appointments",
            ],
        ),
    }
}
