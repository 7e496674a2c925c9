//! The region beside what was published: figures with their tolerances, as a table and as a page.
//!
//! Only this module reads the figures that were held out (`data/synthetic/held_out.csv`); `cargo xtask check` looks.

mod held_out;
mod hospital;
mod illness;
mod page;
mod people;
mod row;
mod summed;

use crate::summary::{Figure, Summary};
use crate::{Region, SynthError};

pub use row::{Row, Rows};

/// The report of a region.
#[derive(Debug, Clone)]
pub struct Report {
    /// The figures, with the region's people by area, age and organisation.
    pub summary: Summary,
    /// Series to draw: name, labels, published, generated.
    series: Vec<page::Series>,
}

impl Report {
    /// Makes every life, in so many threads, and compares. The report is the same on any number of threads.
    ///
    /// # Errors
    /// When a table is missing or cannot be used.
    pub fn of(region: &Region, threads: usize) -> Result<Report, SynthError> {
        let rows = Rows::of(region, threads);
        let mut figures = Vec::new();
        let mut series = Vec::new();
        people::figures(region, &rows, &mut figures, &mut series)?;
        illness::figures(region, &rows, &mut figures)?;
        hospital::figures(region, &rows, &mut figures, &mut series)?;
        held_out::figures(region, &rows, &mut figures)?;
        let mut summary = summed::summary(region, &rows);
        summary.figures = figures;
        Ok(Report { summary, series })
    }

    /// Figures outside their tolerance.
    pub fn breaches(&self) -> impl Iterator<Item = &Figure> {
        self.summary.figures.iter().filter(|figure| !figure.within)
    }

    /// The figures as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        let yes = |of: bool| if of { "yes" } else { "no" };
        let header = [
            "key",
            "group",
            "label",
            "unit",
            "published",
            "generated",
            "tolerance",
            "within",
            "held_out",
            "joint",
            "source",
        ];
        // Writing into memory does not fail.
        let _ = out.write_record(header);
        for figure in &self.summary.figures {
            let _ = out.write_record([
                figure.key.as_str(),
                &figure.group,
                &figure.label,
                &figure.unit,
                &format!("{:.4}", figure.published),
                &format!("{:.4}", figure.generated),
                &figure.tolerance,
                yes(figure.within),
                yes(figure.held_out),
                yes(figure.joint),
                &figure.source,
            ]);
        }
        String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// The report as one HTML page that needs nothing else.
    #[must_use]
    pub fn html(&self) -> String {
        page::html(self)
    }
}

/// A figure with a relative tolerance; a count may be off by `people` in any case, since people are whole.
#[expect(
    clippy::too_many_arguments,
    reason = "what a figure is, both its values, and how far they may be apart"
)]
pub(super) fn compared(
    key: &str,
    group: &str,
    label: &str,
    unit: &str,
    (published, generated): (f64, f64),
    relative: f64,
    slack: f64,
    source: &str,
) -> Figure {
    Figure {
        key: key.to_owned(),
        group: group.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        published,
        generated,
        tolerance: if slack > 0.0 {
            format!("± {}%, or {slack:.2} for the sample's size", relative * 100.0)
        } else {
            format!("± {}%", relative * 100.0)
        },
        within: (generated - published).abs() <= (published.abs() * relative).max(slack) + 1e-9,
        held_out: false,
        joint: false,
        source: source.to_owned(),
    }
}
