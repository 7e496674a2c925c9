//! What MedicationRequest and MedicationStatement share: the medicine itself.

use care::concept::Concept;
use care::record::Mention;
use care::record::fact::Medicine;

use crate::datatype::{concept, reference};
use crate::fact::Source;
use crate::json::{Out, list, str_at};

/// The medicine by code, by a contained Medication, or by reference to one.
pub(crate) fn read_medicine(source: Source<'_>) -> (Option<Concept>, Option<Mention>) {
    let value = source.value;
    if let Some(found) = concept::at(value, "medicationCodeableConcept") {
        return (Some(found), None);
    }
    let Some(pointer) = value.get("medicationReference") else {
        return (None, None);
    };
    let fragment = str_at(pointer, "reference").and_then(|reference| reference.strip_prefix('#'));
    let contained =
        fragment.and_then(|id| list(value, "contained").find(|one| str_at(one, "id") == Some(id)));
    match contained.and_then(|medication| concept::at(medication, "code")) {
        Some(found) => (Some(found), None),
        None => (None, Some(reference::mention(pointer, value, source.names))),
    }
}

pub(crate) fn put_medicine(out: &mut Out, what: &Medicine) {
    out.put(
        "medicationCodeableConcept",
        what.medicine.as_ref().map(concept::write),
    );
    if what.medicine.is_none() {
        reference::put(out, "medicationReference", what.product.as_ref());
    }
}
