//! Patient: who the person is; the Patient of a superseded NHS number; the second one of somebody registered twice.

use codes::system::{CONFIDENTIALITY, NHS_NUMBER, NHS_NUMBER_VERIFICATION_STATUS};
use codes::{ethnic_category, verification_status};
use serde_json::{Value, json};

use super::datatype::{Draft, concept, extension, extension_of, period};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::{Adjustment, Dwelling, FaultKind, Name, NumberStatus, Person, Sex};

const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
const DEATH_NOTIFICATION: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus";
const UNAVAILABLE: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberUnavailableReason";
const CONTACT_METHOD: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredContactMethod";
const WRITTEN_FORMAT: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredWrittenCommunicationFormat";
const BIRTH_SEX: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-BirthSex";
const HOSPITAL_NUMBER: &str = "https://sarsen.example/Id/hospital-number";
/// The small area (LSOA 2021) of an address, as its code: invented postcodes cannot be looked up.
pub const SMALL_AREA: &str = "https://sarsen.example/StructureDefinition/small-area";
/// The postcode of people with no fixed abode (ODS).
const NO_FIXED_ABODE: &str = "ZZ99 3VZ";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let person = &rendering.life.person;
    let mut draft = rendering.open("Patient", "Patient", Kind::Patient, 0, person.birth);
    if person.restricted {
        let label = json!([{ "system": CONFIDENTIALITY, "code": "R", "display": "restricted" }]);
        draft.label("security", label);
    }
    draft.put_list("extension", extensions(rendering));
    draft.put_list("identifier", identifiers(rendering));
    draft.put("active", person.death.is_none());
    draft.put_list("name", names(rendering));
    if !person.restricted {
        draft.put_list("telecom", telecom(person));
    }
    about(rendering, &mut draft);
    if !person.restricted {
        draft.put_list("address", addresses(rendering));
    }
    draft.put(
        "communication",
        json!([{ "language": language(person), "preferred": true }]),
    );
    if let Some(practice) = rendering.practice().filter(|_| !person.restricted) {
        let practice = rendering.organisation(practice);
        draft.put("generalPractitioner", vec![practice.clone()]);
        draft.put("managingOrganization", practice);
    }
    rendering.keep(draft);
    superseded(rendering);
    duplicate(rendering);
}

/// Gender, day of birth, death.
fn about(rendering: &Rendering<'_>, draft: &mut Draft) {
    let person = &rendering.life.person;
    draft.put("gender", gender(person.sex));
    draft.put("birthDate", date(person.birth));
    draft.put_some("deceasedDateTime", person.death.map(date));
}

pub(super) fn gender(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    }
}

/// A second Patient, as an emergency department opens one that does not find the first: no NHS number, a name as heard.
fn duplicate(rendering: &mut Rendering<'_>) {
    let person = &rendering.life.person;
    let Some(since) = fault(rendering, FaultKind::Duplicate) else {
        return;
    };
    let mut draft = rendering.open("Patient", "Patient", Kind::Duplicate, 0, since);
    let reason = concept(UNAVAILABLE, "nhs-number-not-known", "NHS number not known");
    draft.put(
        "extension",
        vec![extension(
            "NHSNumberUnavailableReason",
            "valueCodeableConcept",
            &reason,
        )],
    );
    let number = format!("H{:07}", rendering.random(1).below(10_000_000));
    draft.put(
        "identifier",
        json!([{ "system": HOSPITAL_NUMBER, "value": number, "period": period(Some(date(since)), None) }]),
    );
    draft.put("active", true);
    let given: Vec<&str> = person.name.given.iter().take(1).copied().collect();
    draft.put(
        "name",
        json!([{ "use": "usual", "family": respelled(&person.name.family), "given": given }]),
    );
    about(rendering, &mut draft);
    if !person.restricted && person.dwelling != Dwelling::NoFixedAddress {
        let lines: Vec<&String> = person.lines.iter().take(1).collect();
        let address = json!({ "use": "home", "line": lines, "postalCode": person.postcode });
        draft.put("address", vec![address]);
    }
    rendering.keep(draft);
}

/// The Patient of an NHS number that another one superseded: a Patient has one NHS number, and the old one links on.
fn superseded(rendering: &mut Rendering<'_>) {
    let person = &rendering.life.person;
    let (Some(since), Some(number)) = (fault(rendering, FaultKind::MergedNumber), &person.superseded) else {
        return;
    };
    let mut draft = rendering.open("Patient", "Patient", Kind::Superseded, 0, since);
    let mut identifier = nhs_number(number, verification_status::VERIFIED, "old");
    identifier["period"] = period(None, Some(date(since)));
    draft.put("identifier", vec![identifier]);
    draft.put("active", false);
    draft.put("name", vec![human_name(&person.name, "old")]);
    about(rendering, &mut draft);
    draft.put(
        "link",
        json!([{ "other": rendering.person(), "type": "replaced-by" }]),
    );
    rendering.keep(draft);
}

