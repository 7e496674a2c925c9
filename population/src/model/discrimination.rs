//! How well chances tell those with the outcome from those without: the area under the receiver operating characteristic.

use care::risk::reach::Z;

use super::check::Estimate;

/// The chance that somebody with the outcome has a higher value than somebody without (ties count half), with its interval of 95%. `None`
/// with fewer than two of either.
///
/// Source of the interval: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44:837, doi 10.2307/2531595; by ranks, as Sun and Xu 2014,
/// doi 10.1109/LSP.2014.2337313. It is cut at 0 and 1.
///
/// ```
/// use population::model::auroc;
/// // Of the six pairs five stand in the right order.
/// let found = auroc(&[(0.1, false), (0.3, false), (0.2, true), (0.4, true), (0.5, true)]).unwrap();
/// assert!((found.value - 5.0 / 6.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn auroc(values: &[(f64, bool)]) -> Option<Estimate> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let with = sorted.iter().filter(|(_, outcome)| *outcome).count() as f64;
    let without = sorted.len() as f64 - with;
    if with < 2.0 || without < 2.0 {
        return None;
    }
    // Those of one value stand together; each of them lies above those before and ties with its own.
    let (mut with_before, mut without_before) = (0.0, 0.0);
    let mut placed = Vec::new();
    for tied in sorted.chunk_by(|one, next| one.0.total_cmp(&next.0).is_eq()) {
        let of_with = tied.iter().filter(|(_, outcome)| *outcome).count() as f64;
        let of_without = tied.len() as f64 - of_with;
        // The part of those without that lies below, and of those with that lies above.
        let below = (without_before + of_without / 2.0) / without;
        let above = 1.0 - (with_before + of_with / 2.0) / with;
        placed.push((of_with, below, of_without, above));
        with_before += of_with;
        without_before += of_without;
    }
    let area = placed.iter().map(|(count, below, ..)| count * below).sum::<f64>() / with;
    let spread = |parts: &mut dyn Iterator<Item = (f64, f64)>, all: f64| {
        parts
            .map(|(count, part)| count * (part - area).powi(2))
            .sum::<f64>()
            / (all - 1.0)
            / all
    };
    let of_with = spread(
        &mut placed.iter().map(|(count, below, ..)| (*count, *below)),
        with,
    );
    let of_without = spread(
        &mut placed.iter().map(|(.., count, above)| (*count, *above)),
        without,
    );
    let half = Z * (of_with + of_without).sqrt();
    Some(Estimate {
        value: area,
        low: (area - half).max(0.0),
        high: (area + half).min(1.0),
    })
}
