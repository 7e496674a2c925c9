//! What an actor may see, resource by resource: written apart from the product. It reads each resource's JSON by itself, finds
//! out who has to do with the person by looking at every other resource of theirs, and asks the policies of each resource and
//! of each label on it. It knows nothing of lenses, versions, indexes or masks of the record.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression as Expression,
};
use serde_json::{Map, Value, json};

use super::world::{Asker, Item, ODS, SEALED_BY, World};

/// What an actor may see.
pub(super) struct Allowed {
    /// By type and id: the resource as the actor sees it; a deleted one has none.
    pub(super) seen: HashMap<(String, String), Option<Value>>,
    /// Whom the actor may know of.
    pub(super) known: BTreeSet<String>,
    hidden: usize,
}

impl Allowed {
    pub(super) fn sees(&self, item: &Item) -> bool {
        self.seen.contains_key(&(item.kind.to_owned(), item.id.clone()))
    }

    pub(super) fn shown(&self, item: &Item) -> Option<&Value> {
        self.seen.get(&(item.kind.to_owned(), item.id.clone()))?.as_ref()
    }

    /// Whether some of the world is seen and some is not.
    pub(super) fn is_mixed(&self) -> bool {
        !self.seen.is_empty() && self.hidden > 0
    }
}

static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut text = String::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the policies")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "cedar"))
        .collect();
    files.sort();
    for file in files {
        text.push_str(&std::fs::read_to_string(file).expect("a policy"));
    }
    PolicySet::from_str(&text).expect("policies")
});

/// System and code of each label, with its name.
static LABELS: LazyLock<Vec<(String, String, String)>> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fhir/data/labels.registry.csv");
    let text = std::fs::read_to_string(path).expect("the labels");
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[1].to_owned(), fields[2].to_owned(), fields[3].to_owned())
        })
        .collect()
});

/// Kind of each type.
static KINDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../codes/data/resource_kinds.csv");
    let text = std::fs::read_to_string(path).expect("the kinds");
    let pair = |line: &str| line.split_once(',').map(|(a, b)| (a.to_owned(), b.to_owned()));
    text.lines().skip(1).filter_map(pair).collect()
});

pub(super) fn evaluate(world: &World, asker: &Asker) -> Allowed {
    let mut allowed = Allowed {
        seen: HashMap::new(),
        known: BTreeSet::new(),
        hidden: 0,
    };
    for person in &world.people {
        let all: Vec<&Item> = world.of(person).collect();
        let context = situation(asker, person, &all);
        for item in &all {
            let Some(last) = item.versions.iter().rev().flatten().next() else {
                continue;
            };
            let mut shown = item.present().cloned();
            let whole = may_read(asker, &context, item, last);
            let identity = item.kind == "Patient"
                && !permit(asker, "read", "Kind", "identity", &context)
                && permit(asker, "identify", "Record", "record", &context);
            if !whole && !identity {
                allowed.hidden += 1;
                continue;
            }
            if identity {
                shown = shown.map(|json| {
                    only(
                        &json,
                        &[
                            "resourceType",
                            "id",
                            "meta",
                            "identifier",
                            "active",
                            "name",
                            "gender",
                            "birthDate",
                            "deceasedBoolean",
                            "deceasedDateTime",
                        ],
                    )
                });
            }
            if !permit(asker, "seePlace", "Record", "record", &context) {
                shown = shown.map(|json| without_places(&json));
            }
            if item.kind == "Patient" {
                allowed.known.insert(person.clone());
            }
            allowed
                .seen
                .insert((item.kind.to_owned(), item.id.clone()), shown);
        }
    }
    allowed
}

/// Whether the policies permit to read a kind of resource in somebody's record.
pub(super) fn may_read_kind(world: &World, asker: &Asker, person: &str, kind: &str) -> bool {
    let all: Vec<&Item> = world.of(person).collect();
    permit(asker, "read", "Kind", kind, &situation(asker, person, &all))
}

