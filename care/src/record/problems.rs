//! Problems, active before inactive.

use super::fact::{Fact, Problem};
use super::{PersonRecord, live, newest_first, withdrawn};

/// One problem with the entries that say the same; `fact` is the newest of them.
#[derive(Clone, Debug, PartialEq)]
pub struct ProblemLine<'r> {
    /// The newest entry.
    pub fact: &'r Fact<Problem>,
    /// Every entry folded into the line, newest first, `fact` included.
    pub members: Vec<&'r Fact<Problem>>,
}

/// Problems of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProblemList<'r> {
    /// Active: severe first, then problem-list items, then newest onset first.
    pub active: Vec<ProblemLine<'r>>,
    /// Inactive, in remission or resolved: newest first.
    pub inactive: Vec<ProblemLine<'r>>,
    /// Ruled out: newest first.
    pub refuted: Vec<&'r Fact<Problem>>,
    /// How many were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// The problem list (PRSB "Problem list"). Entries with the same code and the same standing (active or not) are folded
/// into one line with its members; an active entry is never hidden behind a resolved one.
pub fn problems(record: &PersonRecord) -> ProblemList<'_> {
    let mut all: Vec<&Fact<Problem>> = live(&record.problems).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let refuted = all
        .iter()
        .filter(|fact| fact.what.is_refuted())
        .copied()
        .collect();
    let standing = |active: bool| -> Vec<ProblemLine<'_>> {
        fold(
            all.iter()
                .copied()
                .filter(|fact| !fact.what.is_refuted() && fact.what.is_active() == active),
        )
    };
    let mut active = standing(true);
    active.sort_by_key(|line| {
        (
            line.fact.what.severity_rank(),
            !line.fact.what.is_problem_list_item(),
        )
    });
    ProblemList {
        active,
        inactive: standing(false),
        refuted,
        entered_in_error: withdrawn(&record.problems),
    }
}

fn fold<'r>(facts: impl Iterator<Item = &'r Fact<Problem>>) -> Vec<ProblemLine<'r>> {
    let mut lines: Vec<ProblemLine<'r>> = Vec::new();
    let mut places = std::collections::HashMap::<String, usize>::new();
    for fact in facts {
        let key = fact
            .what
            .condition
            .as_ref()
            .map(|condition| key_of(fact, &condition.key()));
        match key
            .as_ref()
            .and_then(|key| places.get(key))
            .and_then(|place| lines.get_mut(*place))
        {
            Some(line) => line.members.push(fact),
            None => {
                if let Some(key) = key {
                    places.insert(key, lines.len());
                }
                lines.push(ProblemLine {
                    fact,
                    members: vec![fact],
                });
            }
        }
    }
    lines
}

/// Same code, same side and site: a left and a right hip are two problems.
fn key_of(fact: &Fact<Problem>, code: &str) -> String {
    let mut sites: Vec<String> = fact
        .what
        .body_sites
        .iter()
        .map(crate::concept::Concept::key)
        .collect();
    sites.sort();
    format!("{code}\u{1f}{}\u{1f}{}", fact.what.words(), sites.join("\u{1f}"))
}
