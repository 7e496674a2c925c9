//! Coming in and going out.

pub(crate) mod apps;
pub(crate) mod authorise;
mod not_let_in;
pub(crate) mod onward;
mod provider_cookie;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod with_provider;

pub(crate) use apps::AppsView;
pub(crate) use authorise::{AppRefusedView, ConsentView, GoingOnView};
pub(crate) use not_let_in::NotLetInView;
pub(crate) use sign_in::SignInView;
pub(crate) use with_provider::{ArrivedView, ChooseRoleView};
