//! The views that questions are put to, and the grounds on which they are asked.

use ::population::Population;
use ::record::view::Live;
use boards::caseload::Caseloads;
use boards::organisation::Organisations;
use boards::risk::RiskMemory;

/// On what grounds everybody may be asked about: stated by the deployment, and kept with each run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// The legal basis, in words.
    pub basis: String,
    /// Who answers for it: the controller.
    pub controller: String,
}

/// What a server keeps of everybody. Cheap to clone.
#[derive(Clone)]
pub struct Kept {
    /// Everybody in columns.
    pub people: Live<Population>,
    /// Who is on whose caseload.
    pub caseloads: Live<Caseloads>,
    /// Practices and networks.
    pub organisations: Live<Organisations>,
    /// Offers, pauses and views of people on risk lists.
    pub memory: Live<RiskMemory>,
    /// Nothing is answered without them.
    pub grounds: Option<Grounds>,
    /// Threads a question may use.
    pub threads: usize,
}
