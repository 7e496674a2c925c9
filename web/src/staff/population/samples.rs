//! Samples of the population pages: an invented practice, of everybody, of hardly anybody, and with words that want to be markup.

use std::collections::BTreeMap;

use actions::Purpose;
use actions::population::{Area, Choice, Cohort, Crossed, Grounds, Places, Scope, Stamp, Told};
use jiff::civil::Date;
use synthetic::summary::Summary;

use super::asked::{Asked, is_rural};
use super::frailty::FrailtyView;
use super::head::{Head, Section, WHO_MAY};
use super::page::{FiguresView, figures_of};
use super::people::{Choice as Offer, Form, HIDDEN, PeopleView, Row};
use crate::components::{ErrorSummary, NhsNumberWords, Problem};
use crate::frame::Frame;
use crate::staff::region::samples as region;

const TODAY: Date = Date::constant(2026, 11, 3);

fn places(summary: &Summary) -> Places {
    let areas: BTreeMap<String, Area> = summary
        .areas
        .iter()
        .map(|area| {
            let known = Area {
                name: area.name.clone(),
                decile: area.decile,
                rural: is_rural(&area.rural_urban),
            };
            (area.code.clone(), known)
        })
        .collect();
    Places::sample(areas)
}

fn asked(name: &str, names: bool) -> Asked {
    let scope = Scope::sample(name);
    Asked {
        choices: vec![Choice {
            scope: scope.clone(),
            names,
            figures: true,
        }],
        scope,
        names,
        places: places(&region::summary()),
        cohort: Cohort::default(),
    }
}

fn stamp(people: Option<u64>, behind: u64) -> Stamp {
    Stamp {
        scope: "Invented Surgery".to_owned(),
        at: jiff::Timestamp::UNIX_EPOCH,
        behind,
        behind_seconds: behind,
        updating: behind > 0,
        incomplete: 0,
        people,
        objected: Some(0),
        purpose: Purpose::PopulationHealth,
        grounds: Grounds {
            basis: "invented people".to_owned(),
            controller: "nobody".to_owned(),
        },
    }
}

/// Counts that differ from cell to cell; some are small.
fn many(row: usize, column: usize) -> u64 {
    let spread = (row * 37 + column * 53) % 90;
    (spread * 7 + 3) as u64
}

fn told(
    section: Section,
    asked: &Asked,
    (people, behind): (Option<u64>, u64),
    count: fn(usize, usize) -> u64,
) -> Told<Vec<Crossed>> {
    let figures = figures_of(section).into_iter();
    Told {
        answer: figures
            .map(|figure| Crossed::sample(figure, &asked.places, TODAY, count))
            .collect(),
        stamp: stamp(people, behind),
    }
}

impl FiguresView {
    pub(crate) fn samples() -> Vec<(String, FiguresView)> {
        let view = |section, name: &str, names, whole, count| {
            let asked = asked(name, names);
            let told = told(section, &asked, whole, count);
            FiguresView::new(Frame::sample(true), section, &asked, &told, TODAY)
        };
        let everybody = (Some(9_120), 0);
        let mut samples: Vec<(String, FiguresView)> = Section::ALL
            .into_iter()
            .filter(|section| *section != Section::Frailty)
            .map(|section| {
                let name = section.question().to_owned();
                (name, view(section, "Invented Surgery", true, everybody, many))
            })
            .collect();
        let nobody = |_, _| 0;
        let few = |row: usize, _| u64::from(row < 3);
        samples.push((
            "nobody".to_owned(),
            view(Section::Ages, "Invented Surgery", false, (Some(0), 0), nobody),
        ));
        samples.push((
            "few".to_owned(),
            view(Section::Funnel, "Invented Surgery", false, (None, 3), few),
        ));
        samples.push((
            "hostile".to_owned(),
            view(Section::Ages, "<script>alert(1)</script>", true, everybody, many),
        ));
        samples
    }
}