/// Whether the policies permit to write a resource of this kind into its person's record.
pub(super) fn may_write(world: &World, asker: &Asker, item: &Item) -> bool {
    let all: Vec<&Item> = world.of(&item.home).collect();
    let kind = KINDS.get(item.kind).expect("a kind");
    permit(asker, "write", "Kind", kind, &situation(asker, &item.home, &all))
}

fn may_read(asker: &Asker, context: &Context, item: &Item, json: &Value) -> bool {
    let kind = KINDS.get(item.kind).expect("a kind");
    permit(asker, "read", "Kind", kind, context)
        && labels_of(asker, item, json)
            .iter()
            .all(|label| permit(asker, "seeLabel", "Label", label, context))
}

/// The labels that count for this actor: what their own organisation sealed is open to them while it is there, and on a Patient
/// a restriction is about places.
fn labels_of(asker: &Asker, item: &Item, json: &Value) -> Vec<String> {
    let list = |path: &str| {
        json.pointer(path)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let own = item.present().is_some()
        && list("/meta/tag").iter().any(|tag| {
            tag["system"] == SEALED_BY && asker.actor.organisation.as_deref() == tag["code"].as_str()
        });
    list("/meta/security")
        .iter()
        .filter_map(|coding| {
            let known = LABELS.iter().find(|(system, code, _)| {
                coding["system"] == system.as_str() && coding["code"] == code.as_str()
            })?;
            Some(known.2.clone())
        })
        .filter(|label| item.kind != "Patient" || !label.ends_with("restricted"))
        .filter(|label| !(own && ["sealed", "locked"].contains(&label.as_str())))
        .collect()
}

fn permit(asker: &Asker, action: &str, kind: &str, id: &str, context: &Context) -> bool {
    let uid = |kind: &str, id: &str| {
        EntityUid::from_type_name_and_id(
            EntityTypeName::from_str(&format!("Sarsen::{kind}")).expect("a name"),
            EntityId::new(id),
        )
    };
    let standing = &asker.actor.standing;
    let text = |text: &str| Expression::new_string(text.to_owned());
    let attributes = HashMap::from([
        ("role".to_owned(), text(asker.actor.role.code())),
        (
            "activities".to_owned(),
            Expression::new_set(standing.activities.iter().map(|code| text(code))),
        ),
        ("jobRole".to_owned(), text("")),
        (
            "organisation".to_owned(),
            text(asker.actor.organisation.as_deref().unwrap_or("")),
        ),
        (
            "identity".to_owned(),
            Expression::new_long(standing.identity_assurance.into()),
        ),
        (
            "authentication".to_owned(),
            Expression::new_long(standing.authentication_assurance.into()),
        ),
        ("house".to_owned(), Expression::new_bool(false)),
    ]);
    let who = uid("Actor", "somebody");
    let entity = Entity::new(who.clone(), attributes, HashSet::new()).expect("an entity");
    let entities = Entities::from_entities([entity], None).expect("entities");
    let request =
        Request::new(who, uid("Action", action), uid(kind, id), context.clone(), None).expect("a request");
    Authorizer::new()
        .is_authorized(&request, &POLICIES, &entities)
        .decision()
        == Decision::Allow
}

/// How the asker stands to the person, from the JSON of everything that the person has.
fn situation(asker: &Asker, person: &str, all: &[&Item]) -> Context {
    let present: Vec<&Value> = all.iter().filter_map(|item| item.present()).collect();
    let patient = present
        .iter()
        .find(|json| json["resourceType"] == "Patient")
        .copied()
        .cloned()
        .unwrap_or(Value::Null);
    let mut ties: BTreeSet<&str> = BTreeSet::new();
    let (mut proxy, mut parent, mut refused, mut kin) = (BTreeSet::new(), false, false, false);
    let born = patient["birthDate"]
        .as_str()
        .unwrap_or("")
        .get(..4)
        .and_then(|year| year.parse::<i64>().ok());
    let year = i64::from(jiff_year());
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
            "Consent" if status == "active" && runs(&json["provision"]["period"]) => {
                if !is(&json["provision"]["actor"][0]["reference"], asker) {
                    continue;
                }
                match json.pointer("/category/0/coding/0/code").and_then(Value::as_str) {
                    Some("proxy") => {
                        let action = json
                            .pointer("/provision/action/0/coding/0/code")
                            .and_then(Value::as_str);
                        proxy.extend(action.map(str::to_owned));
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
                let identifiers = json["identifier"].as_array().cloned().unwrap_or_default();
                kin |= identifiers.iter().any(|one| {
                    asker.actor.standing.known_as.iter().any(|(system, value)| {
                        one["system"] == system.as_str() && one["value"] == value.as_str()
                    })
                });
            }
            _ => {}
        }
    }
    let restricted = patient
        .pointer("/meta/security")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|one| one["code"] == "R"));
    let text = |text: &str| Expression::new_string(text.to_owned());
    let age = born.map_or(-1, |born| age_of(&patient, born).min(18));
    Context::from_pairs([
        ("purpose".to_owned(), text("direct-care")),
        ("whose".to_owned(), text("person")),
        (
            "own".to_owned(),
            Expression::new_bool(asker.actor.standing.own_record.as_deref() == Some(person)),
        ),
        ("kin".to_owned(), Expression::new_bool(kin)),
        ("household".to_owned(), Expression::new_bool(false)),
        ("involved".to_owned(), Expression::new_bool(!ties.is_empty())),
        ("ties".to_owned(), Expression::new_set(ties.into_iter().map(text))),
        (
            "proxy".to_owned(),
            Expression::new_set(proxy.iter().map(|scope: &String| text(scope))),
        ),
        ("parent".to_owned(), Expression::new_bool(parent)),
        ("refused".to_owned(), Expression::new_bool(refused)),
        ("restricted".to_owned(), Expression::new_bool(restricted)),
        (
            "dead".to_owned(),
            Expression::new_bool(patient["deceasedBoolean"] == true),
        ),
        ("age".to_owned(), Expression::new_long(age)),
    ])
    .expect("a context")
}

