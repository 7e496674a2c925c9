//! A PostgreSQL of a test's own: made in a temporary folder, on a free port, durable, and gone without a trace.
//!
//! - [`server`]: one server: started, stopped, killed with all its processes, started again
//! - [`programs`]: where Debian or anybody else put the programs, and as whom they may run
//! - [`processes`]: a server's processes, found and killed
//! - [`watchdog`]: who cleans up when the test itself is killed
//! - [`database`]: a database for one test

pub mod database;
pub mod processes;
pub mod programs;
pub mod server;
pub mod watchdog;

pub use database::Database;
pub use server::Server;

/// The environment variable that names a maintenance database of a server that tests may use, as a superuser.
pub const URL: &str = "RECORD_POSTGRES_URL";

/// The environment variable that names the file of the authority of that server, where tests are to reach it by TLS.
pub const ROOTS: &str = "RECORD_POSTGRES_ROOTS";
