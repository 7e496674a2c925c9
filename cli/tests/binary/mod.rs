//! One file per subcommand, and one for clients that behave badly.

mod demo;
mod import;
mod process;
mod slow_clients;
mod verify;
