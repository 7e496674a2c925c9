//! One view as the operators' page shows it.

use actions::followers::ViewStanding;
use jiff::{SignedDuration, Timestamp};

use super::list::LATE;
use super::words::{bytes_words, count_words, grouped, moment_words, span_words};
use crate::components::{Tag, TagColour};

#[derive(Debug, Clone)]
pub(super) struct ViewLine {
    pub(super) name: &'static str,
    pub(super) state: Tag,
    pub(super) progress: String,
    pub(super) position: String,
    pub(super) behind: String,
    pub(super) since: String,
    pub(super) people: String,
    pub(super) memory: String,
    pub(super) snapshot: String,
    pub(super) error: String,
    pub(super) error_at: String,
}

impl ViewLine {
    pub(super) fn of(standing: &ViewStanding, now: Timestamp) -> ViewLine {
        let status = &standing.status;
        let (words, colour) = if !status.ready {
            ("Being built", TagColour::Blue)
        } else if status.incomplete > 0 {
            ("Incomplete", TagColour::Orange)
        } else if status.behind > 0 && i128::from(status.behind_seconds) > LATE.as_secs().into() {
            ("Late", TagColour::Orange)
        } else {
            ("Ready", TagColour::Green)
        };
        let mut progress = Vec::new();
        if let Some(scanned) = status.building {
            let again = if status.ready { "Built again: " } else { "" };
            progress.push(format!(
                "{again}{} of 1,024 buckets read",
                grouped(scanned.into())
            ));
        }
        if status.incomplete > 0 {
            progress.push(count_words(
                status.incomplete,
                "person or change left out",
                "people or changes left out",
            ));
        }
        let age = |at: Timestamp| format!("{} ago", span_words(now.duration_since(at)));
        ViewLine {
            name: status.name,
            state: Tag::new(words, colour),
            progress: progress.join(". "),
            position: grouped(status.position),
            behind: count_words(status.behind, "change", "changes"),
            since: match status.behind {
                0 => "Nothing waits".to_owned(),
                _ => {
                    let seconds = i64::try_from(status.behind_seconds).unwrap_or(i64::MAX);
                    format!("for {}", span_words(SignedDuration::from_secs(seconds)))
                }
            },
            people: standing
                .people
                .map_or_else(|| "Not known yet".to_owned(), grouped),
            memory: bytes_words(status.bytes),
            snapshot: status.snapshot.map_or_else(|| "None yet".to_owned(), age),
            error: status
                .last_error
                .as_ref()
                .map_or_else(|| "None".to_owned(), |(_, words)| words.clone()),
            error_at: status
                .last_error
                .as_ref()
                .map_or_else(String::new, |(at, _)| moment_words(*at)),
        }
    }
}
