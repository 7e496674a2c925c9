//! Who is behind a figure: numbers that stand by themselves, what is hidden, what bears a label, and the months.

use actions::population::{By, Cohort, Figure, Found, Member, Places, Scope, Told, crossed, people, scope};
use actions::risk::{Advance, MakeOffer, Show, advance_offer, make_offer, person_risk, risk_list};
use actions::{ActionError, Actions, Actor};
use care::risk::memory::Offer;
use care::segment::Month;
use codes::system::SNOMED_CT;
use jiff::ToSpan;
use serde_json::json;

use super::house::{self, clinician, directory, keep, person, settled};

const LEARNING_DISABILITY: &str = "110359009";
const COPD: &str = "13645005";
/// On the list, and enough of them that a number of all is shown.
const FRAIL: usize = 9;

fn id(at: usize) -> String {
    format!("01a2028b-8b89-74eb-b43c-f649a8ade4{at:02}")
}

fn cohort(pairs: &[(&str, &str)]) -> Cohort {
    Cohort::read(pairs.iter().copied(), &Places::none()).expect("a cohort")
}

async fn list(
    actions: &Actions,
    actor: &Actor,
    scope: &Scope,
    pairs: &[(&str, &str)],
) -> Result<Told<Found<Member>>, ActionError> {
    people(actions, actor, scope, cohort(pairs), Places::none()).await
}

/// How many are on a list, which must be open.
async fn named(actions: &Actions, actor: &Actor, scope: &Scope, pairs: &[(&str, &str)]) -> Vec<String> {
    let told = list(actions, actor, scope, pairs).await.expect("a list");
    let mut ids: Vec<String> = told.answer.people.into_iter().map(|one| one.id).collect();
    ids.sort();
    ids
}

async fn is_hidden(actions: &Actions, actor: &Actor, scope: &Scope, pairs: &[(&str, &str)]) -> bool {
    let told = list(actions, actor, scope, pairs).await;
    matches!(told, Err(ActionError::Rule { about: "figure", .. }))
}

async fn condition(actions: &Actions, of: &str, code: &str, name: &str, inside: serde_json::Value) {
    let mut body = json!({ "subject": { "reference": format!("Patient/{of}") },
        "code": { "coding": [{ "system": SNOMED_CT, "code": code }] }, "recordedDate": "2020-02-01" });
    for (key, value) in inside.as_object().expect("an object") {
        body[key] = value.clone();
    }
    keep(actions, "Condition", &format!("{of}-{name}"), body).await;
}

/// Somebody is offered help, and says yes.
async fn says_yes(actions: &Actions, actor: &Actor, id: &str) {
    let offer = MakeOffer {
        what: "plan".to_owned(),
        ..MakeOffer::default()
    };
    make_offer(actions, actor, id, &offer).await.expect("kept");
    let made = person_risk(actions, actor, id).await.expect("a risk");
    let advance = Advance {
        id: made.offers[0].id.clone(),
        version: made.offers[0].version,
        why: String::new(),
    };
    advance_offer(actions, actor, id, Offer::Accepted, &advance)
        .await
        .expect("kept");
}

