//! One result over time, drawn as SVG: lines, points, and the laboratory's range as it was at each point.
//!
//! `care` lays the chart out (scales, ticks, bands); this file draws it, twice: for wide and for narrow windows, so that
//! its lettering keeps the size of the text around it. The stylesheet shows one of them. Shapes and words stand beside
//! every colour, and the page carries the same values as a table and as a sentence.

use askama::Template;
use care::record::results::{Point, Series};
use care::record::trend::{Frame, Trend, trend};

use super::drawn::Drawn;

/// What a point is, besides its place: drawn as a shape, said in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Inside the reference range, or nothing was said: a circle.
    Plain,
    /// Marked high, or above the range: a triangle pointing up.
    High,
    /// Marked low, or below the range: a triangle pointing down.
    Low,
    /// Only a bound is known ("less than 5"): an open circle.
    Bound,
}

impl Shape {
    fn class(self) -> &'static str {
        match self {
            Shape::Plain => "plain",
            Shape::High => "high",
            Shape::Low => "low",
            Shape::Bound => "bound",
        }
    }

    /// What the laboratory said of the point decides; without its word, its range does.
    fn of(point: &Point<'_>) -> Shape {
        if point.quantity.comparator.is_some() {
            return Shape::Bound;
        }
        let said = point.interpretation.to_lowercase();
        if said.contains("high") {
            return Shape::High;
        }
        if said.contains("low") {
            return Shape::Low;
        }
        if !said.is_empty() {
            return Shape::Plain;
        }
        let limit = |of: Option<&care::quantity::Quantity>| of.and_then(|quantity| quantity.value);
        let (low, high) = point.range.map_or((None, None), |range| {
            (limit(range.low.as_ref()), limit(range.high.as_ref()))
        });
        match point.quantity.value {
            Some(value) if high.is_some_and(|high| value > high) => Shape::High,
            Some(value) if low.is_some_and(|low| value < low) => Shape::Low,
            Some(_) | None => Shape::Plain,
        }
    }
}

struct Label {
    x: f64,
    y: f64,
    words: String,
    anchor: &'static str,
}

struct Rule {
    x1: f64,
    x2: f64,
    y: f64,
}

struct Mark {
    shape: Shape,
    line: usize,
    path: String,
    words: String,
}

struct DrawnLine {
    index: usize,
    path: String,
}

#[derive(Template)]
#[template(path = "charts/trend.html")]
struct Drawing<'t> {
    id: String,
    size: &'static str,
    trend: &'t Trend,
    title: String,
    description: &'t str,
    value_labels: Vec<Label>,
    value_rules: Vec<Rule>,
    date_labels: Vec<Label>,
    edges: Vec<Rule>,
    lines: Vec<DrawnLine>,
    marks: Vec<Mark>,
    last: Vec<Label>,
    right: f64,
    bottom: f64,
}

/// Both sizes of one chart, and the key to its signs.
#[derive(Debug, Clone)]
pub(crate) struct TrendChart {
    pub(crate) wide: Drawn,
    pub(crate) narrow: Drawn,
    pub(crate) key: String,
}

const WIDE: Frame = Frame {
    width: 1060.0,
    height: 330.0,
    left: 60.0,
    right: 72.0,
    top: 26.0,
    bottom: 34.0,
};
const NARROW: Frame = Frame {
    width: 340.0,
    height: 260.0,
    left: 46.0,
    right: 54.0,
    top: 26.0,
    bottom: 34.0,
};
/// The room that a date under the axis needs, in pixels.
const DATE_ROOM: f64 = 84.0;

/// Draws a series; nothing when fewer than two of its values have dates. `number` makes its ids unique on the page.
pub(crate) fn draw(series: &Series<'_>, number: usize, description: &str) -> Option<TrendChart> {
    let wide = trend(series, WIDE)?;
    let narrow = trend(series, NARROW)?;
    let shapes = shapes(series);
    Some(TrendChart {
        key: key(&wide, &shapes),
        wide: drawn(&wide, "wide", number, &shapes, description)?,
        narrow: drawn(&narrow, "narrow", number, &shapes, description)?,
    })
}

