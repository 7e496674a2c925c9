//! One figure on a page: its chart, the table with the same counts, its definition, and where it can be had as files.

use actions::population::{By, Cohort, Crossed, Group, Places, UNKNOWN};
use askama::Template;

use super::asked::address;
use super::words::{count_words, whole};
use crate::charts::bars::{self, Row as BarRow};
use crate::charts::drawn::Drawn;
use crate::charts::pyramid::{self, Bar};

#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) heading: String,
    pub(super) words: String,
    /// The list of the people behind it.
    pub(super) href: Option<String>,
    /// Of whom, for those who hear the link alone.
    pub(super) about: String,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) words: String,
    pub(super) cells: Vec<Cell>,
}

/// One entry of the key.
#[derive(Debug, Clone)]
pub(super) struct KeyLine {
    pub(super) number: usize,
    pub(super) words: String,
}

/// Both sizes of a drawing.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    pub(super) wide: Drawn,
    pub(super) narrow: Drawn,
    /// Parts of the bars by number; empty where the drawing says it itself.
    pub(super) key: Vec<KeyLine>,
    /// What stands under it instead of a key.
    pub(super) words: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/figure.html")]
pub(super) struct FigureView {
    pub(super) code: &'static str,
    pub(super) caption: String,
    pub(super) definition: String,
    pub(super) chart: Option<Chart>,
    pub(super) row_heading: &'static str,
    pub(super) headings: Vec<String>,
    pub(super) lines: Vec<Line>,
    pub(super) csv: String,
    /// None where there is no drawing.
    pub(super) picture: Option<String>,
}

impl askama::filters::HtmlSafe for FigureView {}

/// A table that has been made smaller: rows and columns of nobody that only say what is not known are left out, and networks of which
/// nobody is asked about.
pub(super) struct Cut<'c> {
    pub(super) rows: Vec<(usize, &'c Group)>,
    pub(super) columns: Vec<(usize, &'c Group)>,
}

pub(super) fn cut(crossed: &Crossed) -> Cut<'_> {
    let far = crossed.figure.rows == By::Network;
    let needless = |group: &Group| [UNKNOWN, "other"].contains(&group.key.as_str());
    let table = &crossed.table;
    let rows = crossed.rows.iter().enumerate().filter(|(at, group)| {
        let nobody = |row: &Vec<Option<u64>>| row.iter().all(|cell| *cell == Some(0));
        !((far || needless(group)) && table.cells.get(*at).is_some_and(nobody))
    });
    let columns = crossed.columns.iter().enumerate().filter(|(at, group)| {
        let nobody = |row: &Vec<Option<u64>>| row.get(*at) == Some(&Some(0));
        !(needless(group) && table.cells.iter().all(nobody))
    });
    Cut {
        rows: rows.collect(),
        columns: columns.collect(),
    }
}

impl FigureView {
    /// `names` says whether its figures open lists; `within` is what it was narrowed to.
    pub(super) fn new(
        crossed: &Crossed,
        scope: &str,
        places: &Places,
        within: &Cohort,
        names: bool,
    ) -> FigureView {
        let figure = crossed.figure;
        let cut = cut(crossed);
        let opens = |groups: &[(By, &str)]| {
            let mut cohort = within.clone();
            for (by, key) in groups {
                cohort = cohort.with(*by, key, places).ok()?;
            }
            names.then(|| address("/people", scope, &cohort.query()))
        };
        let table = &crossed.table;
        let total_heading = "All";
        let mut headings: Vec<String> = cut.columns.iter().map(|(_, group)| group.words.clone()).collect();
        headings.push(total_heading.to_owned());
        let mut lines: Vec<Line> = cut
            .rows
            .iter()
            .map(|(at, row)| {
                let cell = |(across, column): &(usize, &Group)| {
                    let count = table
                        .cells
                        .get(*at)
                        .and_then(|row| row.get(*across).copied())
                        .flatten();
                    Cell {
                        heading: column.words.clone(),
                        words: count_words(count),
                        href: opens(&[(figure.rows, &row.key), (figure.columns, &column.key)])
                            .filter(|_| count != Some(0)),
                        about: format!("{}, {}", row.words, column.words),
                    }
                };
                let mut cells: Vec<Cell> = cut.columns.iter().map(cell).collect();
                let count = table.rows.get(*at).copied().flatten();
                cells.push(Cell {
                    heading: total_heading.to_owned(),
                    words: count_words(count),
                    href: opens(&[(figure.rows, &row.key)])
                        .filter(|_| count != Some(0) && opens_whole(figure.columns)),
                    about: row.words.clone(),
                });
                Line {
                    words: row.words.clone(),
                    cells,
                }
            })
            .collect();
        if !table.columns.is_empty() {
            let cell = |(across, column): &(usize, &Group)| {
                let count = table.columns.get(*across).copied().flatten();
                Cell {
                    heading: column.words.clone(),
                    words: count_words(count),
                    href: opens(&[(figure.columns, &column.key)])
                        .filter(|_| count != Some(0) && opens_whole(figure.rows)),
                    about: column.words.clone(),
                }
            };
            let mut cells: Vec<Cell> = cut.columns.iter().map(cell).collect();
            cells.push(Cell {
                heading: total_heading.to_owned(),
                words: count_words(table.total),
                href: None,
                about: total_heading.to_owned(),
            });
            lines.push(Line {
                words: total_heading.to_owned(),
                cells,
            });
        }
        let chart = chart(crossed);
        let file = |ending: &str| {
            address(
                &format!("/export/{}.{ending}", figure.code),
                scope,
                &within.query(),
            )
        };
        FigureView {
            code: figure.code,
            caption: crossed.caption(),
            definition: figure.definition(),
            picture: chart.is_some().then(|| file("svg")),
            chart,
            row_heading: figure.rows.words(),
            headings,
            lines,
            csv: file("csv"),
        }
    }
}

