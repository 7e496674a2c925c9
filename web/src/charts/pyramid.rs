//! A population pyramid, drawn as SVG twice: for wide and for narrow windows, as the trend is. Males stand to the left,
//! females to the right, said in words over each side; the page carries the same counts as a table.

use askama::Template;

use super::drawn::Drawn;

/// One band of ages, as it is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    /// "0–4", … "90 and over".
    pub(crate) label: String,
    pub(crate) male: u32,
    pub(crate) female: u32,
    /// What a pointer at the bars reads, with both counts.
    pub(crate) words: String,
}

/// Both sizes of one pyramid.
#[derive(Debug, Clone)]
pub(crate) struct Pyramid {
    pub(crate) wide: Drawn,
    pub(crate) narrow: Drawn,
}

struct Band {
    y: f64,
    text_y: f64,
    male_x: f64,
    male_width: f64,
    female_width: f64,
    label: String,
    words: String,
}

struct Tick {
    left: f64,
    right: f64,
    words: String,
}

#[derive(Template)]
#[template(path = "charts/pyramid.html")]
struct Drawing<'t> {
    size: &'static str,
    title: &'t str,
    description: &'t str,
    width: f64,
    height: f64,
    middle: f64,
    /// Where the bars of females begin; those of males end at `male_end`.
    female_start: f64,
    male_end: f64,
    bar: f64,
    top: f64,
    bottom: f64,
    male_label: f64,
    female_label: f64,
    ticks: Vec<Tick>,
    bars: Vec<Band>,
}

/// The sizes that differ between the two drawings, in pixels.
struct Size {
    name: &'static str,
    width: f64,
    row: f64,
    /// Half of the room for the labels of the bands, in the middle.
    gutter: f64,
    /// The most that a side is divided into.
    steps: u32,
}

const WIDE: Size = Size {
    name: "wide",
    width: 1060.0,
    row: 24.0,
    gutter: 52.0,
    steps: 4,
};
const NARROW: Size = Size {
    name: "narrow",
    width: 340.0,
    row: 22.0,
    gutter: 45.0,
    steps: 2,
};

const TOP: f64 = 26.0;
const UNDER: f64 = 28.0;
const SIDE: f64 = 22.0;

/// Draws the bands, the youngest at the foot; nothing when nobody is in them. `count` writes a number of people.
pub(crate) fn draw(
    bars: &[Bar],
    title: &str,
    description: &str,
    count: fn(u32) -> String,
) -> Option<Pyramid> {
    let most = bars.iter().map(|bar| bar.male.max(bar.female)).max()?;
    if most == 0 {
        return None;
    }
    Some(Pyramid {
        wide: drawing(&WIDE, bars, most, (title, description), count)?,
        narrow: drawing(&NARROW, bars, most, (title, description), count)?,
    })
}

fn drawing(
    size: &Size,
    bars: &[Bar],
    most: u32,
    (title, description): (&str, &str),
    count: fn(u32) -> String,
) -> Option<Drawn> {
    let middle = size.width / 2.0;
    let (male_end, female_start) = (middle - size.gutter, middle + size.gutter);
    let step = step(most, size.steps);
    let highest = most.div_ceil(step) * step;
    let length = |people: u32| (male_end - SIDE) * f64::from(people) / f64::from(highest);
    let mut bottom = TOP;
    let drawn: Vec<Band> = bars
        .iter()
        .rev()
        .map(|bar| {
            let y = bottom + 2.0;
            bottom += size.row;
            Band {
                y,
                text_y: y + size.row / 2.0 + 2.5,
                male_x: tenth(male_end - length(bar.male)),
                male_width: tenth(length(bar.male)),
                female_width: tenth(length(bar.female)),
                label: bar.label.clone(),
                words: bar.words.clone(),
            }
        })
        .collect();
    let ticks = (0..=highest / step).map(|number| {
        let people = number * step;
        Tick {
            left: tenth(male_end - length(people)),
            right: tenth(female_start + length(people)),
            words: count(people),
        }
    });
    let drawing = Drawing {
        size: size.name,
        title,
        description,
        width: size.width,
        height: bottom + UNDER,
        middle,
        female_start,
        male_end,
        bar: size.row - 4.0,
        top: TOP,
        bottom,
        male_label: (SIDE + male_end) / 2.0,
        female_label: (female_start + size.width - SIDE) / 2.0,
        ticks: ticks.collect(),
        bars: drawn,
    };
    Drawn::of(&drawing)
}

/// A round number of people that divides `most` into at most `steps` parts.
fn step(most: u32, steps: u32) -> u32 {
    let least = most.div_ceil(steps.max(1)).max(1);
    let mut power = 1_u32;
    loop {
        for factor in [1, 2, 5] {
            let round = power.saturating_mul(factor);
            if round >= least {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

fn tenth(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Bar, draw, step};

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(
            [(1, 4), (7, 4), (34_000, 4), (34_000, 2)].map(|(most, steps)| step(most, steps)),
            [1, 2, 10_000, 20_000]
        );
    }

    #[test]
    fn the_youngest_stand_at_the_foot_and_nobody_is_no_chart() {
        let bar = |label: &str, male| Bar {
            label: label.to_owned(),
            male,
            female: 3,
            words: format!("{label} & more"),
        };
        let drawn = draw(
            &[bar("0–4", 5), bar("5–9", 4)],
            "Ages",
            "Two bands",
            |number| number.to_string(),
        )
        .expect("drawn");
        for svg in [drawn.wide.to_string(), drawn.narrow.to_string()] {
            assert!(svg.find("5–9") < svg.find("0–4"));
            assert!(svg.contains("&#38; more"), "text is escaped");
        }
        assert!(draw(&[], "", "", |_| String::new()).is_none());
    }
}
