//! The record on disks that fail: the durability proof in its short form, and faults of the disk.

mod durability;
mod faults;
mod shapes;
