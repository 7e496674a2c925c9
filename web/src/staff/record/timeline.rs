//! The timeline: everything that happened, newest first, by year and day; filtered by kind and year.

use std::collections::BTreeSet;

use askama::Template;
use care::record::fact::{FactRef, Kind};
use care::record::{PersonRecord, TimelineFilter, timeline};
use jiff::Timestamp;

use super::origin;
use super::results::series_href;
use super::story::Story;
use crate::components::{Pagination, SectionOfRecord, SourceLine, Tag, TagColour};
use crate::frame::Frame;

/// How many entries stand on one page.
const PER_PAGE: usize = 100;

#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) words: String,
    pub(crate) chosen: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    kind: &'static str,
    title: String,
    href: Option<String>,
    tags: Vec<Tag>,
    detail: String,
    source: SourceLine,
}

#[derive(Debug, Clone)]
struct Day {
    when: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Year {
    id: String,
    heading: String,
    days: Vec<Day>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/record/timeline.html")]
pub(crate) struct TimelineView {
    frame: Frame,
    story: Story,
    /// Where the filter form leads: this page.
    action: String,
    kinds: Vec<Choice>,
    years: Vec<Choice>,
    /// How many entries, of how many.
    count: String,
    shown: Vec<Year>,
    empty: String,
    pagination: Option<Pagination>,
}

/// What the reader chose, as it stands in the address: a kind, a year, a page. None of it says who the person is.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    kind: String,
    year: String,
    page: String,
}

impl Chosen {
    pub(super) fn of(kind: &str, year: &str, page: &str) -> Chosen {
        Chosen {
            kind: kind.to_owned(),
            year: year.to_owned(),
            page: page.to_owned(),
        }
    }

