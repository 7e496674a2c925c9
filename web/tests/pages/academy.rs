//! The academy's page: stories begun, stepped once and taken back; the clock turned; closed where people are real.

use actions::academy::Academy;
use web::WebSettings;

use super::house::{House, Page};

const PAGE: &str = "/staff/academy";

/// A house with an academy, and whoever is signed in.
async fn house() -> (House, String) {
    let house = House::open().await.teaching(Academy::new());
    let cookies = house.sign_in().await;
    (house, cookies)
}

async fn send(house: &House, cookies: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = house.get(PAGE, cookies).await.expect(200).csrf();
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    house.post(&format!("{PAGE}/{form}"), cookies, &fields).await
}

#[tokio::test]
async fn a_story_is_started_told_to_its_end_read_on_the_persons_page_and_taken_back() {
    let (house, cookies) = house().await;
    let page = house.get(PAGE, &cookies).await.expect(200);
    page.says("The people in them are invented")
        .says("Not started. 13 steps.")
        .says("It shows the time of day");
    let begun = send(&house, &cookies, "start", &[("story", "clara")])
        .await
        .expect(303);
    assert_eq!(begun.location(), "/staff/academy#clara");
    for step in 1..13 {
        let step = step.to_string();
        let fields = [("story", "clara"), ("run", "1"), ("step", step.as_str())];
        send(&house, &cookies, "step", &fields).await.expect(303);
    }
    let page = house
        .get(PAGE, &cookies)
        .await
        .expect(200)
        .says("Told to its end: all 13 steps.");
    let person = page
        .text
        .split("href=\"/staff/person/")
        .nth(1)
        .and_then(|after| after.split('"').next());
    let person = format!("/staff/person/{}", person.expect("a link"));
    house
        .get(&person, &cookies)
        .await
        .expect(200)
        .says("Harebourne")
        .says("Trimethoprim");
    house
        .get(&format!("{person}/plans"), &cookies)
        .await
        .expect(200)
        .says("Clara&#39;s care plan")
        .says("stand up in two stages");
    send(&house, &cookies, "reset", &[("story", "clara"), ("run", "1")])
        .await
        .expect(303);
    house.get(PAGE, &cookies).await.says("Not started. 13 steps.");
    house.get(&person, &cookies).await.expect(410);
    // Start again is both at once.
    send(&house, &cookies, "start", &[("story", "clara")])
        .await
        .expect(303);
    send(
        &house,
        &cookies,
        "reset",
        &[("story", "clara"), ("run", "2"), ("then", "start")],
    )
    .await
    .expect(303);
    house
        .get(PAGE, &cookies)
        .await
        .expect(200)
        .says("1 of 13 steps told.")
        .says("value=\"3\"");
}

#[tokio::test]
async fn what_cannot_be_told_is_said_with_where_the_story_stands() {
    let (house, cookies) = house().await;
    let fields = [("story", "jasek"), ("run", "1"), ("step", "1")];
    let page = send(&house, &cookies, "step", &fields).await.expect(409);
    page.says("This was not done")
        .says("not been started")
        .says("<title>Not done: ");
    send(&house, &cookies, "start", &[("story", "jasek")])
        .await
        .expect(303);
    send(&house, &cookies, "start", &[("story", "jasek")])
        .await
        .expect(409)
        .says("nothing was started twice");
    send(&house, &cookies, "step", &fields).await.expect(303);
    let page = send(&house, &cookies, "step", &fields).await.expect(409);
    page.says("nothing was told twice").says("2 of 14 steps told.");
    send(&house, &cookies, "reset", &[("story", "jasek"), ("run", "7")])
        .await
        .expect(409);
    for form in ["start", "step", "reset"] {
        send(&house, &cookies, form, &[("story", "nobody")])
            .await
            .expect(404);
    }
    send(&house, &cookies, "step", &[("story", "jasek"), ("run", "many")])
        .await
        .expect(400);
    send(&house, &cookies, "clock", &[("turn", "backwards")])
        .await
        .expect(400);
}

