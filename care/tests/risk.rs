//! The order of a risk list, what is remembered, and who was reached.

use care::risk::memory::{DECLINED_DAYS, HELPED_DAYS, Memory, Offer, Offered, Standing, View, check_pause};
use care::risk::rank::{Reason, Signs, rank, reason, room};
use care::risk::reach::{Group, wilson};
use care::score::efi::{DeficitSet, Efi, Frailty};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = Date::constant(2026, 11, 29);

/// Signs as the index gives them for so many deficits now and a year ago.
fn signs(count: u32, before: u32, view: Option<View>) -> Signs {
    let of = |count: u32| Efi::of(DeficitSet::from_bits((1u64 << count) - 1), 0);
    // The first bits hold polypharmacy among them from 25 on, which needs medicines: counts here stay below it.
    Signs {
        band: of(count).frailty(),
        count,
        band_before: of(before).frailty(),
        count_before: before,
        view,
    }
}

/// What [`rank`] goes by of somebody who has an index.
fn with_signs(signs: &Signs) -> (Option<Signs>, bool) {
    (Some(*signs), signs.view == Some(View::Higher))
}

#[test]
fn somebody_is_on_the_list_for_a_reason_that_is_said() {
    for (count, before, view, reason) in [
        (4, 0, None, None),
        (5, 4, None, None),
        (6, 4, None, Some(Reason::Rising)),
        (9, 9, None, Some(Reason::Moderate)),
        (9, 8, None, Some(Reason::NewlyModerate)),
        (13, 9, None, Some(Reason::Moderate)),
        (14, 13, None, Some(Reason::NewlySevere)),
        (14, 14, None, Some(Reason::Severe)),
        (2, 2, Some(View::Higher), Some(Reason::Concern)),
        (2, 2, Some(View::Lower), None),
        (9, 9, Some(View::Lower), Some(Reason::Moderate)),
    ] {
        assert_eq!(
            signs(count, before, view).reason(),
            reason,
            "{count} after {before}, {view:?}"
        );
    }
}

#[test]
fn a_worried_clinician_comes_first_then_the_band_then_what_rose() {
    let mut people = vec![
        ("mild and rising", signs(8, 5, None)),
        ("moderate", signs(10, 10, None)),
        ("newly moderate", signs(9, 8, None)),
        ("severe", signs(15, 15, None)),
        ("newly severe", signs(14, 13, None)),
        ("concern", signs(3, 3, Some(View::Higher))),
    ];
    rank(&mut people, with_signs);
    let order: Vec<&str> = people.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        order,
        [
            "concern",
            "newly severe",
            "severe",
            "newly moderate",
            "moderate",
            "mild and rising"
        ]
    );
    assert_eq!((room(12, 5), room(5, 12)), (7, 0));
}

fn any_signs() -> impl Strategy<Value = Signs> {
    let view = prop::option::of(prop::sample::select(View::ALL.to_vec()));
    (0u32..24, 0u32..24, view).prop_map(|(now, before, view)| signs(now, before.min(now), view))
}

