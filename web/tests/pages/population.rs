//! The population pages: figures with small numbers hidden, who is behind them, files, and a cohort sent to work.

use serde_json::json;

use super::house::House;
use super::risk::{FRAIL, GP, MANAGER, STRANGER, house, settle};

/// Twelve women and twelve men of each of three bands of age in the practice P1, beside the one woman of 86 who is there already: the women
/// of the youngest band are hidden with her. The women of 70 to 74 are the first twelve.
async fn village(house: &House) {
    let births = ["1956-02-01", "1961-02-01", "1966-02-01"];
    for at in 0..72 {
        let (birth, gender) = (births[at / 24], ["female", "male"][at / 12 % 2]);
        house
            .keep(&json!({ "resourceType": "Patient", "id": format!("0198d2f4-0000-7000-8000-0000000a{at:04}"), "birthDate": birth,
                "gender": gender, "name": [{ "family": format!("Village{at:02}"), "given": ["Anna"] }],
                "generalPractitioner": [{ "reference": "Organization/p1" }] }))
            .await;
    }
}

/// The lines of a CSV file that are of a row and column.
fn cell<'t>(csv: &'t str, row: &str, column: &str) -> Option<&'t str> {
    csv.lines().find_map(|line| {
        line.split_once(&format!(",{row},{column},"))
            .map(|(_, rest)| rest)
    })
}

#[tokio::test]
async fn every_page_has_its_figures_with_small_numbers_hidden() {
    let (house, kept) = house().await;
    village(&house).await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    house.get("/", &gp).await.expect(200).says("/staff/population");
    house
        .get("/staff/population", &gp)
        .await
        .expect(200)
        .says("Invented P1: 75 people on")
        .says("everything that is recorded is taken in")
        .says("the health of everybody here")
        .says("Each figure opens the list of the people behind it")
        .says("app-chart--wide")
        .says(">10<span class=\"nhsuk-u-visually-hidden\">: 70–74, Female")
        .says("Hidden<span class=\"nhsuk-u-visually-hidden\">: 85–89, Female")
        .does_not_say("Village");
    for (page, words) in [
        ("conditions", "How many long-term conditions, by deprivation"),
        ("segments", "Segments, by stage of life"),
        ("movement", "Segments at each month&#39;s end"),
        ("frailty", "Frailty, by network"),
        ("funnel", "From found to an outcome, by deprivation"),
    ] {
        house
            .get(&format!("/staff/population/{page}"), &gp)
            .await
            .expect(200)
            .says(words)
            .does_not_say("Village");
    }
    let csv = house
        .get("/staff/population/export/ages.csv", &gp)
        .await
        .expect(200)
        .text;
    assert!(
        csv.starts_with("figure,scope,day,five-years,sex,people,hidden\r\n"),
        "{csv}"
    );
    assert_eq!(cell(&csv, "70–74", "Female"), Some("10,no"));
    assert_eq!(cell(&csv, "60–64", "Female"), Some(",yes"));
    assert_eq!(cell(&csv, "85–89", "Female"), Some(",yes"));
    assert_eq!(cell(&csv, "All", "Female"), Some("35,no"));
    assert_eq!(cell(&csv, "All", "All"), Some("75,no"));
    house
        .get("/staff/population/export/multimorbidity-by-age.svg", &gp)
        .await
        .expect(200)
        .says("<svg class=\"app-chart app-chart--wide\"")
        .says("Numbers of 1 to 9");
    // Of movement every number is hidden here, and this server knows no areas: there is nothing to draw.
    for nothing in ["movement", "frailty-by-area"] {
        let file = format!("/staff/population/export/{nothing}.svg");
        house.get(&file, &gp).await.expect(404);
    }
}

/// The map goes out as a picture that stands by itself: both areas, and of the legend what nobody may know.
#[tokio::test]
async fn the_map_is_a_picture_to_take_away() {
    let (house, kept) = house().await;
    let square = |code: &str, west: f64| {
        json!({ "type": "Feature", "properties": { "lsoa21_code": code }, "geometry": { "type": "Polygon",
            "coordinates": [[[west, 51.0], [west + 0.1, 51.0], [west + 0.1, 51.1], [west, 51.1], [west, 51.0]]] } })
    };
    let boundaries = json!({ "type": "FeatureCollection", "features": [square("E01000001", -2.2), square("E01000002", -2.1)] });
    let region = web::ShownRegion::new(boundaries.to_string());
    region.show(synthetic::summary::Summary {
        areas: ["E01000001", "E01000002"]
            .map(|code| synthetic::summary::AreaFigures {
                code: code.to_owned(),
                name: format!("Combe {code}"),
                council: "Avonshire".to_owned(),
                ..synthetic::summary::AreaFigures::default()
            })
            .into(),
        ..synthetic::summary::Summary::default()
    });
    let house = house.with_region(region);
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    house
        .get("/staff/population/frailty", &gp)
        .await
        .expect(200)
        .says("/staff/population/export/frailty-by-area.svg?scope=practice%3AP1");
    let picture = house
        .get("/staff/population/export/frailty-by-area.svg", &gp)
        .await
        .expect(200);
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(picture.text.matches("<path ").count(), 2, "{}", picture.text);
    picture
        .says("hidden, or nobody of that age (2 areas)")
        .says("Moderate or severe frailty at 65 to 95")
        .says("Invented P1,")
        .says("Crown copyright");
}

