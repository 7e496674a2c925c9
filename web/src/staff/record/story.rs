//! What every page of one person's record shares: whose it is, which section, and what is left out of view.

use actions::sharing::OpenPages;
use care::record::PersonRecord;
use jiff::Timestamp;

use super::banner::banner;
use crate::components::{PersonBanner, SectionNav, SectionOfRecord, Shortfall, Shortfalls};

#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) section: SectionOfRecord,
    pub(crate) banner: PersonBanner,
    pub(crate) nav: SectionNav,
    pub(crate) shortfalls: Shortfalls,
    /// Where apps are opened for this record; under the other records alone.
    pub(crate) apps: Option<String>,
    /// Where staff see who acts for the person; there too.
    pub(crate) proxies: Option<String>,
    /// Where clinicians say who decides; there too.
    pub(crate) who_decides: Option<String>,
    /// Where clinicians see the person's published scores; there too.
    pub(crate) scores: Option<String>,
    /// Where clinicians see what the person is due; there too.
    pub(crate) eligibility: Option<String>,
    /// Where staff see whether the person objects to risk stratification; there too.
    pub(crate) objection: Option<String>,
}

/// The address of a person's pages. The id is the record's own; nothing about the person stands in it.
pub(crate) fn base(person_id: &str) -> String {
    format!("/staff/person/{}", crate::path_segment::encode(person_id))
}

impl Story {
    /// `entered_in_error` counts what this section leaves out as withdrawn.
    pub(super) fn new(
        record: &PersonRecord,
        base: &str,
        section: SectionOfRecord,
        entered_in_error: usize,
        now: Timestamp,
    ) -> Story {
        Story {
            section,
            banner: banner(record, base, now),
            nav: SectionNav::new(base, section),
            shortfalls: Shortfalls {
                unshown: unshown(record, section),
                entered_in_error,
            },
            apps: (section == SectionOfRecord::Other).then(|| format!("{base}/apps")),
            proxies: (section == SectionOfRecord::Other).then(|| format!("{base}/proxies")),
            who_decides: (section == SectionOfRecord::Other).then(|| format!("{base}/who-decides")),
            scores: (section == SectionOfRecord::Other).then(|| format!("{base}/scores")),
            eligibility: (section == SectionOfRecord::Other).then(|| format!("{base}/eligibility")),
            objection: (section == SectionOfRecord::Other).then(|| format!("{base}/objection")),
        }
    }
}

impl Story {
    /// Takes away the links to pages that do not open to the reader. Apps are opened by whoever sees the record.
    pub(super) fn keep_links(&mut self, open: OpenPages) {
        let links = [
            (&mut self.proxies, open.proxies),
            (&mut self.who_decides, open.who_decides),
            (&mut self.objection, open.objection),
            (&mut self.scores, open.scores),
            (&mut self.eligibility, open.eligibility),
        ];
        for (link, opens) in links {
            if !opens {
                *link = None;
            }
        }
    }
}

/// Facts that could not be read, one line for each type and reason; and, in the full story, what was not read at all.
fn unshown(record: &PersonRecord, section: SectionOfRecord) -> Vec<Shortfall> {
    let mut lines: Vec<Shortfall> = Vec::new();
    for fact in &record.unmapped {
        let (what, why) = (&fact.what.type_name, &fact.what.why);
        match lines
            .iter_mut()
            .find(|line| line.what == *what && line.why == *why)
        {
            Some(line) => line.count += 1,
            None => lines.push(Shortfall {
                what: what.clone(),
                count: 1,
                why: why.clone(),
            }),
        }
    }
    // The first two minutes leave most of the record unread, by design; the full story must not.
    if section != SectionOfRecord::FirstTwoMinutes {
        lines.extend(
            record
                .not_read
                .iter()
                .filter(|(_, count)| *count > 0)
                .map(|(what, count)| Shortfall {
                    what: what.clone(),
                    count: usize::try_from(*count).unwrap_or(usize::MAX),
                    why: "not read for this page".to_owned(),
                }),
        );
    }
    lines
}
