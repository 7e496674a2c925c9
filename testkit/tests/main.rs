//! The record on disks that fail: the durability proof in its short form, faults of the disk, and the servers of tests.

mod durability;
mod faults;
mod postgres;
mod proxy;
mod shapes;
