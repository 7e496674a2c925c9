//! Objections that a record holds. A type 1 opt-out stands as a code: what a practice holds of a person is used for their own
//! care alone. An objection to risk stratification stands as a Consent of ours.

use codes::access;
use serde_json::Value;

use super::{CodeName, Coded};

/// SNOMED CT (UK edition): dissent from secondary use of general practitioner patient identifiable data.
const DISSENT: &str = "827241000000103";
/// SNOMED CT (UK edition): that dissent withdrawn.
const WITHDRAWN: &str = "827261000000102";

/// Whether a code says something of a type 1 opt-out.
pub(super) fn is_said_by(code: &CodeName) -> bool {
    &*code.system == codes::system::SNOMED_CT && (&*code.code == DISSENT || &*code.code == WITHDRAWN)
}

/// Whether a type 1 opt-out stands. Of two on one day, and where a day is not known, the objection counts.
pub(super) fn type_1(coded: &[Coded<CodeName>]) -> bool {
    let last = |code: &str| {
        coded
            .iter()
            .filter(|fact| fact.mark.is_sound() && !fact.over)
            .filter(|fact| &*fact.code.system == codes::system::SNOMED_CT && &*fact.code.code == code)
            .map(|fact| fact.day)
            .max()
    };
    match (last(DISSENT), last(WITHDRAWN)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(dissent), Some(withdrawn)) => {
            !withdrawn.is_known() || !dissent.is_known() || dissent >= withdrawn
        }
    }
}

/// Whether a resource (FHIR R4 JSON) is an objection to risk stratification that stands. It has no end but being taken back, and one that
/// names no purpose of ours is against this one too: the objection counts in doubt. The door reads it in the same way, from
/// its index.
#[must_use]
pub fn objects_to_stratification(body: &[u8]) -> bool {
    let Ok(consent) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    if consent["resourceType"] != "Consent" || consent["status"] != "active" {
        return false;
    }
    let concepts = consent["category"].as_array().into_iter().flatten();
    let mut categories = concepts.flat_map(|concept| ours(&concept["coding"]));
    let mut purposes = ours(&consent["provision"]["purpose"]).peekable();
    categories.any(|code| code == access::OBJECTION)
        && (purposes.peek().is_none() || purposes.any(|code| code == access::RISK_STRATIFICATION))
}

/// Our own codes in a list of codings.
fn ours(codings: &Value) -> impl Iterator<Item = &str> {
    let codings = codings.as_array().into_iter().flatten();
    codings
        .filter(|coding| coding["system"] == access::SYSTEM)
        .filter_map(|coding| coding["code"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Day;

    fn fact(code: &str, day: u16) -> Coded<CodeName> {
        Coded {
            day: Day::from_number(day).unwrap_or_default(),
            kind: crate::facts::Kind::Finding,
            code: CodeName::new(codes::system::SNOMED_CT, code),
            mark: crate::facts::Mark::Sound,
            also: false,
            partial: false,
            over: false,
        }
    }

    #[test]
    fn the_last_word_counts_and_a_doubt_is_an_objection() {
        assert!(!type_1(&[]));
        assert!(type_1(&[fact(DISSENT, 40_000)]));
        assert!(!type_1(&[fact(WITHDRAWN, 40_000)]));
        assert!(!type_1(&[fact(DISSENT, 40_000), fact(WITHDRAWN, 40_001)]));
        assert!(type_1(&[fact(DISSENT, 40_001), fact(WITHDRAWN, 40_000)]));
        assert!(type_1(&[fact(DISSENT, 40_000), fact(WITHDRAWN, 40_000)]));
        assert!(type_1(&[fact(DISSENT, 0), fact(WITHDRAWN, 40_000)]));
        assert!(!type_1(&[fact("1", 40_000)]));
    }

    #[test]
    fn an_objection_to_risk_stratification_stands_until_it_is_taken_back() {
        let ours = |code: &str| json!({ "system": access::SYSTEM, "code": code });
        let objection = |change: &dyn Fn(&mut Value)| {
            let mut consent = json!({
                "resourceType": "Consent",
                "status": "active",
                "category": [{ "coding": [ours(access::OBJECTION)] }],
                "provision": { "type": "deny", "purpose": [ours(access::RISK_STRATIFICATION)] },
            });
            change(&mut consent);
            objects_to_stratification(consent.to_string().as_bytes())
        };
        assert!(objection(&|_| {}));
        for status in ["inactive", "entered-in-error", "rejected", "draft"] {
            assert!(
                !objection(&|consent| consent["status"] = json!(status)),
                "{status}"
            );
        }
        // To something else, or of another category or system.
        assert!(!objection(&|consent| {
            consent["provision"]["purpose"] = json!([ours("research")]);
        }));
        assert!(!objection(&|consent| {
            consent["category"] = json!([{ "coding": [ours(access::REFUSAL)] }]);
        }));
        assert!(!objection(&|consent| {
            consent["category"] = json!([{ "coding": [{ "system": "other", "code": access::OBJECTION }] }]);
        }));
        // A doubt is an objection.
        assert!(objection(&|consent| consent["provision"] = json!({})));
        assert!(objection(&|consent| {
            consent["provision"]["purpose"] = json!([{ "system": "other", "code": "CAREMGT" }]);
        }));
        assert!(objection(&|consent| {
            consent["provision"]["purpose"] = json!([ours("research"), ours(access::RISK_STRATIFICATION)]);
        }));
        assert!(!objects_to_stratification(b"{"));
    }
}
