//! Invented people and what is recorded of them: repeatable from a number, with NHS numbers of the test range 999.
//!
//! A person's resources are made one by one: a Patient, an Encounter, then a mix whose fifth are heart rates, so that
//! a search by patient and code finds 50 in a person of 300; a person of 1,000 has ten problems, about eight medicines
//! now and four allergies. The clinical words are plausible and mean nobody.

use codes::nhs_number::NhsNumber;

/// What stands for a number that differs in every request; twelve bytes, as [`super::workload::Template`] stamps it.
pub(super) const STAMP: &str = "@stamp-here@";
/// What stands for an NHS number that differs in every request.
pub(super) const NHS_STAMP: &str = "@nhs-here@";

/// The code that the search row asks for, as system and code.
pub(super) const SEARCHED: (&str, &str) = ("http://loinc.org", OBSERVED[0].0);

/// Repeatable pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014); not for secrets.
#[derive(Debug, Clone)]
pub(super) struct Seed(u64);

impl Seed {
    pub(super) fn new(seed: u64) -> Seed {
        Seed(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    fn one_of<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.below(choices.len() as u64) as usize]
    }

    /// A random (version 4) UUID.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    fn date(&mut self, from: u64, years: u64) -> String {
        format!(
            "{:04}-{:02}-{:02}",
            from + self.below(years),
            1 + self.below(12),
            1 + self.below(28)
        )
    }

    fn instant(&mut self) -> String {
        let day = self.date(2015, 11);
        format!(
            "{day}T{:02}:{:02}:{:02}+00:00",
            self.below(24),
            self.below(60),
            self.below(60)
        )
    }
}

/// The NHS number of the person with this number, another one for each of the first 500,000.
///
/// Of two neighbouring stems one always has a check digit: the last digit weighs 2, and 2 is no multiple of 11.
pub(super) fn nhs_number(number: u64) -> String {
    let stem = 2 * (number % 500_000);
    (stem..stem + 2)
        .flat_map(|stem| (0..10).map(move |check| format!("999{stem:06}{check}")))
        .find(|digits| NhsNumber::parse(digits).is_ok())
        .unwrap_or_default()
}

/// LOINC, SNOMED CT, words, unit, low and high of the normal range, category.
const OBSERVED: [(&str, &str, &str, &str, u64, u64, &str); 9] = [
    (
        "8867-4",
        "364075005",
        "Heart rate",
        "/min",
        60,
        100,
        "vital-signs",
    ),
    (
        "9279-1",
        "86290005",
        "Respiratory rate",
        "/min",
        12,
        20,
        "vital-signs",
    ),
    (
        "8310-5",
        "386725007",
        "Body temperature",
        "Cel",
        36,
        38,
        "vital-signs",
    ),
    (
        "2708-6",
        "431314004",
        "Peripheral oxygen saturation",
        "%",
        94,
        98,
        "vital-signs",
    ),
    ("29463-7", "27113001", "Body weight", "kg", 50, 90, "vital-signs"),
    ("8302-2", "50373000", "Body height", "cm", 150, 190, "vital-signs"),
    (
        "2823-3",
        "1000651000000109",
        "Serum potassium level",
        "mmol/L",
        3,
        5,
        "laboratory",
    ),
    (
        "2160-0",
        "1000731000000107",
        "Serum creatinine level",
        "umol/L",
        59,
        104,
        "laboratory",
    ),
    (
        "718-7",
        "1022431000000105",
        "Haemoglobin estimation",
        "g/L",
        115,
        165,
        "laboratory",
    ),
];
const CONDITIONS: [(&str, &str); 6] = [
    ("38341003", "Hypertensive disorder"),
    ("44054006", "Type 2 diabetes mellitus"),
    ("195967001", "Asthma"),
    ("84114007", "Heart failure"),
    ("13645005", "Chronic obstructive pulmonary disease"),
    ("40930008", "Hypothyroidism"),
];
const MEDICINES: [(&str, &str); 4] = [
    ("322236009", "Paracetamol 500mg tablets"),
    ("318135008", "Bisoprolol 2.5mg tablets"),
    ("325278007", "Metformin 500mg tablets"),
    ("319775004", "Aspirin 75mg tablets"),
];
const FAMILIES: [&str; 10] = [
    "Ashworth", "Begum", "Carter", "Dhillon", "Evans", "Fletcher", "Grant", "Hussain", "Iqbal", "Jones",
];
const GIVEN: [&str; 10] = [
    "Aisha", "Brian", "Carol", "David", "Edith", "Fatima", "George", "Helen", "Imran", "Joan",
];

