//! Which door tries each route, so that a later route cannot be left out.

use super::knocks::DOORS;

/// Routes of pages and what tries them; a route that nobody tries stands in none of these.
const TRIED: &[&str] = &[
    "/staff/person",
    "/staff/person/search/{name}",
    "/staff/person/{id}",
    "/staff/person/{id}/eligibility",
    "/staff/person/{id}/scores",
    "/staff/population/people",
    "/staff/population/work",
    "/staff/risk",
    "/staff/risk/live",
    "/staff/risk/person/{id}",
];
/// Routes on which nothing of a person stands, and why.
const OF_NOBODY: &[(&str, &str)] = &[
    (
        "/staff/population",
        "figures with small numbers hidden; the list and the form below it are tried",
    ),
    (
        "/staff/region",
        "figures of invented people, made apart from the record",
    ),
    (
        "/staff/academy",
        "the care clock and the stories' steps; opens only on synthetic records",
    ),
    ("/staff/followers", "positions and ids of letters, for operators"),
    ("/sign-", "signing in and out"),
    ("/account", "one's own account"),
    ("/confirm", "proving again who one is"),
    ("/set-up", "setting up one's own account"),
    ("/switch", "a desk that several share"),
    (
        "/oauth/",
        "what an app asks for; the person is chosen from one's own",
    ),
    (
        "/staff/open/",
        "a form; what it opens is a tie that every door then knows",
    ),
    (
        "/staff/handed-over",
        "ids of pages of those whom the reader may know of; tried in web/tests/pages/hand_over.rs",
    ),
    (
        "/staff/privacy",
        "for the privacy office alone; tried in web/tests/pages/open_up.rs",
    ),
    (
        "/me",
        "a citizen's own pages; tried by the twins in web/tests/pages",
    ),
    ("/staff/risk/capacity", "how many people a team can see"),
    ("/accessibility", "the statement"),
    ("/shortcuts", "the keys that pages answer to"),
];

/// Routes of other systems, and the doors that try them.
const OF_SYSTEMS: &[(&str, &str, &str)] = &[
    ("POST", "/fhir", "batch"),
    ("POST", "/fhir/", "batch"),
    ("GET", "/fhir/{type}", "search in a person"),
    ("POST", "/fhir/{type}", "writes"),
    ("POST", "/fhir/{type}/_search", "search by post"),
    ("GET", "/fhir/{type}/{id}", "read"),
    ("PUT", "/fhir/{type}/{id}", "preconditions"),
    ("DELETE", "/fhir/{type}/{id}", "preconditions"),
    ("GET", "/fhir/{type}/{id}/_history", "history"),
    ("GET", "/fhir/{type}/{id}/_history/{version}", "vread"),
    ("GET", "/fhir/{type}/{id}/{inner}", "everything"),
];
/// Those on which nothing of a person stands, and why.
const OF_SYSTEMS_AND_NOBODY: &[(&str, &str)] = &[
    ("/fhir/metadata", "what the door can do"),
    ("/fhir/openapi.json", "the same, as OpenAPI"),
    ("/oauth/", "tokens of the client that asks"),
    ("/.well-known/", "where things are"),
    ("/fhir/.well-known/", "where things are"),
    (
        "/fhir/{type}/{id}/{inner}",
        "operations of privacy officers alone (POST); tried in interop/tests/fhir/operations.rs",
    ),
];

fn is_of_nobody(path: &str, table: &[(&str, &str)]) -> bool {
    table.iter().any(|(start, _)| path.starts_with(start))
}

/// Every route of other systems that no door tries and that is not known to hold nothing of anybody, and every door that is named
/// and is none.
fn systems_routes_without_a_door() -> Vec<String> {
    let is_door = |name: &str| DOORS.iter().any(|door| door.name == name);
    let untried = interop::routes().into_iter().filter(|route| {
        let by = OF_SYSTEMS
            .iter()
            .find(|(method, path, _)| *method == route.method && *path == route.path);
        by.is_none() && !is_of_nobody(route.path, OF_SYSTEMS_AND_NOBODY)
    });
    let named = OF_SYSTEMS.iter().filter(|(_, _, door)| !is_door(door));
    untried
        .map(|route| format!("{} {}", route.method, route.path))
        .chain(named.map(|(_, path, door)| format!("{path}: no door {door:?}")))
        .collect()
}

/// Every route that is neither tried here nor known to hold nothing of anybody.
pub(super) fn routes_without_a_door() -> Vec<String> {
    let pages = web::routes();
    let pages = pages
        .iter()
        .map(|route| route.path)
        .filter(|path| *path != "/")
        .filter(|path| {
            // Forms of a person's pages stand below what is tried: who is not shown the page finds nothing there either.
            !TRIED.iter().any(|tried| path == tried)
                && !["/staff/person/{id}/", "/staff/risk/person/{id}/"]
                    .iter()
                    .any(|below| path.starts_with(below))
        })
        .filter(|path| !is_of_nobody(path, OF_NOBODY))
        .map(str::to_owned);
    pages.chain(systems_routes_without_a_door()).collect()
}
