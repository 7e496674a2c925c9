//! A chart once it is drawn.

use askama::Template;

/// A drawn chart: markup of our own making, every text in it escaped by its template.
#[derive(Debug, Clone)]
pub(crate) struct Drawn(String);

impl askama::filters::HtmlSafe for Drawn {}

impl std::fmt::Display for Drawn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Drawn {
    /// What a chart's template prints; none when it cannot be printed.
    pub(super) fn of(drawing: &impl Template) -> Option<Drawn> {
        drawing.render().ok().map(Drawn)
    }
}
