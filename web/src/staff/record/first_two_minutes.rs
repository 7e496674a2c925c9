//! "First two minutes": what to know of a person before acting, one card a question, in the order `care` gives.

use askama::Template;
use care::record::fact::{self, Allergy, Encounter, FactRef};
use care::record::first_two_minutes::{LatestResult, PersonContact, RECENT_DAYS, RESULT_DAYS};
use care::record::plans::PlanLine;
use care::record::{
    AllergyStanding, FirstTwoMinutes, MedicineLine, PersonRecord, ProblemLine, first_two_minutes,
};
use jiff::Timestamp;

use super::results::{series_href, tags as result_tags};
use super::story::Story;
use super::{allergies, documents, encounters, medicines, origin, other, plans, problems, timeline};
use crate::components::{PageLink, SectionOfRecord, SourceLine, Tag, TagColour};
use crate::frame::Frame;

/// How many points a card lists before it leads to its section. Allergies, alerts, plans and medicines are never cut.
const MOST: usize = 8;

/// One thing to know, with its source.
#[derive(Debug, Clone)]
struct Point {
    words: String,
    href: Option<String>,
    tags: Vec<Tag>,
    lines: Vec<String>,
    source: SourceLine,
}

impl Point {
    fn new(words: impl Into<String>, source: SourceLine) -> Point {
        Point {
            words: words.into(),
            href: None,
            tags: Vec::new(),
            lines: Vec::new(),
            source,
        }
    }
}

#[derive(Debug, Clone)]
struct Card {
    id: &'static str,
    heading: &'static str,
    points: Vec<Point>,
    /// What is said when there is nothing: never a blank.
    empty: String,
    more: Option<PageLink>,
    /// Across both columns.
    wide: bool,
    /// Marked at its edge: what can harm at once.
    grave: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/record/first_two_minutes.html")]
pub(crate) struct FirstTwoMinutesView {
    frame: Frame,
    story: Story,
    full_story: String,
    cards: Vec<Card>,
}

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FirstTwoMinutesView {
    let set = first_two_minutes(record, now);
    let mut cards = Vec::new();
    if !set.alerts.is_empty() {
        cards.push(alerts_card(&set));
    }
    cards.push(allergy_card(&set, base));
    cards.push(emergency_card(&set, base));
    if !set.adjustments.is_empty() {
        cards.push(adjustments_card(&set));
    }
    cards.push(problem_card(&set, base));
    cards.push(medicine_card(&set, base));
    cards.push(vital_card(&set, base));
    cards.push(result_card(&set, base));
    cards.push(encounter_card(&set, base, now));
    cards.push(recent_card(&set, base));
    cards.push(contact_card(&set, base));
    FirstTwoMinutesView {
        story: Story::new(
            record,
            base,
            SectionOfRecord::FirstTwoMinutes,
            set.entered_in_error,
            now,
        ),
        full_story: SectionOfRecord::Timeline.href(base),
        cards,
        frame,
    }
}

/// A card whose points beyond [`MOST`] are left to its section, with their number.
fn card(
    id: &'static str,
    heading: &'static str,
    points: Vec<Point>,
    empty: &str,
    section: (SectionOfRecord, &str),
) -> Card {
    card_of_most(MOST, id, heading, points, empty, section)
}

/// As [`card`], cut after another number of points.
fn card_of_most(
    most: usize,
    id: &'static str,
    heading: &'static str,
    points: Vec<Point>,
    empty: &str,
    section: (SectionOfRecord, &str),
) -> Card {
    let (section, base) = section;
    let total = points.len();
    let points: Vec<Point> = points.into_iter().take(most).collect();
    let what = section.words().to_lowercase();
    let words = match (total > most, section) {
        (true, _) => format!("{} more in {what}", total - most),
        (false, SectionOfRecord::Timeline) => "See the timeline".to_owned(),
        (false, SectionOfRecord::Other) => "See other records".to_owned(),
        (false, _) => format!("All {what}"),
    };
    Card {
        id,
        heading,
        points,
        empty: empty.to_owned(),
        more: Some(PageLink {
            href: section.href(base),
            words,
        }),
        wide: false,
        grave: false,
    }
}

fn alerts_card(set: &FirstTwoMinutes<'_>) -> Card {
    let points = set
        .alerts
        .iter()
        .map(|flag| Point::new(flag.what.code.words(), origin::dated_source("Valid", flag)));
    Card {
        id: "alerts",
        heading: "Alerts",
        points: points.collect(),
        empty: String::new(),
        more: None,
        wide: true,
        grave: true,
    }
}

fn allergy_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let list = &set.allergies;
    let known = list.standing == AllergyStanding::Known;
    let shown = list.active.iter().chain(&list.none_known);
    let mut points: Vec<Point> = shown.map(|fact| allergy_point(fact)).collect();
    if list.is_contradictory {
        let words = "The record also says that no allergy is known. Take the allergy as true until somebody has asked.";
        if let Some(first) = points.first_mut() {
            first.lines.push(words.to_owned());
        }
    }
    let empty = match list.standing {
        AllergyStanding::NoneActive => "No active allergy is recorded. Earlier entries stand in allergies.",
        _ => "Allergies are not recorded. Nobody has said that there are none: ask before you treat.",
    };
    Card {
        id: "allergies",
        heading: "Allergies",
        points,
        empty: empty.to_owned(),
        more: Some(PageLink {
            href: SectionOfRecord::Allergies.href(base),
            words: "All allergies".to_owned(),
        }),
        wide: false,
        grave: known,
    }
}

