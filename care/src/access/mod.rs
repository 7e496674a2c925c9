//! Who may see what of whom: the facts that the rules go by. The rules themselves are policies, in `policies/`.
//!
//! - `situation` how somebody stands to a person
//! - `scope` what a system or an app was granted
//! - `children` what changes with a child's age

pub mod children;
pub mod scope;
mod situation;

pub use situation::{ProxyScope, Situation, Whose};
