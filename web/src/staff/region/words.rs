//! Figures of the region in words: numbers with their thousands apart, units, and what is too small to show.

use synthetic::summary::Measure;

/// What stands where fewer than ten people are behind a value.
pub(in crate::staff) const TOO_FEW: &str = "under 10 people";

/// The value as it is shown, so that what is compared is what is read.
pub(in crate::staff) fn rounded(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    (value * scale).round() / scale
}

/// A number with its thousands apart and so many digits after the point.
pub(in crate::staff) fn number_words(value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return "not known".to_owned();
    }
    let printed = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, fraction) = printed.split_once('.').unwrap_or((&printed, ""));
    let mut words = String::new();
    if value < 0.0 && printed.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        words.push('−');
    }
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    if !fraction.is_empty() {
        words.push('.');
        words.push_str(fraction);
    }
    words
}

/// A number with its unit: "12.4%", "1,204 people", "decile 3".
pub(in crate::staff) fn with_unit(number: &str, unit: &str) -> String {
    match unit {
        "" => number.to_owned(),
        "%" => format!("{number}%"),
        "decile" => format!("decile {number}"),
        unit => format!("{number} {unit}"),
    }
}

/// A measure's value in an area, with its unit; [`TOO_FEW`] where it is not shown.
pub(in crate::staff) fn value_words(measure: &Measure, value: Option<f64>) -> String {
    value.map_or_else(
        || TOO_FEW.to_owned(),
        |value| with_unit(&number_words(value, measure.decimals), &measure.unit),
    )
}

/// A count with its thousands apart.
pub(in crate::staff) fn count(number: u32) -> String {
    number_words(f64::from(number), 0)
}

/// A number of things of ours, such as rows.
pub(in crate::staff) fn tally(number: usize) -> String {
    u32::try_from(number).map_or_else(|_| number.to_string(), count)
}

/// A published or generated figure: two digits after the point below ten, one below a hundred, none above a thousand.
pub(in crate::staff) fn figure_words(value: f64) -> String {
    let decimals = match value.abs() {
        size if size < 10.0 => 2,
        size if size < 1_000.0 => 1,
        _ => 0,
    };
    if value.fract() == 0.0 {
        return number_words(value, 0);
    }
    number_words(value, decimals)
}

/// A day (ISO 8601) in words; as it stands where it is none.
pub(in crate::staff) fn day_words(day: &str) -> String {
    day.parse::<jiff::civil::Date>()
        .map_or_else(|_| day.to_owned(), |day| day.strftime("%-d %B %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart_and_their_digits_after_the_point() {
        let read = [0.0, 7.0, 999.0, 1_000.0, 1_204_311.4].map(|value| number_words(value, 0));
        assert_eq!(read, ["0", "7", "999", "1,000", "1,204,311"]);
        assert_eq!(number_words(-1_234.56, 1), "−1,234.6");
        assert_eq!(number_words(-0.01, 1), "0.0");
        assert_eq!(number_words(f64::NAN, 1), "not known");
    }

    #[test]
    fn a_value_bears_its_unit_and_one_of_too_few_people_is_not_shown() {
        let of = |unit: &str, decimals| Measure {
            unit: unit.to_owned(),
            decimals,
            ..Measure::default()
        };
        assert_eq!(value_words(&of("%", 1), Some(12.44)), "12.4%");
        assert_eq!(value_words(&of("people", 0), Some(1_204.0)), "1,204 people");
        assert_eq!(value_words(&of("per 1,000", 1), Some(3.0)), "3.0 per 1,000");
        assert_eq!(value_words(&of("decile", 0), Some(3.0)), "decile 3");
        assert_eq!(value_words(&of("%", 1), None), "under 10 people");
    }

    #[test]
    fn figures_and_days_read_as_one_would_say_them() {
        assert_eq!(
            [12.0, 0.514, 43.26, 921_341.3].map(figure_words),
            ["12", "0.51", "43.3", "921,341"]
        );
        assert_eq!(day_words("2026-04-01"), "1 April 2026");
        assert_eq!(day_words("soon"), "soon");
    }
}