impl FrailtyView {
    pub(crate) fn samples() -> Vec<(&'static str, FrailtyView)> {
        let view = |summary: Option<&Summary>, names, count| {
            let asked = asked("Invented Surgery", names);
            let told = told(Section::Frailty, &asked, (Some(9_120), 0), count);
            let map = (summary, region::BOUNDARIES);
            FrailtyView::new(Frame::sample(true), &asked, &told, map, TODAY)
        };
        let summary = region::summary();
        vec![
            ("normal", view(Some(&summary), true, many)),
            ("few", view(Some(&summary), false, |row, _| (row % 5) as u64)),
            ("no-areas", view(None, false, many)),
        ]
    }
}

impl PeopleView {
    pub(crate) fn samples() -> Vec<(&'static str, PeopleView)> {
        let row = |name: &str, help: &str| Row {
            href: "/staff/risk/person/0190c0de-0000-7000-8000-000000000001".to_owned(),
            name: name.to_owned(),
            age: "83 years".to_owned(),
            nhs_number: NhsNumberWords {
                words: "999 000 1005".to_owned(),
                verification: "verified".to_owned(),
            },
            help: help.to_owned(),
        };
        let view = |rows: Vec<Row>, form: Option<Form>| {
            let asked = asked("Invented Surgery", true);
            let stamp = stamp(Some(9_120), 0);
            PeopleView {
                frame: Frame::sample(true),
                head: Some(Head::new(
                    None,
                    (&asked.scope, &asked.choices),
                    "sex=female",
                    true,
                    (&stamp, TODAY),
                )),
                summary: form.as_ref().and_then(|form| {
                    let words = form.what_error.as_deref()?;
                    ErrorSummary::of(vec![Problem::new("what", words)])
                }),
                back: "/staff/population?scope=practice%3AJ83001".to_owned(),
                heading: "Sex: Female; Age: 75 to 84".to_owned(),
                scope: "Invented Surgery".to_owned(),
                refused: None,
                work: None,
                definition: None,
                count: format!("{} people.", rows.len()),
                rows,
                form,
            }
        };
        let form = |error: Option<&str>| {
            Form {
            csrf: "a-sample".to_owned(),
            hidden: vec![("scope".to_owned(), "practice:J83001".to_owned())],
            id: "0190c0de-0000-4000-8000-000000000009".to_owned(),
            words: "2 of them are offered help and put on the worklist of your care co-ordinators. Your team can see 12 people a week."
                .to_owned(),
            what: vec![Offer {
                code: "plan",
                words: "A conversation about what matters to them, and a care plan",
                chosen: false,
            }],
            what_error: error.map(str::to_owned),
            note: String::new(),
            note_error: None,
        }
        };
        let rows = || {
            vec![
                row("INVENTED, Clara (Mrs)", "Found, nothing offered yet"),
                row("<script>alert(1)</script>", "Nothing offered"),
            ]
        };
        let mut sent = view(rows(), None);
        sent.work = Some((
            "Invented Surgery. Sex: Female".to_owned(),
            "Help to prevent falls".to_owned(),
        ));
        let mut fair = view(rows(), None);
        fair.heading = "On the risk list: Sex: Female".to_owned();
        fair.definition =
            Some("On the list is whoever the index is for and who waits for an offer.".to_owned());
        let mut hidden = view(Vec::new(), None);
        hidden.head = None;
        hidden.refused = Some(HIDDEN);
        let mut refused = view(Vec::new(), None);
        refused.head = None;
        refused.refused = Some(WHO_MAY);
        vec![
            ("normal", view(rows(), Some(form(None)))),
            ("error", view(rows(), Some(form(Some("Choose what is offered"))))),
            ("sent", sent),
            ("empty", view(Vec::new(), None)),
            ("by-group", fair),
            ("hidden", hidden),
            ("refused", refused),
        ]
    }
}
