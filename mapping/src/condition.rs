//! Condition ↔ problem.

use care::record::Fact;
use care::record::fact::Problem;
use care::record::fact::problem::{Certainty, ProblemStatus};
use codes::system::{CONDITION_CLINICAL, CONDITION_VERIFICATION};
use serde_json::Value;

use crate::datatype::date::Choice;
use crate::datatype::{concept, date, note};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::ENTERED_IN_ERROR;
use crate::names::Names;

const TYPE: &str = "Condition";
const ONSET: Choice = Choice {
    moment: "onsetDateTime",
    period: "onsetPeriod",
    age: "onsetAge",
    words: "onsetString",
    range: "onsetRange",
};
const ENDED: Choice = Choice {
    moment: "abatementDateTime",
    period: "abatementPeriod",
    age: "abatementAge",
    words: "abatementString",
    range: "abatementRange",
};

/// Reads a Condition.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Problem>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Problem>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let certainty = concept::code_of(value, "verificationStatus", CONDITION_VERIFICATION);
    let entered_in_error = certainty == Some(ENTERED_IN_ERROR);
    let origin = Origin {
        author: source.author("asserter").or_else(|| source.author("recorder")),
        recorded: date::at(value, "recordedDate")?,
        effective: date::when_at(value, ONSET)?,
        entered_in_error,
    };
    let status = concept::code_of(value, "clinicalStatus", CONDITION_CLINICAL).filter(|_| !entered_in_error);
    let problem = Problem {
        condition: concept::at(value, "code"),
        status: known(status, "clinicalStatus", ProblemStatus::from_code)?,
        certainty: known(
            certainty.filter(|_| !entered_in_error),
            "verificationStatus",
            Certainty::from_code,
        )?,
        categories: concept::all(value, "category"),
        severity: concept::at(value, "severity"),
        body_sites: concept::all(value, "bodySite"),
        ended: date::when_at(value, ENDED)?,
        notes: note::all(value),
    };
    fact::read(source, "subject", origin, problem)
}

/// The member of an enumeration, or an error when the code is none of it.
pub(crate) fn known<T>(
    code: Option<&str>,
    element: &'static str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, MappingError> {
    code.map(|code| from_code(code).ok_or(MappingError::UnknownCode { element }))
        .transpose()
}

/// Writes a Condition; the author as its asserter.
pub fn to_fhir(fact: &Fact<Problem>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    let status = what.status.filter(|_| !fact.entered_in_error);
    out.put(
        "clinicalStatus",
        status.map(|status| concept::write_code(CONDITION_CLINICAL, status.code())),
    );
    let certainty = if fact.entered_in_error {
        Some(ENTERED_IN_ERROR)
    } else {
        what.certainty.map(Certainty::code)
    };
    out.put(
        "verificationStatus",
        certainty.map(|code| concept::write_code(CONDITION_VERIFICATION, code)),
    );
    out.list("category", &what.categories, concept::write);
    out.put("severity", what.severity.as_ref().map(concept::write));
    out.put("code", what.condition.as_ref().map(concept::write));
    out.list("bodySite", &what.body_sites, concept::write);
    fact::put_about(&mut out, "subject", fact);
    date::put_when(&mut out, ONSET, fact.provenance.effective.as_ref());
    date::put_when(&mut out, ENDED, what.ended.as_ref());
    date::put(&mut out, "recordedDate", fact.provenance.recorded.as_ref());
    fact::put_author(&mut out, "asserter", fact);
    note::put(&mut out, &what.notes);
    out.value()
}
