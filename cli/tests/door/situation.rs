//! How somebody who asks stands to a person: found by looking at every resource that the person has, one by one. It knows nothing of
//! lenses, versions, indexes or masks of the record.

use std::collections::BTreeSet;

use serde_json::Value;

use super::askers::Asker;
use super::people::{Item, ODS};
use super::world::World;

/// How somebody stands to a person, or to a population; `policies.rs` puts it into the policies' words.
#[derive(Debug, Clone)]
pub(super) struct Situation {
    pub(super) purpose: &'static str,
    pub(super) whose: &'static str,
    pub(super) own: bool,
    pub(super) kin: bool,
    pub(super) household: bool,
    pub(super) colleague: bool,
    pub(super) ties: BTreeSet<&'static str>,
    pub(super) proxy: BTreeSet<String>,
    pub(super) parent: bool,
    pub(super) competent: bool,
    pub(super) refused: bool,
    pub(super) objects: bool,
    pub(super) restricted: bool,
    pub(super) dead: bool,
    pub(super) age: i64,
}

impl Situation {
    /// How somebody stands to people by the thousand: in these ways.
    pub(super) fn to_population(purpose: &'static str, ties: &[&'static str]) -> Situation {
        Situation {
            purpose,
            whose: "nobody",
            own: false,
            kin: false,
            household: false,
            colleague: false,
            ties: ties.iter().copied().collect(),
            proxy: BTreeSet::new(),
            parent: false,
            competent: false,
            refused: false,
            objects: false,
            restricted: false,
            dead: false,
            age: -1,
        }
    }
}

