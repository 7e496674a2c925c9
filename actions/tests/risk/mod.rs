//! The risk list from the first look to what came of an offer.

mod ages;

use actions::population::{Found, Places, Scope, Told, scope};
use actions::risk::{
    Advance, Beside, Listed, MakeOffer, Show, advance_offer, end_pause, make_offer, pause, person_risk,
    risk_list, say_view, set_capacity,
};
use actions::{ActionError, Actions, Actor};
use care::risk::memory::{Offer, Standing, View};
use care::risk::rank::Reason;
use jiff::ToSpan;
use record::{Role, Standing as Place};
use serde_json::json;

use super::population::house::{self, clinician, directory, keep, person, settled};

/// Ids that say nothing, as the record makes them: pages go by them as they stand.
const ANNA: &str = "01a2028b-8b89-74eb-b43c-f649a8ade401";
const BELA: &str = "01a2028b-8b89-74eb-b43c-f649a8ade402";
const CARL: &str = "01a2028b-8b89-74eb-b43c-f649a8ade403";

async fn look(actions: &Actions, actor: &Actor, scope: &Scope, show: Show) -> Told<Found<Listed, Beside>> {
    risk_list(actions, actor, scope, show, Places::none())
        .await
        .expect("a list")
}

fn ids(told: &Told<Found<Listed, Beside>>) -> Vec<&str> {
    told.answer.people.iter().map(|one| one.id.as_str()).collect()
}

async fn manager(actions: &Actions, organisation: &str) -> Actor {
    let place = Place {
        activities: ["B0560", "B0862"].map(str::to_owned).into(),
        ..Place::default()
    };
    let actor =
        Actor::new("manager", Role::Administrator, Some(organisation.to_owned())).with_standing(place);
    actions.placed(&actor).await.expect("placed")
}

#[tokio::test]
async fn the_list_stops_at_what_the_team_can_see_and_an_offer_is_a_task_with_an_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, ANNA, "p1", 9).await;
    person(&actions, BELA, "p1", 15).await;
    person(&actions, CARL, "p1", 11).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");

    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(ids(&told), [BELA, CARL, ANNA]);
    let first = &told.answer.people[0].what;
    assert_eq!(
        (first.reason, first.standing, first.signs.map(|signs| signs.count)),
        (Some(Reason::Severe), Standing::Waits, Some(15))
    );
    assert_eq!((first.drivers.len(), first.more_drivers), (4, 11));
    assert!(!told.answer.beside.capacity.said && first.missing.no_medicines);

    // The team can see two a week. A clinician may not say so; whoever runs the team may, once for each version.
    let refused = set_capacity(&actions, &gp, &own, "2", 0).await;
    assert!(matches!(refused, Err(ActionError::Forbidden(_))));
    let manager = manager(&actions, "P1").await;
    let team = scope(&actions, &manager, "practice:P1").expect("a scope");
    let wrong = set_capacity(&actions, &manager, &team, "many", 0).await;
    assert!(matches!(wrong, Err(ActionError::Form(problems)) if problems[0].field == "people"));
    set_capacity(&actions, &manager, &team, "2", 0)
        .await
        .expect("kept");
    let stale = set_capacity(&actions, &manager, &team, "3", 0).await;
    assert!(matches!(stale, Err(ActionError::Conflict { .. })));
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(
        (ids(&told), told.answer.beside.beyond),
        (vec![BELA, CARL], Some(1))
    );

    // An offer is made in one action, once, and takes a place of the week.
    let wrong = make_offer(&actions, &gp, BELA, &MakeOffer::default()).await;
    assert!(matches!(wrong, Err(ActionError::Form(problems)) if problems[0].field == "what"));
    let offer = MakeOffer {
        what: "plan".to_owned(),
        note: "Her daughter can be there on Tuesdays".to_owned(),
        ..MakeOffer::default()
    };
    make_offer(&actions, &gp, BELA, &offer).await.expect("kept");
    make_offer(&actions, &gp, BELA, &offer)
        .await
        .expect("nothing new");
    settled(&kept).await;
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(ids(&told), [CARL]);
    assert_eq!(
        (told.answer.beside.offered_this_week, told.answer.beside.room),
        (Some(1), 1)
    );
    assert_eq!(ids(&look(&actions, &gp, &own, Show::Offered).await), [BELA]);
    let risk = person_risk(&actions, &gp, BELA).await.expect("a risk");
    assert_eq!(risk.offers.len(), 1);
    let made = &risk.offers[0];
    assert_eq!(
        (made.state, made.note.as_str()),
        (Offer::Made, offer.note.as_str())
    );

    // They say yes; it is done, with what came of it; then nobody asks again.
    let step = |why: &str, version| Advance {
        id: made.id.clone(),
        version,
        why: why.to_owned(),
    };
    let early = advance_offer(&actions, &gp, BELA, Offer::Done, &step("plan-made", made.version)).await;
    assert!(matches!(early, Err(ActionError::Rule { .. })));
    advance_offer(&actions, &gp, BELA, Offer::Accepted, &step("", made.version))
        .await
        .expect("kept");
    let stale = advance_offer(&actions, &gp, BELA, Offer::Done, &step("plan-made", made.version)).await;
    assert!(matches!(stale, Err(ActionError::Conflict { .. })));
    let silent = advance_offer(&actions, &gp, BELA, Offer::Done, &step("", made.version + 1)).await;
    assert!(matches!(silent, Err(ActionError::Form(problems)) if problems[0].field == "why"));
    advance_offer(
        &actions,
        &gp,
        BELA,
        Offer::Done,
        &step("plan-made", made.version + 1),
    )
    .await
    .expect("kept");
    settled(&kept).await;
    let told = look(&actions, &gp, &own, Show::Paused).await;
    assert_eq!(ids(&told), [BELA]);
    assert!(matches!(told.answer.people[0].what.standing, Standing::Helped(_)));
    let risk = person_risk(&actions, &gp, BELA).await.expect("a risk");
    assert_eq!(risk.offers[0].came_of_it, "A care plan was made");
}

