//! Coming in and going out.

mod sign_in;

pub(crate) use sign_in::SignInView;
