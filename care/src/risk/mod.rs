//! Risk with memory: who is offered help first, what was offered, what became of it, and who is not asked again yet.
//!
//! A ranking is a device (safety rule 1). Intended purpose: to put people of 65 to 95 who are frail or becoming frail in an
//! order in which a team that knows them offers a conversation, as many as the team can see in a week; a clinician confirms
//! each before anything follows. The index is made for 65 to 95: of other ages nobody is found by it, but whoever a clinician is
//! worried about is listed, and what was offered and agreed is remembered. Class: it informs a decision that is not urgent, by a
//! published index and an order that can be checked by hand. Not signed for clinical use. Nothing is withheld from anybody because
//! of it.
//!
//! - `rank`: why somebody is on the list, and in which order
//! - `memory`: offers, pauses and the clinician's view, and what follows for the list
//! - `funnel`: how far somebody came, from found to an outcome
//! - `reach`: who was on it and who was reached, group by group

pub mod funnel;
pub mod memory;
pub mod rank;
pub mod reach;

/// The version of the order and of the rules of memory.
pub const VERSION: &str = "2";
