//! The synthetic region's pages: with a region, while it grows, and without one.

use http::{Request, header};
use synthetic::summary::{AreaFigures, Band, Figure, Measure, OrganisationFigures, Summary};
use web::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_OF_MAPS, Growth, ShownRegion, WebSettings};

use super::house::House;

const BOUNDARIES: &str = "{\"type\":\"FeatureCollection\",\"features\":[]}";

fn summary() -> Summary {
    let measure = |key: &str, label: &str, unit: &str| Measure {
        key: key.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        ..Measure::default()
    };
    let area = |number: u32| AreaFigures {
        code: format!("E010000{number:02}"),
        name: format!("Combe {number:02}"),
        ward: "Northgate".to_owned(),
        council: if number.is_multiple_of(2) {
            "Avonshire"
        } else {
            "Kennetton"
        }
        .to_owned(),
        decile: 3,
        people: 1_500,
        values: vec![
            Some(f64::from(1_000 + number)),
            (number > 0).then_some(f64::from(number)),
        ],
        ..AreaFigures::default()
    };
    Summary {
        seed: 41,
        people: 15_045,
        today: "2026-04-01".to_owned(),
        measures: vec![
            measure("people", "People", "people"),
            measure("frail", "Severe frailty", "%"),
        ],
        areas: (0..10).map(area).collect(),
        pyramid: vec![Band {
            label: "0–4".to_owned(),
            female: 700,
            male: 740,
        }],
        organisations: vec![OrganisationFigures {
            code: "J99001".to_owned(),
            name: "Combe Surgery".to_owned(),
            kind: "General practice".to_owned(),
            people: 9_000,
            ..OrganisationFigures::default()
        }],
        figures: vec![Figure {
            group: "Illness".to_owned(),
            label: "Diabetes".to_owned(),
            published: 6.9,
            generated: 9.9,
            held_out: true,
            ..Figure::default()
        }],
    }
}

/// A house with a region, its region, and whoever is signed in.
async fn grown() -> (House, ShownRegion, String) {
    let region = ShownRegion::new(BOUNDARIES);
    region.show(summary());
    let house = House::with(WebSettings {
        region: Some(region.clone()),
        ..WebSettings::default()
    })
    .await;
    let cookies = house.sign_in().await;
    (house, region, cookies)
}

const PAGES: [&str; 6] = [
    "/staff/region",
    "/staff/region/ages",
    "/staff/region/area/E01000003",
    "/staff/region/figures",
    "/staff/region/organisation/J99001",
    "/staff/region/organisations",
];

#[tokio::test]
async fn every_page_names_what_is_invented_and_whose_data_the_place_is() {
    let (house, _, cookies) = grown().await;
    for path in PAGES {
        house
            .get(path, &cookies)
            .await
            .expect(200)
            .says("All people here, and all figures about them, are invented.")
            .says("15,045 people alive on 1 April 2026, grown from seed 41.")
            .says("Contains public sector information licensed under the Open Government Licence v3.0. Source: Office for National Statistics; NHS England; MHCLG; OHID/DHSC. Contains OS data © Crown copyright and database right 2014–2024.")
            .does_not_say("<progress");
    }
}

#[tokio::test]
async fn each_area_and_organisation_of_the_lists_opens_and_another_code_is_not_found() {
    let (house, _, cookies) = grown().await;
    let list = house.get("/staff/region", &cookies).await.expect(200);
    for number in 0..10 {
        let href = format!("/staff/region/area/E010000{number:02}");
        assert!(list.text.contains(&format!("href=\"{href}\"")), "{href}");
        house.get(&href, &cookies).await.expect(200).says("Northgate");
    }
    let area = house
        .get("/staff/region/area/E01000000", &cookies)
        .await
        .expect(200);
    area.says("under 10 people")
        .says("10,045 people in all")
        .says("5% on average");
    house
        .get("/staff/region/organisations", &cookies)
        .await
        .expect(200)
        .says("href=\"/staff/region/organisation/J99001\"");
    for path in [
        "/staff/region/area/E01000010",
        "/staff/region/area/%ff",
        "/staff/region/organisation/J99002",
    ] {
        house.get(path, &cookies).await.expect(404).says("Page not found");
    }
}

#[tokio::test]
async fn the_measure_of_the_address_is_shown_and_one_that_is_not_known_is_refused_by_its_fields_name() {
    let (house, _, cookies) = grown().await;
    let shown = house
        .get("/staff/region?measure=frail&order=highest", &cookies)
        .await;
    let shown = shown
        .expect(200)
        .says("<option value=\"frail\" selected>")
        .says("9 of 10 areas have a value to show.")
        .says("\"E01000009\":5")
        .says("\"E01000000\":0");
    assert!(shown.text.find("Combe 09") < shown.text.find("Combe 01"));
    for (query, field, known) in [
        ("measure=frailty", "measure", "people, frail"),
        ("measure=", "measure", "people, frail"),
        ("measure=frail&order=up", "order", "name, highest, lowest"),
    ] {
        house
            .get(&format!("/staff/region?{query}"), &cookies)
            .await
            .expect(400)
            .says(&format!("The field “{field}” of the address"))
            .says(known)
            .does_not_say("frailty");
    }
    house
        .get("/staff/region?measure=people&measure=frail", &cookies)
        .await
        .expect(400);
}

