//! Small numbers: a count of one to nine could be somebody.

/// From this count on it is shown.
pub const SHOWN_FROM: u64 = 10;

/// Counts that may be shown together. Those of one to nine are hidden; when that hides a single one, the next smallest is
/// hidden too, so that it cannot be had by subtraction from a total known elsewhere.
///
/// ```
/// use population::suppress::shown;
/// assert_eq!(shown(&[0, 200, 30, 4]), [Some(0), Some(200), None, None]);
/// assert_eq!(shown(&[3, 200, 30, 4]), [None, Some(200), Some(30), None]);
/// ```
#[must_use]
pub fn shown(counts: &[u64]) -> Vec<Option<u64>> {
    let small = |count: u64| (1..SHOWN_FROM).contains(&count);
    let mut shown: Vec<Option<u64>> = counts
        .iter()
        .map(|count| Some(*count).filter(|count| !small(*count)))
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
    shown
}
