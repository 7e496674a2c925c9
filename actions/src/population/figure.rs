//! The figures that pages show: what each counts, of whom, told apart by what, with the definition that stands under it.

use std::sync::atomic::{AtomicU64, Ordering};

use ::population::suppress::{Table, overlapping, rounded, table};
use care::segment::{Movement, SNEE};

use super::telling::{Seen, Telling};
use super::{By, Cohort, Group, Places, Scope, Told, figures};
use crate::{ActionError, Actions, Actor, Purpose};

/// Figures are for population health, whoever looks.
const PURPOSE: Purpose = Purpose::PopulationHealth;

/// What one figure is.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its word in addresses and files.
    pub code: &'static str,
    pub caption: &'static str,
    /// Of whom it is, what counts, and what does not.
    pub definition: &'static str,
    pub rows: By,
    pub columns: By,
}

const CONDITIONS: &str = "A condition counts when a code of it stands among problems or findings, on or before the day or undated, and \
    is not said to be over since. The 15 conditions are those of the model of Suffolk and North East Essex (2024); our code sets are \
    short, and find less than the national ones.";
const CONDITION: &str = "Somebody with several conditions is counted in each of their rows, so that rows do not add up. A condition \
    counts when a code of it stands among problems or findings, on or before the day or undated, and is not said to be over since.";
const DEPRIVED: &str = "Deprivation is that of the small area (LSOA 2021) of the home by the Index of Multiple Deprivation 2025, in \
    fifths of England; whoever has a restricted address, or none that is known, is told apart. ";
const SEGMENTS: &str = "Each adult is in the first segment, from the top, any element of which they have: the model of Suffolk and North \
    East Essex (2024). Frailty is that of the frailty index at 65 to 95.";
const FRAILTY: &str = "People of 65 to 95 by the electronic Frailty Index on the day, which counts 36 deficits by codes and medicines. \
    Not for clinical use.";
const FUNNEL: &str = "Everybody who waits on the risk list, or was offered help within a year, each at the furthest step that they \
    came to by their newest offer. An offer that was taken back is none.";

/// Every figure.
pub const FIGURES: [Figure; 12] = [
    Figure {
        code: "ages",
        caption: "People by age and sex",
        definition: "Everybody alive whose record is in use, by age in whole years on the day and the sex that is recorded. Whoever \
            was born in a year or month alone counts from its first day.",
        rows: By::FiveYears,
        columns: By::Sex,
    },
    Figure {
        code: "multimorbidity-by-age",
        caption: "How many long-term conditions, by age",
        definition: CONDITIONS,
        rows: By::Ages,
        columns: By::Conditions,
    },
    Figure {
        code: "multimorbidity-by-deprivation",
        caption: "How many long-term conditions, by deprivation",
        definition: CONDITIONS,
        rows: By::Deprivation,
        columns: By::Conditions,
    },
    Figure {
        code: "condition-by-age",
        caption: "Which long-term conditions, by age",
        definition: CONDITION,
        rows: By::Condition,
        columns: By::Ages,
    },
    Figure {
        code: "condition-by-deprivation",
        caption: "Which long-term conditions, by deprivation",
        definition: CONDITION,
        rows: By::Condition,
        columns: By::Deprivation,
    },
    Figure {
        code: "segments",
        caption: "Segments, by stage of life",
        definition: SEGMENTS,
        rows: By::Segment,
        columns: By::Stage,
    },
    Figure {
        code: "movement",
        caption: "Movement between segments within a month",
        definition: "From the segment of a month ago (rows) to that of the day (columns), of those who are alive and in these people's \
            scope on the day: who died or left within the month is not in it, nor who was under 18 on both days. What was recorded since with an earlier date counts as if it \
            had been known a month ago.",
        rows: By::SegmentBefore,
        columns: By::Segment,
    },
    Figure {
        code: "frailty-by-area",
        caption: "Frailty, by area",
        definition: FRAILTY,
        rows: By::Area,
        columns: By::Frailty,
    },
    Figure {
        code: "frailty-by-network",
        caption: "Frailty, by network",
        definition: FRAILTY,
        rows: By::Network,
        columns: By::Frailty,
    },
    Figure {
        code: "funnel-by-age",
        caption: "From found to an outcome, by age",
        definition: FUNNEL,
        rows: By::Ages,
        columns: By::Help,
    },
    Figure {
        code: "funnel-by-sex",
        caption: "From found to an outcome, by sex",
        definition: FUNNEL,
        rows: By::Sex,
        columns: By::Help,
    },
    Figure {
        code: "funnel-by-deprivation",
        caption: "From found to an outcome, by deprivation",
        definition: FUNNEL,
        rows: By::Deprivation,
        columns: By::Help,
    },
];

