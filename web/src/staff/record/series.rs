//! One result over time: in words, as a chart for each unit, and as a table. Units are never joined on one axis.

use askama::Template;
use care::record::results::{ResultGroup, Series};
use care::record::{PersonRecord, results};
use jiff::Timestamp;

use super::origin;
use super::results::{series_name, value_cell};
use super::story::Story;
use crate::charts::trend::{self, TrendChart};
use crate::components::{Cell, Fact, FactGroup, Pagination, SectionOfRecord};
use crate::frame::Frame;

/// How many results stand in the table on one page.
const PER_PAGE: usize = 100;

/// One unit of the test: its heading, its summary, its chart.
#[derive(Debug, Clone)]
struct UnitOfSeries {
    id: String,
    /// Empty when the test came in one unit only.
    heading: String,
    summary: String,
    chart: Option<TrendChart>,
    no_chart: &'static str,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/record/series.html")]
pub(crate) struct SeriesView {
    frame: Frame,
    story: Story,
    back: String,
    heading: String,
    intro: String,
    /// Said when the test came in several units.
    apart: Option<String>,
    units: Vec<UnitOfSeries>,
    table: FactGroup,
    pagination: Option<Pagination>,
}

/// Which page of the table, as it stands in the address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    page: String,
}

/// The page of the test named `name`; nothing when the record has no such test.
pub(crate) fn view(
    frame: Frame,
    record: &PersonRecord,
    base: &str,
    name: &str,
    chosen: &Chosen,
    now: Timestamp,
) -> Option<SeriesView> {
    let list = results(record);
    let group = list.groups.iter().find(|group| series_name(&group.key) == name)?;
    let several = group.has_several_units();
    let units: Vec<UnitOfSeries> = group
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| unit(index, series, several))
        .collect();
    let pages = group.results.len().div_ceil(PER_PAGE).max(1);
    let page = chosen.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let rows: Vec<Fact> = group
        .results
        .iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|fact| {
            let value = value_cell(&fact.what).lines(fact.what.notes.iter().cloned());
            Fact::new(vec![Cell::new(origin::when(fact)), value], origin::source(fact))
        })
        .collect();
    let back = SectionOfRecord::Results.href(base);
    let here = format!("{back}/{name}");
    let error_count = record
        .results
        .iter()
        .filter(|fact| fact.entered_in_error && fact.what.code.key() == group.key)
        .count();
    Some(SeriesView {
        story: Story::new(record, base, SectionOfRecord::Results, error_count, now),
        heading: group.title.clone(),
        intro: intro(group, now),
        apart: several.then(|| {
            let units: Vec<&str> = group
                .series
                .iter()
                .map(|series| {
                    if series.unit.is_empty() {
                        "no unit"
                    } else {
                        &series.unit
                    }
                })
                .collect();
            format!(
                "Results came in different units ({}). They are shown apart and are not converted.",
                units.join(", ")
            )
        }),
        units,
        table: FactGroup::new(
            "table",
            "All results",
            vec!["Date", "Result"],
            rows,
            "No result is recorded.",
        ),
        pagination: Pagination::of(page, pages, |page| format!("{here}?page={page}")),
        back,
        frame,
    })
}

fn intro(group: &ResultGroup<'_>, now: Timestamp) -> String {
    let count = match group.results.len() {
        1 => "1 result".to_owned(),
        many => format!("{many} results"),
    };
    let Some(latest) = group.latest(now) else {
        return format!(
            "{count}. None has come yet: each was cancelled, is awaited or is dated in the future."
        );
    };
    let marked = latest.what.marks().join(", ");
    let marked = if marked.is_empty() {
        String::new()
    } else {
        format!(", marked “{}”", marked.to_lowercase())
    };
    format!(
        "{count}. Latest: {}{marked}, {}.",
        latest.what.value_words(),
        origin::when(latest)
    )
}

fn unit(index: usize, series: &Series<'_>, several: bool) -> UnitOfSeries {
    let heading = match (several, series.unit.as_str()) {
        (false, _) => String::new(),
        (true, "") => "Without a unit".to_owned(),
        (true, unit) => format!("In {unit}"),
    };
    let summary = trend::summary(series);
    UnitOfSeries {
        id: format!("unit-{index}"),
        heading,
        chart: trend::draw(series, index, &summary),
        no_chart: "There are fewer than two dated values, so there is no chart: see the table.",
        summary,
    }
}
