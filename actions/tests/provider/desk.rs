//! A desk that several share: whoever came from a provider leaves it, and takes their work up again by the same way.

use actions::access::accounts::disable;
use actions::access::take_up;

use super::house::{House, SECRET, SUBJECT, nurse};

const DESK: &str = "a-cookie-of-the-desk";
const NEW: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

#[tokio::test]
async fn a_session_of_a_provider_is_left_at_a_desk_and_taken_up_there_by_the_same_person_in_the_same_role() {
    let house = House::open().await;
    let session = house.begin(SECRET, &house.came_at(Some(DESK)).await).await;
    assert!(!house.stub.asked().again, "nobody left this desk yet");
    house.actions.sessions().park(&session.key).await.expect("left");
    assert!(house.session(SECRET).await.is_none());
    // Somebody else comes, who does not find it; and they sign in anew, so that the provider does not take them for who left.
    house.stub.says_subject("910000000002");
    let other = house.came_at(Some(DESK)).await;
    assert!(house.stub.asked().again);
    assert_eq!(take_up(&house.actions, &other, NEW).await.expect("asked"), None);
    house.stub.says_subject(SUBJECT);
    let elsewhere = house.came_at(Some("another-desk")).await;
    assert!(!house.stub.asked().again);
    assert_eq!(
        take_up(&house.actions, &elsewhere, NEW).await.expect("asked"),
        None
    );
    let without = house.came().await;
    assert_eq!(take_up(&house.actions, &without, NEW).await.expect("asked"), None);
    // In another role it is not taken up: what they may see is another.
    house.stub.says_roles(vec![nurse("RXX")]);
    let elsewhere = house.came_at(Some(DESK)).await;
    assert_eq!(
        take_up(&house.actions, &elsewhere, NEW).await.expect("asked"),
        None
    );
    house.stub.says_roles(vec![nurse("RVJ")]);
    let back = house.came_at(Some(DESK)).await;
    let taken = take_up(&house.actions, &back, NEW).await.expect("asked");
    assert_eq!(taken, Some(session.key));
    let open = house.session(NEW).await.expect("open");
    assert_eq!((open.actor, open.from), (session.actor, session.from));
    assert!(open.confirmed.is_some(), "they signed in just now");
    assert_eq!(
        take_up(&house.actions, &back, SECRET).await.expect("asked"),
        None,
        "once"
    );
}

#[tokio::test]
async fn what_a_closed_account_left_at_a_desk_has_ended() {
    let house = House::open().await;
    let clara = house.linked().await;
    let came = house.came_at(Some(DESK)).await;
    let session = house.begin(SECRET, &came).await;
    house.actions.sessions().park(&session.key).await.expect("left");
    disable(&house.actions, &clara.id).await.expect("closed");
    assert_eq!(take_up(&house.actions, &came, NEW).await.expect("asked"), None);
}
