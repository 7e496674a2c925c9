//! Encounter ↔ encounter.

use care::record::fact::Encounter;
use care::record::fact::encounter::EncounterStatus;
use care::record::{Fact, Mention};
use care::when::When;
use serde_json::{Value, json};

use crate::datatype::{concept, date, reference};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{Out, extension, list, status};
use crate::names::Names;

const TYPE: &str = "Encounter";
const ADMISSION_METHOD: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod";

/// Reads an Encounter.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Encounter>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Encounter>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let (status, entered_in_error) = status(value, "status", EncounterStatus::from_code)?;
    let period = date::period_at(value, "period")?;
    let participants: Vec<Mention> = list(value, "participant")
        .map(|one| read_participant(source, one))
        .collect();
    let origin = Origin {
        author: participants.first().cloned(),
        recorded: None,
        effective: period.clone().map(When::Over),
        entered_in_error,
    };
    let stay = value.get("hospitalization");
    let what = Encounter {
        status,
        class: value.get("class").map(concept::read_coding),
        types: concept::all(value, "type"),
        reasons: concept::all(value, "reasonCode"),
        period,
        participants,
        provider: source.mention(value, "serviceProvider"),
        locations: list(value, "location")
            .filter_map(|one| source.mention(one, "location"))
            .collect(),
        admission_method: stay
            .and_then(|stay| extension(stay, ADMISSION_METHOD))
            .and_then(|method| concept::at(method, "valueCodeableConcept")),
        discharged_to: stay.and_then(|stay| concept::at(stay, "dischargeDisposition")),
    };
    let provider = what.provider.as_ref().and_then(|provider| provider.name.clone());
    let mut fact = fact::read(source, "subject", origin, what)?;
    fact.provenance.organisation = provider;
    Ok(fact)
}

/// The role is what the participant did in the encounter, else the professional's own.
fn read_participant(source: Source<'_>, value: &Value) -> Mention {
    let found = value
        .get("individual")
        .map(|individual| reference::author(individual, source.value, source.names))
        .unwrap_or_default();
    let did = list(value, "type")
        .next()
        .map(|code| concept::read(code).words().to_owned());
    Mention {
        role: did.or(found.role),
        organisation: None,
        ..found
    }
}

/// Writes an Encounter. The author is its first participant and is not written apart.
pub fn to_fhir(fact: &Fact<Encounter>) -> Value {
    let what = &fact.what;
    let bare = Fact {
        provenance: care::record::Provenance {
            author: None,
            ..fact.provenance.clone()
        },
        ..fact.clone()
    };
    let mut out = fact::open(TYPE, &bare);
    out.status(
        "status",
        what.status.map(EncounterStatus::code),
        fact.entered_in_error,
    );
    out.put("class", what.class.as_ref().map(concept::write_coding));
    out.list("type", &what.types, concept::write);
    reference::put(&mut out, "subject", fact.subject.as_ref());
    out.list("participant", &what.participants, write_participant);
    out.put("period", what.period.as_ref().map(date::write_period));
    out.list("reasonCode", &what.reasons, concept::write);
    let mut stay = Out::new();
    let method = what.admission_method.as_ref();
    stay.put(
        "extension",
        method.map(
            |method| json!([{ "url": ADMISSION_METHOD, "valueCodeableConcept": concept::write(method) }]),
        ),
    );
    stay.put(
        "dischargeDisposition",
        what.discharged_to.as_ref().map(concept::write),
    );
    out.put(
        "hospitalization",
        Some(stay.value()).filter(|stay| stay.as_object().is_some_and(|members| !members.is_empty())),
    );
    out.list(
        "location",
        &what.locations,
        |location| json!({ "location": reference::write(location) }),
    );
    reference::put(&mut out, "serviceProvider", what.provider.as_ref());
    out.value()
}

fn write_participant(mention: &Mention) -> Value {
    let mut out = Out::new();
    out.put(
        "type",
        mention.role.as_ref().map(|role| vec![json!({ "text": role })]),
    );
    let individual = reference::write(mention);
    out.put(
        "individual",
        individual
            .as_object()
            .filter(|members| !members.is_empty())
            .cloned(),
    );
    out.value()
}
