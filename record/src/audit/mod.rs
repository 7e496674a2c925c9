//! The audit of reads: an appender of its own, apart from the record's writer, so that a read never waits for a
//! commit. An entry is durable before the first byte of the answer leaves.

pub mod disk;
