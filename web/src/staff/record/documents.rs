//! Documents: those that say what to do in an emergency first.

use care::record::fact::document::Content;
use care::record::fact::{self, Document};
use care::record::{PersonRecord, documents};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = documents(record);
    let headers = || vec!["Document", "Date"];
    let rows = |facts: &[&fact::Fact<Document>]| facts.iter().map(|fact| row(fact)).collect::<Vec<Fact>>();
    let mut groups = Vec::new();
    if !list.emergency_plans.is_empty() {
        let group = FactGroup::new(
            "emergency",
            "Plans for an emergency",
            headers(),
            rows(&list.emergency_plans),
            "",
        );
        groups.push(group.intro("Check the date and who wrote it before you rely on it."));
    }
    groups.push(FactGroup::new(
        "current",
        "Documents",
        headers(),
        rows(&list.current),
        "No document is recorded.",
    ));
    if !list.superseded.is_empty() {
        let group = FactGroup::new("superseded", "Replaced", headers(), rows(&list.superseded), "");
        groups.push(group.intro("A later document has taken the place of each of these."));
    }
    Section {
        section: SectionOfRecord::Documents,
        entered_in_error: list.entered_in_error,
    }
    .view(frame, record, base, now, groups)
}

fn row(fact: &fact::Fact<Document>) -> Fact {
    let document = &fact.what;
    let mut name = Cell::new(document.words());
    if document.is_emergency_plan() {
        name = name.tag(Tag::new("Emergency plan", TagColour::Red));
    }
    name.tags.extend(stage_tag(document));
    if document.kind_words() != document.words() {
        name = name.line(document.kind_words());
    }
    name = with_contents(name, &document.contents);
    let covers = document
        .period
        .as_ref()
        .map(|period| format!("Tells of {}", period.words()));
    Fact::new(
        vec![name, Cell::new(origin::when(fact)).lines(covers)],
        origin::source(fact),
    )
}

/// How far the document is settled, unless it is plainly final.
pub(super) fn stage_tag(document: &Document) -> Option<Tag> {
    Some(Tag::new(document.stage_words()?, TagColour::Yellow))
}

/// The words of a document folded under its name, and a line for each form that cannot be shown here.
pub(super) fn with_contents(mut cell: Cell, contents: &[Content]) -> Cell {
    for content in contents {
        cell = match &content.text {
            Some(text) if cell.opening.is_none() => cell.opening("Read the text", text.trim()),
            Some(_) => cell.line("More text, not shown here"),
            None => cell.line(form_words(content)),
        };
    }
    cell
}

fn form_words(content: &Content) -> String {
    let kind = match content.content_type.as_deref() {
        Some("application/pdf") => "PDF",
        Some("text/plain") => "Text",
        Some("text/html") => "Web page",
        Some("image/jpeg" | "image/png" | "image/tiff") => "Image",
        Some(other) => other,
        None => "A file",
    };
    let size = content
        .size
        .map(|bytes| format!(", {} kB", bytes.div_ceil(1000)))
        .unwrap_or_default();
    let place = if content.embedded {
        "kept in the record; it cannot be opened here yet"
    } else {
        "held by its source"
    };
    format!("{kind}{size}, {place}")
}
