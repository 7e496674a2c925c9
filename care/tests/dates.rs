use care::partial_date::{PartialDate, Precision, newest_first};
use care::when::{Period, When};
use proptest::prelude::*;

use crate::made::date;

#[test]
fn a_date_keeps_its_precision_and_its_text() {
    for (text, precision, words) in [
        ("2019", Precision::Year, "2019"),
        ("2019-03", Precision::Month, "March 2019"),
        ("2019-03-05", Precision::Day, "5 March 2019"),
        ("2019-03-05T14:30:00Z", Precision::Moment, "5 March 2019, 14:30"),
        (
            "2019-07-05T14:30:00.123+01:00",
            Precision::Moment,
            "5 July 2019, 14:30",
        ),
        ("2019-07-05T23:30:00Z", Precision::Moment, "6 July 2019, 00:30"),
    ] {
        let read = date(text);
        assert_eq!(
            (read.text(), read.precision(), read.words()),
            (text, precision, words.to_owned())
        );
    }
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    for text in [
        "",
        "19",
        "2026-13",
        "2026-02-30",
        "2026-2-3",
        "03/08/2026",
        "2026-08-03T25:00:00Z",
        "20x6",
        "2026-08-03 10:00",
    ] {
        assert!(PartialDate::parse(text).is_none(), "{text}");
    }
    assert!(PartialDate::parse("2028-02-29").is_some());
}

#[test]
fn a_time_without_offset_is_taken_as_utc() {
    assert_eq!(
        date("2026-01-03T10:00:00").start(),
        date("2026-01-03T10:00:00Z").start()
    );
}

#[test]
fn the_year_that_has_not_ended_is_neither_past_nor_to_come() {
    let now = "2026-08-03T09:00:00Z".parse().unwrap();
    let year = date("2026");
    assert!(!year.is_past(now) && !year.is_future(now));
    assert!(date("2025").is_past(now));
    assert!(date("2026-09").is_future(now));
    assert!(!date("2026-08-03").is_past(now), "today is not over");
}

#[test]
fn unknown_dates_sort_last() {
    let mut dates = [None, Some(date("2019")), Some(date("2026-08-03"))];
    dates.sort_by(|a, b| newest_first(a.as_ref(), b.as_ref()));
    let shown: Vec<_> = dates.iter().map(|d| d.as_ref().map(PartialDate::text)).collect();
    assert_eq!(shown, [Some("2026-08-03"), Some("2019"), None]);
}

#[test]
fn periods_and_words_read_as_people_write_them() {
    let open = When::Over(Period {
        start: Some(date("2024-05-01")),
        end: None,
    });
    assert_eq!(open.words(), "from 1 May 2024");
    let one_day = Period {
        start: Some(date("2024-05-01T09:00:00Z")),
        end: Some(date("2024-05-01T10:00:00Z")),
    };
    assert_eq!(one_day.words(), "1 May 2024");
    assert_eq!(Period::default().words(), "dates not recorded");
    assert_eq!(When::Words("in childhood".to_owned()).sort_date(), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[0-9TZ:.+ -]{0,30}|\\PC{0,30}") {
        if let Some(read) = PartialDate::parse(&text) {
            prop_assert!(read.first_day() <= read.last_day());
            prop_assert_eq!(read.text(), text);
            let _ = read.words();
        }
    }

    #[test]
    fn every_day_of_the_calendar_reads_back_as_itself(days in -200_000i32..200_000) {
        let day = jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let read = PartialDate::of_day(day).unwrap();
        prop_assert_eq!(read.day(), Some(day));
        prop_assert_eq!(read.first_day(), read.last_day());
    }
}
