//! The vocabulary from outside.

mod nhs_number;
mod tables;
