//! The layout of a trend chart: points, axes with round numbers, and the laboratory's range. Pure arithmetic; the page
//! draws it as SVG beside a table of the same values.

use jiff::Timestamp;

use super::results::{Point, Series};

mod chart;
mod ticks;

pub use chart::{Band, Frame, Tick, Trend, TrendLine, TrendPoint};

/// Lays out a series; nothing when fewer than two values have dates (a table says it better).
pub fn trend(series: &Series<'_>, frame: Frame) -> Option<Trend> {
    let dated: Vec<Vec<Placed<'_>>> = series
        .lines
        .iter()
        .map(|line| line.points.iter().filter_map(place).collect())
        .collect();
    let all = || dated.iter().flatten();
    if all().count() < 2 {
        return None;
    }
    let undated = series.lines.iter().map(|line| line.points.len()).sum::<usize>() - all().count();
    let oldest = all().map(|placed| placed.at).min()?;
    let newest = all().map(|placed| placed.at).max()?;
    let single = dated.len() == 1;
    let limits = || {
        all()
            .filter(|_| single)
            .flat_map(|placed| [placed.low, placed.high])
            .flatten()
    };
    let lowest = all()
        .map(|placed| placed.value)
        .chain(limits())
        .fold(f64::INFINITY, f64::min);
    let highest = all()
        .map(|placed| placed.value)
        .chain(limits())
        .fold(f64::NEG_INFINITY, f64::max);
    let scale = ticks::nice(lowest, highest);
    let axes = Axes {
        frame,
        oldest,
        newest,
        low: scale.low,
        high: scale.high,
    };
    let lines = series
        .lines
        .iter()
        .zip(&dated)
        .map(|(line, placed)| axes.line(&line.title, placed))
        .collect();
    Some(Trend {
        frame,
        title: series.title.clone(),
        unit: series.unit.clone(),
        low: scale.low,
        high: scale.high,
        value_ticks: scale
            .ticks
            .iter()
            .map(|(value, label)| Tick {
                at: axes.y(*value),
                label: label.clone(),
            })
            .collect(),
        date_ticks: ticks::dates(oldest, newest)
            .into_iter()
            .map(|(instant, label)| Tick {
                at: axes.x(instant),
                label,
            })
            .collect(),
        lines,
        bands: if single {
            dated.first().map(|placed| axes.bands(placed)).unwrap_or_default()
        } else {
            Vec::new()
        },
        undated,
    })
}

/// A value with a date.
struct Placed<'r> {
    point: &'r Point<'r>,
    at: Timestamp,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

fn place<'r>(point: &'r Point<'r>) -> Option<Placed<'r>> {
    let limit = |quantity: Option<&crate::quantity::Quantity>| {
        quantity.and_then(|q| q.value).filter(|v| can_be_drawn(*v))
    };
    Some(Placed {
        point,
        at: point.date?.start(),
        value: point.quantity.value.filter(|value| can_be_drawn(*value))?,
        low: limit(point.range.and_then(|range| range.low.as_ref())),
        high: limit(point.range.and_then(|range| range.high.as_ref())),
    })
}

/// Beyond this, arithmetic on an axis loses its sense; no clinical value comes near.
fn can_be_drawn(value: f64) -> bool {
    value.abs() < 1e15
}

struct Axes {
    frame: Frame,
    oldest: Timestamp,
    newest: Timestamp,
    low: f64,
    high: f64,
}

impl Axes {
    fn plot_width(&self) -> f64 {
        (self.frame.width - self.frame.left - self.frame.right).max(1.0)
    }

    fn plot_height(&self) -> f64 {
        (self.frame.height - self.frame.top - self.frame.bottom).max(1.0)
    }

    fn x(&self, instant: Timestamp) -> f64 {
        let seconds = |a: Timestamp, b: Timestamp| a.duration_since(b).as_secs_f64();
        let span = seconds(self.newest, self.oldest);
        let share = if span > 0.0 {
            seconds(instant, self.oldest) / span
        } else {
            0.5
        };
        round(self.frame.left + share * self.plot_width())
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        round(self.frame.top + (1.0 - share.clamp(0.0, 1.0)) * self.plot_height())
    }

    fn line(&self, title: &str, placed: &[Placed<'_>]) -> TrendLine {
        let points: Vec<TrendPoint> = placed
            .iter()
            .map(|placed| TrendPoint {
                x: self.x(placed.at),
                y: self.y(placed.value),
                value: placed.point.quantity.words(),
                date: placed
                    .point
                    .date
                    .map(crate::partial_date::PartialDate::words)
                    .unwrap_or_default(),
                is_bound: placed.point.quantity.comparator.is_some(),
                interpretation: placed.point.interpretation.clone(),
            })
            .collect();
        let steps: Vec<String> = points
            .iter()
            .enumerate()
            .map(|(index, point)| {
                format!(
                    "{}{:.1},{:.1}",
                    if index == 0 { "M" } else { "L" },
                    point.x,
                    point.y
                )
            })
            .collect();
        TrendLine {
            title: title.to_owned(),
            path: steps.join(" "),
            points,
        }
    }

    /// Each range holds from its report until the next; the first from the left edge, the last to the right edge.
    fn bands(&self, placed: &[Placed<'_>]) -> Vec<Band> {
        let right = self.frame.width - self.frame.right;
        let mut bands: Vec<(Band, Option<f64>, Option<f64>)> = Vec::new();
        let mut joins = false;
        for (index, point) in placed.iter().enumerate() {
            if point.low.is_none() && point.high.is_none() {
                joins = false;
                continue;
            }
            let from = if index == 0 {
                self.frame.left
            } else {
                self.x(point.at)
            };
            let until = placed.get(index + 1).map_or(right, |next| self.x(next.at));
            if let Some((band, low, high)) = bands.last_mut().filter(|_| joins)
                && *low == point.low
                && *high == point.high
            {
                band.width = round(until - band.x);
                continue;
            }
            let (top, bottom) = (
                self.y(point.high.unwrap_or(self.high)),
                self.y(point.low.unwrap_or(self.low)),
            );
            let words = point
                .point
                .range
                .map(super::fact::result::ReferenceRange::words)
                .unwrap_or_default();
            let band = Band {
                x: from,
                y: top,
                width: round(until - from),
                height: round((bottom - top).max(0.0)),
                words,
            };
            bands.push((band, point.low, point.high));
            joins = true;
        }
        bands.into_iter().map(|(band, _, _)| band).collect()
    }
}

fn round(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}
