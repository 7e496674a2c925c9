//! Coming in and going out.

pub(crate) mod sign_in;
pub(crate) mod sign_out;

pub(crate) use sign_in::SignInView;
