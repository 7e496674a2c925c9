//! MedicationRequest, MedicationStatement and AdverseEvent: medicines from start to stop.

use codes::system::DMD;
use serde_json::{Value, json};

use super::datatype::{coding, concept, period, pointer, words};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use crate::life::Course;
use crate::parameters::Medicine;

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-category";
const COURSE: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy";
const SEVERITY: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-severity";
const STATEMENT: &str = "http://terminology.hl7.org/CodeSystem/medication-statement-category";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, course) in life.courses.iter().enumerate() {
        let Some(medicine) = rendering.parameters.medicines.get(usize::from(course.medicine)) else {
            continue;
        };
        if course.stated {
            statement(rendering, at, course, medicine);
        } else if is_known(rendering, course) {
            request(rendering, at, course, medicine);
            if course.not_tolerated {
                not_tolerated(rendering, at, course, medicine);
            }
        }
    }
}

/// Whether the record knows of a prescription: the practice's system was not silent yet.
pub(super) fn is_known(rendering: &Rendering<'_>, course: &Course) -> bool {
    let silent = rendering
        .practice()
        .is_some_and(|practice| rendering.is_silent(practice, course.start));
    !silent
}

/// A reference to the request or the statement of a course.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: u32, course: &Course) -> Value {
    let (kind, name) = if course.stated {
        (Kind::MedicationStatement, "MedicationStatement")
    } else {
        (Kind::MedicationRequest, "MedicationRequest")
    };
    pointer(&format!("{name}/{}", rendering.id(kind, at, course.start)))
}

fn product(medicine: &Medicine) -> Value {
    match &medicine.dmd {
        Some(code) => json!({ "coding": [coding(DMD, code, &medicine.text)], "text": medicine.text }),
        None => words(&medicine.text),
    }
}

/// Whether it goes on.
pub(super) fn goes_on(rendering: &Rendering<'_>, course: &Course) -> bool {
    rendering.life.person.death.is_none() && course.stop.is_none_or(|stop| stop >= rendering.today)
}

fn request(rendering: &mut Rendering<'_>, at: usize, course: &Course, medicine: &Medicine) {
    let start = course.start;
    let mut draft = rendering.open(
        "MedicationRequest",
        "MedicationRequest",
        Kind::MedicationRequest,
        at,
        start,
    );
    let status = match (goes_on(rendering, course), course.not_tolerated || course.regular) {
        (true, _) => "active",
        (false, true) => "stopped",
        (false, false) => "completed",
    };
    draft.put("status", status);
    if course.not_tolerated {
        draft.put("statusReason", words("Not tolerated"));
    }
    // A repeat is a plan that each issue is made from; a single course is an order.
    draft.put("intent", if course.regular { "plan" } else { "order" });
    draft.put("category", vec![concept(CATEGORY, "community", "Community")]);
    draft.put("medicationCodeableConcept", product(medicine));
    draft.put("subject", rendering.person());
    draft.put("authoredOn", date(start));
    draft.put_some("requester", rendering.own_doctor());
    let problem = rendering.problem(course.problem);
    draft.put_some("reasonReference", problem.map(|problem| vec![problem]));
    let therapy = if course.regular {
        concept(COURSE, "continuous", "Continuous long term therapy")
    } else {
        concept(COURSE, "acute", "Short course (acute) therapy")
    };
    draft.put("courseOfTherapyType", therapy);
    draft.put_list("dosageInstruction", dosage(medicine));
    let mut supply = json!({ "validityPeriod": period(Some(date(start)), course.stop.map(date)) });
    if course.regular {
        // A prescription for 28 days is the rule in England; a year's issues are authorised at a review.
        supply["numberOfRepeatsAllowed"] = json!(12);
        supply["expectedSupplyDuration"] =
            json!({ "value": 28, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d" });
    }
    draft.put("dispenseRequest", supply);
    rendering.keep(draft);
}

fn dosage(medicine: &Medicine) -> Vec<Value> {
    if medicine.dose.is_empty() {
        return Vec::new();
    }
    vec![json!({ "text": medicine.dose })]
}

fn statement(rendering: &mut Rendering<'_>, at: usize, course: &Course, medicine: &Medicine) {
    let start = course.start;
    let mut draft = rendering.open(
        "MedicationStatement",
        "MedicationStatement",
        Kind::MedicationStatement,
        at,
        start,
    );
    let status = if goes_on(rendering, course) {
        "active"
    } else {
        "completed"
    };
    draft.put("status", status);
    draft.put(
        "category",
        concept(STATEMENT, "patientspecified", "Patient Specified"),
    );
    draft.put("medicationCodeableConcept", product(medicine));
    draft.put("subject", rendering.person());
    draft.put(
        "effectivePeriod",
        period(Some(date(start)), course.stop.map(date)),
    );
    draft.put("dateAsserted", date(start));
    draft.put("informationSource", rendering.person());
    let problem = rendering.problem(course.problem);
    draft.put_some("reasonReference", problem.map(|problem| vec![problem]));
    draft.put_list("dosage", dosage(medicine));
    rendering.keep(draft);
}

fn not_tolerated(rendering: &mut Rendering<'_>, at: usize, course: &Course, medicine: &Medicine) {
    let day = course.stop.unwrap_or(course.start);
    let mut draft = rendering.open("AdverseEvent", "", Kind::AdverseEvent, at, day);
    draft.put("actuality", "actual");
    draft.put(
        "category",
        json!([{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/adverse-event-category",
            "code": "medication-mishap", "display": "Medication Mishap"
        }] }]),
    );
    let event = format!("{} was not tolerated and was stopped", medicine.text);
    draft.put("event", json!({ "text": event }));
    draft.put("subject", rendering.person());
    draft.put("date", date(day));
    draft.put_some("recorder", rendering.own_doctor());
    draft.put("severity", concept(SEVERITY, "mild", "Mild"));
    // R4 lets the suspect be a Medication, not the request of one.
    draft.put(
        "contained",
        json!([{ "resourceType": "Medication", "id": "medicine", "code": product(medicine) }]),
    );
    draft.put(
        "suspectEntity",
        json!([{ "instance": { "reference": "#medicine" } }]),
    );
    rendering.keep(draft);
}
