//! AllergyIntolerance ↔ allergy.

use care::record::Fact;
use care::record::fact::Allergy;
use care::record::fact::allergy::{
    AllergyCertainty, AllergyStatus, AllergyType, Criticality, Reaction, ReactionSeverity,
};
use care::when::When;
use codes::system::{ALLERGY_CLINICAL, ALLERGY_VERIFICATION};
use serde_json::{Value, json};

use crate::condition::known;
use crate::datatype::date::Choice;
use crate::datatype::{concept, date, note};
use crate::error::MappingError;
use crate::fact::{self, Origin, Source};
use crate::json::{ENTERED_IN_ERROR, Out, code, text, texts, try_many};
use crate::names::Names;

const TYPE: &str = "AllergyIntolerance";
const ONSET: Choice = Choice {
    moment: "onsetDateTime",
    period: "onsetPeriod",
    age: "onsetAge",
    words: "onsetString",
    range: "onsetRange",
};

/// Reads an AllergyIntolerance.
///
/// # Errors
/// [`MappingError`] when it is none, or a date or status cannot be read.
pub fn from_fhir(value: &Value) -> Result<Fact<Allergy>, MappingError> {
    read(value, &Names::default())
}

pub(crate) fn read(value: &Value, names: &Names) -> Result<Fact<Allergy>, MappingError> {
    let source = Source::of(value, names, TYPE)?;
    let certainty = concept::code_of(value, "verificationStatus", ALLERGY_VERIFICATION);
    let entered_in_error = certainty == Some(ENTERED_IN_ERROR);
    let origin = Origin {
        author: source.author("recorder").or_else(|| source.author("asserter")),
        recorded: date::at(value, "recordedDate")?,
        effective: date::when_at(value, ONSET)?,
        entered_in_error,
    };
    let status = concept::code_of(value, "clinicalStatus", ALLERGY_CLINICAL).filter(|_| !entered_in_error);
    let allergy = Allergy {
        substance: concept::at(value, "code"),
        kind: code(value, "type", AllergyType::from_code)?,
        categories: texts(value, "category"),
        criticality: code(value, "criticality", Criticality::from_code)?,
        status: known(status, "clinicalStatus", AllergyStatus::from_code)?,
        certainty: known(
            certainty.filter(|_| !entered_in_error),
            "verificationStatus",
            AllergyCertainty::from_code,
        )?,
        reactions: try_many(value, "reaction", read_reaction)?,
        last_occurrence: date::at(value, "lastOccurrence")?,
        notes: note::all(value),
    };
    fact::read(source, "patient", origin, allergy)
}

fn read_reaction(value: &Value) -> Result<Reaction, MappingError> {
    Ok(Reaction {
        substance: concept::at(value, "substance"),
        manifestations: concept::all(value, "manifestation"),
        description: text(value, "description"),
        onset: date::at(value, "onset")?.map(When::At),
        severity: code(value, "severity", ReactionSeverity::from_code)?,
    })
}

/// Writes an AllergyIntolerance; the author as its recorder.
pub fn to_fhir(fact: &Fact<Allergy>) -> Value {
    let what = &fact.what;
    let mut out = fact::open(TYPE, fact);
    let status = what.status.filter(|_| !fact.entered_in_error);
    out.put(
        "clinicalStatus",
        status.map(|status| concept::write_code(ALLERGY_CLINICAL, status.code())),
    );
    let certainty = if fact.entered_in_error {
        Some(ENTERED_IN_ERROR)
    } else {
        what.certainty.map(AllergyCertainty::code)
    };
    out.put(
        "verificationStatus",
        certainty.map(|code| concept::write_code(ALLERGY_VERIFICATION, code)),
    );
    out.put("type", what.kind.map(AllergyType::code));
    out.list("category", &what.categories, |category| json!(category));
    out.put("criticality", what.criticality.map(Criticality::code));
    out.put("code", what.substance.as_ref().map(concept::write));
    fact::put_about(&mut out, "patient", fact);
    date::put_when(&mut out, ONSET, fact.provenance.effective.as_ref());
    date::put(&mut out, "recordedDate", fact.provenance.recorded.as_ref());
    fact::put_author(&mut out, "recorder", fact);
    date::put(&mut out, "lastOccurrence", what.last_occurrence.as_ref());
    note::put(&mut out, &what.notes);
    out.list("reaction", &what.reactions, write_reaction);
    out.value()
}

fn write_reaction(reaction: &Reaction) -> Value {
    let mut out = Out::new();
    out.put("substance", reaction.substance.as_ref().map(concept::write));
    out.list("manifestation", &reaction.manifestations, concept::write);
    out.text("description", reaction.description.as_ref());
    date::put(
        &mut out,
        "onset",
        reaction.onset.as_ref().and_then(When::sort_date),
    );
    out.put("severity", reaction.severity.map(ReactionSeverity::code));
    out.value()
}
