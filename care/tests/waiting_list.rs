use std::cmp::Ordering;

use care::waiting_list::priority::{Clinical, Function, Limits, Look, Priority, Waiting, order, priority};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const LIMITS: Limits = Limits::PROPOSED;
const TODAY: Date = date(2026, 11, 28);

/// Jasek of the care model: 48, an outpatient with a painful knee, who misses work.
const JASEK: Waiting = Waiting {
    since: date(2026, 7, 1),
    clinical: Clinical::P4,
    attendances: Some(4),
    function: Some(Function::MuchLimited),
    pain: Some(8),
    days_lost: Some(6),
};

fn of(waiting: Waiting) -> Priority {
    priority(&waiting, &LIMITS)
}

#[test]
fn jasek_is_looked_at_now_and_the_four_reasons_are_said() {
    let said = of(JASEK);
    assert_eq!(said.look, Look::Now);
    let words: Vec<&str> = said.reasons.iter().map(|reason| reason.words.as_str()).collect();
    assert_eq!(
        words,
        [
            "attended 4 times in 12 months for the same problem",
            "much cannot be done because of it",
            "worst pain of the week 8 of 10",
            "6 of 28 days of work, study or caring lost",
        ]
    );
    assert!(!said.approved);
    assert_eq!(said.version, "proposal 1");
}

#[test]
fn one_reason_alone_leaves_somebody_in_turn_and_two_do_not() {
    let quiet = Waiting {
        attendances: Some(0),
        function: Some(Function::AsBefore),
        pain: Some(2),
        days_lost: Some(0),
        ..JASEK
    };
    assert_eq!(of(quiet).look, Look::InTurn);
    assert!(of(quiet).reasons.is_empty());
    assert_eq!(
        of(Waiting {
            pain: Some(6),
            ..quiet
        })
        .look,
        Look::InTurn
    );
    assert_eq!(
        of(Waiting {
            pain: Some(8),
            ..quiet
        })
        .look,
        Look::Sooner
    );
    let two = Waiting {
        pain: Some(6),
        days_lost: Some(5),
        ..quiet
    };
    assert_eq!(of(two).look, Look::Sooner);
    let strong = Waiting {
        pain: Some(8),
        days_lost: Some(14),
        ..quiet
    };
    assert_eq!(of(strong).look, Look::Now);
}

#[test]
fn what_is_not_known_is_named_and_what_cannot_be_right_is_refused() {
    let unknown = Waiting {
        attendances: None,
        function: None,
        pain: Some(11),
        days_lost: Some(29),
        ..JASEK
    };
    let said = of(unknown);
    assert_eq!(said.missing, ["attendances", "function", "pain", "days_lost"]);
    assert_eq!(said.refused, ["pain", "days_lost"]);
    assert_eq!(said.look, Look::InTurn);
}

#[test]
fn a_clinician_comes_first_then_the_longest_waits_then_the_rule_then_time() {
    let quiet = Waiting {
        attendances: Some(0),
        function: Some(Function::AsBefore),
        pain: Some(0),
        days_lost: Some(0),
        ..JASEK
    };
    let compare = |a: Waiting, b: Waiting| order((&a, &of(a)), (&b, &of(b)), &LIMITS, TODAY);
    let urgent = Waiting {
        clinical: Clinical::P2,
        since: TODAY,
        ..quiet
    };
    assert_eq!(compare(urgent, JASEK), Ordering::Less);
    let year = Waiting {
        since: date(2025, 11, 1),
        ..quiet
    };
    assert_eq!(compare(year, JASEK), Ordering::Less);
    let months = Waiting {
        since: date(2026, 3, 1),
        ..quiet
    };
    assert_eq!(compare(JASEK, months), Ordering::Less);
    let later = Waiting {
        since: date(2026, 8, 1),
        ..JASEK
    };
    assert_eq!(compare(JASEK, later), Ordering::Less);
}

proptest! {
    #[test]
    fn a_worse_answer_never_makes_somebody_later(
        attendances in 0_u16..20, pain in 0_u8..10, days_lost in 0_u8..28, function in 0_usize..3,
    ) {
        let ladder = [Function::AsBefore, Function::SomeLimits, Function::MuchLimited, Function::NeedsHelpDaily];
        let waiting = Waiting {
            attendances: Some(attendances),
            function: Some(ladder[function]),
            pain: Some(pain),
            days_lost: Some(days_lost),
            ..JASEK
        };
        let before = of(waiting).look;
        for worse in [
            Waiting { attendances: Some(attendances + 1), ..waiting },
            Waiting { pain: Some(pain + 1), ..waiting },
            Waiting { days_lost: Some(days_lost + 1), ..waiting },
            Waiting { function: Some(ladder[function + 1]), ..waiting },
        ] {
            prop_assert!(of(worse).look <= before);
        }
    }
}
