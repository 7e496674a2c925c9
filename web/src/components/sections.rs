//! The sections of a person's record, as links. The same list, in the same order, on every page of the record.

use askama::Template;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SectionOfRecord {
    FirstTwoMinutes,
    Timeline,
    Problems,
    Medicines,
    Allergies,
    Results,
    Encounters,
    Documents,
    Plans,
    Other,
}

impl SectionOfRecord {
    pub(crate) const ALL: [SectionOfRecord; 10] = [
        SectionOfRecord::FirstTwoMinutes,
        SectionOfRecord::Timeline,
        SectionOfRecord::Problems,
        SectionOfRecord::Medicines,
        SectionOfRecord::Allergies,
        SectionOfRecord::Results,
        SectionOfRecord::Encounters,
        SectionOfRecord::Documents,
        SectionOfRecord::Plans,
        SectionOfRecord::Other,
    ];

    pub(crate) fn words(self) -> &'static str {
        match self {
            SectionOfRecord::FirstTwoMinutes => "First two minutes",
            SectionOfRecord::Timeline => "Timeline",
            SectionOfRecord::Problems => "Problems",
            SectionOfRecord::Medicines => "Medicines",
            SectionOfRecord::Allergies => "Allergies",
            SectionOfRecord::Results => "Results",
            SectionOfRecord::Encounters => "Encounters",
            SectionOfRecord::Documents => "Documents",
            SectionOfRecord::Plans => "Plans",
            SectionOfRecord::Other => "Other records",
        }
    }

    /// Where the section stands under the person's address.
    pub(crate) fn path(self) -> &'static str {
        match self {
            SectionOfRecord::FirstTwoMinutes => "",
            SectionOfRecord::Timeline => "/timeline",
            SectionOfRecord::Problems => "/problems",
            SectionOfRecord::Medicines => "/medicines",
            SectionOfRecord::Allergies => "/allergies",
            SectionOfRecord::Results => "/results",
            SectionOfRecord::Encounters => "/encounters",
            SectionOfRecord::Documents => "/documents",
            SectionOfRecord::Plans => "/plans",
            SectionOfRecord::Other => "/other",
        }
    }

    /// The address of this section for the person at `base` ("/staff/person/…").
    pub(crate) fn href(self, base: &str) -> String {
        format!("{base}{}", self.path())
    }

    /// One key (with the browser's own modifier) from the first two minutes to the full story and back.
    fn key(self) -> Option<&'static str> {
        match self {
            SectionOfRecord::FirstTwoMinutes => Some("1"),
            SectionOfRecord::Timeline => Some("2"),
            SectionOfRecord::Problems
            | SectionOfRecord::Medicines
            | SectionOfRecord::Allergies
            | SectionOfRecord::Results
            | SectionOfRecord::Encounters
            | SectionOfRecord::Documents
            | SectionOfRecord::Plans
            | SectionOfRecord::Other => None,
        }
    }
}

#[derive(Debug, Clone)]
struct SectionLink {
    words: &'static str,
    href: String,
    current: bool,
    key: Option<&'static str>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/sections.html")]
pub(crate) struct SectionNav {
    sections: Vec<SectionLink>,
}

impl askama::filters::HtmlSafe for SectionNav {}

impl SectionNav {
    pub(crate) fn new(base: &str, current: SectionOfRecord) -> SectionNav {
        let sections = SectionOfRecord::ALL
            .into_iter()
            .map(|section| SectionLink {
                words: section.words(),
                href: section.href(base),
                current: section == current,
                key: section.key(),
            })
            .collect();
        SectionNav { sections }
    }
}
