//! Coded ideas with their words.

use codes::system;

/// One code of one system.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
pub struct Coding {
    /// The code system's URI.
    pub system: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The system's words for it.
    pub display: Option<String>,
}

impl Coding {
    /// A coding with all three parts.
    pub fn new(system: &str, code: &str, display: &str) -> Coding {
        Coding {
            system: Some(system.to_owned()),
            code: Some(code.to_owned()),
            display: Some(display.to_owned()),
        }
    }

    /// Whether this is the given code of the given system.
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.system.as_deref() == Some(system) && self.code.as_deref() == Some(code)
    }
}

/// An idea with the codes that stand for it and the words in which it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
pub struct Concept {
    /// Codes, in the sender's order.
    pub codings: Vec<Coding>,
    /// The words as recorded.
    pub text: Option<String>,
}

impl Concept {
    /// Words alone.
    pub fn text(words: &str) -> Concept {
        Concept {
            codings: Vec::new(),
            text: Some(words.to_owned()),
        }
    }

    /// One code with its words.
    pub fn coded(system: &str, code: &str, display: &str) -> Concept {
        Concept {
            codings: vec![Coding::new(system, code, display)],
            text: None,
        }
    }

    /// The words for a person: as recorded, else the first coding's display, else its bare code, else "not stated".
    /// SNOMED CT's semantic tag, such as "(disorder)", is left off.
    pub fn words(&self) -> &str {
        let words = self
            .text
            .as_deref()
            .filter(|text| !text.trim().is_empty())
            .or_else(|| self.codings.iter().find_map(|coding| coding.display.as_deref()))
            .or_else(|| self.codings.iter().find_map(|coding| coding.code.as_deref()))
            .unwrap_or("not stated");
        if self
            .codings
            .iter()
            .any(|coding| coding.system.as_deref() == Some(system::SNOMED_CT))
        {
            without_semantic_tag(words)
        } else {
            words
        }
    }

    /// Whether any coding is the given code of the given system.
    pub fn has(&self, system: &str, code: &str) -> bool {
        self.codings.iter().any(|coding| coding.is(system, code))
    }

    /// Whether any coding has one of the given codes of the given system.
    pub fn has_any(&self, system: &str, codes: &[&str]) -> bool {
        codes.iter().any(|code| self.has(system, code))
    }

    /// Whether any coding has the code, whatever its system.
    pub fn has_code(&self, code: &str) -> bool {
        self.codings
            .iter()
            .any(|coding| coding.code.as_deref() == Some(code))
    }

    /// What tells one idea from another when duplicates are folded or series are made: the first code of SNOMED CT,
    /// dm+d or LOINC, else the first code with its system, else the words in lower case.
    pub fn key(&self) -> String {
        let complete = |coding: &&Coding| coding.code.is_some() && coding.system.is_some();
        let preferred = [system::SNOMED_CT, system::DMD, system::LOINC]
            .into_iter()
            .find_map(|wanted| {
                self.codings
                    .iter()
                    .filter(complete)
                    .find(|coding| coding.system.as_deref() == Some(wanted))
            });
        match preferred.or_else(|| self.codings.iter().find(complete)) {
            Some(coding) => {
                format!(
                    "{}|{}",
                    coding.system.as_deref().unwrap_or(""),
                    coding.code.as_deref().unwrap_or("")
                )
            }
            None => self.words().trim().to_lowercase(),
        }
    }
}

/// Tags with which SNOMED CT's fully specified names end.
const SEMANTIC_TAGS: &[&str] = &[
    "disorder",
    "finding",
    "procedure",
    "situation",
    "event",
    "regime/therapy",
    "observable entity",
    "qualifier value",
    "person",
    "product",
    "medicinal product",
    "clinical drug",
    "substance",
    "body structure",
    "morphologic abnormality",
    "environment",
    "record artifact",
    "physical object",
    "assessment scale",
    "occupation",
    "social concept",
];

fn without_semantic_tag(words: &str) -> &str {
    let Some((before, tag)) = words.strip_suffix(')').and_then(|open| open.rsplit_once(" (")) else {
        return words;
    };
    if SEMANTIC_TAGS.contains(&tag) {
        before
    } else {
        words
    }
}
