//! People who sign in with an account of the house's own: where no provider of identities is asked.
//!
//! A password alone lets nobody in: a code of the second factor, a recovery code or a passkey must come with it. What is
//! wrong is never said, and unknown names take as long as known ones. Accounts stand in the cabinet; nothing of them is
//! in anybody's record.
//!
//! - `account.rs`: what an account is
//! - `keep.rs`: found, listed, changed on the version it was read at
//! - `password.rs`, `second_factor.rs`, `passkey.rs`: what somebody proves themself with
//! - `attempts.rs`, `device.rs`: who guesses is slowed down; who signed in here before is not shut out by them
//! - `enter.rs`, `ticket.rs`: the steps of signing in, and of proving it again
//! - `link.rs`: identities at providers that come in as an account
//! - `standing.rs`: who an account is in records, from the directory
//! - `set_up.rs`, `manage.rs`: what operators and people do to accounts

mod account;
mod attempts;
mod device;
mod enter;
mod keep;
mod link;
mod manage;
mod passkey;
mod password;
mod second_factor;
mod set_up;
mod standing;
mod ticket;

pub use account::{Account, AccountKind, AccountRole};
pub use device::new_device;
pub use enter::{
    Answer, How, Knock, begin_session, confirm_code, enter_demo, give_code, give_password, resume_session,
    role_actor,
};
pub use keep::{Kept, account, account_named, list, sign_in_name};
pub use link::{link, unlink};
pub(crate) use link::{linked_to, note_organisations};
pub use manage::{
    NewAccount, add, add_role, change_password, disable, drop_role, enable, is_name_free, new_recovery_codes,
    reset, sign_out_everywhere,
};
pub use passkey::{
    Passkeys, finish_adding, finish_confirming, finish_entering, remove_passkey, start_adding, start_entering,
};
pub use password::{LEAST_PASSWORD, check_new_password};
pub use second_factor::code_at;
pub use set_up::{SetUp, confirm_set_up, invite, set_password, show_set_up};
pub(crate) use standing::{lend, reference};
pub use ticket::{Ticket, ticket, ticket_account};
