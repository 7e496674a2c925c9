//! A table of facts, each with its source and dates; copies of one fact are folded under it and can be opened.
//!
//! Below 40 em the rows stack, each cell under its heading (the NHS.UK responsive table).

use askama::Template;

use super::{Cell, SourceLine};

#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// As many cells as the table has headers; the first names the fact.
    pub(crate) cells: Vec<Cell>,
    pub(crate) source: SourceLine,
    /// The other records of the same fact, folded.
    pub(crate) copies: Vec<SourceLine>,
}

impl Fact {
    pub(crate) fn new(cells: Vec<Cell>, source: SourceLine) -> Fact {
        Fact {
            cells,
            source,
            copies: Vec::new(),
        }
    }

    #[must_use]
    pub(crate) fn copies(mut self, copies: Vec<SourceLine>) -> Fact {
        self.copies = copies;
        self
    }

    /// What a screen reader hears after "Recorded 3 times".
    fn name(&self) -> &str {
        self.cells.first().map_or("", |cell| cell.words.as_str())
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/fact_table.html")]
pub(crate) struct FactTable {
    pub(crate) caption: String,
    pub(crate) headers: Vec<&'static str>,
    pub(crate) facts: Vec<Fact>,
}

impl askama::filters::HtmlSafe for FactTable {}
