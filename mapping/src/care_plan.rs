//! CarePlan ↔ plan.

use care::record::Fact;
use care::record::fact::Plan;
use care::record::fact::plan::{Activity, PlanStatus};
use care::when::When;
use serde_json::Value;

use crate::datatype::date::Choice;
use crate::datatype::{concept, date, dosage, note, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{Out, list, status, text};
use crate::names::Names;

const TYPE: &str = "CarePlan";
const SCHEDULED: Choice = Choice {
    moment: "",
    period: "scheduledPeriod",
    age: "",
    words: "scheduledString",
    range: "",
};

/// Reads a CarePlan.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Plan>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Plan>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", PlanStatus::from_code)?;
    let period = date::period_at(value, "period")?;
    let origin = Origin {
        author: source.author("author"),
        recorded: date::at(value, "created")?,
        effective: period.clone().map(When::Over),
        entered_in_error,
    };
    let what = Plan {
        status,
        intent: text(value, "intent"),
        categories: concept::all(value, "category"),
        title: text(value, "title"),
        description: text(value, "description"),
        period,
        addresses: source.mentions(value, "addresses"),
        goals: source.mentions(value, "goal"),
        activities: list(value, "activity")
            .map(|one| read_activity(source, one))
            .collect::<Result<_, _>>()?,
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, what)
}

fn read_activity(source: Source<'_>, value: &Value) -> Result<Activity, MappingError> {
    let none = Value::Null;
    let detail = value.get("detail").unwrap_or(&none);
    Ok(Activity {
        forbidden: detail.get("doNotPerform").and_then(Value::as_bool) == Some(true),
        code: concept::at(detail, "code"),
        description: text(detail, "description"),
        status: text(detail, "status"),
        scheduled: date::when_at(detail, SCHEDULED)?,
        schedule: detail.get("scheduledTiming").map(dosage::read_timing),
        request: source.mention(value, "reference"),
        performers: source.mentions(detail, "performer"),
    })
}

/// Writes a CarePlan.
pub fn to_fhir(fact: &Fact<Plan>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status("status", what.status.map(PlanStatus::code), fact.entered_in_error);
    out.text("intent", what.intent.as_ref());
    out.list("category", &what.categories, concept::write);
    out.text("title", what.title.as_ref());
    out.text("description", what.description.as_ref());
    fact::put_about(&mut out, "subject", fact);
    out.put("period", what.period.as_ref().map(date::write_period));
    date::put(&mut out, "created", fact.provenance.recorded.as_ref());
    fact::put_author(&mut out, "author", fact);
    out.list("addresses", &what.addresses, reference::write);
    out.list("goal", &what.goals, reference::write);
    out.list("activity", &what.activities, write_activity);
    note::put(&mut out, &what.notes);
    out.value()
}

fn write_activity(activity: &Activity) -> Value {
    let mut detail = Out::new();
    detail.put("code", activity.code.as_ref().map(concept::write));
    detail.text("status", activity.status.as_ref());
    detail.put("doNotPerform", activity.forbidden.then_some(true));
    date::put_when(&mut detail, SCHEDULED, activity.scheduled.as_ref());
    detail.put(
        "scheduledTiming",
        activity.schedule.as_ref().map(dosage::write_timing),
    );
    detail.list("performer", &activity.performers, reference::write);
    detail.text("description", activity.description.as_ref());
    let mut out = Out::new();
    reference::put(&mut out, "reference", activity.request.as_ref());
    out.put("detail", detail.some());
    out.value()
}
