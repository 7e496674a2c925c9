//! Small numbers: a count of one to nine could be somebody. Those are hidden, and what is shown is rounded to the nearest five, as
//! NHS England's hospital statistics are (Disclosure control methodology for Hospital Episode Statistics): two numbers that differ by a
//! few people, of two tables, two days or two scopes, then tell no more by their difference than that it is small.

/// From this count on it is shown.
pub const SHOWN_FROM: u64 = 10;
/// To the nearest multiple of this.
pub const ROUNDED_TO: u64 = 5;

/// A count as it is shown, when it is.
///
/// ```
/// use population::suppress::rounded;
/// assert_eq!([0, 10, 12, 13, 17, 18].map(rounded), [0, 10, 10, 15, 15, 20]);
/// ```
#[must_use]
pub fn rounded(count: u64) -> u64 {
    (count + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO
}

fn is_small(count: u64) -> bool {
    (1..SHOWN_FROM).contains(&count)
}

/// Counts that may be shown together. Those of one to nine are hidden; when that hides a single one, the next smallest is
/// hidden too, so that it cannot be had by subtraction from a total known elsewhere. The rest is rounded.
///
/// ```
/// use population::suppress::shown;
/// assert_eq!(shown(&[0, 201, 30, 4]), [Some(0), Some(200), None, None]);
/// assert_eq!(shown(&[3, 203, 30, 4]), [None, Some(205), Some(30), None]);
/// ```
#[must_use]
pub fn shown(counts: &[u64]) -> Vec<Option<u64>> {
    let mut shown: Vec<Option<u64>> = counts
        .iter()
        .map(|count| Some(*count).filter(|count| !is_small(*count)))
        .collect();
    if shown.iter().filter(|count| count.is_none()).count() == 1 {
        let next = shown
            .iter_mut()
            .filter(|count| count.is_some_and(|count| count > 0))
            .min_by_key(|count| **count);
        if let Some(next) = next {
            *next = None;
        }
    }
    shown.into_iter().map(|count| count.map(rounded)).collect()
}

/// A table with its totals, as it may be shown; `None` is hidden. Each number is rounded by itself, so that they add up nearly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Row by row.
    pub cells: Vec<Vec<Option<u64>>>,
    /// The sum of each row.
    pub rows: Vec<Option<u64>>,
    /// The sum of each column; empty when rows overlap.
    pub columns: Vec<Option<u64>>,
    /// The sum of all; `None` too when rows overlap.
    pub total: Option<u64>,
}

/// A table of people, each in one cell, with its totals. Counts of one to nine are hidden; then in each row and column so many
/// more, the smallest first, that what is hidden there is two at least and comes to ten at least, whatever total stands beside it. What is
/// shown is rounded.
///
/// ```
/// use population::suppress::table;
/// let shown = table(&[vec![40, 3], vec![50, 60]]);
/// // 3 is hidden; 40 with it, else the row tells it; 60 with it, else the column does; 50, else 40 and 60 are told.
/// assert_eq!(shown.cells, [[None, None], [None, None]]);
/// assert_eq!((shown.rows, shown.columns, shown.total), (vec![Some(45), Some(110)], vec![Some(90), Some(65)], Some(155)));
/// ```
#[must_use]
pub fn table(counts: &[Vec<u64>]) -> Table {
    let exact = exact(counts);
    let whole = |line: Vec<Option<u64>>| line.into_iter().map(|count| count.map(rounded)).collect();
    Table {
        cells: exact.cells.into_iter().map(whole).collect(),
        rows: whole(exact.rows),
        columns: whole(exact.columns),
        total: exact.total.map(rounded),
    }
}

