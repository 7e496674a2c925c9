//! The source line of a fact: where it comes from, who wrote it, when it was so, written down and taken in.

use care::record::Provenance;
use care::record::fact::Fact;

use crate::components::SourceLine;

/// Source, author's role, recorded and received dates; for facts whose own date has a column.
pub(super) fn source<T>(fact: &Fact<T>) -> SourceLine {
    line(&fact.provenance, None)
}

/// As [`source`], with the date on which it was so, under `label`.
pub(super) fn dated_source<T>(label: &'static str, fact: &Fact<T>) -> SourceLine {
    line(&fact.provenance, Some(label))
}

/// The source lines of the entries folded under `shown`.
pub(super) fn copies<T: std::fmt::Debug>(shown: &Fact<T>, members: &[&Fact<T>]) -> Vec<SourceLine> {
    members
        .iter()
        .filter(|member| !std::ptr::eq(**member, shown))
        .map(|member| dated_source("Dated", member))
        .collect()
}

/// The source line of any origin; with the effective date when `effective` gives it a label.
pub(super) fn line(origin: &Provenance, effective: Option<&'static str>) -> SourceLine {
    let mut line = SourceLine::new(origin.source_words());
    if origin.author.is_some() {
        line = line.author(origin.author_words());
    }
    let so = effective.zip(origin.effective.as_ref().map(care::when::When::words));
    let recorded = origin
        .recorded
        .as_ref()
        .map(care::partial_date::PartialDate::date_words);
    match (so, recorded) {
        (Some((label, so)), Some(recorded)) if so == recorded => {
            line = line.date(and_recorded(label), recorded);
        }
        (so, recorded) => {
            if let Some((label, so)) = so {
                line = line.date(label, so);
            }
            if let Some(recorded) = recorded {
                line = line.date("Recorded", recorded);
            }
        }
    }
    if let Some(received) = &origin.received {
        line = line.date("Received", received.date_words());
    }
    line
}

/// One label for two dates that are the same.
fn and_recorded(label: &'static str) -> &'static str {
    match label {
        "Since" => "Since and recorded",
        "Taken" => "Taken and recorded",
        "Valid" => "Valid and recorded",
        _ => "Dated and recorded",
    }
}

/// When it was so, for a column: never blank.
pub(super) fn when<T>(fact: &Fact<T>) -> String {
    fact.provenance
        .effective
        .as_ref()
        .map_or_else(|| "Date not recorded".to_owned(), care::when::When::words)
}