/// Whether a group of the other side alone is exactly who the total counts: where this side leaves people out, it is not.
fn opens_whole(other: By) -> bool {
    !matches!(other, By::Frailty | By::Help)
}

/// The drawing of a figure; none where a table says it better, or nothing is shown.
pub(super) fn chart(crossed: &Crossed) -> Option<Chart> {
    match crossed.figure.rows {
        By::FiveYears => ages(crossed),
        By::Area => None,
        _ => shares(crossed),
    }
}

fn ages(crossed: &Crossed) -> Option<Chart> {
    let column = |key: &str| crossed.columns.iter().position(|group| group.key == key);
    let (female, male) = (column("female")?, column("male")?);
    let of = |row: &[Option<u64>], at: usize| row.get(at).copied().flatten();
    let bars: Vec<Bar> = crossed
        .rows
        .iter()
        .zip(&crossed.table.cells)
        .filter(|(group, _)| group.key != UNKNOWN)
        .map(|(group, row)| Bar {
            label: group.words.clone(),
            male: drawn(of(row, male)),
            female: drawn(of(row, female)),
            words: format!(
                "{}: males {}, females {}",
                group.words,
                count_words(of(row, male)),
                count_words(of(row, female))
            ),
        })
        .collect();
    let hidden = crossed
        .table
        .cells
        .iter()
        .flatten()
        .filter(|cell| cell.is_none())
        .count();
    let words = match hidden {
        0 => "Males to the left, females to the right, by five years of age.".to_owned(),
        hidden => format!(
            "Males to the left, females to the right, by five years of age. {hidden} numbers of the table are hidden and not drawn."
        ),
    };
    let pyramid = pyramid::draw(&bars, crossed.figure.caption, &words, |count| {
        whole(u64::from(count))
    })?;
    Some(Chart {
        wide: pyramid.wide,
        narrow: pyramid.narrow,
        key: Vec::new(),
        words,
    })
}

/// What is hidden is not drawn.
fn drawn(count: Option<u64>) -> u32 {
    u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX)
}

fn shares(crossed: &Crossed) -> Option<Chart> {
    let cut = cut(crossed);
    let table = &crossed.table;
    let rows: Vec<BarRow> = cut
        .rows
        .iter()
        .map(|(at, group)| {
            let cells = table.cells.get(*at);
            let parts: Vec<Option<u64>> = cut
                .columns
                .iter()
                .map(|(across, _)| cells.and_then(|row| row.get(*across).copied()).flatten())
                .collect();
            let total = table.rows.get(*at).copied().flatten();
            let words: Vec<String> = cut
                .columns
                .iter()
                .zip(&parts)
                .map(|((_, column), part)| format!("{}: {}", column.words, count_words(*part)))
                .collect();
            BarRow {
                label: group.words.clone(),
                end: match total {
                    None => "hidden".to_owned(),
                    Some(0) => "nobody".to_owned(),
                    Some(total) => whole(total),
                },
                words: format!("{}. {}", group.words, words.join(", ")),
                parts,
                total,
            }
        })
        .collect();
    let description = "One bar a row, divided as the key says; the count of the row stands at its end. Striped is what is hidden.";
    let drawn = bars::draw(&rows, crossed.figure.code, &crossed.caption(), description)?;
    Some(Chart {
        wide: drawn.wide,
        narrow: drawn.narrow,
        key: cut
            .columns
            .iter()
            .enumerate()
            .map(|(at, (_, column))| KeyLine {
                number: at + 1,
                words: column.words.clone(),
            })
            .collect(),
        words: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use crate::staff::population::page::FiguresView;

    const BARS: &str = include_str!("../../../assets/own/chart-bars.css");
    const KEY: &str = include_str!("../../../assets/own/population.css");

    #[test]
    fn every_part_of_a_bar_has_a_colour_of_its_own() {
        let mut seen = 0;
        for (name, view) in FiguresView::samples() {
            for chart in view.figures.iter().filter_map(|figure| figure.chart.as_ref()) {
                for line in &chart.key {
                    seen = seen.max(line.number);
                    let (part, swatch) = (
                        format!(".app-bars__part--{} {{ fill", line.number),
                        format!(".app-key__swatch--{} {{ background", line.number),
                    );
                    let is_drawn = line.number == 0 || BARS.contains(&part);
                    assert!(
                        is_drawn && KEY.contains(&swatch),
                        "{name}: {} has no colour",
                        line.words
                    );
                }
            }
        }
        assert!(seen > 7, "no figure has as many parts as movement");
    }
}
