//! The segments of the region's model, and the long-term conditions it counts, over everybody's slices. The rule stands in
//! `care::segment` and `codes::clinical::segmentation`; here is only how its inputs are found in the columns.
//!
//! - `meaning`: what each code of the dictionary stands for
//! - `on`: one person's conditions, elements, segment and stage of life on a day

mod meaning;
mod on;

pub use meaning::Meanings;
pub(crate) use on::PREGNANT_DAYS;
pub use on::{Conditions, Placed, SegmentsOn};