#[tokio::test]
async fn stages_and_groups_open_their_people_and_what_is_hidden_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, record, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    for at in 0..12 {
        person(&actions, &id(at), "p1", FRAIL).await;
    }
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");

    for all in [
        ("came-to", "found"),
        ("on-list", "sex.female"),
        ("on-list", "age.75-to-84"),
    ] {
        assert_eq!(named(&actions, &gp, &own, &[all]).await.len(), 12, "{all:?}");
    }
    for nobody in [
        ("came-to", "done"),
        ("on-list", "sex.male"),
        ("reached", "sex.female"),
    ] {
        assert!(
            named(&actions, &gp, &own, &[nobody]).await.is_empty(),
            "{nobody:?}"
        );
    }

    // One says yes: who was offered help and who was reached is told of nobody, and the whole as before.
    says_yes(&actions, &gp, &id(3)).await;
    settled(&kept).await;
    for hidden in [
        ("came-to", "offered"),
        ("came-to", "accepted"),
        ("reached", "sex.female"),
        ("reached", "age.75-to-84"),
    ] {
        assert!(is_hidden(&actions, &gp, &own, &[hidden]).await, "{hidden:?}");
    }
    assert_eq!(
        named(&actions, &gp, &own, &[("came-to", "found")]).await.len(),
        12
    );
    assert_eq!(
        named(&actions, &gp, &own, &[("on-list", "sex.female")])
            .await
            .len(),
        12
    );

    // Ten more say yes: the number is shown, and opens who they are.
    for at in (0..12).filter(|at| *at != 3 && *at != 5) {
        says_yes(&actions, &gp, &id(at)).await;
    }
    settled(&kept).await;
    // One was not reached, which eleven of twelve would tell: both stay hidden.
    assert!(is_hidden(&actions, &gp, &own, &[("reached", "sex.female")]).await);
    assert!(is_hidden(&actions, &gp, &own, &[("came-to", "accepted")]).await);
    says_yes(&actions, &gp, &id(5)).await;
    settled(&kept).await;
    for all in [("reached", "sex.female"), ("came-to", "accepted")] {
        assert_eq!(named(&actions, &gp, &own, &[all]).await.len(), 12, "{all:?}");
    }

    // Who does not treat them gets no list, hidden or not; each list stands in the audit with those who were named.
    let stranger = clinician(&actions, "P3").await;
    for one in [
        ("came-to", "found"),
        ("on-list", "sex.female"),
        ("reached", "sex.male"),
    ] {
        let refused = list(&actions, &stranger, &own, &[one]).await;
        assert!(matches!(refused, Err(ActionError::Forbidden(_))), "{one:?}");
    }
    record.seal().await.expect("sealed");
    let entries = record::audit::entries(folder.path()).expect("entries");
    let lists = entries
        .iter()
        .filter(|entry| entry.run.as_ref().is_some_and(|run| run.question == "cohort"));
    let named: Vec<usize> = lists.map(|entry| entry.people.len()).collect();
    assert_eq!(named.iter().filter(|count| **count == 12).count(), 7, "{named:?}");
    assert!(named.iter().all(|count| [0, 12].contains(count)), "{named:?}");
}

/// Whoever sealed an item was promised that it is not seen: no list says that it is there, by naming somebody or by leaving them out.
#[tokio::test]
async fn what_bears_a_label_puts_nobody_on_a_list_and_takes_nobody_off_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    let seal = json!({ "meta": { "security": [{ "system": "https://sarsen.example/fhir/CodeSystem/label", "code": "sealed" }] } });
    // Twenty-four, all of them on the list; twelve with a learning disability, of whom it is sealed of the first.
    for at in 0..24 {
        person(&actions, &id(at), "p1", FRAIL).await;
        if at < 12 {
            let inside = if at == 0 { seal.clone() } else { json!({}) };
            condition(&actions, &id(at), LEARNING_DISABILITY, "ld", inside).await;
        }
    }
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");

    // Figures count it.
    let figure = Figure::from_code("condition-by-age").expect("a figure");
    let told = crossed(
        &actions,
        &gp,
        &own,
        "conditions",
        vec![figure],
        Places::none(),
        Cohort::default(),
    )
    .await
    .expect("figures");
    let counted = &told.answer[0];
    let row = counted
        .rows
        .iter()
        .position(|group| group.key == "learning-disability")
        .expect("a row");
    assert_eq!(counted.table.rows[row], Some(10));
    let fair = risk_list(&actions, &gp, &own, Show::Waiting, Places::none())
        .await
        .expect("a list")
        .answer
        .beside
        .reached;
    let group = |key: &str| {
        fair.groups
            .iter()
            .find(|group| group.key == key)
            .expect("a group")
    };
    assert_eq!(
        group("learning-disability.learning-disability-recorded").listed,
        Some(10)
    );

    // Lists are as if it were not there: the person stands with those who have none, and nothing of them differs.
    let sealed = id(0);
    let recorded = named(&actions, &gp, &own, &[("condition", "learning-disability")]).await;
    assert_eq!(recorded.len(), 11);
    assert!(!recorded.contains(&sealed));
    let without = named(
        &actions,
        &gp,
        &own,
        &[("on-list", "learning-disability.no-learning-disability-recorded")],
    )
    .await;
    assert_eq!(without.len(), 13);
    assert!(without.contains(&sealed));
    let listed = named(
        &actions,
        &gp,
        &own,
        &[("on-list", "learning-disability.learning-disability-recorded")],
    )
    .await;
    assert_eq!(listed, recorded);
    // By how many conditions: each person of the twenty-four stands in one group of the lists, the sealed one where the others stand who have
    // none.
    let mut all = Vec::new();
    for count in ["0", "1", "2", "3", "4-"] {
        let group = named(&actions, &gp, &own, &[("conditions", count)]).await;
        assert_eq!(
            group.contains(&sealed),
            group.contains(&id(23)),
            "{count} tells of what is sealed"
        );
        all.extend(group);
    }
    all.sort();
    assert_eq!(all, (0..24).map(id).collect::<Vec<_>>());
    let told = list(&actions, &gp, &own, &[("sex", "female")])
        .await
        .expect("a list");
    let member = |id: &str| {
        let mut all = told.answer.people.iter();
        all.find(|one| one.id == id).expect("somebody").what.clone()
    };
    assert_eq!(member(&sealed), member(&id(23)));
}