#[tokio::test]
async fn a_pause_and_a_clinicians_view_are_facts_in_the_record_and_move_the_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, ANNA, "p1", 3).await;
    person(&actions, BELA, "p1", 15).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    let today = actions.today();

    let wrong = say_view(&actions, &gp, ANNA, Some(View::Higher), "short").await;
    assert!(matches!(wrong, Err(ActionError::Form(problems)) if problems[0].field == "reason"));
    say_view(
        &actions,
        &gp,
        ANNA,
        Some(View::Higher),
        "She no longer gets up by herself",
    )
    .await
    .expect("kept");
    let wrong = pause(&actions, &gp, BELA, "", None, "").await;
    assert!(matches!(wrong, Err(ActionError::Form(problems)) if problems.len() == 2));
    let until = today.saturating_add(30.days());
    pause(&actions, &gp, BELA, "in-hospital", Some(until), "")
        .await
        .expect("kept");
    settled(&kept).await;
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(ids(&told), [ANNA]);
    assert_eq!(told.answer.people[0].what.reason, Some(Reason::Concern));
    let told = look(&actions, &gp, &own, Show::Paused).await;
    assert_eq!(told.answer.people[0].what.standing, Standing::Paused(until));
    let risk = person_risk(&actions, &gp, ANNA).await.expect("a risk");
    assert_eq!(risk.views[0].words, "She no longer gets up by herself");

    // A pause that stands is changed, not doubled, and can be ended.
    let later = today.saturating_add(60.days());
    pause(&actions, &gp, BELA, "other-team", Some(later), "")
        .await
        .expect("kept");
    let risk = person_risk(&actions, &gp, BELA).await.expect("a risk");
    assert_eq!(risk.pause.as_ref().and_then(|pause| pause.until), Some(later));
    end_pause(&actions, &gp, BELA).await.expect("kept");
    settled(&kept).await;
    assert_eq!(ids(&look(&actions, &gp, &own, Show::Waiting).await), [ANNA, BELA]);
}

#[tokio::test]
async fn what_bears_a_label_counts_on_no_list_and_on_the_page_for_whoever_is_shown_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, ANNA, "p1", 9).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    settled(&kept).await;
    let before = look(&actions, &gp, &own, Show::Waiting).await;
    let labelled = |system: &str, label: &str, code: &str| {
        json!({
            "meta": { "security": [{ "system": system, "code": label }] },
            "subject": { "reference": format!("Patient/{ANNA}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] },
        })
    };
    let ours = "https://sarsen.example/fhir/CodeSystem/label";
    keep(
        &actions,
        "Condition",
        "locked",
        labelled(ours, "locked", "38341003"),
    )
    .await;
    settled(&kept).await;
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    let (listed, as_before) = (&told.answer.people[0].what, &before.answer.people[0].what);
    assert_eq!(listed.signs.map(|signs| signs.count), Some(9));
    assert_eq!(listed.signs, as_before.signs);
    assert_eq!(listed.drivers, as_before.drivers);
    assert_eq!(listed.more_drivers, as_before.more_drivers);
    assert_eq!(listed.missing, as_before.missing);
    let counts = async |reader: &Actor| {
        let risk = person_risk(&actions, reader, ANNA).await.expect("a risk");
        (risk.signs.map(|signs| signs.count), risk.drivers_withheld)
    };
    assert_eq!(counts(&gp).await, (Some(9), false));
    // Somebody whose role does not see all that counts is told what the list says.
    let standing = Place {
        activities: ["B0370".to_owned()].into(),
        ..Place::clone(&gp.standing)
    };
    let summary = Actor::new("summary", Role::Coordinator, Some("P1".to_owned())).with_standing(standing);
    assert_eq!(counts(&summary).await, (Some(9), true));
    // What a clinician who treats them is shown counts on the page, and on no list.
    let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    keep(
        &actions,
        "Condition",
        "locked",
        labelled(confidentiality, "R", "38341003"),
    )
    .await;
    settled(&kept).await;
    assert_eq!(counts(&gp).await, (Some(10), false));
    assert_eq!(counts(&summary).await, (Some(9), true));
    let told = look(&actions, &gp, &own, Show::Waiting).await;
    assert_eq!(told.answer.people[0].what.signs, as_before.signs);

    // Whoever has nothing to do with the person finds nobody, and writes nothing.
    let stranger = clinician(&actions, "P3").await;
    let refused = person_risk(&actions, &stranger, ANNA).await;
    assert!(matches!(refused, Err(ActionError::NotFound)));
    let offer = MakeOffer {
        what: "plan".to_owned(),
        note: String::new(),
        ..MakeOffer::default()
    };
    let refused = make_offer(&actions, &stranger, ANNA, &offer).await;
    assert!(matches!(refused, Err(ActionError::NotFound)));
    let refused = risk_list(&actions, &stranger, &own, Show::Waiting, Places::none()).await;
    assert!(matches!(refused, Err(ActionError::Forbidden(_))));
}
