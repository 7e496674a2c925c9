use codes::nhs_number::{NhsNumber, NhsNumberError};
use proptest::prelude::*;

/// The check digit by the data dictionary's words, written apart from the code under test.
fn valid(nine: &str) -> Option<String> {
    let mut sum = 0;
    for (place, digit) in nine.chars().enumerate() {
        sum += digit.to_digit(10).unwrap() * (10 - u32::try_from(place).unwrap());
    }
    match 11 - sum % 11 {
        10 => None,
        11 => Some(format!("{nine}0")),
        check => Some(format!("{nine}{check}")),
    }
}

#[test]
fn the_worked_examples_pass_and_the_guidances_display_example_fails() {
    assert!(NhsNumber::parse("9990548609").is_ok());
    assert!(NhsNumber::parse("9000000009").is_ok());
    assert_eq!(NhsNumber::parse("9991234567"), Err(NhsNumberError::CheckDigit));
}

#[test]
fn any_paste_of_the_same_digits_is_the_same_number() {
    let pastes = [
        "999 054 8609",
        "999-054-8609",
        "\u{feff}999\u{a0}054\u{a0}8609\u{200b}",
        "NHS: 9990548609",
        "nhs number 999 054 8609",
        "NHS No. 999\u{2013}054\u{2013}8609\n",
        " 9 9 9 0 5 4 8 6 0 9 ",
    ];
    for paste in pastes {
        assert_eq!(
            NhsNumber::parse(paste).map(|n| n.digits().to_owned()),
            Ok("9990548609".to_owned()),
            "{paste:?}"
        );
    }
}

#[test]
fn what_is_not_ten_digits_is_refused_with_the_reason() {
    assert_eq!(NhsNumber::parse(""), Err(NhsNumberError::Length { found: 0 }));
    assert_eq!(
        NhsNumber::parse("99905486099"),
        Err(NhsNumberError::Length { found: 11 })
    );
    assert_eq!(NhsNumber::parse("999054860X"), Err(NhsNumberError::NotDigits));
    assert_eq!(
        NhsNumber::parse("９９９０５４８６０９"),
        Err(NhsNumberError::NotDigits)
    );
    assert_eq!(
        NhsNumber::parse("Henry 9990548609"),
        Err(NhsNumberError::NotDigits)
    );
}

#[test]
fn debug_text_does_not_show_the_number() {
    let number = NhsNumber::parse("9990548609").unwrap();
    assert!(!format!("{number:?}").contains("999"));
}

#[test]
fn display_never_breaks_over_a_line() {
    let shown = NhsNumber::parse("9990548609").unwrap().display();
    assert_eq!(shown.split('\u{a0}').collect::<Vec<_>>(), ["999", "054", "8609"]);
    assert!(!shown.contains(' '));
}

proptest! {
    #[test]
    fn exactly_the_right_check_digit_is_accepted(nine in "[0-9]{9}") {
        let right = valid(&nine);
        for last in 0..10 {
            let number = format!("{nine}{last}");
            prop_assert_eq!(NhsNumber::parse(&number).is_ok(), right.as_ref() == Some(&number));
        }
    }

    #[test]
    fn one_wrong_digit_or_two_swapped_neighbours_are_always_caught(nine in "[0-9]{9}", place in 0usize..9, by in 1u8..10) {
        if let Some(number) = valid(&nine) {
            let mut wrong = number.clone().into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            prop_assert!(NhsNumber::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
            let mut swapped = number.clone().into_bytes();
            swapped.swap(place, place + 1);
            let same = swapped == number.as_bytes();
            prop_assert_eq!(NhsNumber::parse(std::str::from_utf8(&swapped).unwrap()).is_ok(), same);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        let _ = NhsNumber::parse(&text);
    }
}
