//! What is shown of a person whose health is not shown. It never says that there is nothing.

use actions::Actor;
use actions::access::{StandingTo, Way, may_hand_over};
use askama::Template;
use care::person::Person;
use care::record::PersonRecord;

use crate::frame::Frame;
use crate::staff::record::nhs_number_words;

#[derive(Debug, Clone)]
pub(crate) struct WayLink {
    href: String,
    words: &'static str,
    urgent: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/open_up/closed.html")]
pub(crate) struct ClosedView {
    frame: Frame,
    /// Who it is; nothing where not even that is shown.
    name: Option<String>,
    born: String,
    nhs_number: String,
    why: &'static str,
    csrf: String,
    /// Where a colleague is asked to take over, for whoever is close to the person.
    hand_over: Option<String>,
    ways: Vec<WayLink>,
}

/// The page of a person whose health this reader does not see.
pub(crate) fn closed(
    frame: Frame,
    actor: &Actor,
    standing: &StandingTo,
    record: Option<&PersonRecord>,
    base: &str,
) -> ClosedView {
    let person = record.and_then(|record| record.person.as_ref());
    ClosedView {
        csrf: frame.csrf(),
        frame,
        hand_over: may_hand_over(actor, standing).then(|| format!("{base}/hand-over")),
        name: person.map(Person::formal_name),
        born: person.and_then(|person| person.birth_date.as_ref()).map_or_else(
            || "Not recorded".to_owned(),
            care::partial_date::PartialDate::date_words,
        ),
        nhs_number: person
            .map(|person| nhs_number_words(person).words)
            .unwrap_or_default(),
        why: why(standing),
        ways: standing
            .ways
            .iter()
            .map(|way| WayLink {
                href: format!("{base}/open/{}", code(*way)),
                words: words(*way),
                urgent: *way == Way::BreakGlass,
            })
            .collect(),
    }
}

/// How a way stands in an address.
pub(super) fn code(way: Way) -> &'static str {
    match way {
        Way::BreakGlass => "emergency",
        Way::Claim => "claim",
    }
}

pub(super) fn words(way: Way) -> &'static str {
    match way {
        Way::BreakGlass => "Open in an emergency",
        Way::Claim => "Say how you have to do with this person",
    }
}

fn why(standing: &StandingTo) -> &'static str {
    if standing.own {
        "This is your own record. Staff do not open their own record here: sign in as yourself to see it."
    } else if standing.refused {
        "This person has asked that you or your organisation do not see their record."
    } else if standing.family {
        "This person is of your family or household. Their record opens only with a reason, and a privacy officer is told. A colleague can take over."
    } else if standing.colleague {
        "This person works with you. Their record opens only with a reason, and a privacy officer is told. Somebody who does not know them can take over."
    } else if standing.ties.is_empty() {
        "You have nothing to do with this person, as far as their record says."
    } else {
        "Your role shows who this person is, and nothing about their health."
    }
}

impl ClosedView {
    pub(crate) fn samples() -> Vec<(&'static str, ClosedView)> {
        let standing = |own, family, ways: &[Way]| StandingTo {
            patient: "sample".to_owned(),
            knows: true,
            sees_health: false,
            sees_detail: false,
            own,
            family,
            colleague: false,
            refused: false,
            ties: Vec::new(),
            opened: None,
            ways: ways.to_vec(),
        };
        let nurse = Actor::new("nurse-7", actions::Role::Clinician, Some("RVJ".to_owned()));
        let view = |standing: &StandingTo| ClosedView {
            name: Some("SAMPLE, Ada".to_owned()),
            born: "3 February 1940".to_owned(),
            nhs_number: "999 000 0018".to_owned(),
            ..closed(
                Frame::sample(true),
                &nurse,
                standing,
                None,
                "/staff/person/sample",
            )
        };
        let both = [Way::BreakGlass, Way::Claim];
        vec![
            ("stranger", view(&standing(false, false, &both))),
            ("family", view(&standing(false, true, &both))),
            ("own", view(&standing(true, false, &[]))),
            (
                "unknown",
                closed(
                    Frame::sample(true),
                    &nurse,
                    &standing(false, true, &[Way::Claim]),
                    None,
                    "/staff/person/sample",
                ),
            ),
        ]
    }
}