#[tokio::test]
async fn movement_is_told_of_each_of_the_last_twelve_months_and_opens_who_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    let months = Month::last_twelve(actions.today());
    let (last, third) = (months[0], months[2]);
    let within = third.last_day().saturating_sub(3.days());
    // Thirty who live well; twelve of them get a long-term condition in the third month from the last, and eleven others die in the last.
    for at in 0..41 {
        let mut patient = json!({
            "name": [{ "family": "Invented", "given": ["Anna"] }],
            "gender": "female",
            "birthDate": "1986-01-01",
            "generalPractitioner": [{ "reference": "Organization/p1" }],
        });
        if at >= 30 {
            patient["deceasedDateTime"] = json!(last.last_day().saturating_sub(3.days()).to_string());
        }
        keep(&actions, "Patient", &id(at), patient).await;
        if at < 12 {
            let inside = json!({ "recordedDate": within.to_string(), "onsetDateTime": within.to_string() });
            condition(&actions, &id(at), COPD, "copd", inside).await;
        }
    }
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    let ask = async |within: Cohort| {
        let figures =
            ["movement", "segments-by-month"].map(|code| Figure::from_code(code).expect("a figure"));
        crossed(
            &actions,
            &gp,
            &own,
            "movement",
            figures.to_vec(),
            Places::none(),
            within,
        )
        .await
    };
    let told = ask(cohort(&[("month", &third.key())]))
        .await
        .expect("figures")
        .answer;
    let [moved, by_month] = told.as_slice() else {
        panic!("two figures");
    };
    assert_eq!(moved.month, Some(third));
    assert_eq!(
        moved.caption(),
        format!("Movement between segments in {}", third.words())
    );
    let at = |groups: &[actions::population::Group], key: &str| {
        groups.iter().position(|group| group.key == key).expect("a group")
    };
    let cell = |figure: &actions::population::Crossed, row: &str, column: &str| {
        figure.table.cells[at(&figure.rows, row)][at(&figure.columns, column)]
    };
    let moved_to = moved
        .columns
        .iter()
        .find(|column| column.key != "live-well" && cell(moved, "live-well", &column.key) == Some(10))
        .map(|column| column.key.clone())
        .expect("twelve moved, which is told as ten");
    assert_eq!(cell(moved, "live-well", "live-well"), Some(30));
    assert_eq!(cell(moved, "live-well", "died"), Some(0));

    // At each month's end: all forty-one lived well before, twelve moved, and eleven died.
    let ends = |key: &str| -> Vec<Option<u64>> {
        let months = months.iter().rev();
        months.map(|month| cell(by_month, &month.key(), key)).collect()
    };
    assert_eq!(by_month.rows.len(), 12);
    assert_eq!(ends("live-well")[8..], [40, 30, 30, 20].map(Some));
    assert_eq!(ends(&moved_to)[8..], [0, 10, 10, 10].map(Some));

    // Without a month it is the last that is over: nobody moved, and eleven died.
    let told = ask(Cohort::default()).await.expect("figures").answer;
    assert_eq!(told[0].month, Some(last));
    assert_eq!(cell(&told[0], "live-well", "died"), Some(10));
    assert_eq!(cell(&told[0], "live-well", &moved_to), Some(0));
    let early = Month::of(months[11].day_before().expect("a day"));
    let refused = ask(cohort(&[("month", &early.key())])).await;
    assert!(matches!(refused, Err(ActionError::Rule { about: "month", .. })));

    // The list is of that month, and names nobody who died since.
    let key = third.key();
    let pairs = [
        ("month", key.as_str()),
        (By::SegmentBefore.code(), "live-well"),
        (By::Segment.code(), moved_to.as_str()),
    ];
    assert_eq!(
        named(&actions, &gp, &own, &pairs).await,
        (0..12).map(id).collect::<Vec<_>>()
    );
    let pairs = [("month", key.as_str()), (By::Segment.code(), "live-well")];
    assert_eq!(
        named(&actions, &gp, &own, &pairs).await,
        (12..30).map(id).collect::<Vec<_>>()
    );
}
