//! What a run may be for, and whom it must leave out for that.

use actions::Purpose;

/// What a run may be for. Nothing else has a legal basis here, and is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Allowed {
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

impl Allowed {
    pub(super) fn words(self) -> &'static str {
        match self {
            Allowed::DirectCare => "direct care",
            Allowed::InventedPeople => "invented people",
            Allowed::RiskStratification => "risk stratification",
            Allowed::Planning => "planning",
            Allowed::Research => "research",
        }
    }

    /// As the read audit has it.
    pub(super) fn audited(self) -> Purpose {
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
    pub(super) fn heeds_objections(self) -> bool {
        match self {
            Allowed::DirectCare | Allowed::InventedPeople => false,
            Allowed::RiskStratification | Allowed::Planning | Allowed::Research => true,
        }
    }

    /// What the output says of opt-outs.
    pub(super) fn heeded_words(self) -> &'static str {
        if self.heeds_objections() {
            "type 1, risk stratification and national applied"
        } else {
            "not applied"
        }
    }
}
