//! Signed tokens (JWS, RFC 7515) that other systems send and that we send: keys ([`KeySet`]), a checked reading
//! ([`verify`]), a signature of our own ([`SigningKey`]).
//!
//! Asymmetric signatures alone: the key says which algorithms it may be used with, so a token can choose neither `none` nor
//! a shared secret.

mod algorithm;
mod key_set;
mod remote;
mod sign;
mod token;

pub(crate) use algorithm::Algorithm;
pub(crate) use key_set::KeySet;
pub(crate) use remote::RemoteKeys;
pub(crate) use sign::SigningKey;
pub(crate) use token::{Claims, TokenFault, expect_now, peek, verify};
