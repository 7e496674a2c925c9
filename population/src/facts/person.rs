//! Who somebody is, as far as a count needs it.

use care::partial_date::PartialDate;
use care::person::{Gender, Person as Known};
use record::PersonKey;

use super::code::{AREA, CodeName, PRACTICE};
use crate::day::{Day, Span};

/// Sex as recorded (FHIR administrative gender).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Sex {
    /// Not recorded or not known.
    #[default]
    Unknown = 0,
    /// Female.
    Female = 1,
    /// Male.
    Male = 2,
    /// Another.
    Other = 3,
}

impl Sex {
    /// Its name in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Sex::Unknown => "unknown",
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Other => "other",
        }
    }

    /// By its number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Sex> {
        match number {
            0 => Some(Sex::Unknown),
            1 => Some(Sex::Female),
            2 => Some(Sex::Male),
            3 => Some(Sex::Other),
            _ => None,
        }
    }
}

/// The groups into which ethnic categories are put where a single one would be too small: their names and letters. Whoever's is not
/// recorded stands with those who did not state it.
pub const ETHNIC_GROUPS: [(&str, &[char]); 6] = [
    ("White", &['A', 'B', 'C']),
    ("Mixed", &['D', 'E', 'F', 'G']),
    ("Asian or Asian British", &['H', 'J', 'K', 'L', 'R']),
    ("Black or Black British", &['M', 'N', 'P']),
    ("Other", &['S']),
    ("Not stated or not recorded", &['Z']),
];

/// Flags of a person: bits of [`Person::flags`].
pub mod flag {
    /// The address is restricted: no area and no practice are known here.
    pub const RESTRICTED: u32 = 1;
    /// Of the birth only year or month is known; the day is the first it could be.
    pub const BIRTH_PARTIAL: u32 = 1 << 1;
    /// The birth lies outside 1900 to June 2079 and is not kept.
    pub const BIRTH_OUT_OF_RANGE: u32 = 1 << 2;
    /// Died; the day may not be known.
    pub const DIED: u32 = 1 << 3;
    /// Death was reported and is not verified.
    pub const DEATH_UNVERIFIED: u32 = 1 << 4;
    /// The death is dated before the birth; neither day can be relied on.
    pub const DEATH_BEFORE_BIRTH: u32 = 1 << 5;
    /// The death lies outside 1900 to June 2079; its day is not kept.
    pub const DEATH_OUT_OF_RANGE: u32 = 1 << 6;
    /// There is no Patient that can be read.
    pub const NO_PATIENT: u32 = 1 << 7;
    /// The entry is marked as not in use, or was replaced by another.
    pub const REPLACED: u32 = 1 << 8;
    /// A type 1 opt-out stands in the record: what a practice holds is for the person's own care alone.
    pub const TYPE_1: u32 = 1 << 9;
    /// Something in the record bears a label, by which it may be hidden from a reader: lists by name are as if that were
    /// not there.
    pub const LABELLED: u32 = 1 << 10;
    /// The person objects to risk stratification: no run for it looks at them.
    pub const OBJECTS_TO_STRATIFICATION: u32 = 1 << 11;
    /// A reasonable adjustment or an impairment is recorded, other than for language or how to be contacted.
    pub const ADJUSTMENT: u32 = 1 << 12;
    /// Prefers another language than English, or needs an interpreter.
    pub const OTHER_LANGUAGE: u32 = 1 << 13;
    /// Wants to be reached by telephone or on paper.
    pub const TELEPHONE_OR_PAPER: u32 = 1 << 14;
    /// What somebody needs to be reached and treated fairly.
    pub const NEEDS: u32 = ADJUSTMENT | OTHER_LANGUAGE | TELEPHONE_OR_PAPER;
    /// The same as far as something says it that bears no label: [`ADJUSTMENT`] and so on, by [`open`]. Lists by name go by these.
    pub const OPEN_NEEDS: u32 = open(NEEDS);

