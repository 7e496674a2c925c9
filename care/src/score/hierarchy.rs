//! Of two conditions, one a worse form of the other, the worse alone counts.

/// The conditions that count, bit N for the Nth: without the milder of each pair (milder, severer) whose severer is there.
pub(super) fn without_milder(found: u32, pairs: &[(u32, u32)]) -> u32 {
    let milder = pairs
        .iter()
        .filter(|(_, severer)| found >> severer & 1 == 1)
        .fold(0, |milder, (place, _)| milder | 1 << place);
    found & !milder
}
