//! Charts drawn on the server as SVG: no script, no inline style; words and shapes beside every colour.

mod drawn;
pub(crate) mod pyramid;
pub(crate) mod trend;