/// The table before it is rounded.
fn exact(counts: &[Vec<u64>]) -> Table {
    let width = counts.iter().map(Vec::len).max().unwrap_or(0);
    let height = counts.len();
    // The last row and the last column are the totals.
    let mut all = vec![vec![0u64; width + 1]; height + 1];
    for (at, row) in counts.iter().enumerate() {
        for (across, count) in row.iter().enumerate() {
            all[at][across] = *count;
            all[at][width] += count;
            all[height][across] += count;
            all[height][width] += count;
        }
    }
    let mut hidden: Vec<Vec<bool>> = all
        .iter()
        .map(|row| row.iter().map(|count| is_small(*count)).collect())
        .collect();
    let lines: Vec<Vec<(usize, usize)>> = (0..=height)
        .map(|at| (0..=width).map(|across| (at, across)).collect())
        .chain((0..=width).map(|across| (0..=height).map(|at| (at, across)).collect()))
        .collect();
    loop {
        let more: Vec<(usize, usize)> = lines
            .iter()
            .filter_map(|line| next_hidden(line, &all, &hidden))
            .collect();
        if more.is_empty() {
            break;
        }
        for (at, across) in more {
            hidden[at][across] = true;
        }
    }
    let show = |at: usize, across: usize| (!hidden[at][across]).then(|| all[at][across]);
    Table {
        cells: (0..height)
            .map(|at| (0..width).map(|across| show(at, across)).collect())
            .collect(),
        rows: (0..height).map(|at| show(at, width)).collect(),
        columns: (0..width).map(|across| show(height, across)).collect(),
        total: show(height, width),
    }
}

/// Rows that overlap: somebody may be in several of them, so that columns have no sums and each row stands alone.
#[must_use]
pub fn overlapping(counts: &[Vec<u64>]) -> Table {
    let mut whole = Table::default();
    for row in counts {
        let one = table(std::slice::from_ref(row));
        whole.cells.extend(one.cells);
        whole.rows.extend(one.rows);
    }
    whole
}

/// Counts each of which holds the one before, up to a total that is shown: which of them may be shown. What lies between two that are
/// shown, and between the last and the total, is never one to nine, in any of their columns.
///
/// ```
/// use population::suppress::nested;
/// // Between 14 and 20 lie six, and between 90 and 95 five: 20 and 90 are hidden.
/// assert_eq!(nested(&[[14, 0], [20, 0], [40, 30], [90, 80]], [95, 200]), [true, false, true, false]);
/// ```
#[must_use]
pub fn nested<const N: usize>(counts: &[[u64; N]], total: [u64; N]) -> Vec<bool> {
    let tells = |inner: &[u64; N], outer: &[u64; N]| {
        let mut between = inner
            .iter()
            .zip(outer)
            .map(|(inner, outer)| outer.abs_diff(*inner));
        between.any(is_small)
    };
    let mut shown = vec![false; counts.len()];
    let mut kept = vec![[0; N]];
    for (shown, count) in shown.iter_mut().zip(counts) {
        if kept.last().is_none_or(|last| !tells(last, count)) {
            kept.push(*count);
            *shown = true;
        }
    }
    // From the outermost inwards, until the total tells nothing of it.
    for (shown, count) in shown.iter_mut().zip(counts).rev() {
        if *shown {
            if !tells(count, &total) {
                break;
            }
            *shown = false;
        }
    }
    shown
}

