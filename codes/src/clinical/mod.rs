//! Tables of the published clinical scores: code sets, weights and bands (`data/clinical/`, sources in its README).
//!
//! The arithmetic is in `care::score`; here is only which code stands for what. Everything is read once.

pub mod efi;
pub mod icd10;
