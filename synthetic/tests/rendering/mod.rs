//! Lives and the directory as others read them.

mod directory;
mod region;
pub(crate) mod resources;
mod rich_life;
