//! Ids: version 7 UUIDs that are a function of the seed, of whose they are and of what they name.
//!
//! The random bits are a one-to-one function of owner, kind and ordinal, so that two ids of one seed are never equal.
//! The last ten bits are the owner's bucket: all of a person's resources live together in the record.

use uuid::Uuid;

use crate::day::Day;
use crate::random::{Random, Stream};

/// What an id names. The numbers are part of what a seed gives: append, never renumber; at most 63.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Kind {
    /// The person.
    Patient = 1,
    /// A second Patient for the same person.
    Duplicate,
    /// Somebody close to the person.
    RelatedPerson,
    /// A condition.
    Condition,
    /// A measurement or an answer.
    Observation,
    /// What is known of how the person lives.
    SocialHistory,
    /// A panel of measurements.
    DiagnosticReport,
    /// The sample of a panel.
    Specimen,
    /// A prescribed medicine.
    MedicationRequest,
    /// A medicine that the person tells of.
    MedicationStatement,
    /// A medicine that was not tolerated.
    AdverseEvent,
    /// An allergy.
    AllergyIntolerance,
    /// An immunisation.
    Immunization,
    /// A meeting with a service.
    Encounter,
    /// A procedure.
    Procedure,
    /// The images of a procedure.
    ImagingStudy,
    /// A referral.
    ServiceRequest,
    /// An appointment.
    Appointment,
    /// A letter.
    DocumentReference,
    /// A plan.
    CarePlan,
    /// What matters to the person.
    Goal,
    /// Who works by a plan.
    CareTeam,
    /// A consent or a refusal.
    Consent,
    /// A flag.
    Flag,
    /// A questionnaire that was filled in.
    QuestionnaireResponse,
    /// Something to do.
    Task,
    /// A message to the person.
    Communication,
    /// A package of care.
    EpisodeOfCare,
    /// What was thought at a call.
    ClinicalImpression,
    /// Equipment.
    Device,
    /// The use of equipment.
    DeviceUseStatement,
    /// What runs in the family.
    FamilyMemberHistory,
    /// The list of medicines.
    List,
    /// Where a fact came from.
    Provenance,
    /// A fall.
    Fall,
    /// An organisation.
    Organization,
    /// A place.
    Location,
    /// A service that can be booked.
    HealthcareService,
    /// A worker.
    Practitioner,
    /// What a worker does, and where.
    PractitionerRole,
    /// The Patient of a superseded NHS number.
    Superseded,
    /// What a monitor at home showed.
    Reading,
}

/// Owners from here on are organisations: people stay below it.
pub(super) const FIRST_UNIT: u32 = 0xF0_0000;
const ORDINALS: u32 = 1 << 18;
const MS_A_DAY: i64 = 86_400_000;

/// The id of the `ordinal`-th resource of a kind of one owner, in the time of the day `at`.
///
/// Owners are below 2²⁴, kinds below 64 and ordinals below 2¹⁸.
#[must_use]
pub fn id(seed: u64, owner: u32, kind: u16, ordinal: u32, at: Day) -> String {
    debug_assert!(owner < 1 << 24 && kind < 64 && ordinal < ORDINALS);
    let subject = u64::from(owner) << 24 | u64::from(kind) << 18 | u64::from(ordinal & (ORDINALS - 1));
    let random = Random::new(seed, Stream::Id, subject).bits();
    let time = (i64::from(at.0) * MS_A_DAY).max(0) as u128;
    let low = u128::from(random & ((1 << 52) - 1));
    let bits = time << 80 | 7 << 76 | u128::from(random >> 52) << 64 | 2 << 62 | low << 10;
    let mut text = [0u8; 36];
    Uuid::from_u128(bits | u128::from(bucket(seed, owner)))
        .hyphenated()
        .encode_lower(&mut text)
        .to_owned()
}

/// The bucket of an owner, 0–1,023. Kind 0 names nothing, so that the hash is none of the ids' bits.
fn bucket(seed: u64, owner: u32) -> u64 {
    Random::new(seed, Stream::Id, u64::from(owner) << 24).bits() & 1023
}

/// The id of a person's Patient. Its time grows with the place in the region, and says nothing of the person.
#[must_use]
pub fn patient_id(seed: u64, index: u32) -> String {
    id(seed, index, Kind::Patient as u16, 0, joined(index))
}

/// The day that the time of a Patient's id tells: a thousand people join a day from 2 January 2000 on.
pub(super) fn joined(index: u32) -> Day {
    Day(10_958 + (index / 1000) as i32)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_never_meet_and_keep_the_bucket_of_their_owner() {
        let mut seen = HashSet::new();
        for owner in 0..2_000 {
            let mut buckets = HashSet::new();
            for kind in [Kind::Condition as u16, Kind::Observation as u16] {
                for ordinal in 0..60 {
                    let text = id(7, owner, kind, ordinal, Day(ordinal as i32 * 40 - 900));
                    let uuid = Uuid::parse_str(&text).expect("a UUID");
                    assert_eq!(uuid.get_version_num(), 7);
                    assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
                    buckets.insert(uuid.as_u128() & 1023);
                    assert!(seen.insert(text), "an id came twice");
                }
            }
            assert_eq!(buckets.len(), 1);
        }
        assert_eq!(seen.len(), 240_000);
        assert_eq!(patient_id(7, 3), patient_id(7, 3));
        assert_ne!(patient_id(7, 3), patient_id(8, 3));
    }
}