/// The shape of each point that the layout placed, line by line, in its order.
fn shapes(series: &Series<'_>) -> Vec<Vec<Shape>> {
    let placed =
        |point: &&Point<'_>| point.date.is_some() && point.quantity.value.is_some_and(f64::is_finite);
    series
        .lines
        .iter()
        .map(|line| line.points.iter().filter(placed).map(Shape::of).collect())
        .collect()
}

fn drawn(
    trend: &Trend,
    size: &'static str,
    number: usize,
    shapes: &[Vec<Shape>],
    description: &str,
) -> Option<Drawn> {
    let frame = trend.frame;
    let (right, bottom) = (frame.width - frame.right, frame.height - frame.bottom);
    let several = trend.lines.len() > 1;
    let marks = trend
        .lines
        .iter()
        .zip(shapes)
        .enumerate()
        .flat_map(|(line, (of, shapes))| {
            of.points.iter().zip(shapes).map(move |(point, shape)| Mark {
                shape: *shape,
                line,
                path: mark(*shape, point.x, point.y, line),
                words: if several {
                    format!("{}, {}: {}", of.title, point.date, point.value)
                } else {
                    format!("{}: {}", point.date, point.value)
                },
            })
        })
        .collect();
    let edges = trend.bands.iter().flat_map(|band| {
        [band.y, band.y + band.height].map(|y| Rule {
            x1: band.x,
            x2: band.x + band.width,
            y,
        })
    });
    let edges = edges
        .filter(|edge| edge.y > frame.top && edge.y < bottom)
        .collect();
    let last = trend
        .lines
        .iter()
        .filter_map(|line| {
            let point = line.points.last()?;
            // The number alone: the unit stands at the top of the axis.
            let number = point.value.split_whitespace().next().unwrap_or_default();
            Some(Label {
                x: point.x + 11.0,
                y: point.y + 5.0,
                words: number.to_owned(),
                anchor: "start",
            })
        })
        .collect();
    let value_labels = trend
        .value_ticks
        .iter()
        .map(|tick| Label {
            x: frame.left - 8.0,
            y: tick.at + 4.5,
            words: tick.label.clone(),
            anchor: "end",
        })
        .collect();
    let value_rules = trend
        .value_ticks
        .iter()
        .map(|tick| Rule {
            x1: frame.left,
            x2: right,
            y: tick.at,
        })
        .collect();
    let drawing = Drawing {
        id: format!("trend-{size}-{number}"),
        size,
        trend,
        title: title(trend),
        description,
        value_labels,
        value_rules,
        date_labels: dates(trend, bottom, right),
        edges,
        lines: trend
            .lines
            .iter()
            .enumerate()
            .map(|(index, line)| DrawnLine {
                index,
                path: line.path.clone(),
            })
            .collect(),
        marks,
        last,
        right,
        bottom,
    };
    Drawn::of(&drawing)
}

fn title(trend: &Trend) -> String {
    if trend.unit.is_empty() {
        format!("{} over time", trend.title)
    } else {
        format!("{} over time, in {}", trend.title, trend.unit)
    }
}

/// As many of the dates as have room.
fn dates(trend: &Trend, bottom: f64, right: f64) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for tick in &trend.date_ticks {
        if labels.last().is_some_and(|last| tick.at - last.x < DATE_ROOM) {
            continue;
        }
        let anchor = if tick.at < trend.frame.left + DATE_ROOM / 2.0 {
            "start"
        } else if tick.at > right - DATE_ROOM / 2.0 {
            "end"
        } else {
            "middle"
        };
        labels.push(Label {
            x: tick.at,
            y: bottom + 22.0,
            words: tick.label.clone(),
            anchor,
        });
    }
    labels
}

