//! Objections to risk stratification: by the person on their own pages, by those who treat them, and by nobody else.

use super::citizen;
use super::house::{House, people};
use super::risk::{FRAIL, GP, STRANGER, house, settle};

const OWN: &str = "/me/sharing/objection";

fn staff_page(person: &str) -> String {
    format!("/staff/person/{person}/objection")
}

async fn send(house: &House, cookies: &str, objects: &str) -> u16 {
    let csrf = house.get("/me", cookies).await.expect(200).csrf();
    let fields = [("csrf", csrf.as_str()), ("objects", objects)];
    house.post(OWN, cookies, &fields).await.status.as_u16()
}

#[tokio::test]
async fn a_person_objects_and_takes_it_back_on_their_own_pages_and_their_record_opens_as_before() {
    let house = citizen::house().await;
    let clara = citizen::sign_in(&house, "demo.clara").await;
    let staff = house.sign_in().await;
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("You have not said no")
        .says("Leave my record out");
    house
        .get("/me/risk", &clara)
        .await
        .expect(200)
        .does_not_say("Nobody is looking");
    // From elsewhere, or neither yes nor no: nothing is kept.
    for (fields, status) in [
        ([("csrf", "made-up"), ("objects", "yes")], 403),
        ([("csrf", ""), ("objects", "yes")], 403),
    ] {
        house.post(OWN, &clara, &fields).await.expect(status);
    }
    assert_eq!(send(&house, &clara, "perhaps").await, 400);
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("You have not said no");

    // Sent twice it is one.
    for _ in 0..2 {
        assert_eq!(send(&house, &clara, "yes").await, 303);
    }
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("You said no on")
        .does_not_say("wrote it down for you")
        .says("Your whole record is left out, and nobody is looking for you in this way");
    for path in ["/me/risk", "/me/risk?show=yes"] {
        house
            .get(path, &clara)
            .await
            .expect(200)
            .says("You said no on")
            .says("Nobody is looking for you in this way");
    }
    house
        .get(&staff_page(people::CLARA), &staff)
        .await
        .expect(200)
        .says("on their own page")
        .says("Write down that they take it back");
    let kept = house
        .get(&format!("/staff/person/{}/other", people::CLARA), &staff)
        .await
        .expect(200)
        .says(&staff_page(people::CLARA));
    assert_eq!(kept.text.matches("Objection to risk stratification").count(), 2);
    // Their care is as it was.
    house
        .get("/me/record", &clara)
        .await
        .expect(200)
        .says("Bisoprolol 2.5mg tablets");
    house
        .get(&format!("/staff/person/{}", people::CLARA), &staff)
        .await
        .expect(200)
        .says("Penicillin");

    for _ in 0..2 {
        assert_eq!(send(&house, &clara, "no").await, 303);
    }
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .says("You have not said no");
    house
        .get(&staff_page(people::CLARA), &staff)
        .await
        .expect(200)
        .says("They have not objected");
}

#[tokio::test]
async fn neither_a_proxy_nor_a_stranger_objects_for_the_person_nor_learns_of_it() {
    let house = citizen::house().await;
    let clara = citizen::sign_in(&house, "demo.clara").await;
    for objects in ["yes", "no"] {
        assert_eq!(send(&house, &clara, "yes").await, 303);
        for name in ["demo.ada", "demo.stranger"] {
            let other = citizen::sign_in(&house, name).await;
            assert_eq!(send(&house, &other, objects).await, 404, "{name}");
            house.get(&staff_page(people::CLARA), &other).await.expect(404);
            let base = format!("/me/for/{}", people::CLARA);
            for path in [format!("{base}/objection"), format!("{base}/sharing")] {
                house.get(&path, &other).await.expect(404);
            }
        }
        house
            .get("/me/sharing", &clara)
            .await
            .expect(200)
            .says("You said no on");
    }
    // What a proxy sees of the record says nothing of it.
    let ada = citizen::sign_in(&house, "demo.ada").await;
    for part in ["", "/conditions", "/letters"] {
        house
            .get(&format!("/me/for/{}{part}", people::CLARA), &ada)
            .await
            .expect(200)
            .does_not_say("bjection");
    }
    // Nobody who works here sends the person's form.
    let staff = house.sign_in().await;
    let csrf = house.get("/staff/person", &staff).await.expect(200).csrf();
    house
        .post(OWN, &staff, &[("csrf", &csrf), ("objects", "no")])
        .await
        .expect(404);
}

#[tokio::test]
async fn those_who_treat_the_person_write_it_down_and_lists_and_figures_are_without_them() {
    let (house, kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    let risk = format!("/staff/risk/person/{FRAIL}");
    let csrf = house.get(&risk, &gp).await.expect(200).csrf();
    let worried = [
        ("csrf", csrf.as_str()),
        ("form", "view"),
        ("view", "higher"),
        ("reason", "She no longer gets up by herself"),
    ];
    house
        .post(&format!("{risk}/view"), &gp, &worried)
        .await
        .expect(303);
    settle(&kept).await;
    let behind = "/staff/population/people?five-years=85-89";
    for list in ["/staff/risk", behind] {
        house.get(list, &gp).await.expect(200).says(FRAIL);
    }

    let page = staff_page(FRAIL);
    house
        .get(&page, &gp)
        .await
        .expect(200)
        .says("They have not objected");
    let csrf = house.get(&page, &gp).await.expect(200).csrf();
    let form = |objects: &'static str, said: bool| {
        let mut fields = vec![("csrf", csrf.as_str()), ("objects", objects)];
        fields.extend(said.then_some(("said-by-person", "1")));
        fields
    };
    house
        .post(&page, &gp, &form("yes", false))
        .await
        .expect(422)
        .says("<title>Error: ")
        .says("nobody who acts for them can");
    house.post(&page, &gp, &form("maybe", true)).await.expect(400);
    // Somebody who has nothing to do with the person finds nothing and changes nothing.
    let other = house.sign_in_as(STRANGER).await;
    house.get(&page, &other).await.expect(404);
    let theirs = house.get("/staff/person", &other).await.expect(200).csrf();
    let fields = [
        ("csrf", theirs.as_str()),
        ("objects", "yes"),
        ("said-by-person", "1"),
    ];
    house.post(&page, &other, &fields).await.expect(404);
    settle(&kept).await;
    house.get("/staff/risk", &gp).await.expect(200).says(FRAIL);

    house.post(&page, &gp, &form("yes", true)).await.expect(303);
    house
        .get(&page, &gp)
        .await
        .expect(200)
        .says("staff wrote it down for them");
    settle(&kept).await;
    for list in [
        "/staff/risk",
        "/staff/risk?show=no-plan",
        "/staff/population",
        "/staff/population/frailty",
        behind,
    ] {
        house
            .get(list, &gp)
            .await
            .expect(200)
            .does_not_say(FRAIL)
            .says("Fewer than 10 were left out because they objected");
    }
    house
        .get(&risk, &gp)
        .await
        .expect(200)
        .says("They object to risk stratification")
        .says("On no list");
    house
        .get(&format!("/staff/person/{FRAIL}"), &gp)
        .await
        .expect(200)
        .says("INVENTED, Clara");

    house.post(&page, &gp, &form("no", true)).await.expect(303);
    settle(&kept).await;
    for list in ["/staff/risk", behind] {
        house.get(list, &gp).await.expect(200).says(FRAIL);
    }
}
