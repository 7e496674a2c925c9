//! Why a fact is not counted.

macro_rules! marks {
    ($($(#[$meta:meta])* $name:ident = $number:literal, $code:literal, $words:literal;)+) => {
        /// What is odd about a fact. A fact with a mark is kept and never counted as what it says, but for one that bears a label and
        /// is sound: lists by name alone leave it out. The numbers are stored, so that none is ever used for something else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(u8)]
        pub enum Mark { $($(#[$meta])* #[doc = $words] $name = $number,)+ }

        impl Mark {
            /// Every mark, by number.
            pub const ALL: &'static [Mark] = &[$(Mark::$name,)+];

            /// Its name in files.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Mark::$name => $code,)+ }
            }

            /// Its meaning, for people.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Mark::$name => $words,)+ }
            }

            /// The mark with this number.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Mark> {
                match number { $($number => Some(Mark::$name),)+ _ => None }
            }
        }
    };
}

marks! {
    #[default]
    Sound = 0, "sound", "Nothing is odd about it";
    NoCode = 1, "no-code", "It has words only, or a code without its system";
    UnknownSystem = 2, "unknown-system", "Its code is of a system that is not known here";
    TooLong = 3, "too-long", "Its code or system is longer than any code is";
    BeforeBirth = 4, "before-birth", "It is dated before the person was born";
    AfterDeath = 5, "after-death", "It is dated after the person died";
    DateOutOfRange = 6, "date-out-of-range", "Its date lies outside 1900 to June 2079";
    EndBeforeStart = 7, "end-before-start", "It ends before it begins";
    Refuted = 8, "refuted", "It was ruled out";
    Unsure = 9, "unsure", "It is a suspicion or one of several possibilities";
    NotDone = 10, "not-done", "It was planned, cancelled, declined or did not happen";
    Unsettled = 11, "unsettled", "The result is not final";
    NoValue = 12, "no-value", "There is no value, or the answer is no";
    UnitNotKnown = 13, "unit-not-known", "Its unit is missing or is none in which this is measured";
    OutOfRange = 14, "out-of-range", "The value is none that a living person has";
    NotExact = 15, "not-exact", "The value is only said to be above or below something";
    NotToBeGiven = 16, "not-to-be-given", "It says that the medicine must not be given";
    NotAnOrder = 17, "not-an-order", "The medicine is proposed or planned, not ordered";
    UnknownClass = 18, "unknown-class", "What sort of contact it was is not known here";
    Labelled = 19, "labelled", "Nothing is odd about it; it bears a label, and counts on no list by name";
    LabelledOdd = 20, "labelled-odd", "It bears a label, and something is odd about it";
    MalformedCode = 21, "malformed-code", "Its code cannot be one of its system: its form or its check digit is wrong";
}

impl Mark {
    /// Whether the fact counts.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        matches!(self, Mark::Sound | Mark::Labelled)
    }

    /// Whether the fact bears a label: a list by name is as if it were not there.
    #[must_use]
    pub const fn is_labelled(self) -> bool {
        matches!(self, Mark::Labelled | Mark::LabelledOdd)
    }

    /// The mark of the same fact where it bears a label.
    #[must_use]
    pub const fn labelled(self) -> Mark {
        if self.is_sound() {
            Mark::Labelled
        } else {
            Mark::LabelledOdd
        }
    }

    /// This mark, or the other where this one is sound: the first reason is the one that is told.
    #[must_use]
    pub const fn or(self, other: Mark) -> Mark {
        if self.is_sound() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bears_a_label_counts_if_it_is_sound_and_is_told_apart() {
        for mark in Mark::ALL {
            let labelled = mark.labelled();
            assert_eq!(labelled.is_sound(), mark.is_sound(), "{}", mark.code());
            assert!(labelled.is_labelled() && labelled.labelled() == labelled);
        }
        assert!(!Mark::Sound.is_labelled());
    }

    #[test]
    fn every_mark_has_its_own_number_and_name() {
        for (at, mark) in Mark::ALL.iter().enumerate() {
            assert_eq!(*mark as usize, at);
            assert_eq!(Mark::from_number(*mark as u8), Some(*mark));
            let same = Mark::ALL
                .iter()
                .filter(|other| other.code() == mark.code())
                .count();
            assert_eq!(same, 1, "{}", mark.code());
        }
        assert_eq!(Mark::from_number(u8::MAX), None);
    }
}
