//! The region as a whole: what it is grown from, and what it comes to.

mod bad_input;
mod figures;
mod living;
mod monitors;
mod records;

use synthetic::day::Day;
use synthetic::place::Files;
use synthetic::{Options, Region};

pub(crate) fn options(people: u64) -> Options {
    Options {
        seed: 7,
        people,
        today: Day::ymd(2026, 11, 1),
        files: Files::Bsw,
    }
}

pub(crate) fn grown(people: u64) -> Region {
    Region::grow(options(people)).expect("it grows")
}
