//! The record's tests. `contract/` is the story that every engine must tell: its chapters take an opened record.
//! `engine/` is what only SQLite's files can show: damage, full disks, locks.

mod contract;
mod database;
mod engine;
mod house;
mod shapes;
