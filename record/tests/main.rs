//! The record's tests. `contract/` is the story that every engine must tell: its chapters take an opened record.
//! `backup/` makes backups on each engine, all through one door that restores each and compares. `engine/` is what only SQLite's files can show: damage, full disks, locks.

#[macro_use]
mod contract;

mod backup;
mod database;
mod engine;
mod house;
mod look;
mod shapes;
