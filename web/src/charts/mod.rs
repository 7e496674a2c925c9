//! Charts drawn on the server as SVG: no script, no inline style; words and shapes beside every colour.

pub(crate) mod bars;
pub(crate) mod drawn;
pub(crate) mod pyramid;
pub(crate) mod trend;