    /// The flag that says that a need is known without what bears a label.
    #[must_use]
    pub const fn open(need: u32) -> u32 {
        (need & NEEDS) << 3
    }
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Person<C> {
    /// Day of birth; the first it could be when known in part.
    pub birth: Day,
    /// Day of death; unknown for the living, and for those whose day of death is not known ([`flag::DIED`]).
    pub death: Day,
    /// Sex.
    pub sex: Sex,
    /// Letter of the ethnic category 2001 (A to S, Z); 0 when not recorded or none of these.
    pub ethnicity: u8,
    /// How far the NHS number was verified, 1 to 8; 0 when there is none or it was not said.
    pub verification: u8,
    /// Bits of [`flag`].
    pub flags: u32,
    /// Resources that could not be read.
    pub unread: u16,
    /// The small area of the home.
    pub area: Option<C>,
    /// The practice.
    pub practice: Option<C>,
    /// With whose record this one is read as one.
    pub survivor: Option<PersonKey>,
}

impl<C> Person<C> {
    pub(super) fn map<D>(self, turn: &mut impl FnMut(C) -> D) -> Person<D> {
        Person {
            birth: self.birth,
            death: self.death,
            sex: self.sex,
            ethnicity: self.ethnicity,
            verification: self.verification,
            flags: self.flags,
            unread: self.unread,
            area: self.area.map(&mut *turn),
            practice: self.practice.map(&mut *turn),
            survivor: self.survivor,
        }
    }

    /// Whether a flag is set.
    #[must_use]
    pub const fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

/// The days between which somebody can have facts: the first they could have been born, the last they could have died.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lived {
    pub(super) from: Day,
    pub(super) until: Day,
}

/// Reads who it is; `area` is the code of the small area of the home, as recorded.
pub(super) fn read(known: Option<&Known>, area: Option<&str>) -> (Person<CodeName>, Lived) {
    let mut person = Person::default();
    let Some(known) = known else {
        person.flags = flag::NO_PATIENT;
        return (person, Lived::default());
    };
    let mut set = |bit: u32, holds: bool| person.flags |= if holds { bit } else { 0 };
    set(flag::RESTRICTED, known.is_restricted());
    set(
        flag::REPLACED,
        known.active == Some(false) || known.successor().is_some(),
    );
    set(flag::DIED, known.death.is_recorded());
    set(flag::DEATH_UNVERIFIED, known.death.is_unverified());
    let birth = known.birth_date.as_ref();
    let died = known.death.date();
    let born_in = birth.and_then(Span::of);
    let died_in = died.and_then(Span::of);
    set(flag::BIRTH_PARTIAL, born_in.is_some_and(|span| span.partial));
    set(flag::BIRTH_OUT_OF_RANGE, birth.is_some() && born_in.is_none());
    set(flag::DEATH_OUT_OF_RANGE, died.is_some() && died_in.is_none());
    let turned = match (birth, died) {
        (Some(birth), Some(died)) => died.last_day() < birth.first_day(),
        _ => false,
    };
    set(flag::DEATH_BEFORE_BIRTH, turned);
    person.birth = born_in.map_or(Day::UNKNOWN, |span| span.first);
    person.death = died_in.map_or(Day::UNKNOWN, |span| span.first);
    person.sex = match known.gender {
        Some(Gender::Female) => Sex::Female,
        Some(Gender::Male) => Sex::Male,
        Some(Gender::Other) => Sex::Other,
        Some(Gender::Unknown) | None => Sex::Unknown,
    };
    person.ethnicity = known.ethnic_category.as_ref().map_or(0, ethnicity);
    person.verification = known
        .nhs_number
        .as_ref()
        .and_then(|held| held.status.as_deref())
        .and_then(verification)
        .unwrap_or(0);
    if !known.is_restricted() {
        person.area = area
            .filter(|code| is_area(code))
            .map(|code| CodeName::new(AREA, code));
        person.practice = known
            .registered_practice()
            .and_then(|practice| practice.reference.as_deref())
            .filter(|reference| reference.len() <= 200)
            .map(|reference| CodeName::new(PRACTICE, reference));
    }
    let lived = if turned {
        Lived::default()
    } else {
        Lived {
            from: person.birth,
            until: died_in.map_or(Day::UNKNOWN, |span| span.last),
        }
    };
    (person, lived)
}

/// The national letter; a local second character may follow it.
fn ethnicity(concept: &care::concept::Concept) -> u8 {
    concept
        .codings
        .iter()
        .filter(|coding| coding.system.as_deref() == Some(codes::ethnic_category::SYSTEM))
        .filter_map(|coding| coding.code.as_deref()?.get(..1))
        .find(|letter| codes::ethnic_category::label(letter).is_some())
        .and_then(|letter| letter.bytes().next())
        .unwrap_or(0)
}

fn verification(status: &str) -> Option<u8> {
    codes::verification_status::is_known(status)
        .then(|| status.parse().ok())
        .flatten()
}

/// Whether it has the form of an English or Welsh LSOA code: E or W, 01, six digits.
fn is_area(code: &str) -> bool {
    let digits = code.strip_prefix("E01").or_else(|| code.strip_prefix("W01"));
    digits.is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The first day of a date, for tests of order.
pub(super) fn first(date: &PartialDate) -> Option<Day> {
    Day::of(date.first_day())
}
