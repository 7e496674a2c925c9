//! The vocabulary from outside.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture must stop"
)]

mod conditions;
mod efi;
mod nhs_number;
mod tables;
