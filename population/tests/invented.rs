//! What several tests invent: numbers that follow from a seed, a day, a problem.

use codes::system::SNOMED_CT;
use jiff::civil::Date;
use population::facts::{CodeName, Coded, Kind, Mark};
use population::parquet::{Purpose, write};
use population::{Columns, Day};

/// Numbers that follow from a seed (SplitMix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A day in range.
pub(super) fn day(date: Date) -> Day {
    Day::of(date).expect("in range")
}

/// A sound problem by its SNOMED CT code.
pub(super) fn coded(code: &str, on: Day) -> Coded<CodeName> {
    Coded {
        day: on,
        kind: Kind::Problem,
        code: CodeName::new(SNOMED_CT, code),
        mark: Mark::Sound,
        also: false,
        partial: false,
        over: false,
    }
}

/// The columns as files, in a folder that goes with what is given back.
pub(super) fn as_files(columns: &Columns) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let purpose = Purpose {
        purpose: "a test".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    };
    write(columns, folder.path(), purpose, jiff::Timestamp::UNIX_EPOCH).expect("written");
    folder
}
