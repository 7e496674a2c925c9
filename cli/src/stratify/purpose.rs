//! What a run may be for, and whom it must leave out for that.

use actions::Purpose;
use anyhow::bail;
use population::parquet;

use super::national;

/// What a run may be for. Nothing else has a legal basis here, and is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Allowed {
    /// The direct care of these people, by those who treat them: nobody is left out.
    DirectCare,
    /// Invented people alone: tests and demonstrations.
    InventedPeople,
    /// Finding who may need help, outside of the pages of those who treat them.
    RiskStratification,
    /// Planning and commissioning of services.
    Planning,
    /// Research.
    Research,
}

/// What every run over everybody states, and the national answer that some purposes need.
#[derive(clap::Args)]
pub(crate) struct Stated {
    /// What for. Beyond care, objections and opt-outs are heeded, and the answer of the national check service is needed.
    #[arg(long, value_enum)]
    pub(crate) purpose: Allowed,
    #[command(flatten)]
    pub(crate) national: national::Files,
    /// On what legal basis, in words.
    #[arg(long, value_name = "WORDS")]
    legal_basis: String,
    /// Who answers for it: the controller.
    #[arg(long, value_name = "WORDS")]
    controller: String,
}

impl Stated {
    /// The purpose with its basis and controller, in words.
    pub(crate) fn in_words(&self) -> anyhow::Result<parquet::Purpose> {
        if !is_stated(&self.legal_basis) || !is_stated(&self.controller) {
            bail!("--legal-basis and --controller: each must be stated in words");
        }
        Ok(parquet::Purpose {
            purpose: self.purpose.words().to_owned(),
            legal_basis: self.legal_basis.clone(),
            controller: self.controller.clone(),
        })
    }
}

/// Whether something is said at all: three letters or digits.
pub(crate) fn is_stated(words: &str) -> bool {
    words.chars().filter(|letter| letter.is_alphanumeric()).count() >= 3
}

impl Allowed {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Allowed::DirectCare => "direct care",
            Allowed::InventedPeople => "invented people",
            Allowed::RiskStratification => "risk stratification",
            Allowed::Planning => "planning",
            Allowed::Research => "research",
        }
    }

    /// As the read audit has it.
    pub(crate) fn audited(self) -> Purpose {
        match self {
            Allowed::DirectCare => Purpose::DirectCare,
            Allowed::InventedPeople => Purpose::ServiceManagement,
            Allowed::RiskStratification => Purpose::RiskStratification,
            Allowed::Planning => Purpose::Commissioning,
            Allowed::Research => Purpose::Research,
        }
    }

    /// Beyond care every objection is heeded: type 1 opt-outs, objections to risk stratification, and the national opt-out by
    /// the answer that is given for the run.
    pub(crate) fn heeds_objections(self) -> bool {
        match self {
            Allowed::DirectCare | Allowed::InventedPeople => false,
            Allowed::RiskStratification | Allowed::Planning | Allowed::Research => true,
        }
    }

    /// What the output says of opt-outs.
    pub(crate) fn heeded_words(self) -> &'static str {
        if self.heeds_objections() {
            "type 1, risk stratification and national applied"
        } else {
            "not applied"
        }
    }
}
