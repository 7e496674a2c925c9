//! The invented people who sign in to a demo: one for each kind of work, at organisations of the region, and the citizens of
//! the two stories. They have no passwords: on a synthetic record a button is enough, and on no other do they open anything.

use std::collections::BTreeSet;

use actions::access::accounts::{self, AccountKind, AccountRole, NewAccount};
use actions::{ActionError, Actions};
use jiff::Timestamp;
use synthetic::fhir::{organisation_id, worker_ids};
use synthetic::life::Organisation;
use synthetic::place::{Place, ServiceKind};
use synthetic::stories::{Story, Telling, story};

/// National activity codes (RBAC): view and change detailed records, work items, demographics.
const CARE: [&str; 5] = ["B0360", "B0370", "B0380", "B0056", "B0820"];
/// Summaries, work items, referrals.
const COORDINATION: [&str; 6] = ["B0360", "B0370", "B0056", "B0560", "B0820", "B1101"];
/// Alerts of overrides, of self-claimed relationships and of sealing; overriding; the audit.
const PRIVACY: [&str; 5] = ["B0015", "B0016", "B0018", "B0082", "B0370"];
/// Administration of a service.
const ADMINISTRATION: [&str; 3] = ["B0560", "B0820", "B0862"];

/// Somebody who works here.
struct Staff {
    name: &'static str,
    role: &'static str,
    title: &'static str,
    organisation: Organisation,
    /// The second post of the organisation (a nurse) rather than the first.
    second: bool,
    activities: &'static [&'static str],
}

/// Makes the accounts that are not there yet.
///
/// # Errors
/// When the record cannot be written.
pub(crate) async fn make(actions: &Actions, place: &Place, seed: u64) -> Result<usize, ActionError> {
    let mut made = 0;
    for new in staff(place, seed).into_iter().chain(citizens()) {
        if accounts::account_named(actions, &new.name).await?.is_none() {
            accounts::add(actions, new).await?;
            made += 1;
        }
    }
    Ok(made)
}

fn service(place: &Place, kind: ServiceKind) -> Option<Organisation> {
    let at = place.services.iter().position(|service| service.kind == kind)?;
    Some(Organisation::Service(u8::try_from(at).ok()?))
}

fn named(place: &Place, organisation: Organisation) -> (String, Option<String>) {
    let (name, code) = match organisation {
        Organisation::Practice(at) => place
            .practices
            .get(usize::from(at))
            .map_or(("", None), |practice| {
                (practice.name.as_str(), Some(practice.code.clone()))
            }),
        Organisation::Site(at) => place
            .sites
            .get(usize::from(at))
            .map_or(("", None), |site| (site.name.as_str(), None)),
        Organisation::Council(at) => place
            .councils
            .get(usize::from(at))
            .map_or(("", None), |council| (council.name.as_str(), None)),
        Organisation::Service(at) => place
            .services
            .get(usize::from(at))
            .map_or(("", None), |service| (service.name, None)),
    };
    (name.to_owned(), code)
}

fn staff(place: &Place, seed: u64) -> Vec<NewAccount> {
    let practice = Organisation::Practice(0);
    let or_practice = |kind| service(place, kind).unwrap_or(practice);
    let hospital = if place.sites.is_empty() {
        practice
    } else {
        Organisation::Site(0)
    };
    let one = |name, role, title, organisation, second, activities| Staff {
        name,
        role,
        title,
        organisation,
        second,
        activities,
    };
    let nursing = or_practice(ServiceKind::DistrictNursing);
    let hub = or_practice(ServiceKind::Hub);
    [
        one("demo.gp", "clinician", "GP", practice, false, &CARE[..]),
        one(
            "demo.community-nurse",
            "clinician",
            "Community nurse",
            nursing,
            false,
            &CARE[..],
        ),
        one(
            "demo.coordinator",
            "coordinator",
            "Care co-ordinator",
            practice,
            true,
            &COORDINATION[..],
        ),
        one(
            "demo.hub-operator",
            "operator",
            "Hub operator",
            hub,
            false,
            &COORDINATION[..],
        ),
        one(
            "demo.ward-nurse",
            "clinician",
            "Ward and discharge nurse",
            hospital,
            true,
            &CARE[..],
        ),
        one(
            "demo.administrator",
            "administrator",
            "Administrator",
            practice,
            true,
            &ADMINISTRATION[..],
        ),
        one(
            "demo.privacy-officer",
            "privacy-officer",
            "Privacy officer",
            hub,
            false,
            &PRIVACY[..],
        ),
    ]
    .into_iter()
    .map(|staff| {
        let (at, code) = named(place, staff.organisation);
        let (practitioner, role) = worker_ids(place, seed, staff.organisation, staff.second);
        let organisation = organisation_id(place, seed, staff.organisation);
        NewAccount {
            name: staff.name.to_owned(),
            kind: AccountKind::Staff,
            roles: vec![AccountRole {
                id: "1".to_owned(),
                role: staff.role.to_owned(),
                words: format!("{}, {at}", staff.title),
                organisation: code,
                job_role: None,
                activities: staff.activities.iter().map(|code| (*code).to_owned()).collect(),
                parties: BTreeSet::from([
                    format!("Organization/{organisation}"),
                    format!("PractitionerRole/{role}"),
                ]),
            }],
            person: None,
            practitioner: Some(practitioner),
            identity: 3,
            demo: true,
        }
    })
    .collect()
}

/// Whom the two stories are about, and who is close to Clara: in the first telling of each.
fn citizens() -> Vec<NewAccount> {
    let told = |story: &'static Story| {
        let telling = Telling {
            story,
            run: 1,
            step: 0,
            before: &[],
            at: Timestamp::UNIX_EPOCH,
            directory: None,
        };
        (telling.person_id(), telling.next_of_kin_id())
    };
    let citizen = |name: &str, words: &str, person: Option<String>, parties: BTreeSet<String>| NewAccount {
        name: name.to_owned(),
        kind: AccountKind::Citizen,
        roles: vec![AccountRole {
            id: "1".to_owned(),
            role: "citizen".to_owned(),
            words: words.to_owned(),
            organisation: None,
            job_role: None,
            activities: BTreeSet::new(),
            parties,
        }],
        person,
        practitioner: None,
        identity: 9,
        demo: true,
    };
    let mut people = Vec::new();
    if let Some(clara) = story("clara") {
        let (person, daughter) = told(clara);
        people.push(citizen(
            "demo.clara",
            "Clara, for herself",
            Some(person),
            BTreeSet::new(),
        ));
        let party = BTreeSet::from([format!("RelatedPerson/{daughter}")]);
        people.push(citizen(
            "demo.claras-daughter",
            "Clara’s daughter, for Clara",
            None,
            party,
        ));
    }
    if let Some(jasek) = story("jasek") {
        let (person, _) = told(jasek);
        people.push(citizen(
            "demo.jasek",
            "Jasek, for himself",
            Some(person),
            BTreeSet::new(),
        ));
    }
    people
}
