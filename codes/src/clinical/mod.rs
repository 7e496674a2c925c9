//! Tables of the published clinical scores: code sets, weights and bands (`data/clinical/`, sources in its README).
//!
//! The arithmetic is in `care::score`; here is only which code stands for what. Everything is read once.

pub mod bands;
pub mod cambridge;
pub mod charlson;
pub mod code_sets;
pub mod efi;
pub mod elixhauser;
pub mod hfrs;
pub mod icd10;
pub mod news2;
pub mod npews;
pub mod prevention;
pub mod programmes;
pub mod segmentation;