proptest! {
    #[test]
    fn the_same_people_give_the_same_list_in_whatever_order_they_come(
        people in prop::collection::btree_map(any::<u32>(), any_signs(), 0..40),
        turn in 0usize..40,
    ) {
        let mut one: Vec<(u32, Signs)> = people.into_iter().collect();
        let mut other = one.clone();
        other.reverse();
        let by = turn.min(other.len());
        other.rotate_left(by);
        rank(&mut one, with_signs);
        rank(&mut other, with_signs);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn who_goes_away_changes_nobody_elses_order(
        people in prop::collection::btree_map(any::<u32>(), any_signs(), 1..40),
        gone in any::<prop::sample::Index>(),
    ) {
        let mut all: Vec<(u32, Signs)> = people.into_iter().collect();
        let left_out = all[gone.index(all.len())].0;
        rank(&mut all, with_signs);
        let mut fewer: Vec<(u32, Signs)> = all.iter().filter(|(key, _)| *key != left_out).copied().collect();
        let expected = fewer.clone();
        fewer.reverse();
        rank(&mut fewer, with_signs);
        prop_assert_eq!(fewer, expected);
    }

    #[test]
    fn a_new_deficit_never_moves_somebody_down(signs_of in any_signs()) {
        let more = signs(signs_of.count + 1, signs_of.count_before, signs_of.view);
        prop_assert!(more.priority() < signs_of.priority());
        prop_assert!(signs_of.reason().is_none() || more.reason().is_some());
    }
}

fn offered(state: Offer, since: Date, band: Frailty) -> Memory {
    Memory {
        offer: Some(Offered {
            state,
            made: since,
            since,
            band: Some(band),
            work: None,
        }),
        ..Memory::default()
    }
}

#[test]
fn a_pause_ends_by_itself_and_is_not_longer_than_a_year() {
    let memory = Memory {
        paused_until: Some(date(2026, 12, 1)),
        ..Memory::default()
    };
    let on = |day| memory.standing(day, Some(Frailty::Severe));
    assert_eq!(on(date(2026, 11, 30)), Standing::Paused(date(2026, 12, 1)));
    assert_eq!(on(date(2026, 12, 1)), Standing::Waits);
    assert_eq!(
        check_pause(TODAY, TODAY),
        Err("The review date must be after today")
    );
    assert_eq!(check_pause(TODAY, TODAY.saturating_add(366.days())), Ok(()));
    assert_eq!(
        check_pause(TODAY, TODAY.saturating_add(367.days())),
        Err("The review date must be within a year")
    );
}

#[test]
fn who_declined_or_was_helped_comes_back_with_time_or_when_frailty_rises() {
    let moderate = Frailty::Moderate;
    for (state, days) in [(Offer::Declined, DECLINED_DAYS), (Offer::Done, HELPED_DAYS)] {
        let end = TODAY.saturating_add(days.days());
        let memory = offered(state, TODAY, moderate);
        assert_ne!(
            memory.standing(end.saturating_sub(1.day()), Some(moderate)),
            Standing::Waits
        );
        assert_eq!(memory.standing(end, Some(moderate)), Standing::Waits);
        assert_eq!(memory.standing(TODAY, Some(Frailty::Severe)), Standing::Waits);
    }
    for state in [Offer::Made, Offer::Accepted] {
        let memory = offered(state, TODAY.saturating_sub(900.days()), moderate);
        assert_eq!(memory.standing(TODAY, Some(Frailty::Severe)), Standing::Offered);
    }
    assert_eq!(
        offered(Offer::Withdrawn, TODAY, moderate).standing(TODAY, Some(moderate)),
        Standing::Waits
    );
}

#[test]
fn a_clinician_who_became_more_worried_after_it_brings_back_whoever_declined_or_was_helped() {
    let january = date(2026, 1, 10);
    for state in [Offer::Declined, Offer::Done] {
        let on = |view, day| {
            let memory = Memory {
                view: Some((view, day)),
                ..offered(state, january, Frailty::Moderate)
            };
            // In April both still have months to go.
            memory.standing(date(2026, 4, 1), Some(Frailty::Moderate))
        };
        let march = date(2026, 3, 2);
        assert_eq!(on(View::Higher, march), Standing::Waits, "{state:?}");
        // One edit away: another view, or one that the offer may have answered.
        assert_ne!(on(View::Agree, march), Standing::Waits, "{state:?}");
        assert_ne!(on(View::Lower, march), Standing::Waits, "{state:?}");
        assert_ne!(on(View::Higher, january), Standing::Waits, "{state:?}");
    }
    // An open offer stays one, and a pause is what the team said.
    let mut open = offered(Offer::Made, january, Frailty::Moderate);
    open.view = Some((View::Higher, date(2026, 3, 2)));
    let on = |memory: &Memory| memory.standing(date(2026, 4, 1), Some(Frailty::Moderate));
    assert_eq!(on(&open), Standing::Offered);
    open.paused_until = Some(date(2026, 5, 1));
    assert_eq!(on(&open), Standing::Paused(date(2026, 5, 1)));
}

#[test]
fn whoever_has_no_index_is_on_the_list_for_a_concern_alone_and_comes_first_among_those() {
    let concern = |view| Memory {
        view: Some((view, TODAY)),
        ..Memory::default()
    };
    assert_eq!(reason(None, &concern(View::Higher)), Some(Reason::Concern));
    assert_eq!(reason(None, &concern(View::Agree)), None);
    assert_eq!(reason(None, &Memory::default()), None);
    let severe = signs(15, 15, None);
    assert_eq!(reason(Some(&severe), &Memory::default()), Some(Reason::Severe));
    let worried = signs(15, 15, Some(View::Higher));
    let mut people = vec![
        (1, ("severe", (Some(severe), false))),
        (2, ("severe, with a concern", (Some(worried), true))),
        (3, ("97 years, with a concern", (None, true))),
    ];
    rank(&mut people, |(_, of)| *of);
    let order: Vec<&str> = people.iter().map(|(_, (name, _))| *name).collect();
    assert_eq!(
        order,
        ["97 years, with a concern", "severe, with a concern", "severe"]
    );
    // Without an index nothing rises, but time and a concern bring somebody back.
    let helped = offered(Offer::Done, TODAY, Frailty::Mild);
    let next_year = TODAY.saturating_add(HELPED_DAYS.days());
    assert_eq!(helped.standing(TODAY, None), Standing::Helped(next_year));
    assert_eq!(helped.standing(next_year, None), Standing::Waits);
}

#[test]
fn an_offer_becomes_only_what_it_can() {
    let can = [
        (Offer::Made, Offer::Accepted),
        (Offer::Made, Offer::Declined),
        (Offer::Made, Offer::Withdrawn),
        (Offer::Accepted, Offer::Done),
        (Offer::Accepted, Offer::Declined),
        (Offer::Accepted, Offer::Withdrawn),
    ];
    for from in Offer::ALL {
        assert_eq!(Offer::from_status(from.status()), Some(from));
        for to in Offer::ALL {
            assert_eq!(
                from.become_(to).is_ok(),
                can.contains(&(from, to)),
                "{from:?} to {to:?}"
            );
        }
    }
    let refused = Offer::Done
        .become_(Offer::Made)
        .map_err(|error| error.to_string());
    assert_eq!(
        refused,
        Err("an offer that is done cannot become offered".to_owned())
    );
}

#[test]
fn of_two_records_of_one_person_the_newest_counts_and_the_longer_pause() {
    let mut one = offered(Offer::Declined, date(2026, 1, 1), Frailty::Mild);
    one.paused_until = Some(date(2027, 1, 1));
    one.view = Some((View::Agree, date(2026, 5, 1)));
    let mut other = offered(Offer::Made, date(2026, 6, 1), Frailty::Mild);
    other.view = Some((View::Higher, date(2026, 4, 1)));
    other.plan = true;
    let both = one.clone().with(&other);
    assert_eq!(both, other.with(&one));
    assert_eq!(both.offer.map(|offer| offer.state), Some(Offer::Made));
    assert_eq!(both.paused_until, Some(date(2027, 1, 1)));
    assert_eq!(both.view, Some((View::Agree, date(2026, 5, 1))));
    assert!(both.plan);
}

#[test]
fn shares_are_hidden_where_a_number_could_be_somebody() {
    let reach = |listed, reached| {
        Group {
            people: 1_000,
            listed,
            reached,
        }
        .reach()
    };
    assert!(reach(9, 0).is_none() && reach(100, 9).is_none() && reach(100, 95).is_none());
    assert!(reach(10, 12).is_none(), "more reached than listed is no share");
    for (listed, reached) in [(100, 10), (100, 90), (10, 0), (10, 10)] {
        let share = Group {
            people: 1_000,
            listed,
            reached,
        }
        .reach()
        .unwrap();
        assert!(share.low <= share.share && share.share <= share.high);
        assert!((0.0..=1.0).contains(&share.low) && (0.0..=1.0).contains(&share.high));
        assert_eq!(wilson(reached, listed), Some(share));
    }
}
