//! A chart laid out, in pixels: what a page draws.

/// The drawing area in pixels, margins included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Whole width.
    pub width: f64,
    /// Whole height.
    pub height: f64,
    /// Space left of the plot, for the numbers.
    pub left: f64,
    /// Space right of the plot.
    pub right: f64,
    /// Space above the plot.
    pub top: f64,
    /// Space below the plot, for the dates.
    pub bottom: f64,
}

impl Default for Frame {
    fn default() -> Frame {
        Frame {
            width: 640.0,
            height: 240.0,
            left: 56.0,
            right: 16.0,
            top: 12.0,
            bottom: 32.0,
        }
    }
}

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Pixels from the left (dates) or the top (numbers).
    pub at: f64,
    /// What stands there.
    pub label: String,
}

/// A value on the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
    /// The value in words, with its unit.
    pub value: String,
    /// The date in words.
    pub date: String,
    /// Whether the value is only a bound, such as "<5": draw it hollow.
    pub is_bound: bool,
    /// What the laboratory says of it; empty when nothing.
    pub interpretation: String,
}

/// A line of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendLine {
    /// Its name.
    pub title: String,
    /// Its values, oldest first.
    pub points: Vec<TrendPoint>,
    /// An SVG path through them: "M10.0,20.0 L30.0,15.0".
    pub path: String,
}

/// The laboratory's range over a stretch of time, as a rectangle in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// The range in words.
    pub words: String,
}

/// A chart laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// The drawing area.
    pub frame: Frame,
    /// The test's name.
    pub title: String,
    /// The unit in words.
    pub unit: String,
    /// Lowest number on the axis.
    pub low: f64,
    /// Highest number on the axis.
    pub high: f64,
    /// Marks on the axis of numbers, lowest first.
    pub value_ticks: Vec<Tick>,
    /// Marks on the axis of dates, oldest first.
    pub date_ticks: Vec<Tick>,
    /// Lines.
    pub lines: Vec<TrendLine>,
    /// Ranges of the reporting laboratory; none when several lines share the chart.
    pub bands: Vec<Band>,
    /// How many values have no date (or no number an axis can hold) and so no place on the chart: the table shows them.
    pub undated: usize,
}
