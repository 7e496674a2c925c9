//! What is taken out of a resource that somebody may see, but not whole. Every member that stays, stays byte for byte.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Where a masked reference stood.
const MASKED: &[u8] =
    br#"{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}"#;
/// Members that tell where somebody lives or is.
const PLACES: [&str; 9] = [
    "address",
    "telecom",
    "contact",
    "position",
    "photo",
    "text",
    "valueAddress",
    "valueContactPoint",
    "endpoint",
];
/// Types of which a reference tells where somebody is cared for.
const PLACE_TYPES: [&str; 7] = [
    "Organization/",
    "Location/",
    "HealthcareService/",
    "PractitionerRole/",
    "Practitioner/",
    "Endpoint/",
    "Device/",
];
/// Members that hold what somebody wrote or scanned, letterheads and all: what is in them cannot be looked through.
const ATTACHMENTS: [&str; 5] = [
    "attachment",
    "presentedForm",
    "valueAttachment",
    "contentAttachment",
    "sourceAttachment",
];
/// Members whose objects are codes: a display without a code is what was found, and no reference.
const CODINGS: [&str; 4] = ["coding", "valueCoding", "tag", "security"];
/// Where something came from: as good as an address of whoever sent it.
const SOURCE: &str = "source";
/// Members of a reference.
const REFERENCE: [&str; 5] = ["id", "extension", "type", "display", "_display"];
/// Members of a Patient that say who it is.
const IDENTITY: [&str; 10] = [
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
];

/// Takes out whatever tells where the person lives or is cared for: addresses, telephone numbers, narrative, attachments, contained
/// places and workers, who sent or sealed it, and every reference to an organisation, place or worker, which becomes one that says that it is masked. What
/// somebody wrote into a note stays: it is what was found. `None` for what is no JSON.
pub(crate) fn place(json: &[u8]) -> Option<Vec<u8>> {
    let json = std::str::from_utf8(json).ok()?;
    let masking = Masking {
        left_out: contained_places(json),
    };
    let mut out = Vec::with_capacity(json.len());
    masking.value("", json, &mut out)?;
    Some(out)
}

/// What a resource contains that is a place or somebody who works at one, as references within it name it.
fn contained_places(json: &str) -> Vec<String> {
    let contained = members(json)
        .into_iter()
        .flatten()
        .find(|(name, _)| name == "contained");
    let inside = contained
        .and_then(|(_, raw)| items(raw.get()))
        .unwrap_or_default();
    let places = inside.into_iter().filter(|raw| is_place(raw.get()));
    places
        .filter_map(|raw| text_of(raw.get(), "id"))
        .map(|id| format!("#{id}"))
        .collect()
}

/// Whether a resource is a place or somebody who works at one.
fn is_place(json: &str) -> bool {
    let kind = text_of(json, "resourceType");
    kind.is_some_and(|kind| {
        PLACE_TYPES
            .iter()
            .any(|place| place.strip_suffix('/') == Some(&kind))
    })
}

/// Whether a tag says by its ODS code which organisation sealed something.
fn is_seal(tag: &str) -> bool {
    text_of(tag, "system").is_some_and(|system| system == codes::access::SEALED_BY)
}

/// Whether nothing is left of tags without those seals.
fn is_sealed_alone(tags: &str) -> bool {
    items(tags).is_some_and(|tags| tags.iter().all(|tag| is_seal(tag.get())))
}

fn text_of(json: &str, wanted: &str) -> Option<String> {
    let (_, raw) = members(json)?.into_iter().find(|(name, _)| name == wanted)?;
    serde_json::from_str(raw.get()).ok()
}

/// Takes out of a Patient everything but who it is.
pub(crate) fn all_but_identity(json: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(512);
    out.push(b'{');
    for (name, raw) in members(std::str::from_utf8(json).ok()?)? {
        if IDENTITY.contains(&&*name) {
            member(&name, &mut out)?;
            out.extend_from_slice(raw.get().as_bytes());
        }
    }
    out.push(b'}');
    Some(out)
}

/// One resource being masked.
struct Masking {
    /// References to what it contained and contains no more.
    left_out: Vec<String>,
}

