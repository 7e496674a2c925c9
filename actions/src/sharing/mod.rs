//! What the person shares with whom: their own record, and the records of those for whom they act.
//!
//! - `acting` one's own record, and for whom somebody acts, within what they were given
//! - `decide` staff confirm or refuse a proxy whom the person proposed
//! - `items` the items of one's own record, kept by the person from some
//! - `objection` the person's objection to risk stratification, by themself or by those who treat them
//! - `organisations` names of organisations, for whoever reads "who looked"
//! - `preview` what somebody else would see
//! - `proxies` who may act for the person: proposed, listed, withdrawn

mod acting;
mod decide;
mod items;
mod objection;
mod organisations;
mod preview;
mod proxies;

pub(crate) use acting::own_resources;
pub use acting::{ActingFor, Part, acting_for, acts_for, own};
pub use decide::{Confirmation, ProxyLine, confirm_proxy, proxies_of, refuse_proxy};
pub use items::{KeptFrom, OwnItem, keep_from, own_item, own_items};
pub use objection::{
    Decision, Objection, decide_objection, object, objection, objection_of, take_back_objection,
};
pub use organisations::organisation_names;
pub use preview::{Viewer, seen_by};
pub use proxies::{Proposal, Proxy, ProxyState, SCOPES, propose, proxies, withdraw};
