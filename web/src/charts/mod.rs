//! Charts drawn on the server as SVG: no script, no inline style; words and shapes beside every colour.

pub(crate) mod trend;