/// The path of a mark; the second line of a chart has squares where the first has circles.
fn mark(shape: Shape, x: f64, y: f64, line: usize) -> String {
    let circle = |r: f64| {
        format!(
            "M{:.1} {y:.1}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z",
            x - r,
            d = 2.0 * r
        )
    };
    match shape {
        Shape::Plain if line % 2 == 1 => format!("M{:.1} {:.1}h9v9h-9z", x - 4.5, y - 4.5),
        Shape::Plain => circle(5.0),
        Shape::Bound => circle(4.5),
        Shape::High => format!("M{x:.1} {:.1}l7 12h-14z", y - 8.0),
        Shape::Low => format!("M{x:.1} {:.1}l7 -12h-14z", y + 8.0),
    }
}

fn key(trend: &Trend, shapes: &[Vec<Shape>]) -> String {
    let any = |shape| shapes.iter().flatten().any(|found| *found == shape);
    let mut parts: Vec<String> = match trend.lines.as_slice() {
        [first, second, ..] => vec![format!(
            "Circles: {}. Squares, broken line: {}.",
            first.title, second.title
        )],
        _ => vec!["Each mark is a result.".to_owned()],
    };
    let mut say = |when: bool, words: &str| {
        if when {
            parts.push(words.to_owned());
        }
    };
    say(any(Shape::High), "Triangle pointing up: high.");
    say(any(Shape::Low), "Triangle pointing down: low.");
    say(any(Shape::Bound), "Open circle: only a limit was reported.");
    say(
        !trend.bands.is_empty(),
        "Shaded: the range that the laboratory reported with each result.",
    );
    say(
        trend.undated > 0,
        "Values without a date stand in the table only.",
    );
    say(true, "Every value stands in the table below.");
    parts.join(" ")
}

/// The series as a sentence for those who cannot see the chart: how many, from when to when, lowest, highest, first and
/// last of each line.
pub(crate) fn summary(series: &Series<'_>) -> String {
    let several = series.lines.len() > 1;
    let sentences: Vec<String> = series
        .lines
        .iter()
        .filter_map(|line| {
            let words = line_summary(&line.points)?;
            Some(if several {
                format!("{}: {words}", line.title)
            } else {
                words
            })
        })
        .collect();
    if sentences.is_empty() {
        "No measured value is recorded.".to_owned()
    } else {
        sentences.join(" ")
    }
}

fn line_summary(points: &[Point<'_>]) -> Option<String> {
    let dated: Vec<&Point<'_>> = points.iter().filter(|point| point.date.is_some()).collect();
    let (Some(first), Some(last)) = (dated.first(), dated.last()) else {
        let only = points.first()?;
        return Some(format!("{}, date not recorded.", only.quantity.words()));
    };
    let date = |point: &Point<'_>| {
        point
            .date
            .map(care::partial_date::PartialDate::date_words)
            .unwrap_or_default()
    };
    if dated.len() == 1 {
        return Some(format!("{} on {}.", first.quantity.words(), date(first)));
    }
    let by_value = |a: &&&Point<'_>, b: &&&Point<'_>| {
        let value = |point: &Point<'_>| point.quantity.value.unwrap_or(f64::NAN);
        value(a).total_cmp(&value(b))
    };
    let lowest = dated.iter().min_by(by_value)?;
    let highest = dated.iter().max_by(by_value)?;
    let shapes = dated.iter().map(|point| Shape::of(point));
    let outside = shapes
        .filter(|shape| matches!(shape, Shape::High | Shape::Low))
        .count();
    let outside = match outside {
        0 => String::new(),
        1 => " 1 value is high or low.".to_owned(),
        many => format!(" {many} values are high or low."),
    };
    Some(format!(
        "{} values from {} to {}. First {}, last {}; lowest {} ({}), highest {} ({}).{outside}",
        dated.len(),
        date(first),
        date(last),
        first.quantity.words(),
        last.quantity.words(),
        lowest.quantity.words(),
        date(lowest),
        highest.quantity.words(),
        date(highest),
    ))
}