/// Since when the data have a fault.
pub(super) fn fault(rendering: &Rendering<'_>, kind: FaultKind) -> Option<Day> {
    let mut faults = rendering.life.faults.iter();
    faults.find(|fault| fault.kind == kind).map(|fault| fault.day)
}

fn extensions(rendering: &Rendering<'_>) -> Vec<Value> {
    let person = &rendering.life.person;
    let mut found = Vec::new();
    let mut letter = [0u8; 4];
    let category = &*person.ethnicity.category.encode_utf8(&mut letter);
    if let Some(label) = ethnic_category::label(category) {
        let category = concept(ethnic_category::SYSTEM, category, label);
        found.push(extension("EthnicCategory", "valueCodeableConcept", &category));
    }
    let birth_sex = match person.sex {
        Sex::Female => concept(BIRTH_SEX, "F", "Female"),
        Sex::Male => concept(BIRTH_SEX, "M", "Male"),
    };
    found.push(extension("BirthSex", "valueCodeableConcept", &birth_sex));
    if person.preferences.interpreter {
        found.push(json!({ "url": INTERPRETER, "valueBoolean": true }));
    }
    found.extend(contact_preference(person));
    if let Some(death) = person.death {
        found.push(death_notice(death, rendering.today));
    }
    found
}

fn contact_preference(person: &Person) -> Option<Value> {
    let preferences = &person.preferences;
    let mut parts = Vec::new();
    let method = match (preferences.paper, person.mobile.is_empty()) {
        (true, _) => Some(concept(CONTACT_METHOD, "1", "Letter")),
        (false, false) => Some(concept(CONTACT_METHOD, "9", "SMS")),
        (false, true) => None,
    };
    if let Some(method) = method {
        parts.push(json!({ "url": "PreferredContactMethod", "valueCodeableConcept": method }));
    }
    if preferences.adjustments.contains(&Adjustment::LargePrint) {
        let format = concept(WRITTEN_FORMAT, "11", "Large print");
        parts.push(json!({ "url": "PreferredWrittenCommunicationFormat", "valueCodeableConcept": format }));
    }
    (!parts.is_empty()).then(|| extension_of("ContactPreference", &parts))
}

/// A death is registered within five days (Births and Deaths Registration Act 1953): until then the notice is informal.
fn death_notice(death: Day, today: Day) -> Value {
    let (code, label) = if today.0 - death.0 < 5 {
        (
            "1",
            "Informal - death notice received via an update from a local NHS Organisation such as GP or Trust",
        )
    } else {
        ("2", "Formal - death notice received from Registrar of Deaths")
    };
    let status = concept(DEATH_NOTIFICATION, code, label);
    let from = if code == "1" { death } else { death.plus(5) };
    extension_of(
        "DeathNotificationStatus",
        &[
            json!({ "url": "deathNotificationStatus", "valueCodeableConcept": status }),
            json!({ "url": "systemEffectiveDate", "valueDateTime": date(from) }),
        ],
    )
}

fn identifiers(rendering: &Rendering<'_>) -> Vec<Value> {
    let person = &rendering.life.person;
    let code = match person.number_status {
        NumberStatus::Verified => verification_status::VERIFIED,
        NumberStatus::NotTraced => "02",
        NumberStatus::TraceRequired => "03",
    };
    if person.nhs_number.is_empty() {
        return Vec::new();
    }
    vec![nhs_number(&person.nhs_number, code, "official")]
}

fn nhs_number(number: &str, status: &str, kind: &str) -> Value {
    let label = verification_status::label(status).unwrap_or_default();
    let status = concept(NHS_NUMBER_VERIFICATION_STATUS, status, label);
    let status = extension("NHSNumberVerificationStatus", "valueCodeableConcept", &status);
    json!({ "extension": [status], "use": kind, "system": NHS_NUMBER, "value": number })
}

fn names(rendering: &Rendering<'_>) -> Vec<Value> {
    let person = &rendering.life.person;
    let mut found = vec![human_name(&person.name, "official")];
    if let Some(known_as) = person.name.known_as {
        found.push(json!({ "use": "nickname", "given": [known_as] }));
    }
    if let Some(earlier) = &person.earlier_name {
        found.push(human_name(earlier, "old"));
    }
    if let Some(since) = fault(rendering, FaultKind::TwoSpellings) {
        // As another source writes it: neither old nor in use.
        let family = respelled(&person.name.family);
        let period = period(Some(date(since)), None);
        let given: Vec<&str> = person.name.given.iter().take(1).copied().collect();
        found.push(json!({ "use": "temp", "family": family, "given": given, "period": period }));
    }
    found
}

pub(super) fn human_name(name: &Name, kind: &str) -> Value {
    let mut value = json!({ "use": kind });
    if !name.family.is_empty() {
        value["family"] = json!(name.family);
    }
    if !name.given.is_empty() {
        value["given"] = json!(name.given);
    }
    if !name.title.is_empty() {
        value["prefix"] = json!([name.title]);
    }
    value
}

