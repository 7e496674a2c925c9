//! The proofs that nothing acknowledged is lost, nothing is repeated and nothing is claimed that is not so, when the way to
//! the database is cut or the database is killed. A load commits from several tasks and notes what it was told of each
//! commit; meanwhile the proxy cuts, or the server is killed and started again; then everything is compared with what
//! the database holds, by another way.
//!
//! - [`load`]: the tasks, and what they were told
//! - [`trouble`]: what is done to the network and to the server
//! - [`runs`]: the runs, one after the other on one database
//! - [`check`]: what must hold after them
//! - [`report`]: the runs in words

pub mod check;
pub mod load;
pub mod report;
pub mod runs;
pub mod trouble;