impl Masking {
    /// The value of the member `name`.
    fn value(&self, name: &str, json: &str, out: &mut Vec<u8>) -> Option<()> {
        match json.trim_start().as_bytes().first()? {
            b'{' => self.object(name, json, out),
            b'[' => {
                out.push(b'[');
                for raw in items(json)? {
                    let left_out = match name {
                        "contained" => is_place(raw.get()),
                        "tag" => is_seal(raw.get()),
                        _ => false,
                    };
                    if left_out {
                        continue;
                    }
                    if out.last() != Some(&b'[') {
                        out.push(b',');
                    }
                    self.value(name, raw.get(), out)?;
                }
                out.push(b']');
                Some(())
            }
            _ => {
                out.extend_from_slice(json.as_bytes());
                Some(())
            }
        }
    }

    fn object(&self, within: &str, json: &str, out: &mut Vec<u8>) -> Option<()> {
        let members = members(json)?;
        if self.tells_place(within, &members) {
            out.extend_from_slice(MASKED);
            return Some(());
        }
        out.push(b'{');
        for (name, raw) in members {
            let plain = name.strip_prefix('_').unwrap_or(&name);
            if PLACES.contains(&plain) && !is_scalar(raw.get()) {
                continue;
            }
            if within == "meta" && (plain == SOURCE || name == "tag" && is_sealed_alone(raw.get())) {
                continue;
            }
            member(&name, out)?;
            self.value(&name, raw.get(), out)?;
        }
        out.push(b'}');
        Some(())
    }

    /// Whether an object is an attachment, or a reference to where somebody is cared for: by address, by an identifier, or by its name
    /// alone.
    fn tells_place(&self, within: &str, members: &Members<'_>) -> bool {
        if ATTACHMENTS.contains(&within) {
            return true;
        }
        // A resource has identifiers of its own.
        if members.iter().any(|(name, _)| name == "resourceType") {
            return false;
        }
        let names_only = members.iter().any(|(name, _)| name == "display")
            && members.iter().all(|(name, _)| REFERENCE.contains(&name.as_str()));
        if names_only && !CODINGS.contains(&within) {
            return true;
        }
        members.iter().any(|(name, raw)| match name.as_str() {
            "reference" => serde_json::from_str::<Cow<'_, str>>(raw.get()).is_ok_and(|target| {
                self.left_out.iter().any(|left| *left == target)
                    || PLACE_TYPES
                        .iter()
                        .any(|kind| target.starts_with(kind) || target.contains(&format!("/{kind}")))
            }),
            // Of an identifier alone only that of a person says that it is no place.
            "identifier" => {
                raw.get().trim_start().starts_with('{') && !raw.get().contains(codes::system::NHS_NUMBER)
            }
            _ => false,
        })
    }
}

fn is_scalar(raw: &str) -> bool {
    !matches!(raw.trim_start().as_bytes().first(), Some(b'{' | b'['))
}

fn member(name: &str, out: &mut Vec<u8>) -> Option<()> {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    serde_json::to_writer(&mut *out, name).ok()?;
    out.push(b':');
    Some(())
}

type Members<'j> = Vec<(String, &'j RawValue)>;