/// A family name as somebody spells it who only heard it.
pub(super) fn respelled(family: &str) -> String {
    const HEARD: [(&str, &str); 10] = [
        ("ph", "f"),
        ("ie", "ei"),
        ("ee", "ea"),
        ("th", "t"),
        ("ck", "k"),
        ("ll", "l"),
        ("nn", "n"),
        ("ai", "ay"),
        ("i", "y"),
        ("e", "a"),
    ];
    // The first letter stays: indexes are by it.
    let first = family.chars().next().map_or(0, char::len_utf8);
    let (start, rest) = family.split_at(first);
    for (written, heard) in HEARD {
        if rest.contains(written) {
            return format!("{start}{}", rest.replacen(written, heard, 1));
        }
    }
    format!("{family}e")
}

fn telecom(person: &Person) -> Vec<Value> {
    let mut found = Vec::new();
    if !person.telephone.is_empty() {
        found.push(json!({ "system": "phone", "value": person.telephone, "use": "home" }));
    }
    if !person.mobile.is_empty() {
        found.push(json!({ "system": "phone", "value": person.mobile, "use": "mobile" }));
    }
    if !person.email.is_empty() {
        found.push(json!({ "system": "email", "value": person.email, "use": "home" }));
    }
    found
}

fn addresses(rendering: &Rendering<'_>) -> Vec<Value> {
    let person = &rendering.life.person;
    let mut found = Vec::new();
    let moved = person.earlier_address.as_ref().map(|(.., moved)| *moved);
    if person.dwelling == Dwelling::NoFixedAddress {
        found.push(json!({ "use": "home", "text": "No fixed abode", "postalCode": NO_FIXED_ABODE }));
    } else if !person.lines.is_empty() {
        let area = rendering.place.areas.get(usize::from(person.area));
        let mut address = json!({ "use": "home", "line": person.lines });
        if let Some(area) = area {
            address["extension"] = json!([{ "url": SMALL_AREA, "valueCode": area.code }]);
            let council = rendering.place.councils.get(usize::from(area.council));
            address["district"] = json!(council.map_or("", |council| council.name.as_str()));
        }
        place(&mut address, &person.town, &person.postcode);
        if let Some(moved) = moved {
            address["period"] = period(Some(date(moved)), None);
        }
        found.push(address);
    }
    if let Some((lines, town, postcode, moved)) = &person.earlier_address {
        let mut address = json!({ "use": "old", "line": lines, "period": period(None, Some(date(*moved))) });
        place(&mut address, town, postcode);
        found.push(address);
    }
    found
}

fn place(address: &mut Value, town: &str, postcode: &str) {
    for (key, text) in [("city", town), ("postalCode", postcode), ("country", "GBR")] {
        if !text.is_empty() {
            address[key] = json!(text);
        }
    }
}

/// The language, with English words for those that people of the region speak most.
pub(super) fn language(person: &Person) -> Value {
    let code = match person.preferences.language {
        "" => "en",
        other => other,
    };
    match language_name(code) {
        Some(name) => concept("urn:ietf:bcp:47", code, name),
        None => json!({ "coding": [{ "system": "urn:ietf:bcp:47", "code": code }] }),
    }
}

/// The English name of a language.
pub(super) fn language_name(code: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 24] = [
        ("en", "English"),
        ("pl", "Polish"),
        ("ro", "Romanian"),
        ("pt", "Portuguese"),
        ("es", "Spanish"),
        ("it", "Italian"),
        ("fr", "French"),
        ("ur", "Urdu"),
        ("pa", "Punjabi"),
        ("bn", "Bengali"),
        ("gu", "Gujarati"),
        ("ta", "Tamil"),
        ("hi", "Hindi"),
        ("ne", "Nepali"),
        ("ar", "Arabic"),
        ("so", "Somali"),
        ("zh", "Chinese"),
        ("uk", "Ukrainian"),
        ("fa", "Persian"),
        ("kok", "Konkani"),
        ("ml", "Malayalam"),
        ("sw", "Swahili"),
        ("tr", "Turkish"),
        ("bfi", "British Sign Language"),
    ];
    NAMES
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::grow::person::SPOKEN;

    #[test]
    fn every_language_that_is_spoken_has_a_name() {
        for code in SPOKEN.into_iter().flatten() {
            assert!(language_name(code).is_some(), "{code}");
        }
    }

    #[test]
    fn a_name_that_was_heard_is_spelled_otherwise_and_keeps_its_first_letter() {
        for family in ["Phillips", "Smith", "Ng", "Éluard", "O'Brien", "Li"] {
            let heard = respelled(family);
            assert_ne!(heard, family);
            assert_eq!(heard.chars().next(), family.chars().next());
        }
    }
}
