//! DiagnosticReport ↔ report.

use care::record::Fact;
use care::record::fact::Report;
use care::record::fact::report::ReportStatus;
use serde_json::Value;

use crate::datatype::{attachment, concept, date, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{status, text, try_many};
use crate::names::Names;

const TYPE: &str = "DiagnosticReport";

/// Reads a DiagnosticReport.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Report>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Report>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", ReportStatus::from_code)?;
    let origin = Origin {
        author: reference::author_among(&source.authors("performer")),
        recorded: date::at(value, "issued")?,
        effective: date::when_at(value, date::EFFECTIVE)?,
        entered_in_error,
    };
    let what = Report {
        code: concept::at(value, "code").ok_or(MappingError::Missing { element: "code" })?,
        categories: concept::all(value, "category"),
        status,
        results: source.mentions(value, "result"),
        conclusion: text(value, "conclusion"),
        conclusion_codes: concept::all(value, "conclusionCode"),
        forms: try_many(value, "presentedForm", attachment::read)?,
    };
    fact::read(source, "subject", origin, what)
}

/// Writes a DiagnosticReport; the author as its performer.
pub fn to_fhir(fact: &Fact<Report>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    out.status(
        "status",
        what.status.map(ReportStatus::code),
        fact.entered_in_error,
    );
    out.list("category", &what.categories, concept::write);
    out.put("code", Some(concept::write(&what.code)));
    fact::put_about(&mut out, "subject", fact);
    date::put_when(&mut out, date::EFFECTIVE, fact.provenance.effective.as_ref());
    date::put(&mut out, "issued", fact.provenance.recorded.as_ref());
    fact::put_authors(&mut out, "performer", fact);
    out.list("result", &what.results, reference::write);
    out.text("conclusion", what.conclusion.as_ref());
    out.list("conclusionCode", &what.conclusion_codes, concept::write);
    out.list("presentedForm", &what.forms, attachment::write);
    out.value()
}
