//! Actions over a real record. Run alone: `cargo nextest run -p actions`.

mod academy;
mod person;
mod population;
mod proof;
mod provider;
mod risk;
