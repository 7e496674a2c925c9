//! List: the regular medicines of somebody who takes many, for their review.

use serde_json::{Value, json};

use super::datatype::coding;
use super::id::Kind;
use super::instant::date;
use super::medicine::{goes_on, is_known, pointer_to};
use super::rendering::Rendering;
use crate::life::Course;

const LIST_USE: &str = "http://terminology.hl7.org/CodeSystem/list-example-use-codes";
/// From this many regular medicines on a structured review is asked for (NICE NG5, polypharmacy).
const MANY: usize = 5;

fn regular<'a>(rendering: &'a Rendering<'_>) -> impl Iterator<Item = (usize, &'a Course)> {
    let courses = rendering.life.courses.iter().enumerate();
    courses.filter(|(_, course)| {
        let is_listed = usize::from(course.medicine) < rendering.parameters.medicines.len();
        let is_held = course.stated || is_known(rendering, course);
        course.regular && is_listed && is_held && goes_on(rendering, course)
    })
}

/// Whether there is a list.
pub(super) fn is_long(rendering: &Rendering<'_>) -> bool {
    regular(rendering).count() >= MANY
}

pub(super) fn render(rendering: &mut Rendering<'_>) {
    if !is_long(rendering) {
        return;
    }
    let today = rendering.today;
    let entries: Vec<Value> = regular(rendering)
        .map(|(at, course)| json!({ "item": pointer_to(rendering, at as u32, course) }))
        .collect();
    let mut draft = rendering.open("List", "List", Kind::List, 0, rendering.life.person.birth);
    draft.put("status", "current");
    draft.put("mode", "snapshot");
    draft.put("title", "Regular medicines");
    draft.put(
        "code",
        json!({ "coding": [coding(LIST_USE, "medications", "Medication List")], "text": "Regular medicines" }),
    );
    draft.put("subject", rendering.person());
    draft.put("date", date(today));
    draft.put_some("source", rendering.own_doctor());
    draft.put("entry", entries);
    rendering.keep(draft);
}
