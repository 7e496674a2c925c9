//! Telling other systems over HTTP: a [`Channel`](actions::outbox::Channel) that posts letters to configured addresses. By
//! https the receiver's certificate is always looked at, and nothing is sent to one that is not believed.
//!
//! Each carries its key (`Idempotency-Key`), by which the receiver can tell a repetition, and a signature over time and
//! body (`Sarsen-Signature`), by which it knows that it is us. No redirect is followed; of the answer only the status is
//! read. 2xx is delivered; 4xx is refused for good, but for 408, 409, 425 and 429; everything else is tried again.

mod address;
mod channel;
mod post;
mod sign;
mod trusted;

pub use channel::Webhook;
