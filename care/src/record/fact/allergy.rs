//! Allergies, intolerances, and statements that there are none.

use crate::coded::coded;
use crate::concept::Concept;
use crate::when::When;
use codes::system;

coded! {
    /// Where an allergy stands (FHIR allergyintolerance-clinical).
    AllergyStatus {
        Active = "active", "Active";
        Inactive = "inactive", "Inactive";
        Resolved = "resolved", "Resolved";
    }
}

coded! {
    /// How sure it is (FHIR allergyintolerance-verification).
    AllergyCertainty {
        Unconfirmed = "unconfirmed", "Unconfirmed";
        Confirmed = "confirmed", "Confirmed";
        Refuted = "refuted", "Refuted";
    }
}

coded! {
    /// Mechanism (FHIR allergy-intolerance-type).
    AllergyType {
        Allergy = "allergy", "Allergy";
        Intolerance = "intolerance", "Intolerance";
    }
}

coded! {
    /// How grave a future reaction may be (FHIR allergy-intolerance-criticality).
    Criticality {
        Low = "low", "Low risk";
        High = "high", "High risk";
        UnableToAssess = "unable-to-assess", "Risk could not be assessed";
    }
}

coded! {
    /// How severe a past reaction was (FHIR reaction-event-severity).
    ReactionSeverity {
        Mild = "mild", "Mild";
        Moderate = "moderate", "Moderate";
        Severe = "severe", "Severe";
    }
}

/// One reaction that happened.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reaction {
    /// The substance, when narrower than the allergy's.
    pub substance: Option<Concept>,
    /// What was seen.
    pub manifestations: Vec<Concept>,
    /// Words for it.
    pub description: Option<String>,
    /// When.
    pub onset: Option<When>,
    /// How severe.
    pub severity: Option<ReactionSeverity>,
}

/// An allergy or intolerance, or a recorded statement that none is known.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Allergy {
    /// To what; nothing when the sender gave no code.
    pub substance: Option<Concept>,
    /// Mechanism.
    pub kind: Option<AllergyType>,
    /// Food, medication, environment, biologic, as sent.
    pub categories: Vec<String>,
    /// How grave a future reaction may be.
    pub criticality: Option<Criticality>,
    /// Where it stands.
    pub status: Option<AllergyStatus>,
    /// How sure it is.
    pub certainty: Option<AllergyCertainty>,
    /// Reactions that happened.
    pub reactions: Vec<Reaction>,
    /// When a reaction last happened, as recorded.
    pub last_occurrence: Option<crate::partial_date::PartialDate>,
    /// Notes.
    pub notes: Vec<String>,
}

/// SNOMED CT 716186003 "No known allergy".
pub const NO_KNOWN_ALLERGY: &str = "716186003";
/// SNOMED CT statements that no allergy of one sort is known: drug, food, environment, latex.
pub const NO_KNOWN_OF_A_SORT: [&str; 4] = ["409137002", "429625007", "428607008", "1003774007"];
/// SNOMED CT "Transfer-degraded drug / non-drug allergy": the receiving system could not carry the code, so decision
/// support cannot act on it.
const TRANSFER_DEGRADED: [&str; 2] = ["196461000000101", "196471000000108"];

impl Allergy {
    /// To what, in words; the substance of a reaction when the allergy itself names none.
    pub fn words(&self) -> &str {
        let said = |concept: &&Concept| concept.words() != "not stated";
        let of_reactions = self
            .reactions
            .iter()
            .filter_map(|reaction| reaction.substance.as_ref());
        self.substance
            .iter()
            .chain(of_reactions)
            .find(said)
            .map_or("Substance not stated", Concept::words)
    }

    /// Whether it states that no allergy at all is known.
    pub fn says_none_known(&self) -> bool {
        self.substance
            .as_ref()
            .is_some_and(|substance| substance.has(system::SNOMED_CT, NO_KNOWN_ALLERGY))
    }

    /// Whether it states that no allergy of one sort is known, such as "No known drug allergy".
    pub fn says_none_of_a_sort(&self) -> bool {
        self.substance
            .as_ref()
            .is_some_and(|substance| substance.has_any(system::SNOMED_CT, &NO_KNOWN_OF_A_SORT))
    }

    /// Whether the code was lost between systems; a page must then show the text and warn.
    pub fn is_transfer_degraded(&self) -> bool {
        self.substance
            .as_ref()
            .is_some_and(|substance| substance.has_any(system::SNOMED_CT, &TRANSFER_DEGRADED))
    }

    /// Whether it was ruled out.
    pub fn is_refuted(&self) -> bool {
        self.certainty == Some(AllergyCertainty::Refuted)
    }

    /// Whether it counts as active. A status that was not said counts as active: the safer reading.
    pub fn is_active(&self) -> bool {
        matches!(self.status, None | Some(AllergyStatus::Active))
    }

    /// Whether a future reaction may be grave, or a past one was severe.
    pub fn is_high_risk(&self) -> bool {
        self.criticality == Some(Criticality::High)
            || self
                .reactions
                .iter()
                .any(|reaction| reaction.severity == Some(ReactionSeverity::Severe))
    }

    /// Reactions in words: "Rash, swelling (severe)"; "Reaction not recorded" without any.
    pub fn reaction_words(&self) -> String {
        let words: Vec<String> = self
            .reactions
            .iter()
            .map(|reaction| self.one_reaction_words(reaction))
            .filter(|words| !words.is_empty())
            .collect();
        if words.is_empty() {
            "Reaction not recorded".to_owned()
        } else {
            words.join("; ")
        }
    }

    /// One reaction, with its substance where that is another than the allergy's: "Amoxicillin: rash (severe)".
    fn one_reaction_words(&self, reaction: &Reaction) -> String {
        let substance = reaction.substance.as_ref().map(Concept::words);
        match substance.filter(|substance| *substance != self.words() && *substance != "not stated") {
            None => reaction.words(),
            Some(substance) => {
                let words = reaction.words();
                let words = if words.is_empty() {
                    "reaction not recorded"
                } else {
                    &words
                };
                format!("{substance}: {words}")
            }
        }
    }
}

impl Reaction {
    /// Manifestations, else the description, with the severity.
    pub fn words(&self) -> String {
        let seen: Vec<&str> = self.manifestations.iter().map(Concept::words).collect();
        let mut words = if seen.is_empty() {
            self.description.clone().unwrap_or_default()
        } else {
            seen.join(", ")
        };
        if let Some(severity) = self.severity {
            let severity = severity.words().to_lowercase();
            words = if words.is_empty() {
                format!("{severity} reaction")
            } else {
                format!("{words} ({severity})")
            };
        }
        words
    }
}
