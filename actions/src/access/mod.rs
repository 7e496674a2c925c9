//! Who comes in: by a token of a demonstration, or by the word of a provider that knows who they are. The trait
//! [`Provider`] is implemented by `interop`.

mod begun;
mod provider;
mod sign_in;
mod sign_in_with;
pub mod smart;

pub use provider::{Ask, Begun, Fault, Later, Provider, StaffRole, StepUp, Vouched, Waiting, Who};
pub use sign_in::{Tokens, sign_in};
pub use sign_in_with::{
    Arrival, CameBack, NotLetIn, Providers, RoleChoice, choose, come_back, go, providers, step_up,
};