/// How the asker stands to a person, from the JSON of everything that they and whoever is read as one with them have.
pub(super) fn of(world: &World, asker: &Asker, purpose: &'static str, person: &str) -> Situation {
    let present: Vec<&Value> = world.of(person).filter_map(Item::present).collect();
    let patients: Vec<&Value> = of_type(&present, "Patient").collect();
    let mut ties: BTreeSet<&'static str> = BTreeSet::new();
    let (mut proxy, mut parent, mut refused, mut kin) = (BTreeSet::new(), false, false, false);
    let (mut objects, mut competent, mut lacks_capacity) = (false, false, false);
    let mut attorney = BTreeSet::new();
    let own = asker.actor.standing.own_record.as_deref();
    let own_patients = own.map(|own| patients_of(world, own)).unwrap_or_default();
    let own_numbers: BTreeSet<&str> = own_patients.iter().flat_map(|json| nhs_numbers(json)).collect();
    // Family are those whom either's record names.
    if let Some(own) = own {
        let numbers: BTreeSet<&str> = patients.iter().flat_map(|json| nhs_numbers(json)).collect();
        let own_record: Vec<&Value> = world.of(own).filter_map(Item::present).collect();
        let mut related = of_type(&own_record, "RelatedPerson").filter(|json| json["active"] == true);
        kin = related.any(|json| nhs_numbers(json).any(|number| numbers.contains(number)));
    }
    // Of two who are read as one, the younger is protected.
    let birth = patients
        .iter()
        .filter_map(|patient| patient["birthDate"].as_str())
        .max();
    let born = birth.and_then(|day| day.get(..4)?.parse::<i64>().ok());
    let year = i64::from(today().year());
    for json in &present {
        let status = json["status"].as_str().unwrap_or("");
        let kind = json["resourceType"].as_str().unwrap_or("");
        match kind {
            "Patient" if any(&json["generalPractitioner"], asker) => {
                ties.insert("practice");
            }
            "CareTeam"
                if status == "active"
                    && runs(&json["period"])
                    && json["participant"]
                        .as_array()
                        .is_some_and(|all| all.iter().any(|one| is(&one["member"], asker))) =>
            {
                ties.insert("care-team");
            }
            "EpisodeOfCare" if status == "active" && is(&json["managingOrganization"], asker) => {
                ties.insert("caseload");
            }
            "Encounter" if status == "in-progress" && is(&json["serviceProvider"], asker) => {
                if json["class"]["code"] == "IMP" {
                    ties.insert("admission");
                } else if not_over(&json["period"]) {
                    ties.insert("contact");
                }
            }
            "ServiceRequest" if status == "active" && any(&json["performer"], asker) => {
                ties.insert("referral");
            }
            "Appointment" if status == "booked" => {
                let among = json["participant"].as_array().cloned().unwrap_or_default();
                if among.iter().any(|one| is(&one["actor"], asker)) {
                    ties.insert("contact");
                }
            }
            "Task" if ["requested", "in-progress"].contains(&status) => {
                match json.pointer("/code/coding/0/code").and_then(Value::as_str) {
                    Some(code @ ("break-glass" | "claimed-relationship")) => {
                        if runs(&json["executionPeriod"]) && is(&json["requester"], asker) {
                            ties.insert(if code == "break-glass" {
                                "break-glass"
                            } else {
                                "claimed"
                            });
                        }
                    }
                    Some("hub-case") => {
                        if is(&json["owner"], asker) {
                            ties.insert("hub-case");
                        }
                    }
                    _ => {
                        if is(&json["owner"], asker) {
                            ties.insert("task");
                        }
                    }
                }
            }
            // An objection has no end but being taken back.
            "Consent"
                if status == "active"
                    && json.pointer("/category/0/coding/0/code").and_then(Value::as_str)
                        == Some("objection") =>
            {
                objects = true;
            }
            // So has a finding of competence.
            "Consent"
                if status == "active"
                    && json.pointer("/category/0/coding/0/code").and_then(Value::as_str)
                        == Some("competent") =>
            {
                competent = true;
            }
            "Consent" if status == "active" && runs(&json["provision"]["period"]) => {
                let category = json.pointer("/category/0/coding/0/code").and_then(Value::as_str);
                lacks_capacity |= category == Some("lacks-capacity");
                if !is(&json["provision"]["actor"][0]["reference"], asker) {
                    continue;
                }
                match json.pointer("/category/0/coding/0/code").and_then(Value::as_str) {
                    Some(kind @ ("proxy" | "attorney")) => {
                        let action = json
                            .pointer("/provision/action/0/coding/0/code")
                            .and_then(Value::as_str)
                            .map(str::to_owned);
                        let given =
                            birth.map(|birth| age_on(birth, day(&json["provision"]["period"], "start")));
                        if kind == "attorney" {
                            attorney.extend(action);
                        } else if stands(birth.map(age_of), given) {
                            proxy.extend(action);
                        }
                    }
                    Some("parental-responsibility") => {
                        let start: i64 = json["provision"]["period"]["start"]
                            .as_str()
                            .and_then(|day| day.get(..4)?.parse().ok())
                            .unwrap_or(0);
                        let age = year - born.unwrap_or(0);
                        // Birth dates and starts are in January or long before: years are enough here.
                        parent |= age < 16 && (age < 13 || start - born.unwrap_or(0) >= 11);
                    }
                    Some("refusal") => refused = true,
                    _ => {}
                }
            }
            "RelatedPerson" if json["active"] == true => {
                kin |= nhs_numbers(json).any(|number| own_numbers.contains(&number));
            }
            _ => {}
        }
    }
    // An attorney acts while the person lacks capacity.
    if lacks_capacity {
        proxy.extend(attorney);
    }
    let every = world.one_with(person);
    let own_homes = own.map(|own| homes(world, own));
    Situation {
        purpose,
        whose: "person",
        own: own.is_some_and(|own| every.contains(&own)),
        kin,
        household: own_homes.is_some_and(|own| homes(world, person).iter().any(|home| own.contains(home))),
        colleague: world.colleagues.iter().any(|one| {
            let here = |ods: &&str| asker.actor.organisation.as_deref() == Some(*ods);
            !one.gone && every.contains(&one.person.as_str()) && one.works_for.iter().any(here)
        }),
        ties,
        proxy,
        parent,
        competent,
        refused,
        objects,
        restricted: patients.iter().any(|patient| bears(patient, "R")),
        dead: patients.iter().any(|patient| patient["deceasedBoolean"] == true),
        age: birth.map_or(-1, |day| age_of(day).min(18)),
    }
}

