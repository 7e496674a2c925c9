//! How the academy says when something happens.

use actions::academy::{ClockStanding, Pace};
use jiff::{SignedDuration, Timestamp};

/// A moment, in Europe/London.
pub(super) fn moment_words(at: Timestamp) -> String {
    spoken(at, "%A %-d %B %Y, %H:%M")
}

/// What the clock shows: with the second, for at a fast pace minutes pass while one reads.
pub(super) fn clock_words(at: Timestamp) -> String {
    spoken(at, "%A %-d %B %Y, %H:%M:%S")
}

fn spoken(at: Timestamp, form: &str) -> String {
    at.in_tz("Europe/London")
        .map_or_else(|_| at.to_string(), |at| at.strftime(form).to_string())
}

/// How the clock runs.
pub(super) fn pace_words(clock: &ClockStanding) -> String {
    match clock.pace {
        Pace::Paused => "Paused: no time passes for care.".to_owned(),
        Pace::Times(1) if clock.is_system => "It shows the time of day.".to_owned(),
        Pace::Times(1) => "It runs at the pace of the day, but does not show the time of day.".to_owned(),
        Pace::Times(60) => "Fast: a minute passes each second.".to_owned(),
        Pace::Times(1440) => "Fast: a day passes each minute.".to_owned(),
        Pace::Times(factor) => format!("Fast: {factor} seconds pass each second."),
    }
}

/// How long after the beginning of a story.
pub(super) fn after_words(after: SignedDuration) -> String {
    let minutes = after.as_mins().max(0);
    if minutes == 0 {
        return "At the beginning".to_owned();
    }
    let parts = [
        (minutes / 1440, "day"),
        (minutes / 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural}")
        })
        .collect();
    format!("{} after the beginning", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_since_a_story_began_is_said_in_days_hours_and_minutes() {
        let said = |minutes| after_words(SignedDuration::from_mins(minutes));
        assert_eq!(said(0), "At the beginning");
        assert_eq!(said(1), "1 minute after the beginning");
        assert_eq!(said(1500), "1 day, 1 hour after the beginning");
        assert_eq!(
            said(20 * 1440 + 8 * 60 + 41),
            "20 days, 8 hours, 41 minutes after the beginning"
        );
    }
}
