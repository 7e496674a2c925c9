//! Who was on a list and who was reached, group by group, with intervals (safety rules 23 and 24).

/// Over how many days fairness is looked at.
pub const DAYS: i32 = 28;
/// Fewer than this in a group are not shown.
pub const SHOWN_FROM: u64 = 10;
/// The 97.5th centile of the normal distribution, for intervals of 95%.
pub const Z: f64 = 1.959_963_984_540_054;

/// A share with its interval of 95%, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// The share of `part` in `whole` with Wilson's score interval of 95% (E. B. Wilson, 1927, doi
/// 10.1080/01621459.1927.10502953), which stays within 0 and 1 and holds for small numbers; `None` when there is nobody, or
/// the part is larger than the whole.
///
/// ```
/// use care::risk::reach::wilson;
/// // A worked example: 8 of 10 are 80%, 49.0% to 94.3%.
/// let share = wilson(8, 10).unwrap();
/// assert_eq!(format!("{:.3} {:.3} {:.3}", share.share, share.low, share.high), "0.800 0.490 0.943");
/// assert_eq!(wilson(0, 0), None);
/// ```
#[must_use]
pub fn wilson(part: u64, whole: u64) -> Option<Share> {
    if whole == 0 || part > whole {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
    let (part, n) = (part as f64, whole as f64);
    let share = part / n;
    let square = Z * Z;
    let middle = share + square / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    Some(Share {
        share,
        // At 0 and at 1 the bound is the share itself, but for rounding.
        low: ((middle - spread) / scale).clamp(0.0, share),
        high: ((middle + spread) / scale).clamp(share, 1.0),
    })
}

/// One group: how many people, how many of them were listed, how many of those were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Group {
    pub people: u64,
    pub listed: u64,
    pub reached: u64,
}

impl Group {
    /// The share of the listed who were reached, when the group is large enough to be shown: at least ten were listed, and
    /// neither those who were reached nor those who were not are one to nine.
    #[must_use]
    pub fn reach(&self) -> Option<Share> {
        let small = |count: u64| (1..SHOWN_FROM).contains(&count);
        let missed = self.listed.checked_sub(self.reached)?;
        if self.listed < SHOWN_FROM || small(self.reached) || small(missed) {
            return None;
        }
        wilson(self.reached, self.listed)
    }
}
