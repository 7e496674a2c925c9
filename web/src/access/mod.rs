//! Coming in and going out.

mod not_let_in;
mod provider_cookie;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod with_provider;

pub(crate) use not_let_in::NotLetInView;
pub(crate) use sign_in::SignInView;
pub(crate) use with_provider::{ArrivedView, ChooseRoleView};
