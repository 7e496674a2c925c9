//! The proof that an acknowledged commit survives. A child process commits and reads under load and tells each
//! acknowledgement through a pipe; it dies at a random moment, by SIGKILL or as if the power failed; the parent
//! opens what is left and looks for everything that was acknowledged.
//!
//! - [`work`]: what the child commits, as a function of numbers, so that the parent knows it too
//! - [`child`]: the load, and the dying
//! - [`parent`]: the runs, and what must hold after each
//! - [`report`]: the runs in words

pub mod child;
pub mod parent;
pub mod report;
pub mod work;
