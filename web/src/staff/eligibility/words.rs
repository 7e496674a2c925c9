//! How days and names of rules are read.

use jiff::civil::Date;

use crate::staff::risk::date_words;

/// The length of a day as 2026-11-30.
const DAY: usize = 10;

/// A reason as a sentence, with its days in words.
pub(super) fn sentence(reason: &str) -> String {
    format!("{}.", capital(&with_days(reason)).trim_end_matches('.'))
}

/// A text whose days are in words: "2026-11-30" is "30 November 2026".
pub(super) fn with_days(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let day = rest.get(..DAY).filter(|_| letter.is_ascii_digit());
        match day.and_then(|day| day.parse::<Date>().ok()) {
            Some(day) => {
                out.push_str(&date_words(day));
                rest = &rest[DAY..];
            }
            None => {
                out.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    out
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).collect()
}

/// A name of a table as it is read: "age_from" is "Age from".
pub(super) fn spaced(name: &str) -> String {
    capital(&name.replace(['-', '_'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_words_and_other_figures_stay() {
        assert_eq!(
            sentence("the last one was on 2023-04-05, 2 of 3; 2026-13-01 is none"),
            "The last one was on 5 April 2023, 2 of 3; 2026-13-01 is none."
        );
        assert_eq!(with_days("é 2026-01-02"), "é 2 January 2026");
        assert_eq!(spaced("age_from"), "Age from");
    }
}