/// Whom a resource is about, and where: both as they stand in a Reference.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) patient: &'a str,
    pub(super) encounter: &'a str,
}

/// What a person's resources are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mix {
    /// Seven in ten are Observations; problems, medicines, contacts, procedures and vaccinations are the rest.
    Life,
    /// All are heart rates.
    HeartRates,
}

/// One resource: its type and its JSON.
pub(super) type Made = (&'static str, String);

pub(super) fn patient(seed: &mut Seed, id: Option<&str>, nhs_number: &str) -> Made {
    let (family, given) = (*seed.one_of(&FAMILIES), *seed.one_of(&GIVEN));
    let gender = *seed.one_of(&["female", "male"]);
    let (born, house, phone, gp) = (
        seed.date(1930, 80),
        1 + seed.below(200),
        seed.below(1_000_000),
        seed.below(10_000),
    );
    let id = member(id);
    let json = format!(
        r#"{{"resourceType":"Patient",{id}"identifier":[{{"extension":[{{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{{"coding":[{{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01","display":"Number present and verified"}}]}}}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{nhs_number}"}}],"active":true,"name":[{{"use":"official","family":"{family}","given":["{given}"]}}],"telecom":[{{"system":"phone","value":"07700{phone:06}","use":"mobile"}}],"gender":"{gender}","birthDate":"{born}","address":[{{"use":"home","line":["{house} Mill Lane"],"city":"Leeds","postalCode":"LS{} {}AB"}}],"generalPractitioner":[{{"type":"Organization","identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B8{gp:04}"}}}}]}}"#,
        1 + seed.below(28),
        seed.below(10)
    );
    ("Patient", json)
}

pub(super) fn encounter(seed: &mut Seed, id: Option<&str>, patient: &str) -> Made {
    let (day, hour, id) = (seed.date(2015, 11), seed.below(22), member(id));
    let json = format!(
        r#"{{"resourceType":"Encounter",{id}"status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB","display":"ambulatory"}},"type":[{{"coding":[{{"system":"http://snomed.info/sct","code":"185345009","display":"Encounter for symptom"}}]}}],"subject":{{"reference":"{patient}"}},"period":{{"start":"{day}T{hour:02}:00:00+00:00","end":"{day}T{hour:02}:20:00+00:00"}},"serviceProvider":{{"type":"Organization","identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B86022"}},"display":"Mill Lane Surgery"}}}}"#
    );
    ("Encounter", json)
}

/// An Observation of 1.2 kB with twelve index values. `identifier` is twelve characters.
pub(super) fn observation(
    seed: &mut Seed,
    id: Option<&str>,
    about: About<'_>,
    identifier: &str,
    which: Option<usize>,
) -> Made {
    let which = which.unwrap_or_else(|| 1 + seed.below(OBSERVED.len() as u64 - 1) as usize);
    let (loinc, snomed, words, unit, low, high, category) = OBSERVED[which % OBSERVED.len()];
    let value = low.saturating_sub(2) + seed.below(high - low + 4);
    let interpretation = match value {
        value if value < low => ("L", "Low"),
        value if value >= high => ("H", "High"),
        _ => ("N", "Normal"),
    };
    let (tenth, at, id) = (seed.below(10), seed.instant(), member(id));
    let quantity = |value: String| {
        format!(r#"{{"value":{value},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}}"#)
    };
    let (measured, low, high) = (
        quantity(format!("{value}.{tenth}")),
        quantity(low.to_string()),
        quantity(high.to_string()),
    );
    let About { patient, encounter } = about;
    let json = format!(
        r#"{{"resourceType":"Observation",{id}"identifier":[{{"system":"https://example.nhs.uk/observation","value":"{identifier}"}}],"status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{category}"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"{loinc}","display":"{words}"}},{{"system":"http://snomed.info/sct","code":"{snomed}","display":"{words}"}}],"text":"{words}"}},"subject":{{"reference":"{patient}"}},"encounter":{{"reference":"{encounter}"}},"effectiveDateTime":"{at}","issued":"{at}","performer":[{{"type":"Organization","identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B86022"}},"display":"Mill Lane Surgery"}}],"valueQuantity":{measured},"interpretation":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"{}","display":"{}"}}]}}],"referenceRange":[{{"low":{low},"high":{high}}}]}}"#,
        interpretation.0, interpretation.1
    );
    ("Observation", json)
}

/// The resource at `place` (from 2: a Patient is at 0 and an Encounter at 1) of a person.
pub(super) fn resource(seed: &mut Seed, place: usize, mix: Mix, id: Option<&str>, about: About<'_>) -> Made {
    let identifier = format!("{:012}", seed.below(1_000_000_000_000));
    match (mix, place % 20) {
        (Mix::HeartRates, _) | (Mix::Life, 0..=3) => observation(seed, id, about, &identifier, Some(0)),
        (Mix::Life, 14) if place % 100 == 14 => condition(seed, id, about),
        (Mix::Life, 4..=14) => observation(seed, id, about, &identifier, None),
        (Mix::Life, 15) => encounter(seed, id, about.patient),
        (Mix::Life, 16) => procedure(seed, id, about),
        (Mix::Life, 17) => immunization(seed, id, about),
        (Mix::Life, 18) if place % 300 == 18 => allergy(seed, id, about),
        (Mix::Life, _) => medication_request(seed, id, about),
    }
}

fn condition(seed: &mut Seed, id: Option<&str>, about: About<'_>) -> Made {
    let (code, words) = *seed.one_of(&CONDITIONS);
    let (onset, recorded, id) = (seed.date(1995, 20), seed.date(2015, 11), member(id));
    let json = format!(
        r#"{{"resourceType":"Condition",{id}"clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}}]}},"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-category","code":"problem-list-item"}}]}}],"code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{code}","display":"{words}"}}]}},"subject":{{"reference":"{}"}},"encounter":{{"reference":"{}"}},"onsetDateTime":"{onset}","recordedDate":"{recorded}"}}"#,
        about.patient, about.encounter
    );
    ("Condition", json)
}

fn medication_request(seed: &mut Seed, id: Option<&str>, about: About<'_>) -> Made {
    let (code, words) = *seed.one_of(&MEDICINES);
    let status = match seed.below(12) {
        0 => "active",
        1 => "stopped",
        _ => "completed",
    };
    let (at, id) = (seed.instant(), member(id));
    let json = format!(
        r#"{{"resourceType":"MedicationRequest",{id}"status":"{status}","intent":"order","medicationCodeableConcept":{{"coding":[{{"system":"http://snomed.info/sct","code":"{code}","display":"{words}"}}],"text":"{words}"}},"subject":{{"reference":"{}"}},"encounter":{{"reference":"{}"}},"authoredOn":"{at}","dosageInstruction":[{{"text":"One to be taken each day","timing":{{"repeat":{{"frequency":1,"period":1,"periodUnit":"d"}}}}}}]}}"#,
        about.patient, about.encounter
    );
    ("MedicationRequest", json)
}

fn allergy(seed: &mut Seed, id: Option<&str>, about: About<'_>) -> Made {
    let (recorded, id) = (seed.date(2015, 11), member(id));
    let json = format!(
        r#"{{"resourceType":"AllergyIntolerance",{id}"clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}}]}},"verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}}]}},"type":"allergy","category":["medication"],"criticality":"high","code":{{"coding":[{{"system":"http://snomed.info/sct","code":"91936005","display":"Allergy to penicillin"}}]}},"patient":{{"reference":"{}"}},"recordedDate":"{recorded}","reaction":[{{"manifestation":[{{"coding":[{{"system":"http://snomed.info/sct","code":"271807003","display":"Eruption of skin"}}]}}],"severity":"moderate"}}]}}"#,
        about.patient
    );
    ("AllergyIntolerance", json)
}

fn procedure(seed: &mut Seed, id: Option<&str>, about: About<'_>) -> Made {
    let (at, id) = (seed.instant(), member(id));
    let json = format!(
        r#"{{"resourceType":"Procedure",{id}"status":"completed","code":{{"coding":[{{"system":"http://snomed.info/sct","code":"225358003","display":"Wound care"}}]}},"subject":{{"reference":"{}"}},"encounter":{{"reference":"{}"}},"performedDateTime":"{at}"}}"#,
        about.patient, about.encounter
    );
    ("Procedure", json)
}

fn immunization(seed: &mut Seed, id: Option<&str>, about: About<'_>) -> Made {
    let (at, id) = (seed.date(2015, 11), member(id));
    let json = format!(
        r#"{{"resourceType":"Immunization",{id}"status":"completed","vaccineCode":{{"coding":[{{"system":"http://snomed.info/sct","code":"822851000000102","display":"Seasonal influenza vaccination"}}]}},"patient":{{"reference":"{}"}},"encounter":{{"reference":"{}"}},"occurrenceDateTime":"{at}","primarySource":true}}"#,
        about.patient, about.encounter
    );
    ("Immunization", json)
}

fn member(id: Option<&str>) -> String {
    id.map(|id| format!("\"id\":\"{id}\",")).unwrap_or_default()
}
