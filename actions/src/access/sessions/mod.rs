//! Who is signed in. Sessions stand in the cabinet, so that every process of a store knows them and one that was ended is
//! ended everywhere within a second. The cookie carries 256 random bits; the cabinet knows their digest.
//!
//! A session holds one actor in one role. Its secret is made anew when somebody signs in, changes role or proves again who
//! they are. Pages use this, and every other way of signing in begins sessions here; nothing else decides who is there.

mod doors;
mod kept;
mod open;
mod shelf;
#[cfg(test)]
mod tests;

pub use doors::{begin, end, end_all, end_elsewhere, renew};
pub use open::{CameFrom, NewSession, OpenSession, Renewed, SessionLine};
pub use shelf::Sessions;
pub(crate) use shelf::desk_of;
