//! Whoever came from a provider proves again there who they are: the same person, for the session that sent them, once.

use actions::access::sessions::OpenSession;
use actions::access::{self, Arrival, CameBack, NotLetIn, Proved, come_back, prove_again, proved_again};

use super::house::{House, SECRET, SUBJECT, came};

const NEXT: &str = "/staff/open/break-glass";
const BROWSER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
const THIRD: &str = "00000000000000000000000000000000fedcba9876543210fedcba9876543210";

/// To the provider and back, in the browser of the session.
async fn away(house: &House, session: &OpenSession, back: &CameBack) -> Result<String, NotLetIn> {
    prove_again(&house.actions, session, BROWSER, NEXT).await?;
    match come_back(&house.actions, "staff", BROWSER, back).await? {
        Arrival::Proved(word) => Ok(word),
        Arrival::In(_) | Arrival::Choose(..) => Err(NotLetIn::NotBegun),
    }
}

async fn proved(house: &House, session: &OpenSession, browser: &str, word: &str) -> Option<Proved> {
    let asked = proved_again(&house.actions, session, browser, word).await;
    asked.expect("answered")
}

/// Why it was not proved, and where they wanted to go on.
fn why(refused: Result<String, NotLetIn>) -> (NotLetIn, String) {
    let not = match refused {
        Err(NotLetIn::NotProved(not)) => Some(not),
        _ => None,
    };
    let not = not.expect("not proved");
    (not.why, not.next)
}

#[tokio::test]
async fn whoever_came_from_a_provider_proves_it_again_there_for_their_own_session_and_once() {
    let house = House::open().await;
    let session = house.begin(SECRET, &house.came().await).await;
    let word = away(&house, &session, &came()).await.expect("proved");
    assert!(house.stub.asked().again, "they sign in anew");
    assert!(
        proved(&house, &session, THIRD, &word).await.is_none(),
        "another browser"
    );
    let told = proved(&house, &session, BROWSER, &word).await.expect("told");
    assert_eq!(told.next, NEXT);
    assert!(
        proved(&house, &session, BROWSER, &word).await.is_none(),
        "it serves once"
    );
    // Another session of the same person in the same browser is told nothing.
    let other = house.begin(THIRD, &house.came().await).await;
    let word = away(&house, &session, &came()).await.expect("proved");
    assert!(proved(&house, &other, BROWSER, &word).await.is_none());
}

#[tokio::test]
async fn a_linked_member_of_staff_proves_it_again_by_the_identity_they_came_by() {
    let house = House::open().await;
    house.linked().await;
    let session = house.begin(SECRET, &house.came().await).await;
    let word = away(&house, &session, &came()).await.expect("proved");
    assert!(proved(&house, &session, BROWSER, &word).await.is_some());
}

#[tokio::test]
async fn somebody_else_at_the_provider_and_whoever_turns_back_prove_nothing() {
    let house = House::open().await;
    let session = house.begin(SECRET, &house.came().await).await;
    house.stub.says_subject("910000000002");
    let (somebody_else, next) = why(away(&house, &session, &came()).await);
    assert!(
        matches!(somebody_else, NotLetIn::SomebodyElse),
        "{somebody_else:?}"
    );
    assert_eq!(next, NEXT);
    house.stub.says_subject(SUBJECT);
    let declined = CameBack { code: None, ..came() };
    let (turned_back, _) = why(away(&house, &session, &declined).await);
    assert!(matches!(turned_back, NotLetIn::Declined), "{turned_back:?}");
    let elsewhere = CameBack {
        issuer: Some("https://elsewhere.example".to_owned()),
        ..came()
    };
    let (another_issuer, _) = why(away(&house, &session, &elsewhere).await);
    assert!(
        matches!(another_issuer, NotLetIn::Fault(access::Fault::Issuer)),
        "{another_issuer:?}"
    );
    house.stub.says_authentication(1);
    let (weaker, _) = why(away(&house, &session, &came()).await);
    assert!(matches!(weaker, NotLetIn::Assurance { .. }), "{weaker:?}");
    house.stub.says_authentication(2);
    assert!(
        away(&house, &session, &came()).await.is_ok(),
        "and the truth still"
    );
}

#[tokio::test]
async fn a_way_that_was_begun_to_prove_it_again_signs_nobody_in() {
    let house = House::open().await;
    let session = house.begin(SECRET, &house.came().await).await;
    prove_again(&house.actions, &session, BROWSER, NEXT)
        .await
        .expect("sent");
    let other = come_back(&house.actions, "citizens", BROWSER, &came()).await;
    assert!(
        matches!(other, Err(NotLetIn::NotBegun)),
        "another provider: {other:?}"
    );
    prove_again(&house.actions, &session, BROWSER, NEXT)
        .await
        .expect("sent");
    let back = come_back(&house.actions, "staff", BROWSER, &came()).await;
    assert!(matches!(back, Ok(Arrival::Proved(_))), "{back:?}");
    let again = come_back(&house.actions, "staff", BROWSER, &came()).await;
    assert!(
        matches!(again, Err(NotLetIn::NotBegun)),
        "the state was used: {again:?}"
    );
}
