//! One file per subcommand, and one for clients that behave badly.

mod backup;
mod demo;
mod doctor;
mod import;
mod log_privacy;
mod process;
mod server;
mod slow_clients;
mod synth;
mod verify;
