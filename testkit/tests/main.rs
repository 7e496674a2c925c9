//! The record on disks that fail: the durability proof in its short form, faults of the disk, proofs on PostgreSQL, and the servers of tests.

mod durability;
mod encrypted;
mod erased;
mod faults;
mod held;
mod ill;
mod outage;
mod postgres;
mod proxy;
mod recovery;
mod shapes;
