//! `GET /staff/risk`: the list of a scope, with what is known of how fair it is.

use actions::population::{By, Choice, Found, Scope, Told, choices, scope};
use actions::risk::{Beside, Listed, ReachedGroup, Show, risk_list};
use actions::{ActionError, Actor, Purpose};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use care::risk::memory::Standing;
use http::StatusCode;

use super::words::{
    NO_SCORE, NOT_COUNTED, band_tag, change_words, driver_words, memory_words, missing_words, share_words,
    stamp_words, standing_words,
};
use crate::app::{App, SignedIn};
use crate::components::{NhsNumberWords, Tag};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use crate::security_headers::Needs;
use crate::staff::population::{self, places};
use crate::staff::record::nhs_number_words;

/// What the address chooses.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    scope: Option<String>,
    show: Option<String>,
    /// The word of the list that whoever listens has.
    pub(super) seen: Option<String>,
}

#[derive(Debug, Clone)]
struct Way {
    words: String,
    href: String,
    current: bool,
}

#[derive(Debug, Clone)]
struct Row {
    href: String,
    name: String,
    age: String,
    nhs_number: NhsNumberWords,
    band: Option<Tag>,
    /// How many deficits, or that no score is made.
    count: String,
    why: String,
    change: String,
    drivers: Vec<String>,
    missing: Vec<String>,
    memory: Vec<String>,
}

#[derive(Debug, Clone)]
struct ReachRow {
    by: &'static str,
    name: &'static str,
    listed: Cell,
    reached: Cell,
    share: String,
}

/// A number, with the list of the people behind it; none where it is hidden or nought.
#[derive(Debug, Clone)]
struct Cell {
    words: String,
    href: Option<String>,
}

/// The list itself: what is sent anew when it changes while it is open.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/risk/body.html")]
pub(super) struct Body {
    heading: &'static str,
    reload: String,
    stamp: String,
    capacity: String,
    capacity_href: Option<String>,
    rows: Vec<Row>,
    not_counted: &'static str,
    empty: &'static str,
    /// What stands under the list: how many more there are.
    more: String,
}

impl HtmlSafe for Body {}

