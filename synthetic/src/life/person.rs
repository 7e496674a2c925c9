//! Who a person is.

use crate::day::Day;

/// Sex as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sex {
    /// Female.
    #[default]
    Female,
    /// Male.
    Male,
}

/// A name as it is used or was written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// Title: "Mrs", "Mr", "Miss", "Ms", "Mx", "Dr", or none for children.
    pub title: &'static str,
    /// Given names, the first one used.
    pub given: Vec<&'static str>,
    /// Family name.
    pub family: String,
    /// What the person likes to be called, when it is not the first given name.
    pub known_as: Option<&'static str>,
}

/// Whether the NHS number was verified: codes of UK Core NHSNumberVerificationStatus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NumberStatus {
    /// 01: present and verified.
    #[default]
    Verified,
    /// 02: present, not traced.
    NotTraced,
    /// 03: trace required.
    TraceRequired,
}

/// One of the five groups of the Census, with the ethnic category (2001) that fits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ethnicity {
    /// 0 Asian, 1 Black, 2 mixed, 3 White, 4 other.
    pub group: u8,
    /// The letter of the NHS ethnic category 2001 (A–S), or Z for not stated.
    pub category: char,
}

/// How a household holds its home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tenure {
    /// Owned without a mortgage.
    #[default]
    Outright,
    /// Owned with a mortgage, or shared ownership.
    Mortgage,
    /// Rented from a council or a housing association.
    Social,
    /// Rented privately, or rent free.
    Private,
}

/// Where a person lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dwelling {
    /// A house or flat.
    #[default]
    Home,
    /// A care home, with or without nursing.
    CareHome,
    /// A barracks or service quarters.
    Service,
    /// No fixed address.
    NoFixedAddress,
}

/// A reasonable adjustment that a person needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Information in easy read.
    EasyRead,
    /// Large print.
    LargePrint,
    /// A hearing loop or a text instead of a call.
    HearingSupport,
    /// Longer appointments.
    LongerAppointment,
    /// Step-free access.
    StepFree,
    /// A quiet place to wait.
    QuietSpace,
    /// A carer comes along.
    CarerPresent,
}

/// How a person wants to be reached.
#[derive(Debug, Clone, Default)]
pub struct Preferences {
    /// BCP 47 language, "en" for most.
    pub language: &'static str,
    /// An interpreter is needed.
    pub interpreter: bool,
    /// Letters on paper and telephone calls; no smartphone.
    pub paper: bool,
    /// Reasonable adjustments.
    pub adjustments: Vec<Adjustment>,
}

/// Somebody close to the person.
#[derive(Debug, Clone, Default)]
pub struct Relation {
    /// Place of the other person in the region, when they are one of its people.
    pub index: Option<u32>,
    /// Their name.
    pub name: Name,
    /// Role of v3 RoleCode: "WIFE", "HUSB", "SONC", "DAUC", "MTH", "FTH", "NBOR", "FRND", "SPS".
    pub role: &'static str,
    /// Telephone.
    pub telephone: String,
    /// The next of kin.
    pub next_of_kin: bool,
    /// Cares for the person without pay.
    pub carer: bool,
}

/// That the person cares for somebody without pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carer {
    /// Hours a week.
    pub hours: u8,
    /// Strain, 0 to 100.
    pub strain: u8,
    /// Since when.
    pub since: Day,
}

/// A move of a household in the days to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Move {
    /// The day.
    pub day: Day,
    /// Place of the area.
    pub area: u16,
    /// First lines of the address.
    pub lines: Vec<String>,
    /// Town.
    pub town: String,
    /// Postcode that no place has.
    pub postcode: String,
    /// Another practice, with the day of registration there.
    pub practice: Option<(u16, Day)>,
}

/// Who it is.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Place in the region: 0 to people − 1 are alive, the dead come after.
    pub index: u32,
    /// NHS number: ten digits of the 999 range with a valid check digit.
    pub nhs_number: String,
    /// A number that the person would have had before, were it superseded: nobody else's of the region, and none where the
    /// range is too small for two each.
    pub superseded: Option<String>,
    /// Whether it was verified.
    pub number_status: NumberStatus,
    /// Name in use.
    pub name: Name,
    /// Name before marriage or another earlier name.
    pub earlier_name: Option<Name>,
    /// Sex as registered.
    pub sex: Sex,
    /// Day of birth.
    pub birth: Day,
    /// Day of death.
    pub death: Option<Day>,
    /// Ethnicity.
    pub ethnicity: Ethnicity,
    /// Place of the area in [`crate::place::Place::areas`].
    pub area: u16,
    /// First lines of the address; empty without a fixed address.
    pub lines: Vec<String>,
    /// Town.
    pub town: String,
    /// Postcode that no place has: right in form, not in use.
    pub postcode: String,
    /// A former address: lines, town, postcode and the day of the move.
    pub earlier_address: Option<(Vec<String>, String, String, Day)>,
    /// A move in the days to come.
    pub moving: Option<Move>,
    /// How the household holds its home.
    pub tenure: Tenure,
    /// Rooms are too few for the household.
    pub overcrowded: bool,
    /// Lives alone.
    pub alone: bool,
    /// Where the person lives.
    pub dwelling: Dwelling,
    /// Telephone of the home, from the ranges that Ofcom keeps for drama; empty when none.
    pub telephone: String,
    /// Mobile telephone, from the ranges that Ofcom keeps for drama; empty when none.
    pub mobile: String,
    /// Address for mail, at example.com; empty when none.
    pub email: String,
    /// Language and wishes.
    pub preferences: Preferences,
    /// Place of the practice in [`crate::place::Place::practices`]; none for those known but not registered.
    pub practice: Option<u16>,
    /// Day of registration there.
    pub registered: Day,
    /// Place of the household; who share it live together.
    pub household: u32,
    /// Others close to the person.
    pub relations: Vec<Relation>,
    /// What the person does for others.
    pub carer: Option<Carer>,
    /// Serves in the armed forces.
    pub serving: bool,
    /// A dependant of somebody who serves.
    pub military_family: bool,
    /// Served in the armed forces.
    pub veteran: bool,
    /// Works in a routine or manual occupation.
    pub routine_manual: bool,
    /// The occupation, in plain words.
    pub occupation: &'static str,
    /// The address is restricted (PDS "R").
    pub restricted: bool,
    /// What a liability of frailty the person was dealt: mean 0, deviation 1.
    pub frailty: f32,
}
