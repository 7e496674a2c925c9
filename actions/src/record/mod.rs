//! The record's own verbs, as other systems and pages ask for them: read, write, search, and whole bundles.
//!
//! A document that comes in is scanned once, committed once, and answered with what was kept.

mod as_sent;
mod condition;
mod create;
mod delete;
mod everything;
mod history;
mod import;
mod open;
mod prepared;
mod read;
mod search;
mod transaction;
mod update;
mod written;

pub(crate) use condition::Conditions;
pub use create::{Condition, create};
pub use delete::delete;
pub use everything::everything;
pub use history::history;
pub use import::{BundleDone, ImportSlice, Imported, PreparedSlice, Rejected, import_bundle, import_slice};
pub use open::{Part, open};
pub use read::{read, vread};
pub use search::{Found, SearchAsk, search};
pub use transaction::{EntryAnswer, bundle, etag, form_pairs};
pub use update::{Precondition, update};
pub use written::{Request, Written};
pub(crate) use written::{kept, single};
