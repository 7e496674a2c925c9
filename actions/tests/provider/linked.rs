//! A linked account lends whoever comes in as it a record of their own, colleagues and places in records, and shuts them out.

use actions::ActionError;
use actions::access::accounts::How;
use actions::access::accounts::{
    AccountKind, NewAccount, account, add, disable, enable, link, role_actor, sign_out_everywhere, unlink,
};
use actions::access::{Arrival, NotLetIn, choose, learn_colleagues};
use serde_json::json;

use super::house::{BERT, CLARA, DORA, House, SECRET, SUBJECT, nurse, role};

const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

fn refused(result: Result<(), ActionError>) -> (&'static str, String) {
    let problems = match result {
        Err(ActionError::Form(problems)) => problems,
        _ => Vec::new(),
    };
    let first = problems.into_iter().next().expect("refused in words");
    (first.field, first.words)
}

async fn lives(house: &House, secret: &str) -> bool {
    house.actions.sessions().lives(secret).await.expect("answered")
}

#[tokio::test]
async fn a_linked_member_of_staff_does_not_open_their_own_record_nor_their_household_s_and_has_their_practitioner_s_ties()
 {
    let house = House::open().await;
    house.linked().await;
    let actor = house.actor().await;
    assert_eq!(actor.standing.own_record.as_deref(), Some(CLARA));
    assert!(!actor.standing.homes.is_empty());
    let own = house.standing(&actor, CLARA).await.expect("known");
    assert!(own.own && !own.sees_health && own.ways.is_empty(), "{own:?}");
    let household = house.standing(&actor, BERT).await.expect("known");
    assert!(household.family && !household.sees_health, "{household:?}");
    let patient = house.standing(&actor, DORA).await.expect("known");
    assert!(
        patient.sees_health && !patient.family && !patient.own,
        "{patient:?}"
    );
    // The role is the provider's, not the account's.
    assert_eq!(actor.role, actions::Role::Clinician);
    assert_eq!(actor.organisation.as_deref(), Some("RVJ"));
    let other = role_actor(&house.actions, &actor.id, "1", How::Provider).await;
    assert!(matches!(other, Err(ActionError::NotFound)), "{other:?}");
    assert!(
        role_actor(&house.actions, &actor.id, "1", How::Code)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn whoever_was_joined_is_known_as_family_by_each_of_their_numbers() {
    let house = House::open().await;
    house.linked().await;
    let before = "0198d2f4-0000-7000-8000-00000000c1a0";
    let number = json!([{ "system": codes::system::NHS_NUMBER, "value": "9990000018", "extension": [{
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }]);
    house
        .keep(&json!({ "resourceType": "Patient", "id": before, "identifier": number }))
        .await;
    house
        .keep(
            &json!({ "resourceType": "RelatedPerson", "id": "daughter-of-dora", "active": true,
            "patient": { "reference": format!("Patient/{DORA}") }, "identifier": number }),
        )
        .await;
    let dora = house.standing(&house.actor().await, DORA).await.expect("known");
    assert!(!dora.family, "{dora:?}");
    let write = actions::record::Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    let officer = actions::Actor::new("officer", actions::Role::Development, None);
    let purpose = actions::Purpose::DirectCare;
    actions::person::join(
        &house.actions,
        &officer,
        purpose,
        &write,
        before,
        CLARA,
        "duplicate",
    )
    .await
    .expect("joined");
    let dora = house.standing(&house.actor().await, DORA).await.expect("known");
    assert!(dora.family && !dora.sees_health, "{dora:?}");
}

#[tokio::test]
async fn whom_ones_own_record_names_as_related_is_family_too() {
    let house = House::open().await;
    house.linked().await;
    let dora = house.standing(&house.actor().await, DORA).await.expect("known");
    assert!(!dora.family && dora.sees_health, "{dora:?}");
    let number = json!([{ "system": codes::system::NHS_NUMBER, "value": "9990000026", "extension": [{
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }]);
    house
        .keep(
            &json!({ "resourceType": "RelatedPerson", "id": "mother-of-clara", "active": true,
            "patient": { "reference": format!("Patient/{CLARA}") }, "identifier": number }),
        )
        .await;
    house
        .keep(&json!({ "resourceType": "Patient", "id": DORA, "identifier": number }))
        .await;
    let dora = house.standing(&house.actor().await, DORA).await.expect("known");
    assert!(dora.family && !dora.sees_health, "{dora:?}");
}

#[tokio::test]
async fn whoever_is_not_linked_is_known_by_the_directory_alone_and_by_one_entry_of_it() {
    let house = House::open().await;
    let stranger = house.actor().await;
    assert!(stranger.standing.own_record.is_none());
    assert!(house.standing(&stranger, DORA).await.is_err(), "no tie");
    house.stub.says_directory_id(SUBJECT);
    let doctor = house.actor().await;
    assert_eq!(doctor.id, stranger.id);
    assert!(house.standing(&doctor, DORA).await.expect("known").sees_health);
    for wrong in ["", "91000000000*", "910000000001,910000000002", "910000000002"] {
        house.stub.says_directory_id(wrong);
        let nobody = house.actor().await;
        assert!(house.standing(&nobody, DORA).await.is_err(), "{wrong}");
    }
    house.stub.says_directory_id(SUBJECT);
    house
        .keep(&json!({ "resourceType": "Practitioner", "id": "double",
            "identifier": [{ "system": codes::system::SDS_USER, "value": SUBJECT }] }))
        .await;
    let doubtful = house.actor().await;
    assert!(
        house.standing(&doubtful, DORA).await.is_err(),
        "two are no answer"
    );
}

#[tokio::test]
async fn a_colleague_is_known_by_the_organisation_that_a_provider_names() {
    let house = House::open().await;
    house.linked().await;
    house.stub.says_subject("910000000002");
    let other = house.account("nurse.example", None, Some("doctor")).await;
    link(&house.actions, &other.id, "staff", "910000000002")
        .await
        .expect("linked");
    let actor = house.actor().await;
    let stands = house.standing(&actor, CLARA).await.expect("known");
    assert!(!stands.colleague && stands.sees_health, "{stands:?}");
    // Clara comes in for the same organisation, which her account does not name.
    house.stub.says_subject(SUBJECT);
    house.actor().await;
    let stands = house.standing(&actor, CLARA).await.expect("known");
    assert!(stands.colleague && !stands.sees_health, "{stands:?}");
    learn_colleagues(&house.actions).await.expect("learnt");
    assert!(house.standing(&actor, CLARA).await.expect("known").colleague);
    // She works elsewhere now.
    house.stub.says_roles(vec![nurse("RXX")]);
    house.actor().await;
    assert!(!house.standing(&actor, CLARA).await.expect("known").colleague);
}

#[tokio::test]
async fn a_closed_account_is_refused_at_the_provider_s_sign_in_and_its_sessions_end() {
    let house = House::open().await;
    let clara = house.linked().await;
    let came = house.came().await;
    assert_eq!(came.actor.id, clara.id);
    house.begin(SECRET, &came).await;
    assert_eq!(
        sign_out_everywhere(&house.actions, &clara.id, None)
            .await
            .expect("ended"),
        1
    );
    assert!(!lives(&house, SECRET).await);
    house.begin(OTHER, &came).await;
    // A choice of roles is open while the account is closed.
    house.stub.says_roles(vec![nurse("RVJ"), nurse("RXX")]);
    let word = match house.sign_in().await.expect("let in") {
        Arrival::Choose(word, _) => Some(word),
        Arrival::In(_) | Arrival::Proved(_) => None,
    };
    let word = word.expect("a choice");
    disable(&house.actions, &clara.id).await.expect("closed");
    assert!(!lives(&house, OTHER).await);
    let chosen = choose(&house.actions, SECRET, &word, "nurse-RVJ").await;
    assert!(matches!(chosen, Err(NotLetIn::Closed(_))), "{chosen:?}");
    let refused = house.sign_in().await;
    assert!(
        matches!(&refused, Err(NotLetIn::Closed(id)) if *id == clara.id),
        "{refused:?}"
    );
    enable(&house.actions, &clara.id).await.expect("opened");
    assert!(house.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_provider_for_linked_staff_alone_refuses_whoever_is_not_linked() {
    let house = House::with(true).await;
    let refused = house.sign_in().await;
    assert!(matches!(refused, Err(NotLetIn::NotLinked)), "{refused:?}");
    let clara = house.linked().await;
    assert_eq!(house.actor().await.id, clara.id);
    unlink(&house.actions, &clara.id, "staff")
        .await
        .expect("unlinked");
    assert!(matches!(house.sign_in().await, Err(NotLetIn::NotLinked)));
}

#[tokio::test]
async fn linking_signs_out_whoever_came_in_without_the_account_and_unlinking_whoever_came_in_as_it() {
    let house = House::open().await;
    let before = house.came().await;
    house.begin(SECRET, &before).await;
    let clara = house.linked().await;
    assert!(!lives(&house, SECRET).await);
    let came = house.came().await;
    assert_ne!(came.actor.id, before.actor.id);
    house.begin(OTHER, &came).await;
    unlink(&house.actions, &clara.id, "staff")
        .await
        .expect("unlinked");
    assert!(!lives(&house, OTHER).await);
    let after = house.actor().await;
    assert_eq!(after.id, before.actor.id, "their own id is the one they had");
    assert!(after.standing.own_record.is_none());
}

#[tokio::test]
async fn one_identity_at_a_provider_of_staff_is_linked_to_one_account_of_staff() {
    let house = House::open().await;
    let clara = house.linked().await;
    let other = house.account("other.example", None, None).await;
    let citizen = NewAccount {
        name: "citizen.example".to_owned(),
        kind: AccountKind::Citizen,
        roles: vec![role("citizen")],
        person: Some(BERT.to_owned()),
        practitioner: None,
        identity: 9,
        demo: false,
    };
    let citizen = add(&house.actions, citizen).await.expect("made");
    for (id, provider, subject, field, words) in [
        (&other.id, "staff", SUBJECT, "subject", "linked to clara already"),
        (
            &clara.id,
            "staff",
            "910000000002",
            "name",
            "another identity at staff",
        ),
        (&other.id, "nobody", "1", "provider", "there are staff, citizens"),
        (&other.id, "citizens", "1", "provider", "NHS number"),
        (&citizen.id, "staff", "1", "name", "a citizen's account"),
        (&other.id, "staff", " ", "subject", "1 to 255"),
        (&other.id, "staff", "two words", "subject", "1 to 255"),
    ] {
        let told = refused(link(&house.actions, id, provider, subject).await);
        assert!(told.0 == field && told.1.contains(words), "{told:?}");
    }
    let again = link(&house.actions, &clara.id, "staff", SUBJECT).await;
    assert!(again.is_ok(), "what stands already: {again:?}");
    let told = refused(unlink(&house.actions, &other.id, "staff").await);
    assert!(told.1.contains("not linked with staff"), "{told:?}");
    unlink(&house.actions, &clara.id, "staff")
        .await
        .expect("unlinked");
    link(&house.actions, &other.id, "staff", SUBJECT)
        .await
        .expect("free again");
    let kept = account(&house.actions, &other.id)
        .await
        .expect("read")
        .expect("there");
    let links = kept.account.links();
    assert_eq!(
        links.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["staff"]
    );
}
