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
/// A GP's: care, and to amend demographics (B0825), with which whoever acts for somebody is confirmed and who decides is written down; to
/// manage referrals (B1101).
const PRACTICE: [&str; 7] = ["B0360", "B0370", "B0380", "B0056", "B0820", "B0825", "B1101"];
/// Summaries, work items, referrals. To see somebody alone and confirm a proxy is left to those who treat them.
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
        one("demo.gp", "clinician", "GP", practice, false, &PRACTICE[..]),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actions::access::Tokens;
    use actions::record::{Request, update};
    use actions::sharing::{proxies_of, who_decides};
    use actions::{Actor, Purpose, Role, Standing};
    use record::clock::{CareClock, SystemClock, Wall};
    use record::{Options, Record};
    use synthetic::place::Files;

    use super::*;

    /// The account's only role, as whoever presses its button stands.
    fn signed_in(new: &NewAccount, who: Role) -> Actor {
        let role = new.roles.first().expect("a role");
        Actor::new(new.name.clone(), who, role.organisation.clone()).with_standing(Standing {
            activities: role.activities.clone(),
            identity_assurance: new.identity,
            authentication_assurance: 2,
            ..Standing::default()
        })
    }

    #[test]
    fn the_gp_of_a_demo_confirms_proxies_and_writes_down_who_decides_and_the_administrator_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let system: Arc<dyn SystemClock> = Arc::new(Wall);
            let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
                .await
                .expect("a record");
            let actions = Actions::new(
                record,
                CareClock::new(Arc::clone(&system)),
                system,
                Tokens::none(),
                fhir::Limits::default(),
            );
            let place = Place::read(&Files::Bsw).expect("the place");
            let staff = staff(&place, 7);
            let account = |name: &str| staff.iter().find(|new| new.name == name).expect("an account");
            let gp = signed_in(account("demo.gp"), Role::Clinician);
            let person = serde_json::json!({"resourceType": "Patient", "id": "registered", "birthDate": "1950-01-01",
                "generalPractitioner": [{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code",
                    "value": gp.organisation.clone().expect("a code")}}]});
            let kind = fhir::ResourceType::from_name("Patient").expect("a type");
            let maker = Actor::new("maker", Role::Development, None);
            let request = Request {
                source: "test".to_owned(),
                idempotency_key: None,
            };
            let (purpose, body) = (Purpose::DirectCare, person.to_string().into_bytes());
            let condition = actions::record::Precondition::None;
            update(
                &actions,
                &maker,
                purpose,
                &request,
                kind,
                "registered",
                &body,
                condition,
            )
            .await
            .expect("kept");
            who_decides(&actions, &gp, "registered").await.expect("who decides");
            proxies_of(&actions, &gp, "registered").await.expect("the proxies");
            let clerk = signed_in(account("demo.administrator"), Role::Administrator);
            who_decides(&actions, &clerk, "registered").await.expect_err("no clinician");
            proxies_of(&actions, &clerk, "registered").await.expect_err("no care");
        });
    }
}