impl Figure {
    /// The figure with a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<&'static Figure> {
        FIGURES.iter().find(|figure| figure.code == code)
    }

    /// What it counts, in full.
    #[must_use]
    pub fn definition(&self) -> String {
        let deprived = [self.rows, self.columns].contains(&By::Deprivation);
        format!("{}{}", if deprived { DEPRIVED } else { "" }, self.definition)
    }
}

/// One figure, counted, with its small numbers hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossed {
    pub figure: &'static Figure,
    pub rows: Vec<Group>,
    pub columns: Vec<Group>,
    pub table: Table,
    /// Before anything is hidden or rounded; it leaves this module only as sums of what is shown.
    exact: Vec<Vec<u64>>,
}

impl Crossed {
    /// A figure of counts, with its small numbers hidden.
    fn of(figure: &'static Figure, places: &Places, counts: &[Vec<u64>]) -> Crossed {
        Crossed {
            figure,
            rows: figure.rows.groups(places),
            columns: figure.columns.groups(places),
            table: if figure.rows.parts() {
                table(counts)
            } else {
                overlapping(counts)
            },
            exact: counts.to_vec(),
        }
    }

    /// The sum of some columns of a row, rounded once: sums of rounded numbers drift, and may come to more than the whole. `None`
    /// where a part of it is hidden; never more than the row's total as it is shown.
    #[must_use]
    pub fn sum_of_row(&self, row: usize, columns: &[usize]) -> Option<u64> {
        let cells = self.table.cells.get(row)?;
        columns.iter().try_for_each(|at| cells.get(*at)?.map(|_| ()))?;
        let exact = self.exact.get(row)?;
        let sum = columns.iter().filter_map(|at| exact.get(*at)).sum();
        let whole = self.table.rows.get(row).copied().flatten();
        Some(rounded(sum).min(whole.unwrap_or(u64::MAX)))
    }

    /// As [`Crossed::sum_of_row`], of the totals of some columns.
    #[must_use]
    pub fn sum_of_columns(&self, columns: &[usize]) -> Option<u64> {
        let totals = &self.table.columns;
        columns.iter().try_for_each(|at| totals.get(*at)?.map(|_| ()))?;
        let rows = self.exact.iter();
        let sum = rows
            .flat_map(|row| columns.iter().filter_map(move |at| row.get(*at)))
            .sum();
        Some(rounded(sum).min(self.table.total.unwrap_or(u64::MAX)))
    }

    /// A figure of invented counts by row and column, for samples of pages.
    #[must_use]
    pub fn sample(figure: &'static Figure, places: &Places, count: impl Fn(usize, usize) -> u64) -> Crossed {
        let (rows, columns) = (figure.rows.groups(places), figure.columns.groups(places));
        let row = |at: usize| (0..columns.len()).map(|across| count(at, across)).collect();
        let counts: Vec<Vec<u64>> = (0..rows.len()).map(row).collect();
        Crossed::of(figure, places, &counts)
    }
}

