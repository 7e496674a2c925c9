//! The operators' pages: where followers stand, and deciding about what was given up.

use std::time::Duration;

use actions::outbox::{Channel, Delivery};
use actions::reactors::{Engine, Settings};
use actions::subscription::{OnChange, Receiver, Told};
use record::Posted;
use serde_json::json;

use super::house::{House, Page};

struct Refusing;

impl Channel for Refusing {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, _letter: &Posted) -> Delivery {
        Delivery::Refused("refused")
    }
}

/// A house in which a letter was refused, and whoever is signed in.
async fn house() -> (House, String) {
    let house = House::open().await;
    let secret = "0123456789abcdef0123456789abcdef";
    let receiver = Receiver::parse("pas", "http://127.0.0.1:9/", &["Patient".to_owned()], "*", secret);
    let settings = Settings {
        poll: Duration::from_millis(20),
        ..Settings::default()
    };
    let reactor = OnChange {
        receivers: vec![Told::from(&receiver.expect("a receiver"))],
    };
    let running = Engine::new(house.actions().clone(), settings)
        .with(reactor)
        .sending(Refusing)
        .run();
    let cookies = house.sign_in().await;
    for _ in 0..500 {
        if house.record.followers().await.expect("status").len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    house
        .keep(&json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Verborgen"}]}))
        .await;
    for _ in 0..500 {
        if !house.record.dead(1).await.expect("the dead").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(running.stop(Duration::from_secs(10)).await);
    (house, cookies)
}

fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let after = page
        .text
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .expect("a field");
    after.split('"').next().expect("a value")
}

#[tokio::test]
async fn an_operator_sees_where_followers_stand_and_decides_about_what_was_given_up() {
    let (house, cookies) = house().await;
    let list = house.get("/staff/followers", &cookies).await.expect(200);
    let list = list
        .says("outbox/webhook")
        .says("subscription")
        .says("Not running")
        .says("These failed too often")
        .says("of webhook to pas")
        .says("This process keeps none")
        .says("refused")
        .does_not_say("Verborgen");
    let fields = ["kind", "follower", "bucket", "key"].map(|name| (name, hidden(&list, name).to_owned()));
    let which: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let asked = format!("/staff/followers/decide?{}", super::house::encoded(&which));
    let form = house
        .get(&asked, &cookies)
        .await
        .expect(200)
        .says("Letter of webhook");
    let csrf = form.csrf();
    let send = |more: Vec<(&'static str, &'static str)>, csrf: String| {
        let (house, cookies, which) = (&house, &cookies, &which);
        async move {
            let form: Vec<(&str, &str)> = which
                .iter()
                .copied()
                .chain(more)
                .chain([("csrf", csrf.as_str())])
                .collect();
            house.post("/staff/followers/decide", cookies, &form).await
        }
    };
    send(vec![], csrf.clone())
        .await
        .expect(422)
        .says("Select whether to try it again or to drop it")
        .says("Select why");
    let whole = vec![("what", "drop"), ("reason", "not-needed")];
    send(whole.clone(), "another".to_owned()).await.expect(403);
    let before = house.record.stats().await.expect("stats").feed_entries;
    let done = send(whole.clone(), csrf.clone()).await.expect(303);
    assert_eq!(done.location(), "/staff/followers");
    house
        .get("/staff/followers", &cookies)
        .await
        .expect(200)
        .does_not_say("These failed too often");
    // The decision is an entry of the record's feed, with its reason; deciding twice finds nothing.
    assert_eq!(
        house.record.stats().await.expect("stats").feed_entries,
        before + 1
    );
    send(whole, csrf).await.expect(404);
    house.get(&asked, &cookies).await.expect(404);
}

#[tokio::test]
async fn an_address_that_names_nothing_is_not_found() {
    let (house, cookies) = house().await;
    for path in [
        "/staff/followers/decide",
        "/staff/followers/decide?kind=entry&follower=x&bucket=70000&key=1",
        "/staff/followers/decide?kind=soul&follower=webhook&bucket=1&key=1",
    ] {
        house.get(path, &cookies).await.expect(404);
    }
}
