//! Finding a person: by any of five details, with nothing of them in an address.

use super::house::{House, people};

async fn house() -> (House, String) {
    let house = House::open().await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    let cookies = house.sign_in().await;
    (house, cookies)
}

#[tokio::test]
async fn clara_is_found_by_each_detail_and_by_all_of_them() {
    let (house, cookies) = house().await;
    let born = [("born-day", "12"), ("born-month", "3"), ("born-year", "1940")];
    for fields in [
        vec![("name", "okafor")],
        vec![("name", "Clara Okafor")],
        vec![("nhs-number", "943 476 5919")],
        born.to_vec(),
        vec![("name", "cla"), ("postcode", "ba11aa")],
        [
            vec![
                ("name", "okaf"),
                ("nhs-number", "9434765919"),
                ("postcode", "BA1 1AA"),
            ],
            born.to_vec(),
        ]
        .concat(),
    ] {
        let page = house.search(&cookies, &fields).await.expect(200);
        page.says("1 person found")
            .says("OKAFOR, Clara (Mrs)")
            .says("12 March 1940")
            .says("943\u{a0}476\u{a0}5919")
            .says("BA1\u{a0}1AA");
    }
}

#[tokio::test]
async fn nobody_found_says_what_to_do_next() {
    let (house, cookies) = house().await;
    let page = house
        .search(&cookies, &[("name", "nobody of this name")])
        .await
        .expect(200);
    page.says("Nobody found")
        .says("Check the spelling")
        .says("care does not wait for a record");
}

#[tokio::test]
async fn nothing_that_identifies_stands_in_any_address() {
    let (house, cookies) = house().await;
    let fields = [
        ("name", "Clara Okafor"),
        ("nhs-number", "9434765919"),
        ("postcode", "BA1 1AA"),
        ("born-day", "12"),
        ("born-month", "3"),
        ("born-year", "1940"),
    ];
    let sent = house.send_search(&cookies, &fields).await.expect(303);
    let mut addresses = vec![sent.location().to_owned()];
    let found = house.get(sent.location(), &cookies).await.expect(200);
    addresses.extend(links(&found.text));
    for section in ["", "/timeline", "/results", "/problems", "/plans"] {
        let page = house
            .get(&format!("/staff/person/{}{section}", people::CLARA), &cookies)
            .await
            .expect(200);
        addresses.extend(links(&page.text));
    }
    assert!(addresses.len() > 40, "{addresses:?}");
    for address in addresses {
        let address = address.replace(people::CLARA, "");
        // The stylesheets' folder is a hash; a year of the timeline is nobody's.
        for identifying in people::IDENTIFYING
            .iter()
            .filter(|_| !address.starts_with("/assets/"))
        {
            assert!(!address.contains(identifying), "{identifying} in {address}");
        }
    }
}

fn links(html: &str) -> Vec<String> {
    let attributes = ["href=\"", "action=\"", "src=\""];
    attributes
        .iter()
        .flat_map(|attribute| html.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed_and_an_error_at_each_field() {
    let (house, cookies) = house().await;
    let fields = [
        ("nhs-number", "943 476 5918"),
        ("born-day", "31"),
        ("born-month", "2"),
        ("born-year", "1940"),
        ("name", "okafor"),
    ];
    let page = house.send_search(&cookies, &fields).await.expect(422);
    page.says("<title>Error: Find a person")
        .says("There is a problem")
        .says("href=\"#nhs-number\"")
        .says("href=\"#born-day\"")
        .says("value=\"943 476 5918\"")
        .says("value=\"okafor\"");
    house
        .send_search(&cookies, &[])
        .await
        .expect(422)
        .says("Enter an NHS number, a name, a date of birth, a postcode or a telephone number");
}

#[tokio::test]
async fn a_search_belongs_to_its_session() {
    let (house, cookies) = house().await;
    let sent = house.send_search(&cookies, &[("name", "okafor")]).await;
    let other = house.sign_in().await;
    house
        .get(sent.location(), &other)
        .await
        .expect(404)
        .says("no longer kept")
        .does_not_say("OKAFOR");
    house
        .get(sent.location(), &cookies)
        .await
        .expect(200)
        .says("OKAFOR");
}
