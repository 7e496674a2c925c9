//! Who comes in. This release knows one actor, the development actor, by one token; people's own sign-in comes with the
//! door.

mod caller;
mod sign_in;

pub use caller::Caller;
pub use sign_in::{Tokens, sign_in};
