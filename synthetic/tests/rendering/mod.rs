//! Lives and the directory as others read them.

mod directory;
mod region;
mod resources;
mod rich_life;
