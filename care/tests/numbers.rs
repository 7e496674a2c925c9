use care::quantity::{Quantity, number_words};
use proptest::prelude::*;

#[test]
fn numbers_have_commas_no_trailing_zeros_and_a_true_minus() {
    for (value, words) in [
        (0.0, "0"),
        (-0.0, "0"),
        (5.0, "5"),
        (37.2, "37.2"),
        (1000.0, "1,000"),
        (1234567.0, "1,234,567"),
        (-2.5, "\u{2212}2.5"),
        (0.05, "0.05"),
    ] {
        assert_eq!(number_words(value), words);
    }
}

#[test]
fn debris_of_binary_arithmetic_is_rounded_but_no_whole_digit_is_lost() {
    assert_eq!(number_words(7.123456789), "7.123");
    assert_eq!(number_words(0.30000000000000004), "0.3");
    assert_eq!(number_words(0.000123456789), "0.0001235");
    assert_eq!(number_words(142857.123456), "142,857");
    assert_eq!(number_words(99999.99999999), "100,000");
}

#[test]
fn units_read_as_clinicians_write_them() {
    assert_eq!(Quantity::ucum(37.2, "Cel").words(), "37.2°C");
    assert_eq!(Quantity::ucum(98.0, "%").words(), "98%");
    assert_eq!(Quantity::ucum(120.0, "mm[Hg]").words(), "120 mmHg");
    let below = Quantity {
        comparator: Some("<".to_owned()),
        ..Quantity::ucum(5.0, "mg/L")
    };
    assert_eq!(below.words(), "<5 mg/L");
    assert_eq!(Quantity::default().words(), "no value");
}

#[test]
fn doses_follow_the_service_manual_and_never_abbreviate_micrograms_or_units() {
    let dose = |value: f64, unit: &str| Quantity {
        value: Some(value),
        unit: Some(unit.to_owned()),
        ..Quantity::default()
    };
    assert_eq!(dose(250.0, "mg").dose_words(), "250mg");
    assert_eq!(dose(75.0, "mcg").dose_words(), "75 micrograms");
    assert_eq!(dose(75.0, "µg").dose_words(), "75 micrograms");
    assert_eq!(dose(10.0, "U").dose_words(), "10 units");
    assert_eq!(dose(2.0, "tablet").dose_words(), "2 tablet");
    let bare = Quantity {
        value: Some(1.0),
        ..Quantity::default()
    };
    assert_eq!(bare.dose_words(), "1 (unit not given)");
}

proptest! {
    #[test]
    fn words_of_a_number_read_back_close_to_it(value in -1e12f64..1e12) {
        let words = number_words(value).replace(',', "").replace('\u{2212}', "-");
        let back: f64 = words.parse().unwrap();
        prop_assert!((back - value).abs() <= value.abs() * 0.0006 + 1e-9, "{value} became {words}");
        prop_assert!(!words.contains('.') || !words.ends_with('0'));
    }

    #[test]
    fn any_float_has_words(bits in any::<u64>()) {
        prop_assert!(!number_words(f64::from_bits(bits)).is_empty());
    }
}
