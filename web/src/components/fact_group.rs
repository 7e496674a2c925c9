//! A heading with its table of facts, or the words that say why there is none; and what a page could not show.

use askama::Template;

use super::{Fact, FactTable};

#[derive(Debug, Clone, Template)]
#[template(path = "components/fact_group.html")]
pub(crate) struct FactGroup {
    /// The id of the heading, unique on the page.
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    /// A sentence under the heading; empty for none.
    pub(crate) intro: String,
    /// None when there is no fact to list; then `empty` is said.
    pub(crate) table: Option<FactTable>,
    pub(crate) empty: String,
}

impl askama::filters::HtmlSafe for FactGroup {}

impl FactGroup {
    pub(crate) fn new(
        id: &'static str,
        heading: impl Into<String>,
        headers: Vec<&'static str>,
        facts: Vec<Fact>,
        empty: impl Into<String>,
    ) -> FactGroup {
        let heading = heading.into();
        let table = (!facts.is_empty()).then(|| FactTable {
            caption: heading.clone(),
            headers,
            facts,
        });
        FactGroup {
            id,
            heading,
            intro: String::new(),
            table,
            empty: empty.into(),
        }
    }

    #[must_use]
    pub(crate) fn intro(mut self, intro: impl Into<String>) -> FactGroup {
        self.intro = intro.into();
        self
    }
}

/// One fact that is in the record and could not be shown.
#[derive(Debug, Clone)]
pub(crate) struct Shortfall {
    /// What kind of fact, in words.
    pub(crate) what: String,
    pub(crate) count: usize,
    /// Why, in words.
    pub(crate) why: String,
}

/// What a page leaves out of view, said in words: facts that could not be shown, facts entered in error.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "components/shortfalls.html")]
pub(crate) struct Shortfalls {
    pub(crate) unshown: Vec<Shortfall>,
    pub(crate) entered_in_error: usize,
}

impl askama::filters::HtmlSafe for Shortfalls {}

impl Shortfalls {
    fn total(&self) -> usize {
        self.unshown.iter().map(|one| one.count).sum()
    }

    fn error_words(&self) -> String {
        care::record::entered_in_error_words(self.entered_in_error)
    }
}