fn allergy_point(fact: &fact::Fact<Allergy>) -> Point {
    let allergy = &fact.what;
    let says_none = allergy.says_none_known() || allergy.says_none_of_a_sort();
    Point {
        tags: allergies::tags(allergy),
        lines: if says_none {
            Vec::new()
        } else {
            vec![allergy.reaction_words()]
        },
        ..Point::new(allergy.words(), origin::dated_source("Since", fact))
    }
}

fn emergency_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let documents = set.emergency_documents.iter().map(|fact| Point {
        href: Some(SectionOfRecord::Documents.href(base)),
        tags: documents::stage_tag(&fact.what)
            .into_iter()
            .chain([Tag::new("Emergency plan", TagColour::Red)])
            .collect(),
        ..Point::new(fact.what.words(), origin::dated_source("Dated", fact))
    });
    let decisions = set.advance_decisions.iter().map(|fact| Point {
        tags: fact
            .what
            .decision
            .map(|decision| Tag::new(decision.words(), TagColour::Blue))
            .into_iter()
            .collect(),
        ..Point::new(fact.what.words(), origin::dated_source("Dated", fact))
    });
    let plans = set.plans.iter().map(|line| plan_point(line, base));
    let points: Vec<Point> = documents.chain(decisions).chain(plans).collect();
    let lead = points
        .first()
        .is_some_and(|_| !set.emergency_documents.is_empty() || !set.advance_decisions.is_empty());
    Card {
        id: "plans",
        heading: "Plans and decisions",
        points,
        empty: "No plan, ceiling of treatment or advance decision is recorded. This does not say that there is none.".to_owned(),
        more: Some(PageLink { href: SectionOfRecord::Plans.href(base), words: "All plans".to_owned() }),
        wide: false,
        grave: lead,
    }
}

fn plan_point(line: &PlanLine<'_>, base: &str) -> Point {
    let plan = &line.fact.what;
    let mut tags = vec![plans::status(plan)];
    if plan.is_emergency_plan() {
        tags.push(Tag::new("Emergency plan", TagColour::Red));
    }
    if let Some(intent) = plan.intent_words() {
        tags.push(Tag::new(intent, TagColour::Yellow));
    }
    let forbidden: Vec<String> = plan
        .activities
        .iter()
        .filter(|activity| activity.forbidden)
        .map(plans::activity_words)
        .collect();
    if !forbidden.is_empty() {
        tags.push(Tag::new("Do not do", TagColour::Red));
    }
    Point {
        href: Some(SectionOfRecord::Plans.href(base)),
        tags,
        lines: plan
            .period
            .as_ref()
            .map(care::when::Period::words)
            .into_iter()
            .chain(forbidden)
            .collect(),
        ..Point::new(plan.words(), origin::source(line.fact))
    }
}

fn adjustments_card(set: &FirstTwoMinutes<'_>) -> Card {
    let points = set
        .adjustments
        .iter()
        .map(|flag| Point::new(flag.what.code.words(), origin::dated_source("Valid", flag)));
    Card {
        id: "adjustments",
        heading: "Reasonable adjustments",
        points: points.collect(),
        empty: String::new(),
        more: None,
        wide: false,
        grave: false,
    }
}

fn problem_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let points = set.problems.iter().map(|line: &ProblemLine<'_>| Point {
        tags: problems::tags(&line.fact.what),
        lines: problems::sites(&line.fact.what).into_iter().collect(),
        ..Point::new(line.fact.what.words(), origin::dated_source("Since", line.fact))
    });
    let section = (SectionOfRecord::Problems, base);
    card(
        "problems",
        "Active problems",
        points.collect(),
        "No active problem is recorded. This does not say that there is none.",
        section,
    )
}

fn medicine_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let lines = set.not_to_give.iter().chain(&set.medicines);
    let points = lines.map(|line: &MedicineLine<'_>| {
        let medicine = &line.fact.what;
        Point {
            tags: medicines::tags(medicine),
            lines: vec![medicine.dose_words()],
            ..Point::new(medicine.words(), origin::dated_source("Dated", line.fact))
        }
    });
    let section = (SectionOfRecord::Medicines, base);
    Card {
        grave: !set.not_to_give.is_empty(),
        ..card_of_most(
            usize::MAX,
            "medicines",
            "Current medicines",
            points.collect(),
            "No current medicine is recorded. This does not say that none is taken.",
            section,
        )
    }
}

