//! Staff who sign in with a provider, and the accounts that they are linked to.

mod desk;
mod house;
mod linked;
mod prove_again;