impl Body {
    pub(super) fn new(key: &str, show: Show, told: &Told<Found<Listed, Beside>>) -> Body {
        let beside = &told.answer.beside;
        Body {
            heading: heading(show),
            reload: address(key, show),
            stamp: stamp_words(&told.stamp).0,
            capacity: capacity_words(beside),
            capacity_href: Some(format!("/staff/risk/capacity?scope={key}")),
            rows: told.answer.people.iter().map(row).collect(),
            not_counted: NOT_COUNTED,
            empty: empty(show),
            more: more_words(told),
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/risk/list.html")]
pub(crate) struct ListView {
    frame: Frame,
    scopes: Vec<Way>,
    shows: Vec<Way>,
    heading: &'static str,
    grounds: Vec<String>,
    /// Where the list's changes come from while it is open; none in the gallery, which follows no record.
    live: Option<String>,
    body: Body,
    reach: Vec<ReachRow>,
    reach_days: i32,
    as_recorded: &'static str,
    /// What counts as on the list, and as reached.
    on_list: &'static str,
    reached: &'static str,
}

fn heading(show: Show) -> &'static str {
    match show {
        Show::Waiting => "Who to offer help to",
        Show::Offered => "What was offered",
        Show::Paused => "Not asked for now",
        Show::NoPlan => "Newly frail, with no plan",
        Show::Referred => "Frail and newly referred",
        Show::Admitted => "Frail and in hospital",
    }
}

fn empty(show: Show) -> &'static str {
    match show {
        Show::Waiting => "Nobody is waiting, or the team has offered as many as it can see this week.",
        Show::Offered => "No offer is open.",
        Show::Paused => "Nobody is off the list for now.",
        Show::NoPlan => {
            "Nobody became moderately or severely frail within 12 months without a plan or a clinician’s view."
        }
        Show::Referred => "Nobody with frailty has an open referral of the last 90 days.",
        Show::Admitted => "Nobody with frailty is recorded as in hospital.",
    }
}

fn address(scope: &str, show: Show) -> String {
    format!("/staff/risk?scope={scope}&show={}", show.code())
}

fn live_address(scope: &str, show: Show, word: &str) -> String {
    format!("/staff/risk/live?scope={scope}&show={}&seen={word}", show.code())
}

impl ListView {
    fn new(
        frame: Frame,
        key: &str,
        all: &[Choice],
        show: Show,
        told: &Told<Found<Listed, Beside>>,
    ) -> ListView {
        let beside = &told.answer.beside;
        let (_, grounds) = stamp_words(&told.stamp);
        let groups = beside.reached.groups.iter();
        ListView {
            frame,
            scopes: all
                .iter()
                .filter(|choice| choice.names)
                .map(|choice| Way {
                    words: choice.scope.name().to_owned(),
                    href: address(&choice.scope.key(), show),
                    current: choice.scope.key() == key,
                })
                .collect(),
            shows: Show::ALL
                .into_iter()
                .map(|one| Way {
                    words: heading(one).to_owned(),
                    href: address(key, one),
                    current: one == show,
                })
                .collect(),
            heading: heading(show),
            grounds,
            live: Some(live_address(key, show, &told.answer.word)),
            body: Body::new(key, show, told),
            reach: groups.map(|group| reach_row(key, group)).collect(),
            reach_days: beside.reached.days,
            as_recorded: actions::risk::AS_RECORDED,
            on_list: actions::risk::ON_LIST,
            reached: actions::risk::REACHED,
        }
    }
}

impl ListView {
    pub(crate) fn samples() -> Vec<(&'static str, ListView)> {
        let row = |name: &str, band, why: &str, memory: &[&str]| Row {
            href: "/staff/risk/person/0190c0de-0000-7000-8000-000000000001".to_owned(),
            name: name.to_owned(),
            age: age_words(Some(83)),
            nhs_number: NhsNumberWords {
                words: "999 000 1005".to_owned(),
                verification: "verified".to_owned(),
            },
            band: Some(band_tag(band)),
            count: "14 of 36 deficits".to_owned(),
            why: why.to_owned(),
            change: "2 new deficits within 12 months; was moderate frailty".to_owned(),
            drivers: vec![
                "Falls (since 3 October 2026, new)".to_owned(),
                "Memory and cognitive problems (no date)".to_owned(),
                "and 12 more".to_owned(),
            ],
            missing: vec!["1 deficit has no date".to_owned()],
            memory: memory.iter().map(|&words| words.to_owned()).collect(),
        };
        let cell = |by: By, words: &str| Cell {
            words: words.to_owned(),
            href: (words != "Hidden").then(|| behind("practice:J83001", by, "sex.female")),
        };
        let reach = |by, name, listed: &str, share: &str| ReachRow {
            by,
            name,
            listed: cell(By::OnList, listed),
            reached: cell(By::Reached, if share.is_empty() { "Hidden" } else { "24" }),
            share: if share.is_empty() { "Too few to say" } else { share }.to_owned(),
        };
        let way = |words: &str, current| Way {
            words: words.to_owned(),
            href: "/staff/risk?scope=practice:J83001&show=waiting".to_owned(),
            current,
        };
        let view = |stamp: &str, rows: Vec<Row>, more: &str| ListView {
            frame: Frame::sample(true),
            scopes: vec![
                way("Invented Surgery", true),
                way("The caseload of your team", false),
            ],
            shows: Show::ALL
                .into_iter()
                .map(|show| way(heading(show), show == Show::Waiting))
                .collect(),
            heading: heading(Show::Waiting),
            live: None,
            body: Body {
                heading: heading(Show::Waiting),
                reload: "/staff/risk?scope=practice:J83001&show=waiting".to_owned(),
                stamp: stamp.to_owned(),
                capacity: "This team can see 12 people a week, and 5 were offered help in the last 7 days."
                    .to_owned(),
                capacity_href: Some("/staff/risk/capacity?scope=practice:J83001".to_owned()),
                rows,
                not_counted: NOT_COUNTED,
                empty: empty(Show::Waiting),
                more: more.to_owned(),
            },
            grounds: vec![
                "Invented Surgery: 9120 people looked at. Nobody was left out for an objection.".to_owned(),
                "Purpose: finding who needs help. Legal basis: invented people. Controller: nobody."
                    .to_owned(),
            ],
            reach: vec![
                reach("Sex", "Female", "61", "39% (28 to 52%)"),
                reach("Sex", "Male", "Hidden", ""),
                reach("Age", "85 to 95", "44", "55% (40 to 68%)"),
            ],
            reach_days: 28,
            as_recorded: actions::risk::AS_RECORDED,
            on_list: actions::risk::ON_LIST,
            reached: actions::risk::REACHED,
        };
        use care::score::efi::Frailty::{Moderate, Severe};
        let fresh = "As of 09:40, everything that is recorded is taken in.";
        let rows = vec![
            row(
                "INVENTED, Clara (Mrs)",
                Severe,
                "Newly severe",
                &[
                    "More worried than the index says, 3 November 2026",
                    "No care plan",
                ],
            ),
            row(
                "<script>alert(1)</script>",
                Moderate,
                "Moderate",
                &["Declined, 1 March 2026", "Has a care plan"],
            ),
            Row {
                age: age_words(Some(97)),
                band: None,
                count: NO_SCORE.to_owned(),
                change: String::new(),
                drivers: Vec::new(),
                missing: Vec::new(),
                ..row(
                    "INVENTED, Dora (Mrs)",
                    Moderate,
                    "A clinician is more worried than the index says",
                    &["More worried than the index says, 3 November 2026"],
                )
            },
        ];
        vec![
            (
                "normal",
                view(
                    fresh,
                    rows.clone(),
                    "The list stops here, at what the team can see. 31 more wait, and come up as others are helped.",
                ),
            ),
            (
                "updating",
                view(
                    "Updating: as of 09:40, 3 changes are still to be taken in.",
                    rows,
                    "",
                ),
            ),
            ("empty", view(fresh, Vec::new(), "")),
        ]
    }
}

fn capacity_words(beside: &Beside) -> String {
    let said = if beside.capacity.said {
        format!("This team can see {} people a week", beside.capacity.people)
    } else {
        format!(
            "Nobody has said how many people this team can see in a week; {} is taken",
            beside.capacity.people
        )
    };
    let offered = match beside.offered_this_week {
        Some(0) => "nothing was offered in the last 7 days".to_owned(),
        Some(1) => "1 was offered help in the last 7 days".to_owned(),
        Some(many) => format!("{many} were offered help in the last 7 days"),
        None => "fewer than 10 were offered help in the last 7 days".to_owned(),
    };
    format!("{said}, and {offered}.")
}

fn more_words(told: &Told<Found<Listed, Beside>>) -> String {
    let beside = &told.answer.beside;
    match (beside.show, beside.beyond) {
        (Show::Waiting, Some(0)) => String::new(),
        (Show::Waiting, Some(1)) => {
            "The list stops here, at what the team can see. 1 more waits, and comes up as others are helped."
                .to_owned()
        }
        (Show::Waiting, Some(more)) => format!(
            "The list stops here, at what the team can see. {more} more wait, and come up as others are helped."
        ),
        (Show::Waiting, None) => "The list stops here, at what the team can see. A few more wait.".to_owned(),
        _ if told.answer.more => "There are more. These are the first.".to_owned(),
        _ => String::new(),
    }
}

fn row(found: &actions::population::FoundPerson<Listed>) -> Row {
    let listed = &found.what;
    let why = match (listed.standing, listed.reason) {
        (Standing::Waits, Some(reason)) => reason.words().to_owned(),
        (Standing::Waits, None) => "Below the list".to_owned(),
        (standing, _) => standing_words(standing),
    };
    let mut drivers: Vec<String> = listed.drivers.iter().map(driver_words).collect();
    if listed.more_drivers > 0 {
        drivers.push(format!("and {} more", listed.more_drivers));
    }
    let mut memory = memory_words(&listed.memory);
    if let Some(since) = listed.admitted {
        memory.push(format!("In hospital since {}", super::words::date_words(since)));
    }
    Row {
        href: format!("/staff/risk/person/{}", found.id),
        name: found.person.formal_name(),
        age: age_words(listed.age),
        nhs_number: nhs_number_words(&found.person),
        band: listed.signs.map(|signs| band_tag(signs.band)),
        count: listed.signs.map_or_else(
            || NO_SCORE.to_owned(),
            |signs| format!("{} of 36 deficits", signs.count),
        ),
        why,
        change: listed.signs.map(|signs| change_words(&signs)).unwrap_or_default(),
        drivers,
        missing: missing_words(&listed.missing),
        memory,
    }
}

fn age_words(age: Option<u8>) -> String {
    age.map_or_else(|| "Age not known".to_owned(), |age| format!("{age} years"))
}

/// The list of the people behind a number of the fairness table.
fn behind(scope: &str, by: By, group: &str) -> String {
    population::address("/people", scope, &format!("{}={group}", by.code()))
}

fn reach_row(scope: &str, group: &ReachedGroup) -> ReachRow {
    let count = |count: Option<u64>| count.map_or_else(|| "Hidden".to_owned(), |count| count.to_string());
    let opens = |by: By, count: Option<u64>| {
        count
            .filter(|count| *count > 0)
            .map(|_| behind(scope, by, &group.key))
    };
    ReachRow {
        by: group.by,
        name: group.name,
        listed: Cell {
            words: match (group.listed, group.people) {
                (Some(listed), Some(people)) => format!("{listed} of {people}"),
                (listed, _) => count(listed),
            },
            href: opens(By::OnList, group.listed),
        },
        reached: Cell {
            words: count(group.reached),
            href: opens(By::Reached, group.reached),
        },
        share: group
            .share
            .map_or_else(|| "Too few to say".to_owned(), share_words),
    }
}

/// `GET /staff/risk`.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let Ok(Query(asked)) = asked else {
        return Failure::NotFound.respond(frame);
    };
    match listed(&app, &session, &asked, frame.clone()).await {
        Ok(view) => Needs::Live.mark(page(StatusCode::OK, &view)),
        Err(failure) => failure.respond(frame),
    }
}

