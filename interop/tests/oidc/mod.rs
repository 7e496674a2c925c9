//! Signing in by OpenID Connect: against a certified provider, and against one that lies.

mod browser;
mod certified;
mod house;
mod lying;
