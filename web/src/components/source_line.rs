//! Where a fact comes from: its source, its author's role, and its dates. Every fact on a page carries one.

use askama::Template;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledDate {
    pub(crate) label: &'static str,
    pub(crate) words: String,
}

#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/source_line.html")]
pub(crate) struct SourceLine {
    /// The organisation or system, or the words for "not said".
    pub(crate) source: String,
    /// The role of who wrote it; empty when not said.
    pub(crate) author: String,
    pub(crate) dates: Vec<LabelledDate>,
}

impl askama::filters::HtmlSafe for SourceLine {}

impl SourceLine {
    pub(crate) fn new(source: impl Into<String>) -> SourceLine {
        SourceLine {
            source: source.into(),
            ..SourceLine::default()
        }
    }

    #[must_use]
    pub(crate) fn author(mut self, author: impl Into<String>) -> SourceLine {
        self.author = author.into();
        self
    }

    #[must_use]
    pub(crate) fn date(mut self, label: &'static str, words: impl Into<String>) -> SourceLine {
        self.dates.push(LabelledDate {
            label,
            words: words.into(),
        });
        self
    }
}
