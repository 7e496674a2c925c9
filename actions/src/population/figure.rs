//! The figures that pages show: what each counts, of whom, told apart by what, with the definition that stands under it.

use std::sync::atomic::{AtomicU64, Ordering};

use ::population::PersonSlice;
use ::population::segment::SegmentsOn;
use ::population::suppress::{Table, overlapping, rounded, table};
use care::risk::funnel::Stage;
use care::segment::{Month, Movement, SNEE};
use jiff::civil::Date;

use super::cohort::month_group;
use super::telling::{Labelled, Seen, Telling};
use super::{By, Cohort, Everyone, Group, Places, Scope, Told, figures};
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
const BY_MONTH: &str = "Each adult in one segment on the last day of each of the last twelve months that are over, by their record as it is now: of those who \
    were alive then and are among these people today, or were when they died. Who left since is not in it. What was recorded later with an \
    earlier date counts as if it had been known then, and what has no date counts in every month. A list names nobody who died since.";
const MOVEMENT: &str = "From the segment at the end of the month before (rows) to that at the month's end (columns), of those who are among these \
    people today, or were when they died. Who left is not in it, nor who was under 18 on both days. What was recorded later with an earlier \
    date counts as if it had been known then, and what has no date counts on both days. A list names nobody who died since.";
/// The group of those who died within the month.
const DIED: &str = "died";
const FRAILTY: &str = "People of 65 to 95 by the electronic Frailty Index on the day, which counts 36 deficits by codes and medicines. \
    Not for clinical use.";
const FUNNEL: &str = "Everybody who waits on the risk list, or was offered help within a year, each at the furthest step that they \
    came to by their newest offer. An offer that was taken back is none.";

