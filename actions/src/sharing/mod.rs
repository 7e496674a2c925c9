//! What the person shares with whom: their own record, and the records of those for whom they act.
//!
//! - `acting` one's own record, and for whom somebody acts, within what they were given
//! - `by_law` who acts by law: attorneys, and people with parental responsibility
//! - `consent` how what somebody decided is kept
//! - `decide` staff confirm or refuse a proxy whom the person proposed
//! - `items` the items of one's own record, kept by the person from some
//! - `named` whom a resource names as taking part now
//! - `objection` the person's objection to risk stratification, by themself or by those who treat them
//! - `organisations` names of organisations, for whoever reads "who looked"
//! - `pages` which pages about a person's sharing open to somebody
//! - `parents` who has parental responsibility for somebody under 16
//! - `preview` what somebody else would see
//! - `proxies` who may act for the person: proposed, listed, withdrawn
//! - `taking_part` the organisations that take part, as far as the person sees: shut out, and let in again
//! - `unused` what a proxy was given and long did not use, which ends
//! - `who_decides` what a clinician found of who decides: competence under 16, want of capacity, attorneys

mod acting;
mod by_law;
mod consent;
mod decide;
mod items;
mod named;
mod objection;
mod organisations;
mod pages;
mod parents;
mod preview;
mod proxies;
mod taking_part;
mod unused;
mod who_decides;

pub(crate) use acting::own_resources;
pub use acting::{ActingFor, Part, acting_for, acts_for, own};
pub use by_law::{ActsByLaw, Law, acts_by_law};
pub use decide::{Confirmation, ProxyLine, confirm_proxy, proxies_of, refuse_proxy};
pub use items::{KeptFrom, OwnItem, keep_from, own_item, own_items};
pub use objection::{
    Decision, Objection, decide_objection, object, objection, objection_of, take_back_objection,
};
pub use organisations::organisation_names;
pub use pages::{OpenPages, open_pages};
pub use parents::{PARENT_CHECKS, Parent, ParentLine};
pub use preview::{Viewer, seen_by};
pub use proxies::{Proposal, Proxy, ProxyState, SCOPES, propose, proxies, withdraw};
pub use taking_part::{TakingPart, let_in_again, one_taking_part, shut_out, taking_part};
pub use unused::end_unused_proxies;
pub(crate) use unused::{read_by_app, written_by_app};
pub use who_decides::{Attorney, AttorneyLine, Found, Said, WhoDecides, decide_capacity, who_decides};