fn result_point(latest: &LatestResult<'_>, base: &str) -> Point {
    let observed = &latest.fact.what;
    let before = latest
        .previous
        .map(|before| format!("Before: {}, {}", before.what.value_words(), origin::when(before)));
    let mut tags = result_tags(observed);
    if latest.is_in_future {
        tags.push(super::results::in_future_tag());
    }
    Point {
        href: Some(series_href(base, &observed.code.key())),
        tags,
        lines: std::iter::once(observed.value_words()).chain(before).collect(),
        ..Point::new(observed.code.words(), origin::dated_source("Taken", latest.fact))
    }
}

fn vital_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let points = set
        .vital_signs
        .iter()
        .map(|latest| result_point(latest, base))
        .collect();
    card(
        "vital-signs",
        "Latest vital signs",
        points,
        "No vital sign is recorded.",
        (SectionOfRecord::Results, base),
    )
}

fn result_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let points = set
        .results
        .iter()
        .map(|latest| result_point(latest, base))
        .collect();
    let others = match set.other_tests {
        0 => String::new(),
        count => format!("; {count} others in results"),
    };
    let empty = format!("No laboratory, imaging or uncoded result in the last {RESULT_DAYS} days{others}.");
    card(
        "results",
        "Latest results",
        points,
        &empty,
        (SectionOfRecord::Results, base),
    )
}

fn encounter_card(set: &FirstTwoMinutes<'_>, base: &str, now: Timestamp) -> Card {
    let now_and_last = set.under_way.iter().chain(&set.last_encounter);
    let points = now_and_last
        .chain(&set.next_encounters)
        .map(|fact| encounter_point(fact, now));
    let section = (SectionOfRecord::Encounters, base);
    card(
        "encounters",
        "Last and next contact",
        points.collect(),
        "No encounter is recorded.",
        section,
    )
}

fn encounter_point(fact: &fact::Fact<Encounter>, now: Timestamp) -> Point {
    let encounter = &fact.what;
    let which = if encounter.is_under_way(now) {
        "Now"
    } else if encounter.is_to_come(now) {
        "To come"
    } else {
        "Last"
    };
    let when = encounter
        .period
        .as_ref()
        .map_or_else(|| origin::when(fact), care::when::Period::words);
    let reasons: Vec<&str> = encounter
        .reasons
        .iter()
        .map(care::concept::Concept::words)
        .collect();
    let reasons = (!reasons.is_empty()).then(|| format!("For {}", reasons.join(", ")));
    Point {
        tags: vec![encounters::status(encounter)],
        lines: std::iter::once(when).chain(reasons).collect(),
        ..Point::new(format!("{which}: {}", encounter.words()), origin::source(fact))
    }
}

fn recent_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let points = set.recent.iter().map(|fact: &FactRef<'_>| {
        let detail = fact.detail();
        Point {
            tags: timeline::tags(*fact),
            lines: (!detail.is_empty() && detail != fact.title())
                .then_some(detail)
                .into_iter()
                .collect(),
            ..Point::new(
                format!("{}: {}", fact.kind().words(), fact.title()),
                origin::line(fact.provenance(), Some("Dated")),
            )
        }
    });
    let empty = format!("Nothing but results is recorded in the last {RECENT_DAYS} days.");
    card(
        "recent",
        "What happened lately",
        points.collect(),
        &empty,
        (SectionOfRecord::Timeline, base),
    )
}

fn contact_card(set: &FirstTwoMinutes<'_>, base: &str) -> Card {
    let points = set.contacts.iter().map(|contact: &PersonContact<'_>| {
        let who = contact.contact;
        let reach: Vec<String> = who
            .telecom
            .iter()
            .filter(|way| !way.is_old())
            .filter_map(other::telecom_words)
            .collect();
        let source = match contact.fact {
            Some(fact) => origin::source(fact),
            None => SourceLine::new("Listed with the person"),
        };
        Point {
            tags: contact
                .is_first_call
                .then(|| Tag::new("Call first", TagColour::Blue))
                .into_iter()
                .collect(),
            lines: std::iter::once(who.relationship_words())
                .chain(std::iter::once(if reach.is_empty() {
                    "No telephone number recorded".to_owned()
                } else {
                    reach.join(", ")
                }))
                .collect(),
            ..Point::new(who.name_words(), source)
        }
    });
    card(
        "contacts",
        "Whom to call",
        points.collect(),
        "Nobody is recorded.",
        (SectionOfRecord::Other, base),
    )
}
