//! URIs of identifier systems and code systems, and the name by which a person may see them.
//!
//! Sources: `data/identifier_systems.csv`, `data/code_systems.csv`; FHIR R4 for the HL7 terminology systems.

/// NHS number of a person.
pub const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// How far an NHS number was verified (01 to 08), as UK Core now asks.
pub const NHS_NUMBER_VERIFICATION_STATUS: &str =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland";
/// The retired, text-coded system of the same: accepted, never sent.
pub const NHS_NUMBER_VERIFICATION_STATUS_RETIRED: &str =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";
/// SNOMED CT, UK edition included.
pub const SNOMED_CT: &str = "http://snomed.info/sct";
/// ICD-10 of the World Health Organization, as the United Kingdom records it.
pub const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
/// The United Kingdom's own name of the same (from memory): accepted, never sent.
pub const ICD_10_UK: &str = "https://fhir.hl7.org.uk/Id/icd-10";
/// Another name of it that is met in records: accepted, never sent.
pub const ICD_10_SID_UK: &str = "http://hl7.org/fhir/sid/icd-10-uk";
/// Clinical Terms version 3: withdrawn, met in old records and published lists.
pub const CTV3: &str = "http://read.info/readctv3";
/// The name under which HL7 UK lists it.
pub const CTV3_UK: &str = "http://read.info/ctv3";

/// Whether a system is ICD-10, by any name it is met with: wherever one of them counts, all do.
pub fn is_icd_10(system: &str) -> bool {
    [ICD_10, ICD_10_UK, ICD_10_SID_UK].contains(&system)
}

/// Whether a system is Clinical Terms version 3, likewise.
pub fn is_ctv3(system: &str) -> bool {
    [CTV3, CTV3_UK].contains(&system)
}
/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// Unified Code for Units of Measure.
pub const UCUM: &str = "http://unitsofmeasure.org";
/// NHS dictionary of medicines and devices.
pub const DMD: &str = "https://dmd.nhs.uk";
/// RxNorm: United States medicine codes, met in synthetic data.
pub const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
/// CVX: United States vaccine codes, met in synthetic data.
pub const CVX: &str = "http://hl7.org/fhir/sid/cvx";
/// ODS code of an organisation.
pub const ODS_ORGANISATION: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
/// User id of a member of staff in the Spine Directory Service, as NHS CIS2 names them.
pub const SDS_USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
/// ODS code of a site.
pub const ODS_SITE: &str = "https://fhir.nhs.uk/Id/ods-site-code";
/// HL7 confidentiality labels: R (restricted) and V (very restricted) hide a person's whereabouts.
pub const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
/// Encounter classes and other acts.
pub const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// High, low, normal: what a laboratory says of a value.
pub const OBSERVATION_INTERPRETATION: &str =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
/// Laboratory, vital signs, survey and the like.
pub const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
/// Where a condition stands.
pub const CONDITION_CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
/// How sure a condition is.
pub const CONDITION_VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
/// Where an allergy stands.
pub const ALLERGY_CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
/// How sure an allergy is.
pub const ALLERGY_VERIFICATION: &str =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