fn today() -> jiff::civil::Date {
    record::clock::SystemClock::now(&record::clock::Wall)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

fn jiff_year() -> i16 {
    today().year()
}

fn age_of(patient: &Value, born: i64) -> i64 {
    let day = patient["birthDate"].as_str().unwrap_or("");
    let date: jiff::civil::Date = day.parse().expect("a date");
    let had = (today().month(), today().day()) >= (date.month(), date.day());
    i64::from(jiff_year()) - born - i64::from(!had)
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

fn only(json: &Value, members: &[&str]) -> Value {
    let all = json.as_object().expect("an object");
    Value::Object(
        all.iter()
            .filter(|(name, _)| members.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// The resource without whatever tells where the person lives or is cared for.
fn without_places(json: &Value) -> Value {
    match json {
        Value::Array(all) => Value::Array(all.iter().map(without_places).collect()),
        Value::Object(all) => {
            let to_place = all
                .get("reference")
                .and_then(Value::as_str)
                .is_some_and(|target| {
                    [
                        "Organization/",
                        "Location/",
                        "Practitioner/",
                        "PractitionerRole/",
                        "HealthcareService/",
                    ]
                    .iter()
                    .any(|kind| target.starts_with(kind))
                });
            let by_code = all
                .get("identifier")
                .is_some_and(|one| one.is_object() && one["system"] == ODS);
            let masked = || {
                json!({ "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked" }] })
            };
            if to_place || by_code {
                return masked();
            }
            let mut kept = Map::new();
            for (name, value) in all {
                let place = ["address", "telecom", "contact", "text"].contains(&name.as_str());
                if name == "attachment" {
                    // A letter has a letterhead.
                    kept.insert(name.clone(), masked());
                } else if !(place && (value.is_object() || value.is_array())) {
                    kept.insert(name.clone(), without_places(value));
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}
