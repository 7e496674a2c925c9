//! Idempotency: a repeated commit gets the first answer and changes nothing.

use record::{Change, Commit, CommitError, Committed, Idempotency};

use crate::house::{House, On, PURPOSE, actor, lens};
use crate::shapes::patient;

async fn send(house: &House, client: &str, digest: u8) -> Result<Committed, CommitError> {
    let commit = Commit {
        idempotency: Some(Idempotency {
            client: client.to_owned(),
            key: "order-7".to_owned(),
            digest: [digest; 32],
            note: b"what was decided".to_vec(),
        }),
        ..Commit::new(
            "test",
            vec![Change::Create {
                id: None,
                prepared: patient("Singh"),
            }],
        )
    };
    house.record.commit(&lens(), &actor(), PURPOSE, commit).await
}

async fn a_double_submit_is_answered_as_the_first_was(on: On) {
    let house = House::open_on(on).await;
    let (one, two) = tokio::join!(send(&house, "clinic", 1), send(&house, "clinic", 1));
    let (one, two) = (one.expect("kept"), two.expect("kept"));
    assert_eq!(one.outcomes, two.outcomes);
    assert_eq!((one.id, &one.positions), (two.id, &two.positions));
    assert!(one.replayed != two.replayed);
    assert_eq!(house.record.stats().await.expect("counts").resources, 1);
    let house = house.reopen().await;
    let before = house.record.digest().await.expect("a digest");
    assert!(send(&house, "clinic", 1).await.expect("kept").replayed);
    assert_eq!(house.record.digest().await.expect("a digest"), before);
}

async fn the_answer_of_an_earlier_commit_can_be_asked_for_before_anything_is_decided(on: On) {
    let house = House::open_on(on).await;
    let asked = |digest: u8| Idempotency {
        client: "clinic".to_owned(),
        key: "order-7".to_owned(),
        digest: [digest; 32],
        note: Vec::new(),
    };
    assert!(
        house
            .record
            .kept_answer(&asked(1))
            .await
            .expect("asked")
            .is_none()
    );
    let first = send(&house, "clinic", 1).await.expect("kept");
    let kept = house.record.kept_answer(&asked(1)).await.expect("asked");
    let kept = kept.expect("there is one");
    assert_eq!((kept.outcomes, kept.replayed), (first.outcomes, true));
    assert_eq!(
        (first.note, kept.note),
        (Vec::new(), b"what was decided".to_vec())
    );
    assert!(matches!(
        house.record.kept_answer(&asked(2)).await,
        Err(CommitError::IdempotencyMismatch)
    ));
}

async fn the_same_key_with_other_content_is_refused_and_another_client_is_another_matter(on: On) {
    let house = House::open_on(on).await;
    send(&house, "clinic", 1).await.expect("kept");
    assert!(matches!(
        send(&house, "clinic", 2).await,
        Err(CommitError::IdempotencyMismatch)
    ));
    assert!(!send(&house, "ward", 2).await.expect("kept").replayed);
}

async fn after_thirty_days_a_key_is_free_again(on: On) {
    let house = House::open_on(on).await;
    send(&house, "clinic", 1).await.expect("kept");
    house.clock.advance(jiff::SignedDuration::from_hours(24 * 30 + 1));
    assert!(!send(&house, "clinic", 2).await.expect("kept").replayed);
}

on_each_engine!(
    a_double_submit_is_answered_as_the_first_was,
    the_answer_of_an_earlier_commit_can_be_asked_for_before_anything_is_decided,
    the_same_key_with_other_content_is_refused_and_another_client_is_another_matter,
    after_thirty_days_a_key_is_free_again,
);
