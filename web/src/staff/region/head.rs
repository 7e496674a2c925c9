//! What stands at the top of every page of the region: its sections, how far it has grown, and that its people are
//! invented while its places are not.

use askama::Template;

use super::growth::{Growth, Moment};
use super::words::{count, day_words};

/// The pages of the region, in the order in which they are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Areas,
    Ages,
    Organisations,
    Figures,
}

impl Section {
    const ALL: [Section; 4] = [
        Section::Areas,
        Section::Ages,
        Section::Organisations,
        Section::Figures,
    ];

    fn words(self) -> &'static str {
        match self {
            Section::Areas => "Map and areas",
            Section::Ages => "Ages",
            Section::Organisations => "Organisations",
            Section::Figures => "Generated beside published",
        }
    }

    fn href(self) -> &'static str {
        match self {
            Section::Areas => "/staff/region",
            Section::Ages => "/staff/region/ages",
            Section::Organisations => "/staff/region/organisations",
            Section::Figures => "/staff/region/figures",
        }
    }
}

#[derive(Debug, Clone)]
struct Link {
    words: &'static str,
    href: &'static str,
    current: bool,
}

/// How far the region has grown, in words and as a bar.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/progress.html")]
pub(super) struct Progress {
    heading: &'static str,
    words: String,
    poured: u32,
    of: u32,
    /// More people come; the page can be looked at again under `again`.
    goes_on: bool,
    again: &'static str,
}

impl askama::filters::HtmlSafe for Progress {}

impl Progress {
    /// None when the region is whole. `section` is the page to look at again.
    pub(super) fn of(growth: &Growth, section: Section) -> Option<Progress> {
        let (heading, poured, of, end) = match growth {
            Growth::Whole => return None,
            Growth::Pouring { poured, of } => (
                "The region is growing",
                *poured,
                *of,
                "Figures are of the people who are there already, and change until all are.".to_owned(),
            ),
            Growth::Stopped { poured, of, why } => (
                "The region stopped growing",
                *poured,
                *of,
                format!(
                    "The reason: {why}. Everybody who is there stays. Start the growing again to go on from here."
                ),
            ),
        };
        Some(Progress {
            heading,
            words: format!(
                "{} of {} people are in the record. {end}",
                count(poured),
                count(of)
            ),
            poured: poured.min(of),
            // A bar of nothing has no meaning in HTML.
            of: of.max(1),
            goes_on: matches!(growth, Growth::Pouring { .. }),
            again: section.href(),
        })
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/head.html")]
pub(super) struct Head {
    sections: Vec<Link>,
    progress: Option<Progress>,
    facts: String,
}

impl askama::filters::HtmlSafe for Head {}

impl Head {
    /// The head of the page at `section`.
    pub(super) fn new(moment: &Moment, section: Section) -> Head {
        let sections = Section::ALL
            .into_iter()
            .map(|one| Link {
                words: one.words(),
                href: one.href(),
                current: one == section,
            })
            .collect();
        let facts = moment.summary.as_ref().map_or_else(String::new, |summary| {
            format!(
                "{} people alive on {}, grown from seed {}.",
                count(summary.people),
                day_words(&summary.today),
                summary.seed
            )
        });
        Head {
            sections,
            progress: Progress::of(&moment.growth, section),
            facts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Growth, Progress, Section};
    use askama::Template;

    #[test]
    fn a_whole_region_has_no_bar_and_one_of_nobody_has_a_sound_one() {
        assert!(Progress::of(&Growth::Whole, Section::Ages).is_none());
        let bar = Progress::of(&Growth::Pouring { poured: 0, of: 0 }, Section::Ages).expect("a bar");
        assert!(bar.render().expect("prints").contains("max=\"1\" value=\"0\""));
    }

    #[test]
    fn a_region_that_stopped_says_why_and_what_stays() {
        let stopped = Growth::Stopped {
            poured: 1_200,
            of: 10_000,
            why: "the disk is full".to_owned(),
        };
        let words = Progress::of(&stopped, Section::Ages).expect("a bar").words;
        assert!(words.starts_with("1,200 of 10,000 people are in the record. The reason: the disk is full."));
    }
}
