//! Results: one line a test with its latest value, then the reports that issued them.

use care::record::fact::result::ReferenceRange;
use care::record::fact::{self, Observed, Report};
use care::record::results::{ResultCategory, ResultGroup, is_in_future};
use care::record::{PersonRecord, results};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

/// The address of one test's page. What was tested for does not stand in it: the name is a digest of the test's key.
pub(super) fn series_href(base: &str, key: &str) -> String {
    format!("{}/{}", SectionOfRecord::Results.href(base), series_name(key))
}

/// The name of a test in an address: 16 hexadecimal digits.
pub(super) fn series_name(key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    crate::hex::words(&digest[..8])
}

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = results(record);
    let headers = || vec!["Test", "Latest result", "Date", "Results"];
    let mut groups: Vec<FactGroup> = ResultCategory::ALL
        .iter()
        .filter_map(|category| {
            let rows: Vec<Fact> = list
                .groups
                .iter()
                .filter(|group| group.category == *category)
                .filter_map(|group| row(group, base, now))
                .collect();
            (!rows.is_empty()).then(|| FactGroup::new(category.code(), category.words(), headers(), rows, ""))
        })
        .collect();
    if groups.is_empty() {
        groups.push(FactGroup::new(
            "none",
            "Results",
            headers(),
            Vec::new(),
            "No result is recorded.",
        ));
    }
    let mut reports: Vec<&fact::Fact<Report>> = record
        .reports
        .iter()
        .filter(|report| !report.entered_in_error)
        .collect();
    reports.sort_by(|a, b| {
        care::partial_date::newest_first(a.provenance.sort_date(), b.provenance.sort_date())
            .then_with(|| a.id.cmp(&b.id))
    });
    if !reports.is_empty() {
        let rows = reports.into_iter().map(report).collect();
        groups.push(FactGroup::new(
            "reports",
            "Reports",
            vec!["Report", "Conclusion", "Date"],
            rows,
            "",
        ));
    }
    let withdrawn = record
        .reports
        .iter()
        .filter(|report| report.entered_in_error)
        .count();
    Section {
        section: SectionOfRecord::Results,
        entered_in_error: list.entered_in_error + withdrawn,
    }
    .view(frame, record, base, now, groups)
}

fn row(group: &ResultGroup<'_>, base: &str, now: Timestamp) -> Option<Fact> {
    // Without any result, what was asked for and cancelled is shown with its status.
    let latest = group.latest(now).or(group.results.first().copied())?;
    let name = Cell::linked(&group.title, series_href(base, &group.key));
    let name = if group.has_several_units() {
        name.line("In several units, shown apart")
    } else {
        name
    };
    let mut value = value_cell(&latest.what);
    if is_in_future(latest, now) {
        value = value.tag(in_future_tag());
    }
    let count = match group.results.len() {
        1 => "1".to_owned(),
        many => many.to_string(),
    };
    Some(Fact::new(
        vec![name, value, Cell::new(origin::when(latest)), Cell::new(count)],
        origin::source(latest),
    ))
}

/// The value, what the laboratory says of it, and its range.
pub(super) fn value_cell(observed: &Observed) -> Cell {
    let mut cell = Cell::new(observed.value_words());
    for tag in tags(observed) {
        cell = cell.tag(tag);
    }
    let whole = observed.ranges.iter().map(range_words);
    let parts = observed.components.iter().flat_map(|part| {
        let name = part.code.words();
        part.ranges
            .iter()
            .map(move |range| format!("{name}: {}", range_words(range)))
    });
    cell.lines(whole.chain(parts))
}

fn range_words(range: &ReferenceRange) -> String {
    let kind = if range.is_normal() {
        "Range"
    } else {
        range.kind.as_ref().map_or("Range", |kind| kind.words())
    };
    format!("{kind} {}", range.words())
}

/// Beside a result that is dated after now.
pub(super) fn in_future_tag() -> Tag {
    Tag::new("Dated in the future", TagColour::Yellow)
}

/// What must be known beside a value: how it was marked, and whether it is not final.
pub(super) fn tags(observed: &Observed) -> Vec<Tag> {
    use care::record::fact::result::ResultStatus;
    let marks = observed.marks();
    let mut tags: Vec<Tag> = marks.iter().filter_map(|mark| interpretation_tag(mark)).collect();
    match observed.status {
        Some(ResultStatus::Final) => {}
        None => {}
        Some(status @ (ResultStatus::Amended | ResultStatus::Corrected)) => {
            tags.push(Tag::new(status.words(), TagColour::Blue));
        }
        Some(status) => tags.push(Tag::new(status.words(), TagColour::Yellow)),
    }
    tags
}

/// The laboratory's mark as a tag; none when it said nothing or "normal".
pub(super) fn interpretation_tag(words: &str) -> Option<Tag> {
    let colour = match words {
        "" | "Normal" => return None,
        grave if grave.contains("ritical") => TagColour::Red,
        _ => TagColour::Orange,
    };
    Some(Tag::new(words, colour))
}

fn report(fact: &fact::Fact<Report>) -> Fact {
    let report = &fact.what;
    let mut name = Cell::new(report.code.words());
    if let Some(status) = report.status.filter(|status| status.code() != "final") {
        name = name.tag(Tag::new(status.words(), TagColour::Yellow));
    }
    if !report.results.is_empty() {
        name = name.line(match report.results.len() {
            1 => "1 result".to_owned(),
            many => format!("{many} results"),
        });
    }
    let name = super::documents::with_contents(name, &report.forms);
    let codes = report.conclusion_codes.iter().map(|code| code.words().to_owned());
    let conclusion = match &report.conclusion {
        Some(words) => Cell::new(words).lines(codes),
        None => {
            let words: Vec<String> = codes.collect();
            Cell::new(if words.is_empty() {
                "Not recorded".to_owned()
            } else {
                words.join(", ")
            })
        }
    };
    Fact::new(
        vec![name, conclusion, Cell::new(origin::when(fact))],
        origin::source(fact),
    )
}
