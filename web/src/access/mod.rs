//! Coming in and going out: signing in step by step, one's own account, a desk that several share, and proving again who
//! one is.

mod account;
mod code;
mod confirm;
mod demo;
mod entered;
mod knocking;
mod passkey;
mod role;
mod set_up;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod step;
mod switch;
mod tied;

pub(crate) use account::{
    AccountView, add_passkey, change_password, choose_role, end_app, new_recovery_codes, remove_passkey,
    show as show_account, show_add_passkey, sign_out_some,
};
pub(crate) use code::{show as show_code, submit as submit_code};
pub(crate) use confirm::{
    back as confirm_back, by_provider as confirm_by_provider, confirm_address, show as show_confirm,
    submit as submit_confirm, submit_passkey as confirm_by_passkey,
};
pub(crate) use demo::submit as submit_demo;
pub use knocking::Source;
pub(crate) use passkey::{show as show_passkey, submit as submit_passkey};
pub(crate) use role::{show as show_role, submit as submit_role};
pub(crate) use set_up::{show as show_set_up, submit as submit_set_up};
pub(crate) use sign_in::SignInView;
pub(crate) use step::StepView;
pub(crate) use switch::{show as show_switch, submit as submit_switch};
pub(crate) mod apps;
pub(crate) mod authorise;
mod not_let_in;
pub(crate) mod onward;
mod provider_cookie;
pub(crate) mod with_provider;

pub(crate) use apps::AppsView;
pub(crate) use authorise::{AppRefusedView, ConsentView, GoingOnView};
pub(crate) use not_let_in::NotLetInView;
pub(crate) use with_provider::{ArrivedView, ChooseRoleView};
