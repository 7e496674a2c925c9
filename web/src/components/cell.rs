//! One cell of a table of facts: what it says, its tags, and quieter lines below.

use askama::Template;

use super::Tag;

/// A longer text that can be opened: a letter, a conclusion.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) summary: String,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/cell.html")]
pub(crate) struct Cell {
    pub(crate) words: String,
    pub(crate) link: Option<String>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) lines: Vec<String>,
    pub(crate) opening: Option<Opening>,
}

impl askama::filters::HtmlSafe for Cell {}

impl Cell {
    pub(crate) fn new(words: impl Into<String>) -> Cell {
        Cell {
            words: words.into(),
            ..Cell::default()
        }
    }

    pub(crate) fn linked(words: impl Into<String>, href: impl Into<String>) -> Cell {
        Cell {
            words: words.into(),
            link: Some(href.into()),
            ..Cell::default()
        }
    }

    #[must_use]
    pub(crate) fn tag(mut self, tag: Tag) -> Cell {
        self.tags.push(tag);
        self
    }

    #[must_use]
    pub(crate) fn line(mut self, line: impl Into<String>) -> Cell {
        self.lines.push(line.into());
        self
    }

    /// A longer text, folded under `summary`.
    #[must_use]
    pub(crate) fn opening(mut self, summary: impl Into<String>, text: impl Into<String>) -> Cell {
        self.opening = Some(Opening {
            summary: summary.into(),
            text: text.into(),
        });
        self
    }

    #[must_use]
    pub(crate) fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Cell {
        self.lines.extend(lines);
        self
    }
}
