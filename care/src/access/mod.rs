//! Who may see what of whom: the facts that the rules go by. The rules themselves are policies, in `policies/`.
//!
//! - `situation` how somebody stands to a person
//! - `children` what changes with a child's age

pub mod children;
mod situation;

pub use situation::{ProxyScope, Situation, Whose};