#[tokio::test]
async fn forms_without_the_sessions_token_and_other_methods_change_nothing() {
    let (house, cookies) = house().await;
    for (form, field) in [
        ("start", ("story", "clara")),
        ("step", ("story", "clara")),
        ("reset", ("story", "clara")),
        ("clock", ("turn", "pause")),
    ] {
        let path = format!("{PAGE}/{form}");
        house
            .post(&path, &cookies, &[("csrf", "made-up"), field])
            .await
            .expect(403);
        house
            .get(&path, &cookies)
            .await
            .expect(405)
            .says("The address is the end of a form");
    }
    house.post(PAGE, &cookies, &[]).await.expect(405);
    let page = house.get(PAGE, &cookies).await.expect(200);
    page.says("Not started. 13 steps.")
        .says("It shows the time of day");
}

#[tokio::test]
async fn the_clock_is_turned_and_says_how_it_runs() {
    let (house, cookies) = house().await;
    for (turn, words) in [
        ("pause", "Paused: no time passes"),
        ("minute-a-second", "a minute passes each second"),
        ("day-a-minute", "a day passes each minute"),
        ("run", "does not show the time of day"),
        ("now", "It shows the time of day"),
    ] {
        let done = send(&house, &cookies, "clock", &[("turn", turn)])
            .await
            .expect(303);
        assert_eq!(done.location(), "/staff/academy#clock");
        house.get(PAGE, &cookies).await.expect(200).says(words);
    }
}

#[tokio::test]
async fn while_the_care_clock_does_not_show_the_time_of_day_every_page_says_so() {
    let (house, cookies) = house().await;
    let words = "not the time of day";
    let pages = ["/staff/person", "/staff/followers", "/accessibility", PAGE];
    for path in pages {
        house.get(path, &cookies).await.expect(200).does_not_say(words);
    }
    for turn in ["pause", "run", "day-a-minute"] {
        send(&house, &cookies, "clock", &[("turn", turn)])
            .await
            .expect(303);
        for path in pages {
            house.get(path, &cookies).await.expect(200).says(words);
        }
    }
    send(&house, &cookies, "clock", &[("turn", "now")])
        .await
        .expect(303);
    house
        .get("/staff/person", &cookies)
        .await
        .expect(200)
        .does_not_say(words);
}

#[tokio::test]
async fn a_step_can_be_told_at_its_time_and_the_clock_goes_there() {
    let (house, cookies) = house().await;
    send(&house, &cookies, "start", &[("story", "clara")])
        .await
        .expect(303);
    let page = house.get(PAGE, &cookies).await.expect(200);
    page.says("Set the clock forward to it").says("Due ");
    let fields = [("story", "clara"), ("run", "1"), ("step", "1"), ("when", "due")];
    send(&house, &cookies, "step", &fields).await.expect(303);
    let page = house.get(PAGE, &cookies).await.expect(200);
    page.says("2 of 13 steps told.")
        .says("does not show the time of day");
}

#[tokio::test]
async fn where_there_is_no_academy_the_page_says_so_and_no_link_leads_there() {
    let house = House::with(WebSettings::default()).await;
    let cookies = house.sign_in().await;
    house
        .get(PAGE, &cookies)
        .await
        .expect(403)
        .says("The academy is closed here");
    let page = house
        .get("/staff/person", &cookies)
        .await
        .expect(200)
        .does_not_say(PAGE);
    let csrf = page.csrf();
    for (form, field) in [
        ("start", ("story", "clara")),
        ("step", ("story", "clara")),
        ("reset", ("story", "clara")),
        ("clock", ("turn", "pause")),
    ] {
        let path = format!("{PAGE}/{form}");
        house
            .post(&path, &cookies, &[("csrf", &csrf), field])
            .await
            .expect(403)
            .says("The academy is closed here");
    }
    let (house, cookies) = self::house().await;
    house.get("/staff/person", &cookies).await.expect(200).says(PAGE);
}
