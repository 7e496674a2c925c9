//! NHS numbers: the check digit everywhere, and on a Patient the verification status that must go with it.
//!
//! Source: UK Core Patient 2.6.1, slice `identifier:nhsNumber`.

use super::{Scan, Scanner};
use crate::issue::IssueCode;
use codes::nhs_number::NhsNumber;
use codes::system::{NHS_NUMBER, NHS_NUMBER_VERIFICATION_STATUS, NHS_NUMBER_VERIFICATION_STATUS_RETIRED};

const VERIFICATION_EXTENSION: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";

impl Scanner<'_> {
    /// An identifier that says it is an NHS number must be one: ten digits that pass the check.
    pub(super) fn check_identifier(&mut self, node: u32) -> Scan<()> {
        let tape = self.view();
        if tape
            .text_of(node, "system")
            .is_none_or(|system| system != NHS_NUMBER)
        {
            return Ok(());
        }
        let value = tape.text_of(node, "value");
        let at = tape.child(node, "value").unwrap_or(node);
        let problem = match value {
            None => Some("an NHS number is missing here: `value` must have its ten digits".to_owned()),
            Some(value) => match NhsNumber::parse(&value) {
                Ok(number) if number.digits() == value => None,
                Ok(_) => Some("an NHS number is kept as ten digits without spaces or hyphens".to_owned()),
                Err(error) => Some(format!("this is not an NHS number: {error}")),
            },
        };
        match problem {
            Some(text) => self.note_at(IssueCode::Value, at, &text),
            None => Ok(()),
        }
    }

    /// At most one NHS number, and its verification status beside it.
    pub(super) fn check_patient(&mut self, node: u32) -> Scan<()> {
        let tape = self.view();
        let Some(member) = self.tables.member(self.tables.known.patient, "identifier") else {
            return Ok(());
        };
        let numbers: Vec<u32> = tape
            .values(node, member)
            .filter(|at| {
                tape.text_of(*at, "system")
                    .is_some_and(|system| system == NHS_NUMBER)
            })
            .collect();
        if let Some(second) = numbers.get(1) {
            self.note_at(IssueCode::BusinessRule, *second, "a Patient has at most one NHS number; put a superseded one in another Patient that links here")?;
        }
        for identifier in numbers {
            if !self.has_verification_status(identifier) {
                let text = format!(
                    "an NHS number needs its verification status: extension {VERIFICATION_EXTENSION} with a \
                     valueCodeableConcept of system {NHS_NUMBER_VERIFICATION_STATUS} and a code from 01 to 08"
                );
                self.note_at(IssueCode::Required, identifier, &text)?;
            }
        }
        Ok(())
    }

    fn has_verification_status(&self, identifier: u32) -> bool {
        let tape = self.view();
        let ty = tape.node(identifier).ty;
        let Some(extensions) = self.tables.member(ty, "extension") else {
            return false;
        };
        tape.values(identifier, extensions).any(|extension| {
            let ours = tape
                .text_of(extension, "url")
                .is_some_and(|url| url == VERIFICATION_EXTENSION);
            let Some(concept) = tape.child(extension, "valueCodeableConcept").filter(|_| ours) else {
                return false;
            };
            let Some(codings) = self.tables.member(self.tables.known.codeable_concept, "coding") else {
                return false;
            };
            tape.values(concept, codings).any(|coding| {
                let system = tape.text_of(coding, "system").unwrap_or_default();
                let code = tape.text_of(coding, "code").unwrap_or_default();
                (system == NHS_NUMBER_VERIFICATION_STATUS && codes::verification_status::is_known(&code))
                    || (system == NHS_NUMBER_VERIFICATION_STATUS_RETIRED && is_retired_code(&code))
            })
        })
    }
}

/// Codes of the retired, text-coded system; the number codes were used with it as well.
fn is_retired_code(code: &str) -> bool {
    codes::verification_status::is_known(code)
        || matches!(
            code,
            "number-present-and-verified"
                | "number-present-but-not-traced"
                | "trace-required"
                | "trace-attempted"
                | "trace-needs-to-be-resolved"
                | "trace-in-progress"
                | "number-not-present-and-trace-not-required"
                | "trace-postponed"
                | "number-present-and-traced-using-welsh-nhs-ar"
        )
}
