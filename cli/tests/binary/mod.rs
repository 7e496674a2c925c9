//! One file per subcommand, and one for clients that behave badly.

mod demo;
mod import;
mod log_privacy;
mod process;
mod slow_clients;
mod verify;