fn members(json: &str) -> Option<Members<'_>> {
    struct Read;
    impl<'j> Visitor<'j> for Read {
        type Value = Members<'j>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Members<'j>, A::Error> {
            let mut found = Vec::new();
            while let Some(each) = map.next_entry()? {
                found.push(each);
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_map(Read)
        .ok()
}

fn items(json: &str) -> Option<Vec<&RawValue>> {
    struct Read;
    impl<'j> Visitor<'j> for Read {
        type Value = Vec<&'j RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'j>>(self, mut seq: A) -> Result<Vec<&'j RawValue>, A::Error> {
            let mut found = Vec::new();
            while let Some(each) = seq.next_element()? {
                found.push(each);
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(json)
        .deserialize_seq(Read)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(json: &str) -> String {
        String::from_utf8(place(json.as_bytes()).expect("JSON")).expect("text")
    }

    #[test]
    fn where_a_person_lives_and_is_cared_for_is_taken_out_and_the_rest_stays_as_it_was() {
        let json = r#"{"resourceType":"Patient","id":"a","name":[{"text":"Ada"}],"address":[{"city":"Corsham"}],
            "telecom":[{"value":"01249"}],"text":{"status":"generated","div":"<div>Corsham</div>"},
            "generalPractitioner":[{"reference":"Organization/gp","display":"Corsham surgery"}],
            "managingOrganization":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"J83"}}}"#;
        let masked = masked(json);
        for word in ["Corsham", "01249", "J83", "Organization/"] {
            assert!(!masked.contains(word), "{masked}");
        }
        assert!(masked.contains(r#""name":[{"text":"Ada"}]"#), "{masked}");
        assert_eq!(masked.matches("\"masked\"").count(), 2, "{masked}");
    }

    #[test]
    fn a_decimal_keeps_its_zeros_and_a_code_its_text() {
        let json = r#"{"resourceType":"Observation","code":{"text":"Dose"},"valueQuantity":{"value":2.50,"unit":"mg"}}"#;
        assert_eq!(masked(json), json);
    }

    #[test]
    fn a_reference_to_a_place_is_masked_wherever_it_stands() {
        let json =
            r#"{"a":[{"b":{"reference":"https://x/fhir/Location/1"}},{"b":{"reference":"Patient/1"}}]}"#;
        let masked = masked(json);
        assert!(
            !masked.contains("Location") && masked.contains("Patient/1"),
            "{masked}"
        );
    }

    #[test]
    fn a_place_that_is_contained_named_or_only_identified_is_masked() {
        let json = r##"{"resourceType":"Composition","identifier":{"system":"urn:x","value":"1"},
            "contained":[{"resourceType":"Organization","id":"o","name":"Corsham surgery"},{"resourceType":"Medication","id":"m"}],
            "custodian":{"reference":"#o"},"author":[{"display":"Dr Corsham"}],
            "attester":[{"party":{"identifier":{"system":"https://example.org/hospital","value":"Corsham"}}}],
            "section":[{"code":{"coding":[{"display":"Wheeze"}]},"entry":[{"reference":"#m"}],"focus":{"identifier":
            {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}}}]}"##;
        let masked = masked(json);
        assert!(!masked.contains("Corsham"), "{masked}");
        assert_eq!(masked.matches("\"masked\"").count(), 3, "{masked}");
        for kept in ["Wheeze", "\"#m\"", "9990000018", "\"urn:x\"", "Medication"] {
            assert!(masked.contains(kept), "{kept}: {masked}");
        }
        serde_json::from_str::<serde_json::Value>(&masked).expect("it is JSON still");
    }

    #[test]
    fn who_sent_or_sealed_something_is_taken_out_and_its_labels_stay() {
        let seal = format!(r#"{{"system":"{}","code":"J83001"}}"#, codes::access::SEALED_BY);
        let json = |tags: &str| {
            format!(
                r#"{{"resourceType":"Condition","meta":{{"source":"https://corsham-surgery.example/1","_source":{{"id":"corsham"}},
            "security":[{{"code":"sealed"}}],"tag":[{tags}]}},"evidence":[{{"source":"kept"}}]}}"#
            )
        };
        let both = masked(&json(&format!(r#"{seal},{{"code":"plain"}}"#)));
        assert_eq!(
            both,
            r#"{"resourceType":"Condition","meta":{"security":[{"code":"sealed"}],"tag":[{"code":"plain"}]},"evidence":[{"source":"kept"}]}"#
        );
        let alone = masked(&json(&seal));
        assert!(!alone.contains("J83001") && !alone.contains("tag"), "{alone}");
    }

    #[test]
    fn a_scanned_letter_is_masked_and_a_note_stays() {
        let json = r#"{"resourceType":"DocumentReference","content":[{"attachment":{"contentType":"text/plain","data":"Q29yc2hhbQ=="}}],
            "note":[{"text":"Wheezes at night"}]}"#;
        let masked = masked(json);
        assert!(
            !masked.contains("Q29yc2hhbQ") && masked.contains("Wheezes"),
            "{masked}"
        );
    }

    #[test]
    fn of_a_patient_only_the_identity_is_left() {
        let json = br#"{"resourceType":"Patient","id":"a","name":[{"text":"Ada"}],"birthDate":"1940-01-01","maritalStatus":{"text":"x"}}"#;
        let left = String::from_utf8(all_but_identity(json).expect("JSON")).expect("text");
        assert_eq!(
            left,
            r#"{"resourceType":"Patient","id":"a","name":[{"text":"Ada"}],"birthDate":"1940-01-01"}"#
        );
    }

    #[test]
    fn what_is_no_json_is_refused() {
        assert_eq!(place(b"{"), None);
        assert_eq!(all_but_identity(b"[]"), None);
    }
}