    /// An unknown kind or year is as if none were chosen.
    fn filter(&self) -> TimelineFilter {
        let kind = Kind::from_code(&self.kind).filter(|kind| TimelineFilter::SHOWN.contains(kind));
        TimelineFilter {
            kinds: kind.into_iter().collect::<BTreeSet<Kind>>(),
            year: self.year.parse().ok(),
        }
    }
}

pub(crate) fn view(
    frame: Frame,
    record: &PersonRecord,
    base: &str,
    chosen: &Chosen,
    now: Timestamp,
) -> TimelineView {
    let filter = chosen.filter();
    let found = timeline(record, &filter);
    let flat: Vec<(Option<i16>, &str, FactRef<'_>)> = found
        .days
        .iter()
        .flat_map(|day| {
            day.entries
                .iter()
                .map(|fact| (Some(day.year), day.heading.as_str(), *fact))
        })
        .chain(
            found
                .undated
                .iter()
                .map(|fact| (None, "Date not recorded", *fact)),
        )
        .collect();
    let total = flat.len();
    let pages = total.div_ceil(PER_PAGE).max(1);
    let page = chosen.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let action = SectionOfRecord::Timeline.href(base);
    let kind = filter.kinds.iter().next().copied();
    let href = |page: usize| {
        let kind = kind.map(Kind::code).unwrap_or_default();
        let year = filter.year.map(|year| year.to_string()).unwrap_or_default();
        format!("{action}?kind={kind}&year={year}&page={page}")
    };
    let page_of: Vec<_> = flat
        .into_iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE)
        .collect();
    let filtered = kind.is_some() || filter.year.is_some();
    TimelineView {
        story: Story::new(
            record,
            base,
            SectionOfRecord::Timeline,
            found.entered_in_error,
            now,
        ),
        kinds: kinds(&found.kinds, kind),
        years: years(&found.years, filter.year),
        count: count_words(total, page, pages, filtered),
        shown: grouped(&page_of, base),
        empty: if filtered {
            "Nothing of this kind is recorded in this time. Choose another kind or year.".to_owned()
        } else {
            "Nothing is recorded for this person yet.".to_owned()
        },
        pagination: Pagination::of(page, pages, href),
        action,
        frame,
    }
}

fn count_words(total: usize, page: usize, pages: usize, filtered: bool) -> String {
    let entries = match total {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    let which = if filtered { " as filtered" } else { "" };
    if pages > 1 {
        format!("{entries}{which}, newest first. Page {page} of {pages}.")
    } else {
        format!("{entries}{which}, newest first.")
    }
}

fn kinds(counts: &[(Kind, usize)], chosen: Option<Kind>) -> Vec<Choice> {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let mut choices = vec![Choice {
        value: String::new(),
        words: format!("All kinds ({total})"),
        chosen: chosen.is_none(),
    }];
    choices.extend(TimelineFilter::SHOWN.iter().filter_map(|kind| {
        let count = counts
            .iter()
            .find(|(counted, _)| counted == kind)
            .map_or(0, |(_, count)| *count);
        let is_chosen = chosen == Some(*kind);
        (count > 0 || is_chosen).then(|| Choice {
            value: kind.code().to_owned(),
            words: format!("{} ({count})", kind.words()),
            chosen: is_chosen,
        })
    }));
    choices
}

fn years(counts: &[(i16, usize)], chosen: Option<i16>) -> Vec<Choice> {
    let mut choices = vec![Choice {
        value: String::new(),
        words: "All years".to_owned(),
        chosen: chosen.is_none(),
    }];
    choices.extend(counts.iter().map(|(year, count)| Choice {
        value: year.to_string(),
        words: format!("{year} ({count})"),
        chosen: chosen == Some(*year),
    }));
    if let Some(year) = chosen.filter(|year| !counts.iter().any(|(counted, _)| counted == year)) {
        choices.push(Choice {
            value: year.to_string(),
            words: format!("{year} (0)"),
            chosen: true,
        });
    }
    choices
}

fn grouped(entries: &[(Option<i16>, &str, FactRef<'_>)], base: &str) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for (year, heading, fact) in entries {
        let (id, words) = match year {
            Some(year) => (format!("year-{year}"), year.to_string()),
            None => ("undated".to_owned(), "Without a date".to_owned()),
        };
        if years.last().is_none_or(|last| last.id != id) {
            years.push(Year {
                id,
                heading: words,
                days: Vec::new(),
            });
        }
        let Some(group) = years.last_mut() else { continue };
        if group.days.last().is_none_or(|day| day.when != *heading) {
            group.days.push(Day {
                when: (*heading).to_owned(),
                entries: Vec::new(),
            });
        }
        if let Some(day) = group.days.last_mut() {
            day.entries.push(entry(*fact, base));
        }
    }
    years
}

fn entry(fact: FactRef<'_>, base: &str) -> Entry {
    let href = match fact {
        FactRef::Result(result) => Some(series_href(base, &result.what.code.key())),
        FactRef::Allergy(_) => Some(SectionOfRecord::Allergies.href(base)),
        FactRef::Document(_) => Some(SectionOfRecord::Documents.href(base)),
        FactRef::Plan(_) | FactRef::Goal(_) => Some(SectionOfRecord::Plans.href(base)),
        _ => None,
    };
    let (title, detail) = (fact.title(), fact.detail());
    let detail = if detail == title { String::new() } else { detail };
    Entry {
        kind: fact.kind().words(),
        title,
        href,
        tags: tags(fact),
        detail,
        source: origin::line(fact.provenance(), None),
    }
}

/// What must be seen at once beside a fact in a list of all kinds: that it forbids rather than asks.
pub(super) fn tags(fact: FactRef<'_>) -> Vec<Tag> {
    let words = match fact {
        FactRef::Medicine(medicine) if medicine.what.forbidden => "Do not give",
        FactRef::Plan(plan) if plan.what.activities.iter().any(|activity| activity.forbidden) => "Do not do",
        _ => return Vec::new(),
    };
    vec![Tag::new(words, TagColour::Red)]
}