/// The figures of a scope. `within` narrows them to those who were sent to work together, or to nobody less: other groups would
/// let small numbers be had by subtraction.
///
/// # Errors
/// As [`figures`]; [`ActionError::Rule`] for another group.
pub async fn crossed(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    question: &'static str,
    wanted: Vec<&'static Figure>,
    places: Places,
    within: Cohort,
) -> Result<Told<Vec<Crossed>>, ActionError> {
    if within.groups().iter().any(|(by, _)| *by != By::Work) {
        return Err(ActionError::Rule {
            about: "within",
            words: "figures are of everybody, or of those who were sent to work together".to_owned(),
        });
    }
    figures(actions, actor, PURPOSE, scope, question, move |everyone| {
        let mut counting: Vec<Counting> = wanted
            .iter()
            .map(|figure| Counting::new(figure, &places))
            .collect();
        if let Some(telling) = Telling::new(everyone, &places) {
            let members = within.wanted(&places);
            everyone.scan(|person| -> Option<()> {
                if members.holds(&telling, person) {
                    let seen = Seen::new(person);
                    for one in &counting {
                        one.count(&telling, &seen);
                    }
                }
                None
            });
        }
        counting.drain(..).map(|one| one.crossed(&places)).collect()
    })
    .await
}

/// A figure while it is counted, by several threads at once.
struct Counting {
    figure: &'static Figure,
    columns: usize,
    /// Row by row.
    cells: Vec<AtomicU64>,
}

impl Counting {
    fn new(figure: &'static Figure, places: &Places) -> Counting {
        let (rows, columns) = (
            figure.rows.groups(places).len(),
            figure.columns.groups(places).len(),
        );
        Counting {
            figure,
            columns,
            cells: (0..rows * columns).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn count(&self, telling: &Telling<'_>, seen: &Seen<'_, '_>) {
        let (rows, columns) = (
            telling.of(self.figure.rows, seen),
            telling.of(self.figure.columns, seen),
        );
        for row in rows.each() {
            for column in columns.each().filter(|column| *column < self.columns) {
                if let Some(cell) = self.cells.get(row * self.columns + column) {
                    cell.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    fn crossed(self, places: &Places) -> Crossed {
        let cells: Vec<u64> = self.cells.into_iter().map(AtomicU64::into_inner).collect();
        let mut counts: Vec<Vec<u64>> = cells.chunks(self.columns.max(1)).map(<[u64]>::to_vec).collect();
        if self.figure.rows == By::SegmentBefore {
            counts = moved(&counts);
        }
        Crossed::of(self.figure, places, &counts)
    }
}

/// Movement as `care` keeps it: the last row and column are those who are in no segment, and who was in none on either day is not counted.
fn moved(counts: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let segments = SNEE.segments().len();
    let mut movement = Movement::between(segments);
    let side = |at: usize| (at < segments).then_some(at);
    for (before, row) in counts.iter().enumerate() {
        for (after, people) in row.iter().enumerate() {
            movement.add(side(before), side(after), *people);
        }
    }
    let sides = || (0..segments).map(Some).chain([None]);
    sides()
        .map(|before| sides().map(|after| movement.exact(before, after)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_once_and_never_come_to_more_than_the_whole() {
        let figure = Figure::from_code("funnel-by-sex").expect("a figure");
        // Four steps of 13 people are each told as 15, and all of them as 50.
        let crossed = Crossed::sample(figure, &Places::none(), |row, column| {
            if row == 0 && column > 0 { 13 } else { 0 }
        });
        assert_eq!(crossed.table.columns, [0, 15, 15, 15, 15].map(Some));
        assert_eq!(crossed.table.total, Some(50));
        assert_eq!(crossed.sum_of_columns(&[1, 2, 3, 4]), Some(50));
        assert_eq!(crossed.sum_of_columns(&[3, 4]), Some(25));
        assert_eq!(crossed.sum_of_row(0, &[1, 2, 3, 4]), Some(50));
        assert_eq!(crossed.sum_of_row(1, &[1, 2]), Some(0));
        assert_eq!(
            (crossed.sum_of_columns(&[9]), crossed.sum_of_row(9, &[1])),
            (None, None)
        );
        // Where a part is hidden, no sum tells it.
        let small = Crossed::sample(figure, &Places::none(), |row, column| match (row, column) {
            (0, 1) => 3,
            (0, _) => 40,
            _ => 0,
        });
        assert_eq!(
            (small.sum_of_row(0, &[1, 2]), small.sum_of_columns(&[1, 2])),
            (None, None)
        );
    }
}
