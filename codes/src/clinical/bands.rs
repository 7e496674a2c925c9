//! Bands of measurements, each with its points: from a least to a most, both included, either end open when empty.

use crate::table::Table;

/// One row of a table of bands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// To whom it applies; empty when the table has no such column.
    pub group: &'static str,
    /// What is measured.
    pub parameter: &'static str,
    /// The least value in it.
    pub least: Option<f64>,
    /// The greatest value in it.
    pub most: Option<f64>,
    /// Its points.
    pub points: u8,
}

/// The bands of one score. A table is short: it is looked through.
#[derive(Debug)]
pub struct Bands(Vec<Band>);

impl Bands {
    /// Of a table with the columns `parameter`, `min_inclusive`, `max_inclusive`, `score` and perhaps `group`'s name.
    pub(crate) fn of(table: &Table, group: &str) -> Bands {
        let rows = table.rows([group, "parameter", "min_inclusive", "max_inclusive", "score"]);
        let read = |[group, parameter, least, most, points]: [&'static str; 5]| {
            Some(Band {
                group,
                parameter,
                least: end(least)?,
                most: end(most)?,
                points: points.parse().ok()?,
            })
        };
        Bands(rows.into_iter().filter_map(read).collect())
    }

    /// The points of a value. Where a table leaves a crack between two bands (91 and 91.01), the band below holds.
    pub fn points(&self, group: &str, parameter: &str, value: f64) -> Option<u8> {
        let of = |band: &&Band| band.group == group && band.parameter == parameter;
        let found = self
            .0
            .iter()
            .filter(of)
            .rfind(|band| band.least.is_none_or(|least| value >= least))?;
        let last = self.0.iter().rfind(of)?;
        let beyond = last.most.is_some_and(|most| value > most);
        (value.is_finite() && !beyond).then_some(found.points)
    }

    /// Every row that holds numbers, in the table's order.
    pub fn rows(&self) -> &[Band] {
        &self.0
    }
}

/// An end of a band: open when empty; a row whose end is a word holds no numbers and is left out.
fn end(cell: &str) -> Option<Option<f64>> {
    if cell.is_empty() {
        return Some(None);
    }
    cell.parse().ok().map(Some)
}
