//! What stands at the top of every population page: its sections, of whom it is, how fresh it is and on what grounds.

use actions::population::{Choice, Scope, Stamp};
use askama::Template;
use jiff::civil::Date;

use super::asked::address;
use crate::staff::risk::{date_words, stamp_words};

/// The pages, in the order in which they are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Ages,
    Conditions,
    Segments,
    Movement,
    Frailty,
    Funnel,
}

impl Section {
    pub(super) const ALL: [Section; 6] = [
        Section::Ages,
        Section::Conditions,
        Section::Segments,
        Section::Movement,
        Section::Frailty,
        Section::Funnel,
    ];

    pub(super) fn words(self) -> &'static str {
        match self {
            Section::Ages => "Ages",
            Section::Conditions => "Long-term conditions",
            Section::Segments => "Segments",
            Section::Movement => "Month by month",
            Section::Frailty => "Frailty",
            Section::Funnel => "From found to an outcome",
        }
    }

    /// Where it stands under the pages' address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Section::Ages => "",
            Section::Conditions => "/conditions",
            Section::Segments => "/segments",
            Section::Movement => "/movement",
            Section::Frailty => "/frailty",
            Section::Funnel => "/funnel",
        }
    }

    /// Its name in the audit.
    pub(super) fn question(self) -> &'static str {
        match self {
            Section::Ages => "ages",
            Section::Conditions => "conditions",
            Section::Segments => "segments",
            Section::Movement => "movement",
            Section::Frailty => "frailty",
            Section::Funnel => "funnel",
        }
    }
}

#[derive(Debug, Clone)]
struct Way {
    words: String,
    href: String,
    current: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/head.html")]
pub(super) struct Head {
    sections: Vec<Way>,
    scopes: Vec<Way>,
    /// Of whom, and on which day.
    whose: String,
    stamp: String,
    reload: String,
    grounds: Vec<String>,
    /// Who may open a list, where the reader may not.
    lists: &'static str,
}

impl askama::filters::HtmlSafe for Head {}

/// Who may open a list by name, in words.
pub(super) const WHO_MAY: &str = "Figures open no list here. A list by name is for those who treat these people: clinicians, \
    co-ordinators and operators, of their own practice, network or caseload.";
const OPENS: &str = "Each figure opens the list of the people behind it.";

impl Head {
    pub(super) fn new(
        section: Option<Section>,
        (scope, choices): (&Scope, &[Choice]),
        query: &str,
        names: bool,
        (stamp, today): (&Stamp, Date),
    ) -> Head {
        let key = scope.key();
        let page = section.map_or("/people", Section::path);
        let (words, grounds) = stamp_words(stamp);
        let people = stamp.people.map_or_else(
            || "fewer than 10 people".to_owned(),
            |people| format!("{} people", super::words::whole(people)),
        );
        Head {
            sections: Section::ALL
                .into_iter()
                .map(|one| Way {
                    words: one.words().to_owned(),
                    href: address(one.path(), &key, ""),
                    current: Some(one) == section,
                })
                .collect(),
            scopes: choices
                .iter()
                .filter(|choice| {
                    if section.is_some() {
                        choice.figures
                    } else {
                        choice.names
                    }
                })
                .map(|choice| Way {
                    words: choice.scope.name().to_owned(),
                    href: address(page, &choice.scope.key(), query),
                    current: choice.scope.key() == key,
                })
                .collect(),
            whose: format!("{}: {people} on {}.", scope.name(), date_words(today)),
            stamp: words,
            reload: address(page, &key, query),
            grounds,
            lists: match (section, names) {
                (None, _) => "",
                (Some(_), true) => OPENS,
                (Some(_), false) => WHO_MAY,
            },
        }
    }
}
