//! The cabinet: small documents of the house itself that are no FHIR, in drawers. Accounts, sessions, grants of apps.
//!
//! The floors above keep bytes here under a key, each with a version that every change raises, so that two who decide on
//! the same version cannot both be right; several processes on one store share it. A document may have an end, after
//! which it is absent to everyone at once. Never anything of a person's record: nothing here is in the feed, in the
//! chains, or seen through a lens. Keys hold internal ids and digests, never names or national numbers; what would let
//! somebody in (the secret of a second factor) is put away [sealed](Cabinet::seal).
//!
//! - `drawer.rs`: the drawers, and which of them go into backups
//! - `keep.rs`: reading, changing, listing, sweeping
//! - `lock.rs`: what is sealed, with a key of the data directory

mod drawer;
mod keep;
mod lock;

pub use drawer::Drawer;
pub use keep::{Cabinet, Document, LARGEST_DOCUMENT, Put, Taken};
pub(crate) use lock::Sealing;
