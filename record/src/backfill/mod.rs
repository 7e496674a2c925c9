//! Back-fill: a release that brings a new search parameter packs it into every entry that it writes, and brings the
//! entries written before up to it, bucket by bucket, in short slices among the commits. Until every bucket is done, a
//! search that names the parameter is refused with words, and no CapabilityStatement lists it.
//!
//! - `state` how far each bucket is (table `index_state`), kept in the transaction of what was done
//! - `derive` an index entry made again from a stored body
//! - `slice` a few milliseconds of it, through the one writer
//! - `driver` slice after slice, with pauses, until all is done
//!
//! A process that packs less than another must not write beside it unnoticed: no bucket is filled while one was heard of
//! lately (`process`), and one that comes later says so first: it takes the buckets back to what it packs.

pub(crate) mod derive;
pub(crate) mod driver;
pub(crate) mod slice;
pub(crate) mod state;

pub use state::Filling;