async fn listed(app: &App, session: &SignedIn, asked: &Asked, frame: Frame) -> Result<ListView, Failure> {
    let actor = session.actor();
    let all = choices(&app.actions, actor, Purpose::RiskStratification).map_err(Failure::of)?;
    let (chosen, show) = chosen(app, actor, asked, &all)?;
    match risk_list(&app.actions, actor, &chosen, show, places(app)?).await {
        Ok(told) => Ok(ListView::new(frame, &chosen.key(), &all, show, &told)),
        // Of whom one may not ask, there is no list.
        Err(ActionError::Forbidden(_)) => Err(Failure::NotFound),
        Err(error) => Err(Failure::of(error)),
    }
}

/// Whose list, and which part of it; the first whose people one may name when the address does not say.
pub(super) fn chosen(
    app: &App,
    actor: &Actor,
    asked: &Asked,
    all: &[Choice],
) -> Result<(Scope, Show), Failure> {
    let show = match asked.show.as_deref() {
        None => Show::Waiting,
        Some(word) => Show::from_code(word).ok_or_else(|| Failure::UnknownChoice {
            field: "show",
            known: Show::ALL.iter().map(|show| show.code().to_owned()).collect(),
        })?,
    };
    let chosen = match &asked.scope {
        Some(key) => scope(&app.actions, actor, key).map_err(Failure::of)?,
        None => {
            let first = all.iter().find(|choice| choice.names);
            first
                .map(|choice| choice.scope.clone())
                .ok_or(Failure::NotFound)?
        }
    };
    Ok((chosen, show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_an_index_says_so_and_no_row_claims_that_nothing_is_missing() {
        let samples = ListView::samples();
        let (_, view) = samples
            .iter()
            .find(|(name, _)| *name == "normal")
            .expect("a sample");
        let found = view.render().expect("a page");
        for words in ["No score is made at this age", "97 years", "Not looked at"] {
            assert!(found.contains(words), "{words}");
        }
        assert!(found.contains("Measurements by themselves are not counted"));
        assert!(!found.contains("<div class=\"app-cell\">Nothing</div>"));
    }
}