#[tokio::test]
async fn a_wrong_address_names_its_field_and_what_it_may_be() {
    let (house, _kept) = house().await;
    let gp = house.sign_in_as(GP).await;
    for (address, field) in [
        ("?scope=practice:P9", "scope"),
        ("?scope=", "scope"),
        ("?sex=female", "sex"),
        ("/people?sex=women", "sex"),
        ("/people?colour=red", "the name of a group"),
        ("/people?work=1", "work"),
        ("/people?ages=0-17&ages=18-44", "ages"),
        ("/people?came-to=done&sex=female", "sex"),
        ("/people?on-list=sex.women", "on-list"),
        ("/people?month=2020-01&segment=live-well", "month"),
        ("/movement?month=2020-01", "month"),
        ("/movement?month=October", "month"),
        ("/segments?month=2026-01", "month"),
        ("/export/ages.csv?frailty=mild", "frailty"),
    ] {
        house
            .get(&format!("/staff/population{address}"), &gp)
            .await
            .expect(400)
            .says(field);
    }
    for nothing in [
        "/export/ages.pdf",
        "/export/everything.csv",
        "/export/ages",
        "/people?work=0190c0de-0000-4000-8000-000000000009",
    ] {
        house
            .get(&format!("/staff/population{nothing}"), &gp)
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn a_list_is_for_those_who_treat_them_and_others_are_told_who_may() {
    let (house, kept) = house().await;
    village(&house).await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    house
        .get("/staff/population/people?sex=male&five-years=70-74", &gp)
        .await
        .expect(200)
        .says("VILLAGE12, Anna")
        .says("12 people.")
        .does_not_say("VILLAGE11");
    house
        .get("/staff/population/people?five-years=85-89", &gp)
        .await
        .expect(200)
        .says("1 person.")
        .says(FRAIL);
    let manager = house.sign_in_as(MANAGER).await;
    house
        .get("/staff/population", &manager)
        .await
        .expect(200)
        .says("A list by name is for those who treat these people")
        .does_not_say("/staff/population/people");
    for (token, scope) in [
        (MANAGER, "practice:P1"),
        (STRANGER, "practice:P1"),
        (GP, "region:all"),
    ] {
        let cookies = house.sign_in_as(token).await;
        house
            .get(
                &format!("/staff/population/people?scope={scope}&sex=male"),
                &cookies,
            )
            .await
            .expect(403)
            .says("A list by name is for those who treat these people")
            .does_not_say("VILLAGE");
    }
}

#[tokio::test]
async fn a_cohort_is_sent_to_work_once_and_its_result_returns_to_the_funnel() {
    let (house, kept) = house().await;
    village(&house).await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    let page = house
        .get("/staff/population/people?five-years=70-74&sex=female", &gp)
        .await
        .expect(200)
        .says("12 people.")
        .says("12 of them are offered help");
    let csrf = page.csrf();
    let id = "0190c0de-0000-4000-8000-000000000009";
    let form = |what: &'static str, note: &'static str| {
        vec![
            ("csrf", csrf.as_str()),
            ("id", id),
            ("scope", "practice:P1"),
            ("five-years", "70-74"),
            ("sex", "female"),
            ("what", what),
            ("note", note),
        ]
    };
    house
        .post("/staff/population/work", &gp, &form("", "Kept"))
        .await
        .expect(422)
        .says("<title>Error: ")
        .says("Choose what is offered")
        .says(">Kept</textarea>");
    for _ in 0..2 {
        let sent = house
            .post("/staff/population/work", &gp, &form("falls", ""))
            .await
            .expect(303);
        assert_eq!(
            sent.location(),
            format!("/staff/population/funnel?scope=practice%3AP1&work={id}")
        );
    }
    house
        .post("/staff/population/work", &gp, &form("plan", ""))
        .await
        .expect(422)
        .says("This form was sent before with another list or other words");
    settle(&kept).await;
    let funnel = format!("/staff/population/funnel?work={id}");
    house
        .get(&funnel, &gp)
        .await
        .expect(200)
        .says("Offered help")
        .says(&format!(
            "/staff/population/people?scope=practice%3AP1&#38;work={id}"
        ));
    let csv = format!("/staff/population/export/funnel-by-sex.csv?work={id}");
    let csv = house.get(&csv, &gp).await.expect(200).text;
    assert_eq!(
        cell(&csv, "Female", "\"Offered, no answer yet\""),
        Some("10,no"),
        "{csv}"
    );
    house
        .get(&format!("/staff/population/people?work={id}"), &gp)
        .await
        .expect(200)
        .says("Help to prevent falls")
        .says("Age: 70–74; Sex: Female")
        .says("VILLAGE11, Anna");
    house
        .get("/staff/risk?show=offered", &gp)
        .await
        .expect(200)
        .says("VILLAGE11, Anna");
    // The same form goes on where it stopped: whoever has no offer yet gets one, the others no second.
    house
        .keep(&json!({ "resourceType": "Patient", "id": "0198d2f4-0000-7000-8000-0000000a9999", "birthDate": "1956-02-02", "gender": "female",
            "name": [{ "family": "Village99", "given": ["Anna"] }], "generalPractitioner": [{ "reference": "Organization/p1" }] }))
        .await;
    settle(&kept).await;
    house
        .post("/staff/population/work", &gp, &form("falls", ""))
        .await
        .expect(303);
    settle(&kept).await;
    let csv = format!("/staff/population/export/funnel-by-sex.csv?work={id}");
    let csv = house.get(&csv, &gp).await.expect(200).text;
    assert_eq!(cell(&csv, "All", "All"), Some("15,no"), "{csv}");
    // Nobody who does not treat them sends them to work, and no Group names anybody.
    let other = house.sign_in_as(STRANGER).await;
    let token = house.get("/staff/person", &other).await.expect(200).csrf();
    let mut theirs = form("falls", "");
    theirs[0] = ("csrf", token.as_str());
    theirs[1] = ("id", "0190c0de-0000-4000-8000-00000000000a");
    house
        .post("/staff/population/work", &other, &theirs)
        .await
        .expect(403);
    house
        .post("/staff/population/work", &gp, &[("csrf", "made-up")])
        .await
        .expect(403);
}

/// Numbers that stand by themselves: the groups of the fairness table and the stages of the funnel. One woman is on the list, so that each of
/// her numbers is hidden, and opens nothing by whatever address.
#[tokio::test]
async fn a_number_that_is_hidden_opens_no_list_and_one_that_is_shown_says_what_it_counts() {
    let (house, kept) = house().await;
    // A clinician is more worried about nobody: the twelve women and men are on no list, and the frail woman is alone on hers.
    village(&house).await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    let people = "/staff/population/people?scope=practice:P1";
    house
        .get(&format!("{people}&on-list=sex.male"), &gp)
        .await
        .expect(200)
        .says("On the risk list: Sex: Male")
        .says("On the list is whoever the index is for and who waits for an offer")
        .says("people of whom an item is labelled may be counted in the figure and not be named")
        .says("Nobody is on this list whom you may know of")
        .says("/staff/risk?scope=practice%3AP1#reach");
    // Fifteen women of 88 with ten deficits: their numbers are shown, and open their lists.
    let deficits = [
        "21134002",
        "87522002",
        "239873007",
        "49436004",
        "160734000",
        "414545008",
        "433144002",
        "26929004",
        "46635009",
        "404640003",
    ];
    for at in 0..15 {
        let id = format!("0198d2f4-0000-7000-8000-0000000b{at:04}");
        house
            .keep(
                &json!({ "resourceType": "Patient", "id": id, "birthDate": "1938-02-01", "gender": "female",
                "name": [{ "family": format!("Frail{at:02}"), "given": ["Anna"] }],
                "generalPractitioner": [{ "reference": "Organization/p1" }] }),
            )
            .await;
        for (place, code) in deficits.iter().enumerate() {
            house
                .keep(
                    &json!({ "resourceType": "Condition", "id": format!("f{at}-{place}"),
                    "subject": { "reference": format!("Patient/{id}") }, "recordedDate": "2020-02-03",
                    "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] } }),
                )
                .await;
        }
    }
    settle(&kept).await;
    house
        .get("/staff/risk", &gp)
        .await
        .expect(200)
        .says("What counts")
        .says("href=\"/staff/population/people?scope=practice%3AP1&#38;on-list=sex.female\"")
        .does_not_say("reached=sex.female")
        .does_not_say("on-list=sex.male");
    house
        .get(&format!("{people}&on-list=sex.female"), &gp)
        .await
        .expect(200)
        .says("FRAIL00, Anna")
        .says("FRAIL14, Anna")
        .does_not_say("VILLAGE");
    house
        .get("/staff/population/funnel", &gp)
        .await
        .expect(200)
        .says("Everybody who waits on the risk list, or was offered help within a year.")
        .says("people?scope=practice%3AP1&#38;came-to=found\"");
    house
        .get(&format!("{people}&came-to=found"), &gp)
        .await
        .expect(200)
        .says("FRAIL14, Anna");
    // One of them is offered help: how many were is hidden, and so is who.
    let page = house
        .get("/staff/risk/person/0198d2f4-0000-7000-8000-0000000b0003", &gp)
        .await
        .expect(200);
    let csrf = page.csrf();
    house
        .post(
            "/staff/risk/person/0198d2f4-0000-7000-8000-0000000b0003/offer",
            &gp,
            &[("csrf", csrf.as_str()), ("what", "plan"), ("note", "")],
        )
        .await
        .expect(303);
    settle(&kept).await;
    house
        .get("/staff/population/funnel", &gp)
        .await
        .expect(200)
        .does_not_say("came-to=offered");
    house
        .get(&format!("{people}&came-to=offered"), &gp)
        .await
        .expect(404)
        .says("This number is hidden, since it is small or would tell one that is, so that it opens no list.")
        .does_not_say("FRAIL");
    // Who may not have names gets no list, and no link to one.
    for (token, scope) in [
        (MANAGER, "practice:P1"),
        (STRANGER, "practice:P1"),
        (GP, "region:all"),
    ] {
        let cookies = house.sign_in_as(token).await;
        for group in [
            "came-to=offered",
            "came-to=found",
            "on-list=sex.female",
            "reached=sex.female",
        ] {
            house
                .get(
                    &format!("/staff/population/people?scope={scope}&{group}"),
                    &cookies,
                )
                .await
                .expect(403)
                .says("A list by name is for those who treat these people")
                .does_not_say("FRAIL");
        }
    }
    let manager = house.sign_in_as(MANAGER).await;
    house
        .get("/staff/population/funnel", &manager)
        .await
        .expect(200)
        .does_not_say("/staff/population/people");
}

#[tokio::test]
async fn movement_is_chosen_by_a_link_to_each_of_twelve_months_and_goes_out_as_files() {
    let (house, kept) = house().await;
    village(&house).await;
    settle(&kept).await;
    let gp = house.sign_in_as(GP).await;
    let page = house.get("/staff/population/movement", &gp).await.expect(200);
    let mut months: Vec<String> = page
        .text
        .split("/staff/population/movement?scope=practice%3AP1&#38;month=")
        .skip(1)
        .map(|rest| rest[..7].to_owned())
        .collect();
    // The newest is shown, and is no link.
    assert_eq!(months.len(), 11, "{months:?}");
    page.says("aria-label=\"Movement in which month\"")
        .says("app-chart--wide");
    months.sort_unstable();
    let oldest = months[0].as_str();
    let page = house
        .get(&format!("/staff/population/movement?month={oldest}"), &gp)
        .await
        .expect(200)
        .says("Movement between segments in ")
        .says(&format!(
            "people?scope=practice%3AP1&#38;month={oldest}&#38;segment-before=live-well"
        ));
    // A row of the table by month is of its own month.
    let newest = months[10].as_str();
    page.says(&format!(
        "people?scope=practice%3AP1&#38;month={newest}&#38;segment=live-well"
    ));
    house
        .get(
            &format!("/staff/population/people?month={oldest}&segment=live-well"),
            &gp,
        )
        .await
        .expect(200)
        .says("Segment: Live well")
        .says("/staff/population/movement?scope=practice%3AP1");
    let csv = house
        .get(
            &format!("/staff/population/export/movement.csv?month={oldest}"),
            &gp,
        )
        .await
        .expect(200)
        .text;
    assert!(csv.contains(&format!(",{oldest}-")), "{csv}");
    assert!(csv.contains("Died in the month"), "{csv}");
    let csv = house
        .get("/staff/population/export/segments-by-month.csv", &gp)
        .await
        .expect(200)
        .text;
    assert_eq!(csv.matches(",All,").count(), 12, "{csv}");
    house
        .get("/staff/population/export/segments-by-month.svg", &gp)
        .await
        .expect(200)
        .says("<svg class=\"app-chart app-chart--wide\"");
}