/// What has to be hidden too in a line, whose last place is its total, so that nothing small is told.
fn next_hidden(line: &[(usize, usize)], all: &[Vec<u64>], hidden: &[Vec<bool>]) -> Option<(usize, usize)> {
    let (total, parts) = line.split_last()?;
    let is_hidden = |place: &(usize, usize)| hidden[place.0][place.1];
    let count = |place: &(usize, usize)| all[place.0][place.1];
    let kept_back: Vec<u64> = parts.iter().filter(|place| is_hidden(place)).map(count).collect();
    let safe = match (kept_back.len(), is_hidden(total)) {
        (0, hidden_total) => !hidden_total,
        (1, false) => false,
        (_, false) => kept_back.iter().sum::<u64>() >= SHOWN_FROM,
        (_, true) => true,
    };
    if safe {
        return None;
    }
    parts
        .iter()
        .filter(|place| !is_hidden(place) && count(place) > 0)
        .min_by_key(|place| count(place))
        .or_else(|| (!is_hidden(total)).then_some(total))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_difference_of_two_shown_numbers_never_tells_how_many_a_few_people_are() {
        for count in SHOWN_FROM..200 {
            for few in 1..SHOWN_FROM {
                let told = rounded(count + few) - rounded(count);
                // Whoever sees the two numbers can only think of every count that gives them.
                let may_be: Vec<u64> = (0..=2 * SHOWN_FROM)
                    .filter(|other| {
                        (SHOWN_FROM..220).any(|one| {
                            rounded(one) == rounded(count) && rounded(one + other) - rounded(one) == told
                        })
                    })
                    .collect();
                // At 10 the counts below are hidden, which tells a little more than elsewhere.
                let least = if count < 13 { 3 } else { 5 };
                assert!(may_be.len() >= least, "{count} and {few} more: {may_be:?}");
            }
        }
    }

    #[test]
    fn what_is_large_is_shown_with_its_totals_and_noughts_stay() {
        let shown = table(&[vec![10, 0], vec![20, 30]]);
        assert_eq!(shown.cells, [[Some(10), Some(0)], [Some(20), Some(30)]]);
        assert_eq!(shown.rows, [Some(10), Some(50)]);
        assert_eq!((shown.columns, shown.total), (vec![Some(30), Some(30)], Some(60)));
        assert_eq!(table(&[]).total, Some(0));
    }

    #[test]
    fn two_ones_are_not_told_by_their_sum() {
        let shown = table(&[vec![1, 1, 50, 70]]);
        assert_eq!(shown.cells, [[None, None, None, Some(70)]]);
    }

    proptest! {
        #[test]
        fn nothing_between_two_nested_counts_that_are_shown_is_small(
            steps in proptest::collection::vec((0u64..25, 0u64..25), 1..9),
        ) {
            let mut sums = Vec::new();
            let mut at = [0, 0];
            for (one, other) in steps {
                at = [at[0] + one, at[1] + other];
                sums.push(at);
            }
            let counts = &sums[..sums.len() - 1];
            let shown = nested(counts, at);
            let kept = counts.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(count, _)| *count);
            let all: Vec<[u64; 2]> = std::iter::once([0, 0]).chain(kept).chain([at]).collect();
            // The total itself is shown or hidden elsewhere.
            let ends_alone = all.len() == 2;
            for pair in all.windows(2) {
                for (inner, outer) in pair[0].iter().zip(pair[1]) {
                    prop_assert!(ends_alone || !is_small(outer - inner), "{all:?}");
                }
            }
        }
    }

    #[test]
    fn rows_that_overlap_have_no_sums_of_columns() {
        let shown = overlapping(&[vec![3, 40], vec![20, 40]]);
        assert_eq!(shown.cells, [[None, None], [Some(20), Some(40)]]);
        assert_eq!(shown.rows, [Some(45), Some(60)]);
        assert!(shown.columns.is_empty() && shown.total.is_none());
    }

    /// The least and the most that a hidden cell of a line can be, from what is shown of the line.
    fn told(parts: &[Option<u64>], total: Option<u64>) -> Option<u64> {
        let total = total?;
        let known: u64 = parts.iter().flatten().sum();
        Some(total - known)
    }

    proptest! {
        #[test]
        fn no_line_tells_a_small_number(
            counts in (1usize..6).prop_flat_map(|width| {
                proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(0u64), 1u64..10, 10u64..200], width), 1..6)
            })
        ) {
            let rounded_too = table(&counts);
            let shown = exact(&counts);
            for (exact, rounded_too) in shown.cells.iter().flatten().zip(rounded_too.cells.iter().flatten()) {
                prop_assert_eq!(exact.map(rounded), *rounded_too);
            }
            let width = counts[0].len();
            for (at, row) in counts.iter().enumerate() {
                for (across, count) in row.iter().enumerate() {
                    if let Some(told) = shown.cells[at][across] {
                        prop_assert!(told == *count && !is_small(*count));
                    }
                }
                let hidden = shown.cells[at].iter().filter(|cell| cell.is_none()).count();
                if let Some(rest) = told(&shown.cells[at], shown.rows[at]) {
                    prop_assert!(hidden != 1 && (hidden == 0 || rest >= SHOWN_FROM));
                } else {
                    prop_assert!(hidden > 0, "a hidden total is not the sum of what is shown");
                }
            }
            for across in 0..width {
                let column: Vec<Option<u64>> = shown.cells.iter().map(|row| row[across]).collect();
                let hidden = column.iter().filter(|cell| cell.is_none()).count();
                if let Some(rest) = told(&column, shown.columns[across]) {
                    prop_assert!(hidden != 1 && (hidden == 0 || rest >= SHOWN_FROM));
                } else {
                    prop_assert!(hidden > 0);
                }
            }
        }
    }
}
