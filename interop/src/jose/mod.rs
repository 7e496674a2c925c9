//! Signed tokens (JWS, RFC 7515): a signature of our own ([`SigningKey`]).

mod sign;

pub(crate) use sign::SigningKey;
