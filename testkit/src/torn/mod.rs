//! A disk that tears. What was written and not yet made durable is held in memory, sector by sector (512 bytes); at
//! the kill a random part of it reaches the real files and the rest is lost, as when the power fails.
//!
//! - [`overlay`]: one file with its pending sectors, and the disk they belong to
//! - [`vfs`]: the disk as a SQLite VFS (the only unsafe code of the house)
//! - [`segments`]: the disk as the read audit sees it

pub mod overlay;
pub mod segments;
pub mod vfs;
