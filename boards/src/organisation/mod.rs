//! The organisations of the directory and what each is part of: practices by network, without asking every one of them.

mod view;

pub use view::{Organisation, Organisations};
