//! Each designed state of the academy's page.

use actions::academy::{ClockStanding, Pace, Standing, StepStanding, StoryStanding};
use jiff::{SignedDuration, Timestamp};

use super::page::AcademyView;
use crate::frame::Frame;

const STEPS: [(&str, &str, &str, i64); 4] = [
    (
        "Home from hospital",
        "She is well enough to leave. What she needs is worked out at home.",
        "Discharge to assess",
        0,
    ),
    (
        "A care plan that is hers",
        "The plan begins with what matters to her.",
        "Care plan and escalation",
        4 * 1440 + 60,
    ),
    (
        "The sensor rings",
        "She falls and cannot get up. The hub hears of it.",
        "Monitoring devices",
        20 * 1440 + 480,
    ),
    (
        "<script>alert(1)</script>",
        "Hostile words stay words: <img src=x onerror=alert(1)>",
        "<b>Shared record</b>",
        20 * 1440 + 570,
    ),
];

fn now() -> Timestamp {
    "2026-11-02T09:30:12Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn story(told: usize, run: u32) -> StoryStanding {
    let begun = (told > 0).then(|| now() - SignedDuration::from_hours(24 * 6));
    let steps = STEPS
        .iter()
        .enumerate()
        .map(|(at, (title, words, place, after))| {
            let after = SignedDuration::from_mins(*after);
            let due = begun.map(|begun| begun + after);
            StepStanding {
                title,
                words,
                place,
                after,
                told: due.filter(|_| at < told),
                due,
            }
        });
    StoryStanding {
        key: "sample",
        name: "Rosalind Featherwell",
        age: 85,
        summary: "Lives alone and wants to stay in her own home.",
        source: "A source",
        run,
        person: begun.map(|_| "01a2028b-8b89-74eb-b43c-f649a8ade491".to_owned()),
        steps: steps.collect(),
    }
}

fn standing(pace: Pace, is_system: bool, told: usize, run: u32) -> Standing {
    Standing {
        clock: ClockStanding {
            now: now(),
            pace,
            is_system,
        },
        stories: vec![story(told, run)],
    }
}

/// Nothing begun, under way, at its end, refused, with each pace of the clock, and where there is no academy.
pub(crate) fn samples() -> Vec<(&'static str, AcademyView)> {
    let view = |standing: &Standing, notice: Option<&str>| {
        let frame = Frame {
            care_clock: (!standing.clock.is_system).then(|| "2 November 2026, 09:30".to_owned()),
            ..Frame::sample(true)
        };
        AcademyView::new(frame, standing, notice.map(str::to_owned))
    };
    let day = Pace::Times(1);
    let quicker = "somebody else has moved this story on; nothing was told twice";
    vec![
        ("new", view(&standing(day, true, 0, 0), None)),
        ("under-way", view(&standing(day, false, 1, 1), None)),
        ("due", view(&standing(Pace::Paused, false, 2, 1), None)),
        (
            "at-its-end",
            view(&standing(Pace::Times(1440), false, 4, 3), None),
        ),
        ("taken-back", view(&standing(Pace::Times(60), false, 0, 1), None)),
        (
            "told-by-another",
            view(&standing(Pace::Times(90), false, 2, 1), Some(quicker)),
        ),
        ("closed", AcademyView::closed(Frame::sample(true))),
    ]
}
