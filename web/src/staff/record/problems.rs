//! Problems: active, past, ruled out.

use care::record::fact::Problem;
use care::record::fact::problem::{Certainty, ProblemStatus};
use care::record::{PersonRecord, ProblemLine, problems};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = problems(record);
    let headers = || vec!["Problem", "Since"];
    let past_headers = vec!["Problem", "Dates"];
    let groups = vec![
        FactGroup::new(
            "active",
            "Active problems",
            headers(),
            list.active.iter().map(active).collect(),
            "No active problem is recorded. This does not say that there is none.",
        ),
        FactGroup::new(
            "past",
            "Past problems",
            past_headers,
            list.inactive.iter().map(past).collect(),
            "No past problem is recorded.",
        ),
    ];
    let refuted: Vec<Fact> = list
        .refuted
        .iter()
        .map(|fact| {
            let cell = Cell::new(fact.what.words()).tag(Tag::new("Ruled out", TagColour::Grey));
            Fact::new(vec![cell, Cell::new(origin::when(fact))], origin::source(fact))
        })
        .collect();
    let ruled_out = (!refuted.is_empty()).then(|| {
        FactGroup::new("ruled-out", "Ruled out", headers(), refuted, "")
            .intro("Considered, and found not to be so.")
    });
    Section {
        section: SectionOfRecord::Problems,
        entered_in_error: list.entered_in_error,
    }
    .view(
        frame,
        record,
        base,
        now,
        groups.into_iter().chain(ruled_out).collect(),
    )
}

fn named(problem: &Problem) -> Cell {
    let mut cell = Cell::new(problem.words());
    for tag in tags(problem) {
        cell = cell.tag(tag);
    }
    cell.lines(sites(problem)).lines(problem.notes.iter().cloned())
}

/// Where in the body; nothing when not said.
pub(super) fn sites(problem: &Problem) -> Option<String> {
    let sites: Vec<&str> = problem
        .body_sites
        .iter()
        .map(care::concept::Concept::words)
        .collect();
    (!sites.is_empty()).then(|| sites.join(", "))
}

/// What must be known beside a problem's name: its severity, doubt, and any status but plainly active or past.
pub(super) fn tags(problem: &Problem) -> Vec<Tag> {
    let mut tags = Vec::new();
    if let Some(severity) = &problem.severity {
        let colour = if problem.severity_rank() == 0 {
            TagColour::Red
        } else {
            TagColour::Grey
        };
        tags.push(Tag::new(severity.words(), colour));
    }
    match problem.certainty {
        Some(Certainty::Confirmed | Certainty::Refuted) | None => {}
        Some(doubt) => tags.push(Tag::new(doubt.words(), TagColour::Yellow)),
    }
    match problem.status {
        Some(status @ (ProblemStatus::Recurrence | ProblemStatus::Relapse | ProblemStatus::Remission)) => {
            tags.push(Tag::new(status.words(), TagColour::Blue));
        }
        None => tags.push(Tag::new("Status not recorded", TagColour::Yellow)),
        Some(ProblemStatus::Active | ProblemStatus::Inactive | ProblemStatus::Resolved) => {}
    }
    tags
}

fn active(line: &ProblemLine<'_>) -> Fact {
    let since = Cell::new(origin::when(line.fact));
    Fact::new(vec![named(&line.fact.what), since], origin::source(line.fact))
        .copies(origin::copies(line.fact, &line.members))
}

fn past(line: &ProblemLine<'_>) -> Fact {
    let ended = line
        .fact
        .what
        .ended
        .as_ref()
        .map(|ended| format!("Ended {}", ended.words()));
    let dates = Cell::new(origin::when(line.fact)).lines(ended);
    Fact::new(vec![named(&line.fact.what), dates], origin::source(line.fact))
        .copies(origin::copies(line.fact, &line.members))
}
