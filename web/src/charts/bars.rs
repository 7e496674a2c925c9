//! Bars of shares, one a row, drawn as SVG twice: for wide and for narrow windows. Each part bears its number from the key, so that no
//! colour stands alone; what is hidden is striped. The page carries the same counts as a table.

use askama::Template;

use super::drawn::Drawn;

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) label: String,
    /// In the order of the key; `None` is hidden.
    pub(crate) parts: Vec<Option<u64>>,
    /// `None` is hidden: then no bar is drawn.
    pub(crate) total: Option<u64>,
    /// What stands at the end of the bar.
    pub(crate) end: String,
    /// What a pointer at the bar reads.
    pub(crate) words: String,
}

/// Both sizes of one chart.
#[derive(Debug, Clone)]
pub(crate) struct Bars {
    pub(crate) wide: Drawn,
    pub(crate) narrow: Drawn,
}

struct Part {
    x: f64,
    width: f64,
    /// Number of the colour, from 1; nought is striped.
    colour: usize,
    /// The number from the key where there is room for it.
    number: Option<usize>,
    middle: f64,
}

struct Line {
    y: f64,
    text_y: f64,
    label_x: f64,
    label_y: f64,
    anchor: &'static str,
    label: String,
    end: String,
    end_x: f64,
    words: String,
    parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "charts/bars.html")]
struct Drawing<'t> {
    size: &'static str,
    id: &'t str,
    title: &'t str,
    description: &'t str,
    width: f64,
    height: f64,
    bar: f64,
    lines: Vec<Line>,
}

/// The sizes that differ between the two drawings, in pixels.
struct Size {
    name: &'static str,
    width: f64,
    /// Where bars begin; a label stands before it, or above the bar where there is no room.
    left: f64,
    /// Room at the end for the count.
    end: f64,
    row: f64,
}

const WIDE: Size = Size {
    name: "wide",
    width: 1060.0,
    left: 270.0,
    end: 90.0,
    row: 30.0,
};
const NARROW: Size = Size {
    name: "narrow",
    width: 340.0,
    left: 2.0,
    end: 70.0,
    row: 46.0,
};
const BAR: f64 = 20.0;
/// A number of the key needs so much.
const NUMBER: f64 = 14.0;

/// Draws the rows; nothing when no bar can be drawn.
pub(crate) fn draw(rows: &[Row], id: &str, title: &str, description: &str) -> Option<Bars> {
    let drawn = |row: &Row| row.total.is_some_and(|total| total > 0);
    if !rows.iter().any(drawn) {
        return None;
    }
    Some(Bars {
        wide: drawing(&WIDE, rows, (id, title, description))?,
        narrow: drawing(&NARROW, rows, (id, title, description))?,
    })
}

fn drawing(size: &Size, rows: &[Row], (id, title, description): (&str, &str, &str)) -> Option<Drawn> {
    let above = size.left < NUMBER;
    let length = size.width - size.left - size.end;
    let mut y = 4.0;
    let mut lines = Vec::new();
    for row in rows {
        let bar_y = if above { y + 20.0 } else { y + 3.0 };
        let parts = parts(row, size.left, length);
        let end_x = parts.last().map_or(size.left, |part| part.x + part.width);
        lines.push(Line {
            y: bar_y,
            text_y: bar_y + 15.0,
            label_x: if above { size.left } else { size.left - 10.0 },
            label_y: if above { y + 15.0 } else { bar_y + 15.0 },
            anchor: if above { "start" } else { "end" },
            label: row.label.clone(),
            end: row.end.clone(),
            end_x: end_x + 8.0,
            words: row.words.clone(),
            parts,
        });
        y += size.row;
    }
    Drawn::of(&Drawing {
        size: size.name,
        id,
        title,
        description,
        width: size.width,
        height: y + 4.0,
        bar: BAR,
        lines,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "people of a region are far fewer than 2^52"
)]
fn parts(row: &Row, left: f64, length: f64) -> Vec<Part> {
    let Some(total) = row.total.filter(|total| *total > 0) else {
        return Vec::new();
    };
    let shown: u64 = row.parts.iter().flatten().sum();
    let hidden = total.saturating_sub(shown);
    let known = row.parts.iter().enumerate();
    let known = known.filter_map(|(at, part)| Some((at + 1, part.filter(|part| *part > 0)?)));
    let mut x = left;
    known
        .chain((hidden > 0).then_some((0, hidden)))
        .map(|(colour, people)| {
            let width = length * people as f64 / total as f64;
            let part = Part {
                x: tenth(x),
                width: tenth(width),
                colour,
                number: (colour > 0 && width >= NUMBER).then_some(colour),
                middle: tenth(x + width / 2.0),
            };
            x += width;
            part
        })
        .collect()
}

fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Row, draw};

    fn row(parts: &[Option<u64>], total: Option<u64>) -> Row {
        Row {
            label: "<b>65 to 74".to_owned(),
            parts: parts.to_vec(),
            total,
            end: "100".to_owned(),
            words: "words".to_owned(),
        }
    }

    #[test]
    fn what_is_hidden_is_striped_and_text_is_escaped() {
        let rows = [row(&[Some(60), None, None], Some(100)), row(&[None], None)];
        let drawn = draw(&rows, "id", "Title", "Words").expect("drawn");
        for svg in [drawn.wide.to_string(), drawn.narrow.to_string()] {
            assert_eq!(svg.matches("app-bars__part--1").count(), 1);
            assert_eq!(svg.matches("app-bars__part--0").count(), 1);
            assert!(!svg.contains("<b>"));
        }
        assert!(draw(&[row(&[], None), row(&[Some(0)], Some(0))], "id", "", "").is_none());
    }
}
