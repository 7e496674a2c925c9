//! A way out of the house.

use std::future::Future;

use ::record::Posted;

/// A way by which letters leave: a web address that is told, later messages and mail. Implemented by `interop`.
pub trait Channel: Send + Sync + 'static {
    /// Its name for ever, as letters name it: 1–40 of `a-z 0-9 -`.
    fn name(&self) -> &'static str;

    /// Tries once to bring a letter to its receiver, with its key. Waits no longer than is good for the next letter; the
    /// sender ends it after its own patience.
    fn send(&self, letter: &Posted) -> impl Future<Output = Delivery> + Send;
}

/// What came of an attempt. The words are fixed, for operators: never people's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The receiver has it.
    Delivered,
    /// The receiver does not want it, and will not.
    Refused(&'static str),
    /// Not this time.
    Failed(&'static str),
}
