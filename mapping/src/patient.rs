//! Patient ↔ person.

use care::concept::Concept;
use care::person::death::{DeathNotice, DeathStatement};
use care::person::{
    ContactPerson, Death, Gender, HeldNhsNumber, Identifier, Language, Link, LinkKind, Person, Reach,
    Whereabouts,
};
use codes::nhs_number::NhsNumber;
use codes::system;
use serde_json::{Value, json};

use crate::datatype::{concept, date, demographic, reference};
use crate::error::MappingError;
use crate::fact::Source;
use crate::json::{Out, code, extension, list, str_at, text, try_many};
use crate::names::Names;

const TYPE: &str = "Patient";
const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
const ETHNIC_CATEGORY: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory";
const DEATH_NOTICE: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus";
const DEATH_NOTICE_SYSTEM: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus";
const VERIFICATION: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
const CONTACT_PREFERENCE: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference";
const METHOD: &str = "PreferredContactMethod";
const CONTACT_METHOD: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod";
/// Letter, telephone, telephone by way of somebody else.
const BY_LETTER_OR_CALL: [&str; 3] = ["1", "3", "6"];
/// The same as a person's own page writes it, where no code is kept.
const IN_WORDS: [&str; 3] = ["letter", "telephone", "telephone call"];

/// The small area (LSOA 2021) of an address, as its code, where the sender gives it.
pub const SMALL_AREA: &str = "https://sarsen.example/StructureDefinition/small-area";

