//! One file per subcommand, and one for clients that behave badly.

mod backup;
mod demo;
mod doctor;
mod import;
mod leak_drives;
mod leaks;
mod limits;
mod lists;
mod log_privacy;
mod model;
mod process;
mod publish;
mod retention;
mod server;
mod slow_clients;
mod stratify;
mod synth;
mod tls;
mod unusual;
mod verify;
