//! How a risk reads.

use actions::Purpose;
use actions::population::Stamp;
use actions::risk::{ClinicalFrailty, Driver, Missing};
use care::risk::memory::{Memory, Offer, Standing};
use care::risk::rank::Signs;
use care::score::efi::Frailty;
use jiff::civil::Date;

use crate::components::{Tag, TagColour};

pub(in crate::staff) fn date_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

pub(super) fn band_words(band: Frailty) -> &'static str {
    match band {
        Frailty::Fit => "Fit",
        Frailty::Mild => "Mild frailty",
        Frailty::Moderate => "Moderate frailty",
        Frailty::Severe => "Severe frailty",
    }
}

pub(super) fn band_tag(band: Frailty) -> Tag {
    let colour = match band {
        Frailty::Fit => TagColour::Green,
        Frailty::Mild => TagColour::Blue,
        Frailty::Moderate => TagColour::Orange,
        Frailty::Severe => TagColour::Red,
    };
    Tag::new(band_words(band), colour)
}

/// What changed within twelve months.
pub(super) fn change_words(signs: &Signs) -> String {
    match (signs.gained(), signs.rose()) {
        (0, _) => "No new deficit within 12 months".to_owned(),
        (gained, rose) => {
            let deficits = if gained == 1 { "deficit" } else { "deficits" };
            let band = if rose {
                format!("; was {}", band_words(signs.band_before).to_lowercase())
            } else {
                String::new()
            };
            format!("{gained} new {deficits} within 12 months{band}")
        }
    }
}

/// What is said where there is no index.
pub(super) const NO_SCORE: &str = "No score is made at this age";
/// What no index here counts, so that nobody takes it for counted.
pub(super) const NOT_COUNTED: &str = "Measurements by themselves are not counted, such as a low eGFR or haemoglobin: only codes of conditions and \
    findings are, and medicines.";

/// The scale as it was recorded last, and what it is to the index.
pub(super) fn clinical_frailty_words(recorded: Option<ClinicalFrailty>) -> String {
    match recorded {
        Some(ClinicalFrailty { scale, day }) => format!(
            "Clinical Frailty Scale {scale} of 9, {}. Where it differs from the index, it comes first; the list does not read it.",
            day.map_or_else(
                || "recorded without a date".to_owned(),
                |day| format!("recorded on {}", date_words(day))
            )
        ),
        None => "No Clinical Frailty Scale is recorded that you may see.".to_owned(),
    }
}

pub(super) fn driver_words(driver: &Driver) -> String {
    let new = if driver.new { ", new" } else { "" };
    if let Some(medicines) = driver.medicines {
        return format!(
            "{} ({medicines} different medicines within 12 months{new})",
            driver.label
        );
    }
    match driver.since {
        Some(day) => format!("{} (since {}{new})", driver.label, date_words(day)),
        None => format!("{} (no date)", driver.label),
    }
}

pub(super) fn missing_words(missing: &Missing) -> Vec<String> {
    let mut words = Vec::new();
    let count = |number: u32, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    if missing.undated > 0 {
        words.push(count(
            missing.undated,
            "deficit has no date",
            "deficits have no date",
        ));
    }
    if missing.not_counted > 0 {
        words.push(count(
            missing.not_counted,
            "entry could not be counted",
            "entries could not be counted",
        ));
    }
    if missing.no_medicines {
        words.push("No medicine is recorded within 12 months".to_owned());
    }
    words
}

/// What is remembered, one line each.
pub(super) fn memory_words(memory: &Memory) -> Vec<String> {
    let mut words = Vec::new();
    if let Some((view, day)) = memory.view {
        words.push(format!("{}, {}", view.words(), date_words(day)));
    }
    if let Some(offer) = memory.offer {
        let state = match offer.state {
            Offer::Made => "Offered",
            Offer::Accepted => "Accepted",
            Offer::Declined => "Declined",
            Offer::Done => "Helped",
            Offer::Withdrawn => "Offer withdrawn",
        };
        words.push(format!("{state}, {}", date_words(offer.since)));
    }
    if let Some(day) = memory.referred {
        words.push(format!("Open referral, {}", date_words(day)));
    }
    words.push(
        if memory.plan {
            "Has a care plan"
        } else {
            "No care plan"
        }
        .to_owned(),
    );
    words
}

pub(super) fn standing_words(standing: Standing) -> String {
    match standing {
        Standing::Waits => "To be offered help".to_owned(),
        Standing::Offered => "An offer is open".to_owned(),
        Standing::Paused(until) => format!("Not asked before {}", date_words(until)),
        Standing::Declined(until) => format!("Declined; not asked before {}", date_words(until)),
        Standing::Helped(until) => format!(
            "Helped; not asked before {} unless frailty rises",
            date_words(until)
        ),
    }
}

/// How fresh the page is, and on what grounds it stands.
pub(in crate::staff) fn stamp_words(stamp: &Stamp) -> (String, Vec<String>) {
    let at = care::london::zoned(stamp.at).strftime("%H:%M").to_string();
    let first = if stamp.updating || stamp.behind > 0 {
        format!(
            "Updating: as of {at}, {} to be taken in.",
            match stamp.behind {
                1 => "1 change is still".to_owned(),
                behind => format!("{behind} changes are still"),
            }
        )
    } else {
        format!("As of {at}, everything that is recorded is taken in.")
    };
    let people = stamp
        .people
        .map_or_else(|| "fewer than 10".to_owned(), |people| people.to_string());
    let objected = match stamp.objected {
        Some(0) => "Nobody was left out for an objection.".to_owned(),
        Some(count) => format!("{count} were left out because they objected."),
        None => "Fewer than 10 were left out because they objected.".to_owned(),
    };
    let mut more = vec![format!("{}: {people} people looked at. {objected}", stamp.scope)];
    if stamp.incomplete > 0 {
        more.push(format!(
            "{} people or changes could not be read: the list may not be whole.",
            stamp.incomplete
        ));
    }
    more.push(format!(
        "Purpose: {}. Legal basis: {}. Controller: {}.",
        purpose_words(stamp.purpose),
        stamp.grounds.basis,
        stamp.grounds.controller
    ));
    (first, more)
}

fn purpose_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::DirectCare => "care of the person",
        Purpose::ServiceManagement => "running the service",
        Purpose::PopulationHealth => "the health of everybody here",
        Purpose::RiskStratification => "finding who needs help",
        Purpose::Research => "research",
        Purpose::Commissioning => "commissioning",
    }
}

/// A share in per cent with its interval.
pub(super) fn share_words(share: care::risk::reach::Share) -> String {
    let percent = |part: f64| format!("{:.0}%", part * 100.0);
    format!(
        "{} ({} to {})",
        percent(share.share),
        percent(share.low),
        percent(share.high)
    )
}