/// The code of the small area of the home, from the body of a Patient; nothing for any other resource, for former
/// addresses, and for a person labelled R or V, whose area would say where they are.
pub fn small_area(body: &[u8]) -> Option<String> {
    // Most bodies have none, and a look is cheaper than a parse.
    if !std::str::from_utf8(body).is_ok_and(|text| text.contains("small-area")) {
        return None;
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    let none = Value::Null;
    let hidden =
        str_at(&value, "resourceType") != Some(TYPE) || is_restricted(value.get("meta").unwrap_or(&none));
    if hidden {
        return None;
    }
    let present = |address: &&Value| {
        str_at(address, "use") != Some("old")
            && address
                .get("period")
                .is_none_or(|period| period.get("end").is_none())
    };
    let mut addresses: Vec<&Value> = list(&value, "address").filter(present).collect();
    addresses.sort_by_key(|address| str_at(address, "use") != Some("home"));
    addresses
        .into_iter()
        .find_map(|address| extension(address, SMALL_AREA))
        .and_then(|found| text(found, "valueCode"))
}

/// Whether a Patient (its body) says that the person wants to be reached by letter or by telephone call: UK Core's contact
/// preference. Nothing else is one.
pub fn wants_letter_or_call(body: &[u8]) -> bool {
    // Few bodies say how, and a look is cheaper than a parse.
    if !std::str::from_utf8(body).is_ok_and(|text| text.contains(METHOD)) {
        return false;
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let method = extension(&value, CONTACT_PREFERENCE)
        .and_then(|preference| extension(preference, METHOD))
        .and_then(|method| concept::at(method, "valueCodeableConcept"));
    let is_meant = |method: Concept| {
        let mut codings = method.codings.iter();
        let coded = codings.any(|coding| {
            coding.system.as_deref() == Some(CONTACT_METHOD)
                && coding
                    .code
                    .as_deref()
                    .is_some_and(|code| BY_LETTER_OR_CALL.contains(&code))
        });
        let said = method.text.as_deref().map(str::to_ascii_lowercase);
        coded || said.is_some_and(|words| IN_WORDS.contains(&words.trim()))
    };
    str_at(&value, "resourceType") == Some(TYPE) && method.is_some_and(is_meant)
}

/// Reads a Patient. For a person labelled R or V (restricted), address, telephone, practice and how to reach contacts
/// are not read at all.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or code cannot be read.
pub fn from_fhir(value: &Value) -> Result<Person, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Person, MappingError> {
    read_as(value, names, false)
}

/// As [`read`]; restricted also where only another entry of the same person is.
pub(crate) fn read_as(value: &Value, names: &Names, restricted: bool) -> Result<Person, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let none = Value::Null;
    let meta = value.get("meta").unwrap_or(&none);
    let restricted = restricted || is_restricted(meta);
    let (nhs_number, identifiers) = read_identifiers(value)?;
    let whereabouts = if restricted {
        Whereabouts::Withheld
    } else {
        Whereabouts::Known(Reach {
            addresses: try_many(value, "address", demographic::read_address)?,
            telecom: try_many(value, "telecom", demographic::read_telecom)?,
            practices: source.mentions(value, "generalPractitioner"),
        })
    };
    let mut contacts = try_many(value, "contact", read_contact)?;
    if restricted {
        for contact in &mut contacts {
            contact.telecom.clear();
            contact.addresses.clear();
        }
    }
    Ok(Person {
        id: text(value, "id").unwrap_or_default(),
        active: value.get("active").and_then(Value::as_bool),
        nhs_number,
        identifiers,
        names: try_many(value, "name", demographic::read_name)?,
        birth_date: date::at(value, "birthDate")?,
        gender: code(value, "gender", Gender::from_code)?,
        death: read_death(value)?,
        whereabouts,
        languages: list(value, "communication").filter_map(read_language).collect(),
        interpreter_needed: extension(value, INTERPRETER)
            .and_then(|e| e.get("valueBoolean"))
            .and_then(Value::as_bool),
        ethnic_category: extension(value, ETHNIC_CATEGORY)
            .and_then(|e| concept::at(e, "valueCodeableConcept")),
        marital_status: concept::at(value, "maritalStatus"),
        contacts,
        links: list(value, "link")
            .filter_map(|link| {
                Some(Link {
                    kind: LinkKind::from_code(str_at(link, "type")?)?,
                    other: source.mention(link, "other")?,
                })
            })
            .collect(),
        received: date::at(meta, "lastUpdated")?,
    })
}

/// Whether the label R or V stands in `meta.security` (PDS: restricted, very restricted).
pub(crate) fn is_restricted(meta: &Value) -> bool {
    list(meta, "security").any(|label| {
        let system_fits = str_at(label, "system").is_none_or(|found| found == system::CONFIDENTIALITY);
        system_fits && matches!(str_at(label, "code"), Some("R" | "V"))
    })
}

/// The NHS number in use (a valid one that is not marked old), and all other identifiers.
fn read_identifiers(value: &Value) -> Result<(Option<HeldNhsNumber>, Vec<Identifier>), MappingError> {
    let mut held = None;
    let mut others = Vec::new();
    for identifier in list(value, "identifier") {
        let is_ours = str_at(identifier, "system") == Some(system::NHS_NUMBER)
            && str_at(identifier, "use") != Some("old");
        let number = str_at(identifier, "value")
            .filter(|_| is_ours)
            .and_then(|text| NhsNumber::parse(text).ok());
        match number.filter(|_| held.is_none()) {
            Some(number) => {
                let status =
                    extension(identifier, VERIFICATION).and_then(|e| concept::at(e, "valueCodeableConcept"));
                let status =
                    status.and_then(|status| status.codings.into_iter().find_map(|coding| coding.code));
                held = Some(HeldNhsNumber { number, status });
            }
            None => others.push(demographic::read_identifier(identifier)?),
        }
    }
    Ok((held, others))
}

fn read_death(value: &Value) -> Result<Death, MappingError> {
    let dated = date::at(value, "deceasedDateTime")?.map(DeathStatement::On);
    let said = value
        .get("deceasedBoolean")
        .and_then(Value::as_bool)
        .map(DeathStatement::Said);
    let mut death = Death {
        statement: dated.or(said),
        ..Death::default()
    };
    if let Some(notice) = extension(value, DEATH_NOTICE) {
        let status = extension(notice, "deathNotificationStatus");
        let code = status.and_then(|status| concept::at(status, "valueCodeableConcept"));
        let code = code.and_then(|concept| concept.codings.into_iter().find_map(|coding| coding.code));
        death.notice = code.as_deref().and_then(DeathNotice::from_code);
        // A notice that cannot be read is still a notice; the person's page must not be lost for it.
        if death.notice.is_none() {
            death.unknown_notice = Some(code.unwrap_or_default());
        }
        let from = extension(notice, "systemEffectiveDate");
        death.notice_from = from.and_then(|from| date::at(from, "valueDateTime").ok().flatten());
    }
    Ok(death)
}

fn read_language(value: &Value) -> Option<Language> {
    Some(Language {
        language: concept::at(value, "language")?,
        preferred: value.get("preferred").and_then(Value::as_bool),
    })
}

fn read_contact(value: &Value) -> Result<ContactPerson, MappingError> {
    let one = |key: &str| value.get(key);
    Ok(ContactPerson {
        active: None,
        names: one("name")
            .map(demographic::read_name)
            .transpose()?
            .into_iter()
            .collect(),
        relationships: concept::all(value, "relationship"),
        telecom: try_many(value, "telecom", demographic::read_telecom)?,
        addresses: one("address")
            .map(demographic::read_address)
            .transpose()?
            .into_iter()
            .collect(),
        gender: code(value, "gender", Gender::from_code)?,
        birth_date: None,
        period: date::period_at(value, "period")?,
    })
}

/// Writes a Patient. For a restricted person the label R is written and nothing of their whereabouts.
pub fn to_fhir(person: &Person) -> Value {
    let mut out = Out::new();
    out.put("resourceType", Some(TYPE));
    out.put("id", Some(person.id.as_str()).filter(|id| !id.is_empty()));
    let mut meta = Out::new();
    date::put(&mut meta, "lastUpdated", person.received.as_ref());
    let label = json!({ "system": system::CONFIDENTIALITY, "code": "R", "display": "restricted" });
    meta.put("security", person.is_restricted().then(|| vec![label]));
    out.put("meta", meta.some());
    let extensions: Vec<Value> = [
        person
            .ethnic_category
            .as_ref()
            .map(|c| json!({ "url": ETHNIC_CATEGORY, "valueCodeableConcept": concept::write(c) })),
        person
            .interpreter_needed
            .map(|needed| json!({ "url": INTERPRETER, "valueBoolean": needed })),
        write_notice(&person.death),
    ]
    .into_iter()
    .flatten()
    .collect();
    out.put(
        "extension",
        Some(extensions).filter(|extensions| !extensions.is_empty()),
    );
    let mut identifiers: Vec<Value> = person.nhs_number.iter().map(write_nhs_number).collect();
    identifiers.extend(person.identifiers.iter().map(demographic::write_identifier));
    out.put(
        "identifier",
        Some(identifiers).filter(|identifiers| !identifiers.is_empty()),
    );
    out.put("active", person.active);
    out.list("name", &person.names, demographic::write_name);
    let reach = person.whereabouts.known();
    out.list(
        "telecom",
        reach.map_or(&[], |reach| &reach.telecom),
        demographic::write_telecom,
    );
    out.put("gender", person.gender.map(Gender::code));
    date::put(&mut out, "birthDate", person.birth_date.as_ref());
    match &person.death.statement {
        Some(DeathStatement::Said(said)) => out.put("deceasedBoolean", Some(*said)),
        Some(DeathStatement::On(date)) => date::put(&mut out, "deceasedDateTime", Some(date)),
        None => {}
    }
    out.list(
        "address",
        reach.map_or(&[], |reach| &reach.addresses),
        demographic::write_address,
    );
    out.put(
        "maritalStatus",
        person.marital_status.as_ref().map(concept::write),
    );
    out.list("contact", &person.contacts, write_contact);
    out.list("communication", &person.languages, write_language);
    out.list(
        "generalPractitioner",
        reach.map_or(&[], |reach| &reach.practices),
        reference::write,
    );
    out.list(
        "link",
        &person.links,
        |link| json!({ "other": reference::write(&link.other), "type": link.kind.code() }),
    );
    out.value()
}

fn write_nhs_number(held: &HeldNhsNumber) -> Value {
    let mut out = Out::new();
    let status = held.status.as_ref().map(|status| {
        let display = codes::verification_status::label(status).map(str::to_owned);
        let coding = care::concept::Coding {
            system: Some(system::NHS_NUMBER_VERIFICATION_STATUS.to_owned()),
            code: Some(status.clone()),
            display,
        };
        let concept = concept::write(&Concept {
            codings: vec![coding],
            text: None,
        });
        vec![json!({ "url": VERIFICATION, "valueCodeableConcept": concept })]
    });
    out.put("extension", status);
    out.put("system", Some(system::NHS_NUMBER));
    out.put("value", Some(held.number.digits()));
    out.value()
}

fn write_notice(death: &Death) -> Option<Value> {
    let mut parts: Vec<Value> = Vec::new();
    if let Some(notice) = death.notice {
        let concept = concept::write(&Concept::coded(
            DEATH_NOTICE_SYSTEM,
            notice.code(),
            notice.words(),
        ));
        parts.push(json!({ "url": "deathNotificationStatus", "valueCodeableConcept": concept }));
    }
    if let Some(code) = death.unknown_notice.as_deref().filter(|code| !code.is_empty()) {
        let concept = json!({ "coding": [{ "system": DEATH_NOTICE_SYSTEM, "code": code }] });
        parts.push(json!({ "url": "deathNotificationStatus", "valueCodeableConcept": concept }));
    }
    if let Some(from) = &death.notice_from {
        parts.push(json!({ "url": "systemEffectiveDate", "valueDateTime": from.text() }));
    }
    let is_said = !parts.is_empty() || death.unknown_notice.is_some();
    is_said.then(|| json!({ "url": DEATH_NOTICE, "extension": parts }))
}

fn write_language(language: &Language) -> Value {
    let mut out = Out::new();
    out.put("language", Some(concept::write(&language.language)));
    out.put("preferred", language.preferred);
    out.value()
}

fn write_contact(contact: &ContactPerson) -> Value {
    let mut out = Out::new();
    out.list("relationship", &contact.relationships, concept::write);
    out.put("name", contact.names.first().map(demographic::write_name));
    out.list("telecom", &contact.telecom, demographic::write_telecom);
    out.put(
        "address",
        contact.addresses.first().map(demographic::write_address),
    );
    out.put("gender", contact.gender.map(Gender::code));
    out.put("period", contact.period.as_ref().map(date::write_period));
    out.value()
}