fn of_type<'j>(all: &[&'j Value], kind: &'static str) -> impl Iterator<Item = &'j Value> {
    all.iter()
        .copied()
        .filter(move |json| json["resourceType"] == kind)
}

/// Whether a resource bears a label with this code.
pub(super) fn bears(json: &Value, code: &str) -> bool {
    let labels = json.pointer("/meta/security").and_then(Value::as_array);
    labels.is_some_and(|all| all.iter().any(|one| one["code"] == code))
}

/// The Patients of somebody and of whoever is read as one with them.
fn patients_of<'w>(world: &'w World, person: &str) -> Vec<&'w Value> {
    let patients = world.of(person).filter(|item| item.kind == "Patient");
    patients.filter_map(Item::present).collect()
}

fn nhs_numbers(json: &Value) -> impl Iterator<Item = &str> {
    let identifiers = json["identifier"].as_array().into_iter().flatten();
    identifiers
        .filter(|one| one["system"] == codes::system::NHS_NUMBER)
        .filter_map(|one| one["value"].as_str())
}

/// The addresses of somebody and of whoever is read as one with them, however they are spelt.
fn homes(world: &World, person: &str) -> BTreeSet<String> {
    let patients = patients_of(world, person);
    let addresses = patients.iter().filter_map(|json| json["address"].as_array());
    let written = |home: &Value| {
        let words =
            [&home["line"][0], &home["city"], &home["postalCode"]].map(|part| part.as_str().unwrap_or(""));
        words.join(", ").to_lowercase()
    };
    // Where somebody lived before is no home.
    let lived_in = addresses.flatten().filter(|home| home["use"] != "old");
    lived_in.map(written).collect()
}

fn today() -> jiff::civil::Date {
    record::clock::SystemClock::now(&record::clock::Wall)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

fn age_of(birth: &str) -> i64 {
    age_on(birth, today())
}

fn age_on(birth: &str, day: jiff::civil::Date) -> i64 {
    let born: jiff::civil::Date = birth.parse().expect("a date");
    let had = (day.month(), day.day()) >= (born.month(), born.day());
    i64::from(day.year() - born.year()) - i64::from(!had)
}

/// Whether what a proxy was given still counts: for a child it is given again at 11 to 13, and ends at 16 (safety rule 14).
fn stands(age: Option<i64>, given: Option<i64>) -> bool {
    match (age, given) {
        (Some(age), Some(given)) if age >= 16 => given >= 16,
        (Some(age), Some(given)) if age >= 13 => given >= 11,
        _ => true,
    }
}

/// Whether a reference is to the asker, or to their organisation.
fn is(reference: &Value, asker: &Asker) -> bool {
    let standing = &asker.actor.standing;
    if let Some(target) = reference["reference"].as_str() {
        let own = standing.own_record.as_ref().map(|own| format!("Patient/{own}"));
        return own.as_deref() == Some(target)
            || standing
                .parties
                .iter()
                .any(|party| format!("{}/{}", party.resource_type.name(), party.id) == target);
    }
    let identifier = &reference["identifier"];
    identifier["system"] == ODS
        && identifier["value"].as_str().is_some()
        && identifier["value"].as_str() == asker.actor.organisation.as_deref()
}

fn any(references: &Value, asker: &Asker) -> bool {
    references
        .as_array()
        .is_some_and(|all| all.iter().any(|one| is(one, asker)))
}

fn day(period: &Value, end: &str) -> jiff::civil::Date {
    period[end]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a day")
}

fn runs(period: &Value) -> bool {
    day(period, "start") <= today() && today() <= day(period, "end")
}

/// A contact counts for four weeks past its end.
fn not_over(period: &Value) -> bool {
    today() <= day(period, "end").saturating_add(jiff::Span::new().days(28))
}