#[tokio::test]
async fn a_figure_outside_its_tolerance_is_said_in_words_and_listed_first() {
    let (house, region, cookies) = grown().await;
    let page = house.get("/staff/region/figures", &cookies).await.expect(200);
    page.says("0 of 1 figures lie within their tolerance")
        .says("Outside their tolerance")
        .says(">Outside</strong>")
        .says(">Held out</strong>");
    let mut better = summary();
    for figure in &mut better.figures {
        figure.within = true;
    }
    region.show(better);
    house
        .get("/staff/region/figures", &cookies)
        .await
        .expect(200)
        .says("1 of 1 figures lie within their tolerance")
        .does_not_say("Outside");
}

#[tokio::test]
async fn a_region_that_grows_shows_how_far_and_its_figures_are_replaced_while_pages_are_served() {
    let region = ShownRegion::new(BOUNDARIES);
    region.set_growth(Growth::Pouring {
        poured: 0,
        of: 60_000,
    });
    let house = House::with(WebSettings {
        region: Some(region.clone()),
        ..WebSettings::default()
    })
    .await;
    let cookies = house.sign_in().await;
    for path in PAGES {
        house
            .get(path, &cookies)
            .await
            .expect(200)
            .says("There are no figures yet")
            .says("0 of 60,000 people are in the record.");
    }
    region.set_growth(Growth::Pouring {
        poured: 15_045,
        of: 60_000,
    });
    region.show(summary());
    house
        .get("/staff/region", &cookies)
        .await
        .says("15,045 of 60,000 people are in the record.")
        .says("<progress")
        .says("Combe 01");
    region.set_growth(Growth::Whole);
    house
        .get("/staff/region", &cookies)
        .await
        .does_not_say("<progress");
}

#[tokio::test]
async fn without_a_region_the_pages_say_so_and_there_are_no_boundaries() {
    let house = House::open().await;
    let cookies = house.sign_in().await;
    for path in PAGES {
        house
            .get(path, &cookies)
            .await
            .expect(200)
            .says("No synthetic region was grown into this record.")
            .says("sarsen demo");
    }
    house
        .get("/staff/region/areas.geojson", &cookies)
        .await
        .expect(404);
}

#[tokio::test]
async fn the_boundaries_are_served_as_they_are_and_not_again_to_whoever_has_them() {
    let (house, _, cookies) = grown().await;
    let sent = house
        .get("/staff/region/areas.geojson", &cookies)
        .await
        .expect(200);
    assert_eq!(sent.text, BOUNDARIES);
    assert_eq!(sent.header("content-type"), "application/geo+json");
    assert_eq!(sent.header("cache-control"), "private, max-age=3600");
    let ask = |tag: String| {
        let request = Request::builder()
            .uri("/staff/region/areas.geojson")
            .header(header::COOKIE, &cookies)
            .header(header::IF_NONE_MATCH, tag);
        house.send(request.body(axum::body::Body::empty()).expect("a request"))
    };
    let tag = sent.header("etag").to_owned();
    assert_eq!(ask(tag.clone()).await.expect(304).text, "");
    assert_eq!(
        ask(tag.replacen('"', "\"0", 1)).await.expect(200).text,
        BOUNDARIES
    );
}

#[tokio::test]
async fn only_the_page_with_the_map_may_run_a_worker_and_fetch_and_both_from_here_alone() {
    let (house, _, cookies) = grown().await;
    let policy = |path: &'static str| {
        let (house, cookies) = (&house, &cookies);
        async move {
            house
                .get(path, cookies)
                .await
                .header("content-security-policy")
                .to_owned()
        }
    };
    assert_eq!(policy("/staff/region").await, CONTENT_SECURITY_POLICY_OF_MAPS);
    assert_eq!(
        CONTENT_SECURITY_POLICY_OF_MAPS,
        format!("{CONTENT_SECURITY_POLICY}; worker-src 'self'; connect-src 'self'")
    );
    for path in [
        "/staff/region?measure=none",
        "/staff/region/ages",
        "/staff/region/area/E01000003",
        "/staff/region/areas.geojson",
        "/staff/person",
    ] {
        assert_eq!(policy(path).await, CONTENT_SECURITY_POLICY, "{path}");
    }
}
