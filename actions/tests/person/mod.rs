//! Finding people, and what is written into records that were opened.

mod opened;
mod search;
