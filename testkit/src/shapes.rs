//! Invented FHIR R4 resources of the shapes that English services exchange: for loads, proofs and training the
//! dictionary. Names and numbers are made from a seed; NHS numbers come from the 999 test range.

use crate::seed::Seed;

const FAMILY: [&str; 16] = [
    "Ashworth", "Begum", "Carter", "Dhillon", "Evans", "Fletcher", "Grant", "Hussain", "Iqbal", "Jones",
    "Khan", "Lewis", "Morris", "Nowak", "O'Neill", "Patel",
];
const GIVEN: [&str; 16] = [
    "Aisha", "Brian", "Carol", "David", "Edith", "Fatima", "George", "Helen", "Imran", "Joan", "Kevin",
    "Linda", "Mohammed", "Nora", "Olive", "Peter",
];
const OBSERVED: [(&str, &str, &str, &str, u64, u64); 6] = [
    ("8867-4", "364075005", "Heart rate", "/min", 50, 70),
    ("9279-1", "86290005", "Respiratory rate", "/min", 10, 20),
    ("8310-5", "276885007", "Core body temperature", "Cel", 35, 5),
    ("2708-6", "431314004", "Peripheral oxygen saturation", "%", 85, 15),
    ("29463-7", "27113001", "Body weight", "kg", 45, 70),
    ("8302-2", "50373000", "Body height", "cm", 145, 50),
];
const CONDITIONS: [(&str, &str); 6] = [
    ("38341003", "Hypertensive disorder"),
    ("44054006", "Type 2 diabetes mellitus"),
    ("195967001", "Asthma"),
    ("84114007", "Heart failure"),
    ("13645005", "Chronic obstructive pulmonary disease"),
    ("40930008", "Hypothyroidism"),
];

/// A test NHS number (999 range) with a right check digit, made from `number`.
#[must_use]
pub fn nhs_number(number: u64) -> String {
    let mut stem = number % 1_000_000;
    loop {
        let digits = format!("999{stem:06}");
        let sum: u32 = digits
            .bytes()
            .zip((2..=10).rev())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            11 => return format!("{digits}0"),
            10 => stem = (stem + 1) % 1_000_000,
            check => return format!("{digits}{check}"),
        }
    }
}

/// A Patient; `number` makes the NHS number.
#[must_use]
pub fn patient(seed: &mut Seed, number: u64) -> String {
    let (family, given) = (*seed.one_of(&FAMILY), *seed.one_of(&GIVEN));
    let born = date(seed, 1930, 80);
    let gender = if seed.chance(50) { "female" } else { "male" };
    let house = 1 + seed.below(200);
    let postcode = format!(
        "LS{} {}{}{}",
        1 + seed.below(28),
        seed.below(10),
        letter(seed),
        letter(seed)
    );
    let phone = seed.below(1_000_000);
    format!(
        r#"{{"resourceType":"Patient","meta":{{"profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"]}},"identifier":[{{"extension":[{{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{{"coding":[{{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01","display":"Number present and verified"}}]}}}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{}"}}],"active":true,"name":[{{"use":"official","family":"{family}","given":["{given}"]}}],"telecom":[{{"system":"phone","value":"07700{phone:06}","use":"mobile"}}],"gender":"{gender}","birthDate":"{born}","address":[{{"use":"home","line":["{house} Mill Lane"],"city":"Leeds","postalCode":"{postcode}"}}],"generalPractitioner":[{{"type":"Organization","identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B8{:04}"}}}}]}}"#,
        nhs_number(number),
        seed.below(10_000)
    )
}

/// An Observation of a vital sign about `patient` (an id).
#[must_use]
pub fn observation(seed: &mut Seed, patient: &str) -> String {
    let (loinc, snomed, display, unit, low, spread) = *seed.one_of(&OBSERVED);
    let (value, tenth) = (low + seed.below(spread), seed.below(10));
    let (at, performer, encounter) = (instant(seed), seed.uuid(), seed.uuid());
    format!(
        r#"{{"resourceType":"Observation","meta":{{"profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Observation"]}},"identifier":[{{"system":"https://example.nhs.uk/observation-id","value":"{}"}}],"status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}}]}}],"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{snomed}","display":"{display}"}},{{"system":"http://loinc.org","code":"{loinc}","display":"{display}"}}],"text":"{display}"}},"subject":{{"reference":"Patient/{patient}"}},"encounter":{{"reference":"Encounter/{encounter}"}},"effectiveDateTime":"{at}","issued":"{at}","performer":[{{"reference":"Practitioner/{performer}"}}],"valueQuantity":{{"value":{value}.{tenth},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}}}}"#,
        seed.uuid(),
    )
}

/// A Condition about `patient`.
#[must_use]
pub fn condition(seed: &mut Seed, patient: &str) -> String {
    let (code, display) = *seed.one_of(&CONDITIONS);
    let (onset, recorded) = (date(seed, 1990, 30), date(seed, 2020, 6));
    format!(
        r#"{{"resourceType":"Condition","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}}]}},"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}}]}}],"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{code}","display":"{display}"}}]}},"subject":{{"reference":"Patient/{patient}"}},"onsetDateTime":"{onset}","recordedDate":"{recorded}"}}"#
    )
}

/// A Task for `patient`.
#[must_use]
pub fn task(seed: &mut Seed, patient: &str) -> String {
    let status = *seed.one_of(&["requested", "accepted", "in-progress", "completed"]);
    let at = instant(seed);
    format!(
        r#"{{"resourceType":"Task","status":"{status}","intent":"order","priority":"urgent","code":{{"coding":[{{"system":"http://snomed.info/sct","code":"225358003","display":"Wound care"}}]}},"for":{{"reference":"Patient/{patient}"}},"authoredOn":"{at}","lastModified":"{at}","owner":{{"identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"RCB00"}}}}}}"#
    )
}

/// A MedicationRequest for `patient`.
#[must_use]
pub fn medication_request(seed: &mut Seed, patient: &str) -> String {
    let (code, display) = *seed.one_of(&[
        ("322236009", "Paracetamol 500mg tablets"),
        ("318135008", "Bisoprolol 2.5mg tablets"),
        ("325278007", "Metformin 500mg tablets"),
        ("319775004", "Aspirin 75mg tablets"),
    ]);
    let at = instant(seed);
    format!(
        r#"{{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{{"coding":[{{"system":"https://dmd.nhs.uk","code":"{code}","display":"{display}"}},{{"system":"http://snomed.info/sct","code":"{code}","display":"{display}"}}]}},"subject":{{"reference":"Patient/{patient}"}},"authoredOn":"{at}","dosageInstruction":[{{"text":"One to be taken each day","timing":{{"repeat":{{"frequency":1,"period":1,"periodUnit":"d"}}}}}}]}}"#
    )
}

fn letter(seed: &mut Seed) -> char {
    char::from(*seed.one_of(b"ABDEFGHJLNPQRSTUWXYZ"))
}

fn date(seed: &mut Seed, from: u64, years: u64) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        from + seed.below(years),
        1 + seed.below(12),
        1 + seed.below(28)
    )
}

fn instant(seed: &mut Seed) -> String {
    let day = date(seed, 2019, 7);
    format!(
        "{day}T{:02}:{:02}:{:02}+00:00",
        seed.below(24),
        seed.below(60),
        seed.below(60)
    )
}