/// Every figure.
pub const FIGURES: [Figure; 13] = [
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
        code: "segments-by-month",
        caption: "Segments at each month's end",
        definition: BY_MONTH,
        rows: By::Month,
        columns: By::Segment,
    },
    Figure {
        code: "movement",
        caption: "Movement between segments",
        definition: MOVEMENT,
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

    /// Whether it is of days that are past, and of whoever died since too.
    fn is_of_months(&self) -> bool {
        matches!(self.rows, By::SegmentBefore | By::Month)
    }

    /// Its rows and its columns, on a day.
    fn sides(&self, places: &Places, today: Date) -> (Vec<Group>, Vec<Group>) {
        let rows = match self.rows {
            By::Month => Month::last_twelve(today)
                .into_iter()
                .rev()
                .map(month_group)
                .collect(),
            rows => rows.groups(places),
        };
        let mut columns = self.columns.groups(places);
        if self.rows == By::SegmentBefore {
            columns.push(Group {
                key: DIED.to_owned(),
                words: "Died in the month".to_owned(),
            });
        }
        (rows, columns)
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
    /// The month that it is of, when it is of one.
    pub month: Option<Month>,
    pub rows: Vec<Group>,
    pub columns: Vec<Group>,
    pub table: Table,
    /// Before anything is hidden or rounded; it leaves this module only as sums of what is shown.
    exact: Vec<Vec<u64>>,
}

impl Crossed {
    /// A figure of counts, with its small numbers hidden.
    fn of(
        figure: &'static Figure,
        (rows, columns): (Vec<Group>, Vec<Group>),
        counts: &[Vec<u64>],
    ) -> Crossed {
        Crossed {
            figure,
            month: None,
            rows,
            columns,
            table: if figure.rows.parts() {
                table(counts)
            } else {
                overlapping(counts)
            },
            exact: counts.to_vec(),
        }
    }

    /// What stands above it: the figure, and the month that it is of.
    #[must_use]
    pub fn caption(&self) -> String {
        match self.month {
            Some(month) => format!("{} in {}", self.figure.caption, month.words()),
            None => self.figure.caption.to_owned(),
        }
    }

    /// How many came so far at least, of a figure whose columns are the steps. `None` where a part of it is hidden.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Option<u64> {
        // The first is the table's own total.
        if stage == Stage::Found {
            return self.table.total;
        }
        let place = |code: &str| self.columns.iter().position(|group| group.key == code);
        let places: Option<Vec<usize>> = stage.steps().iter().map(|step| place(step.code())).collect();
        self.sum_of_columns(&places?)
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

    /// A figure of invented counts by row and column, on a day, for samples of pages.
    #[must_use]
    pub fn sample(
        figure: &'static Figure,
        places: &Places,
        today: Date,
        count: impl Fn(usize, usize) -> u64,
    ) -> Crossed {
        let (rows, columns) = figure.sides(places, today);
        let row = |at: usize| (0..columns.len()).map(|across| count(at, across)).collect();
        let counts: Vec<Vec<u64>> = (0..rows.len()).map(row).collect();
        let last = Month::last_twelve(today).first().copied();
        Crossed {
            month: last.filter(|_| figure.rows == By::SegmentBefore),
            ..Crossed::of(figure, (rows, columns), &counts)
        }
    }
}

/// The figures of a scope. `within` narrows them to those who were sent to work together, or to nobody less: other groups would
/// let small numbers be had by subtraction. It may name the month that movement is told of, the last that is over when it does not.
///
/// # Errors
/// As [`figures`]; [`ActionError::Rule`] for another group, and for a month that is not one of the last twelve.
pub async fn crossed(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    question: &'static str,
    wanted: Vec<&'static Figure>,
    places: Places,
    within: Cohort,
) -> Result<Told<Vec<Crossed>>, ActionError> {
    let may = |by: By| matches!(by, By::Work | By::Month);
    if within.groups().iter().any(|(by, _)| !may(*by)) {
        return Err(ActionError::Rule {
            about: "within",
            words: "figures are of everybody, or of those who were sent to work together".to_owned(),
        });
    }
    let months = Month::last_twelve(actions.today());
    let month = within.month().or(months.first().copied());
    if month.is_some_and(|month| !months.contains(&month)) {
        return Err(ActionError::Rule {
            about: "month",
            words: "movement is told of the last twelve months that are over".to_owned(),
        });
    }
    figures(actions, actor, PURPOSE, scope, question, move |everyone| {
        count(everyone, &wanted, &places, &within, month)
    })
    .await
}

/// Counts figures of everybody within a cohort.
pub(super) fn count(
    everyone: &Everyone<'_>,
    wanted: &[&'static Figure],
    places: &Places,
    within: &Cohort,
    month: Option<Month>,
) -> Vec<Crossed> {
    let today = everyone.today();
    let moves = wanted.iter().any(|figure| figure.rows == By::SegmentBefore);
    let counting: Vec<Counting> = wanted
        .iter()
        .map(|figure| Counting::new(figure, figure.sides(places, today)))
        .collect();
    let month = month.filter(|_| moves);
    if let Some(telling) = Telling::new(everyone, places, month, Labelled::Counts) {
        let members = within.wanted(places);
        let ends = if wanted.iter().any(|figure| figure.rows == By::Month) {
            ends(everyone)
        } else {
            Vec::new()
        };
        let look = |person: &PersonSlice<'_>| -> Option<()> {
            if members.holds(&telling, person) {
                let is_here = everyone.is_here(person);
                let seen = Seen::new(person);
                for one in &counting {
                    match one.figure.rows {
                        By::Month => one.count_months(&ends, person),
                        By::SegmentBefore => one.count_moved(&telling, person),
                        _ if is_here => one.count(&telling, &seen),
                        _ => {}
                    }
                }
            }
            None
        };
        let oldest = Month::last_twelve(today)
            .last()
            .and_then(|month| month.day_before());
        match oldest.filter(|_| wanted.iter().any(|figure| figure.is_of_months())) {
            Some(day) => everyone.scan_since(day, look),
            None => everyone.scan(look),
        };
    }
    counting
        .into_iter()
        .map(|one| Crossed {
            month: month.filter(|_| one.figure.rows == By::SegmentBefore),
            ..one.crossed()
        })
        .collect()
}

/// The model at the end of each of the last twelve months, the oldest first.
fn ends<'e>(everyone: &'e Everyone<'e>) -> Vec<SegmentsOn<'e>> {
    let months = Month::last_twelve(everyone.today()).into_iter().rev();
    months
        .filter_map(|month| {
            Some(
                everyone
                    .segments_on(month.last_day())?
                    .with_those_who_died_since(),
            )
        })
        .collect()
}

/// A figure while it is counted, by several threads at once.
struct Counting {
    figure: &'static Figure,
    sides: (Vec<Group>, Vec<Group>),
    /// Row by row.
    cells: Vec<AtomicU64>,
}

impl Counting {
    fn new(figure: &'static Figure, sides: (Vec<Group>, Vec<Group>)) -> Counting {
        let cells = sides.0.len() * sides.1.len();
        Counting {
            figure,
            sides,
            cells: (0..cells).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    fn columns(&self) -> usize {
        self.sides.1.len()
    }

    fn add(&self, row: usize, column: usize) {
        if column < self.columns()
            && let Some(cell) = self.cells.get(row * self.columns() + column)
        {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count(&self, telling: &Telling<'_>, seen: &Seen<'_, '_>) {
        let (rows, columns) = (
            telling.of(self.figure.rows, seen),
            telling.of(self.figure.columns, seen),
        );
        for row in rows.each() {
            for column in columns.each() {
                self.add(row, column);
            }
        }
    }

    fn count_months(&self, ends: &[SegmentsOn<'_>], person: &PersonSlice<'_>) {
        let unknown = SNEE.segments().len();
        for (row, on) in ends.iter().enumerate().filter(|(_, on)| on.is_here(person)) {
            let placed = on.placed(person).and_then(|one| one.segment);
            // Whoever is not born yet, or of no age that is known, is counted with those who are in no segment, once they are here.
            if on.is_born(person) {
                self.add(row, placed.unwrap_or(unknown));
            }
        }
    }

    fn count_moved(&self, telling: &Telling<'_>, person: &PersonSlice<'_>) {
        if let Some((before, after)) = telling.moved(person) {
            self.add(before, after);
        }
    }

    fn crossed(self) -> Crossed {
        let columns = self.columns();
        let cells: Vec<u64> = self.cells.into_iter().map(AtomicU64::into_inner).collect();
        let mut counts: Vec<Vec<u64>> = cells.chunks(columns.max(1)).map(<[u64]>::to_vec).collect();
        if self.figure.rows == By::SegmentBefore {
            counts = moved(&counts);
        }
        Crossed::of(self.figure, self.sides, &counts)
    }
}

/// Movement as `care` keeps it: who is in no segment stands on no side, who died went to a place of their own, and who was in none on
/// either day is not counted.
fn moved(counts: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let segments = SNEE.segments().len();
    let mut movement = Movement::between(segments + 1);
    let before = |at: usize| (at < segments).then_some(at);
    let after = |at: usize| match at {
        at if at == segments => None,
        at if at > segments => Some(segments),
        at => Some(at),
    };
    for (from, row) in counts.iter().enumerate() {
        for (to, people) in row.iter().enumerate() {
            movement.add(before(from), after(to), *people);
        }
    }
    (0..=segments)
        .map(|from| {
            let row = (0..=segments + 1).map(|to| movement.exact(before(from), after(to)));
            row.collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 3);

    #[test]
    fn who_died_in_the_month_went_to_a_place_of_their_own_and_who_was_in_none_is_not_counted() {
        let segments = SNEE.segments().len();
        let mut counts = vec![vec![0; segments + 2]; segments + 1];
        counts[0][1] = 20;
        counts[0][segments + 1] = 30;
        counts[segments][0] = 40;
        counts[segments][segments] = 50;
        counts[segments][segments + 1] = 60;
        let mut expected = counts.clone();
        expected[segments][segments] = 0;
        assert_eq!(moved(&counts), expected);
        let figure = Figure::from_code("movement").expect("a figure");
        let (rows, columns) = figure.sides(&Places::none(), TODAY);
        assert_eq!((rows.len(), columns.len()), (segments + 1, segments + 2));
        let months = Figure::from_code("segments-by-month").expect("a figure");
        let (rows, _) = months.sides(&Places::none(), TODAY);
        let keys: Vec<&str> = rows.iter().map(|group| group.key.as_str()).collect();
        assert_eq!((keys.len(), keys[0], keys[11]), (12, "2025-11", "2026-10"));
    }

    #[test]
    fn sums_are_rounded_once_and_never_come_to_more_than_the_whole() {
        let figure = Figure::from_code("funnel-by-sex").expect("a figure");
        // Four steps of 13 people are each told as 15, and all of them as 50.
        let crossed = Crossed::sample(figure, &Places::none(), TODAY, |row, column| {
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
        let small = Crossed::sample(figure, &Places::none(), TODAY, |row, column| {
            match (row, column) {
                (0, 1) => 3,
                (0, _) => 40,
                _ => 0,
            }
        });
        assert_eq!(
            (small.sum_of_row(0, &[1, 2]), small.sum_of_columns(&[1, 2])),
            (None, None)
        );
    }
}
