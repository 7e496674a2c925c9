//! Who a person is: names that fit, an address that no place has, telephones of drama, relations of the household.

use super::Growing;
use crate::day::Day;
use crate::health::liabilities;
use crate::life::{
    Adjustment, Carer, Dwelling, Ethnicity, Name, NumberStatus, Person, Preferences, Relation, Sex, Tenure,
};
use crate::people::{Skeleton, even};
use crate::random::{Random, Stream};
use crate::region::Region;

/// The person of a life.
pub(super) fn person(growing: &Growing<'_>) -> Person {
    let region = growing.region;
    let bones = growing.bones;
    let mut random = growing.random(Stream::Person);
    let age = growing.age(growing.last);
    let area = &region.place.areas[usize::from(bones.area)];
    let household = Random::new(region.options.seed, Stream::Household, u64::from(bones.household));
    let dwelling = if bones.care_home {
        Dwelling::CareHome
    } else if age >= 18.0
        && random.chance(growing.rates.no_fixed_address * if growing.decile < 4.0 { 2.5 } else { 0.7 })
    {
        Dwelling::NoFixedAddress
    } else {
        Dwelling::Home
    };
    let garrison = usize::from(area.council) + 1 == region.place.councils.len();
    let serving = (18.0..50.0).contains(&age)
        && !bones.care_home
        && random.chance(growing.rates.serving[usize::from(garrison)]);
    let veteran_share = if bones.sex == Sex::Male && age >= 60.0 {
        growing.rates.veteran[1]
    } else {
        growing.rates.veteran[0]
    };
    let veteran = age >= 20.0 && !serving && random.chance(veteran_share);
    let ethnicity = ethnicity(bones.ethnic, &mut random);
    let name = name(region, growing.index);
    let (language, interpreter) = language(bones.ethnic, &name, age, &mut random);
    let address = address(region, bones, bones.area, household);
    let restricted = dwelling == Dwelling::Home && random.chance(growing.rates.restricted);
    // Those yet to be born come after the numbers that people had before.
    let place = match region.mother(growing.index) {
        None => u64::from(growing.index),
        Some(_) => region.lives() as u64 + u64::from(growing.index),
    };
    let number = region.numbers.of(place);
    let untraced = random.unit();
    let number_status = match number {
        None => NumberStatus::TraceRequired,
        Some(_) if untraced < growing.rates.faults[6] => NumberStatus::NotTraced,
        Some(_) => NumberStatus::Verified,
    };
    let members = members(region, growing.index);
    let grown = members
        .iter()
        .filter(|other| region.bones(**other).age(region.options.today) >= 18)
        .count();
    let tenure = tenure(area.tenure, even(u64::from(bones.household), 0.37));
    let working = (16.0..67.0).contains(&age);
    let routine = growing.rates.routine_manual * 1.9f64.powf((5.5 - growing.decile) / 4.5);
    let routine_manual = working && random.chance(routine.min(0.7));
    let paper = random.chance(if age >= 75.0 {
        0.42
    } else if age >= 60.0 {
        0.12
    } else {
        0.02
    });
    let carer = (age >= 10.0 && !bones.care_home)
        .then(|| {
            let shape = if (45.0..70.0).contains(&age) {
                1.75
            } else if age < 20.0 {
                0.2
            } else {
                0.8
            };
            random.chance(growing.rates.carer * shape).then(|| Carer {
                hours: *random.pick(&[4, 8, 15, 20, 35, 50, 100]),
                strain: random.between(5, 95) as u8,
                since: growing.now().plus(-random.between(20, 3700)).max(bones.birth),
            })
        })
        .flatten();
    let reachable = dwelling != Dwelling::NoFixedAddress;
    let number_of_phone = random.below(1000);
    Person {
        index: growing.index,
        nhs_number: number.unwrap_or_default(),
        superseded: match region.mother(growing.index) {
            None => region
                .numbers
                .of(region.lives() as u64 + u64::from(growing.index)),
            Some(_) => None,
        },
        number_status,
        earlier_name: earlier_name(region, growing, &name, age, &mut random),
        sex: bones.sex,
        birth: bones.birth,
        death: bones.death.or(bones.dies),
        moving: if dwelling == Dwelling::Home {
            super::moving::moving(growing)
        } else {
            None
        },
        ethnicity,
        area: bones.area,
        lines: if reachable { address.0 } else { Vec::new() },
        town: if reachable { address.1 } else { String::new() },
        postcode: if reachable { address.2 } else { String::new() },
        earlier_address: (reachable && random.chance(0.25)).then(|| {
            let before = Random::new(
                region.options.seed,
                Stream::Household,
                1 << 50 | u64::from(growing.index),
            );
            let (lines, town, postcode) = self::address(region, bones, bones.area, before);
            (
                lines,
                town,
                postcode,
                growing.now().plus(-random.between(20, 5600)).max(bones.birth),
            )
        }),
        tenure,
        overcrowded: members.len() >= 2 && even(u64::from(bones.household), 0.71) < area.overcrowded * 2.0,
        alone: members.is_empty() && !bones.care_home,
        dwelling: if serving && tenure == Tenure::Private && dwelling == Dwelling::Home {
            Dwelling::Service
        } else {
            dwelling
        },
        telephone: if reachable && age >= 45.0 {
            format!("01632 960{number_of_phone:03}")
        } else {
            String::new()
        },
        mobile: if age >= 11.0 && !(age >= 82.0 && paper) {
            format!("07700 900{:03}", random.below(1000))
        } else {
            String::new()
        },
        email: if age >= 14.0 && !paper {
            format!(
                "{}.{}{}@example.com",
                ascii(name.given[0]),
                ascii(&name.family),
                growing.index
            )
        } else {
            String::new()
        },
        preferences: Preferences {
            language,
            interpreter,
            paper,
            adjustments: adjustments(growing, age, &mut random),
        },
        practice: (bones.practice != u16::MAX).then_some(bones.practice),
        registered: bones
            .birth
            .plus_years((age * random.unit() * 0.8).max(0.02))
            .min(growing.now())
            .max(bones.birth),
        household: bones.household,
        relations: relations(growing, &members, &name, age, grown, &mut random),
        carer,
        serving,
        military_family: !serving
            && members.iter().any(|other| {
                let other_age = region.bones(*other).age(region.options.today);
                garrison
                    && (18..50).contains(&other_age)
                    && Random::new(region.options.seed, Stream::Person, 1 << 50 | u64::from(*other))
                        .chance(0.03)
            }),
        veteran,
        routine_manual,
        occupation: occupation(age, routine_manual, serving, &mut random),
        restricted,
        frailty: liabilities(region.options.seed, growing.index)[3] as f32
            + if bones.care_home { 1.2 } else { 0.0 }
            + if bones.death.is_some() { 0.6 } else { 0.0 },
        name,
    }
}

/// Others of the household.
fn members(region: &Region, index: u32) -> Vec<u32> {
    if let Some(mother) = region.mother(index) {
        return std::iter::once(mother).chain(members(region, mother)).collect();
    }
    let household = region.bones(index).household;
    let same = |at: usize| {
        region
            .people
            .get(at)
            .is_some_and(|one| one.household == household)
    };
    let mut first = index as usize;
    while first > 0 && same(first - 1) {
        first -= 1;
    }
    let mut found = Vec::new();
    let mut at = first;
    while same(at) {
        if at != index as usize {
            found.push(at as u32);
        }
        at += 1;
    }
    found
}

/// Title, given names and family name of somebody of the region.
fn name(region: &Region, index: u32) -> Name {
    let bones = region.bones(index);
    let names = &region.parameters.names;
    let mut random = Random::new(region.options.seed, Stream::Person, 1 << 48 | u64::from(index));
    let year = bones.birth.date().year();
    let female = bones.sex == Sex::Female;
    let fitting: Vec<&'static str> = names
        .given
        .iter()
        .filter(|(group, of, from, to, _)| {
            *group == bones.ethnic && *of == female && (*from..=*to).contains(&year)
        })
        .map(|(.., name)| *name)
        .collect();
    let fitting = if fitting.is_empty() {
        vec!["Robin"]
    } else {
        fitting
    };
    let mut given = vec![*random.pick(&fitting)];
    if random.chance(0.7) {
        let second = *random.pick(&fitting);
        if second != given[0] {
            given.push(second);
        }
    }
    let mut household = Random::new(
        region.options.seed,
        Stream::Household,
        1 << 48 | u64::from(bones.household),
    );
    let families: Vec<&'static str> = names
        .family
        .iter()
        .filter(|(group, _)| *group == bones.ethnic)
        .map(|(_, name)| *name)
        .collect();
    let own = random.chance(0.12);
    let source = if own { &mut random } else { &mut household };
    let mut family = (*source.pick(&families)).to_owned();
    if source.chance(0.06) {
        let second = *source.pick(&families);
        if second != family {
            family = format!("{family}-{second}");
        }
    }
    let age = bones.age(region.options.today);
    let title = match (age, bones.sex) {
        (0..18, _) => "",
        (_, Sex::Male) => "Mr",
        (age, Sex::Female) if age >= 55 => "Mrs",
        _ => *random.pick(&["Ms", "Miss", "Mrs"]),
    };
    let title = if age >= 28 && random.chance(0.01) {
        "Dr"
    } else {
        title
    };
    Name {
        title,
        known_as: (given.len() > 1 && random.chance(0.05)).then(|| given[1]),
        given,
        family,
    }
}

fn earlier_name(
    region: &Region,
    growing: &Growing<'_>,
    name: &Name,
    age: f64,
    random: &mut Random,
) -> Option<Name> {
    let changed = growing.bones.sex == Sex::Female && age >= 24.0 && random.chance(0.35);
    changed.then(|| {
        let families: Vec<&'static str> = region
            .parameters
            .names
            .family
            .iter()
            .filter(|(group, _)| *group == growing.bones.ethnic)
            .map(|(_, name)| *name)
            .collect();
        Name {
            title: "Miss",
            family: (*random.pick(&families)).to_owned(),
            ..name.clone()
        }
    })
}

/// The ethnic category within a group, by shares of England (Census 2021, rounded; assumption for this place).
fn ethnicity(group: u8, random: &mut Random) -> Ethnicity {
    let category = if random.chance(0.04) {
        'Z'
    } else {
        match group {
            0 => *random.pick(&['H', 'H', 'H', 'H', 'J', 'K', 'L', 'L', 'L', 'R']),
            1 => *random.pick(&['N', 'N', 'N', 'M', 'P']),
            2 => *random.pick(&['D', 'E', 'F', 'F', 'G', 'G']),
            3 => *random.pick(&[
                'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'B', 'C', 'C',
            ]),
            _ => 'S',
        }
    };
    Ethnicity { group, category }
}

/// Languages other than English, by ethnic group: Asian, Black, other, Polish names, everybody else.
pub(crate) const SPOKEN: [&[&str]; 5] = [
    &["pa", "gu", "ur", "bn", "hi", "zh", "kok", "ne", "ml"],
    &["fr", "so", "sw"],
    &["ar", "fa", "tr", "es"],
    &["pl"],
    &["pl", "ro", "pt", "uk"],
];

fn language(group: u8, name: &Name, age: f64, random: &mut Random) -> (&'static str, bool) {
    let polish = ["Nowicki", "Kowalczyk", "Zielinska", "Wisniewski", "Lewandowski"]
        .iter()
        .any(|of| name.family.starts_with(of));
    let (share, languages): (f64, &[&'static str]) = match group {
        _ if polish => (0.6, SPOKEN[3]),
        0 => (0.3, SPOKEN[0]),
        1 => (0.12, SPOKEN[1]),
        4 => (0.35, SPOKEN[2]),
        _ => (0.004, SPOKEN[4]),
    };
    if !random.chance(share) {
        return ("en", false);
    }
    (
        *random.pick(languages),
        random.chance(if age >= 60.0 { 0.45 } else { 0.15 }),
    )
}

fn adjustments(growing: &Growing<'_>, age: f64, random: &mut Random) -> Vec<Adjustment> {
    let mut found = Vec::new();
    for (condition, share, adjustment) in [
        ("learning_disability", 0.7, Adjustment::EasyRead),
        ("learning_disability", 0.6, Adjustment::LongerAppointment),
        ("learning_disability", 0.5, Adjustment::CarerPresent),
        ("visual_impairment", 0.7, Adjustment::LargePrint),
        ("hearing_loss", 0.3, Adjustment::HearingSupport),
        ("autism", 0.5, Adjustment::QuietSpace),
        ("dementia_alzheimer", 0.6, Adjustment::CarerPresent),
        ("parkinsons", 0.5, Adjustment::StepFree),
        ("multiple_sclerosis", 0.4, Adjustment::StepFree),
    ] {
        if growing.has(condition) && random.chance(share) && !found.contains(&adjustment) {
            found.push(adjustment);
        }
    }
    if age >= 85.0 && random.chance(0.2) && !found.contains(&Adjustment::StepFree) {
        found.push(Adjustment::StepFree);
    }
    found
}

fn relations(
    growing: &Growing<'_>,
    members: &[u32],
    name: &Name,
    age: f64,
    grown: usize,
    random: &mut Random,
) -> Vec<Relation> {
    let region = growing.region;
    let mut found: Vec<Relation> = Vec::new();
    for other in members.iter().take(5) {
        let bones = region.bones(*other);
        let years = f64::from(bones.age(region.options.today));
        let female = bones.sex == Sex::Female;
        let role = if age < 18.0 && years >= 18.0 {
            if female { "MTH" } else { "FTH" }
        } else if years < 18.0 && age >= 18.0 {
            if female { "DAUC" } else { "SONC" }
        } else if years < 18.0 {
            if female { "SIS" } else { "BRO" }
        } else if (years - age).abs() < 15.0 && age >= 30.0 {
            if female { "WIFE" } else { "HUSB" }
        } else if years + 16.0 < age {
            if female { "DAUC" } else { "SONC" }
        } else if years > age + 16.0 {
            if female { "MTH" } else { "FTH" }
        } else {
            "ROOM"
        };
        if years >= 16.0 {
            found.push(Relation {
                index: Some(*other),
                name: self::name(region, *other),
                role,
                telephone: format!("07700 900{:03}", random.below(1000)),
                next_of_kin: found.is_empty() && role != "ROOM",
                carer: age >= 70.0 && random.chance(0.3),
            });
        }
    }
    if grown == 0 && (age >= 18.0) && random.chance(0.8) {
        let (role, female) = *random.pick(&[
            ("DAUC", true),
            ("SONC", false),
            ("FRND", true),
            ("NBOR", false),
            ("SIS", true),
        ]);
        let role = if age < 45.0 && matches!(role, "DAUC" | "SONC") {
            if female { "MTH" } else { "FTH" }
        } else {
            role
        };
        let year = Day::ymd(
            growing.bones.birth.date().year() + if age >= 45.0 { 28 } else { -2 },
            6,
            1,
        )
        .date()
        .year();
        let fitting: Vec<&'static str> = region
            .parameters
            .names
            .given
            .iter()
            .filter(|(group, of, from, to, _)| {
                *group == growing.bones.ethnic && *of == female && (*from..=*to).contains(&year)
            })
            .map(|(.., given)| *given)
            .collect();
        if !fitting.is_empty() {
            found.push(Relation {
                index: None,
                name: Name {
                    title: if female { "Ms" } else { "Mr" },
                    given: vec![*random.pick(&fitting)],
                    family: name.family.clone(),
                    known_as: None,
                },
                role,
                telephone: format!("07700 900{:03}", random.below(1000)),
                next_of_kin: true,
                carer: age >= 75.0 && random.chance(0.35),
            });
        }
    }
    found
}

fn occupation(age: f64, routine: bool, serving: bool, random: &mut Random) -> &'static str {
    if serving {
        return "Member of the armed forces";
    }
    match age {
        at if at < 5.0 => "",
        at if at < 16.0 => "Pupil",
        at if at < 19.0 => "Student",
        at if at >= 67.0 => "Retired",
        _ if routine => random.pick::<&str>(&[
            "Warehouse worker",
            "Cleaner",
            "Driver",
            "Kitchen assistant",
            "Farm worker",
            "Packer",
            "Care worker",
            "Porter",
        ]),
        _ => random.pick::<&str>(&[
            "Teacher",
            "Nurse",
            "Engineer",
            "Shop manager",
            "Electrician",
            "Accountant",
            "Designer",
            "Programmer",
            "Clerk",
            "Carpenter",
            "Hairdresser",
            "Not working",
            "Looking after the home",
            "Police officer",
            "Writer",
        ]),
    }
}

fn tenure(of: [f64; 4], at: f64) -> Tenure {
    let sum: f64 = of.iter().sum();
    let mut left = at * sum;
    for (share, tenure) in of.iter().zip([
        Tenure::Outright,
        Tenure::Mortgage,
        Tenure::Social,
        Tenure::Private,
    ]) {
        left -= share;
        if left < 0.0 {
            return tenure;
        }
    }
    Tenure::Private
}

/// An address in the area that does not exist: an invented street, the ward, the town, and a postcode whose last two
/// letters Royal Mail does not use (C, I, K, M, O, V).
pub(super) fn address(
    region: &Region,
    bones: &Skeleton,
    area: u16,
    mut random: Random,
) -> (Vec<String>, String, String) {
    const FIRST: [&str; 28] = [
        "Sarsen",
        "Greywether",
        "Longbarrow",
        "Skylark",
        "Chalkstream",
        "Beechmast",
        "Hollow",
        "Larkspur",
        "Harebell",
        "Millrace",
        "Orchard",
        "Kingfisher",
        "Cowslip",
        "Barrow",
        "Windmill",
        "Saddler's",
        "Weaver's",
        "Tanner's",
        "Drover's",
        "Bluebell",
        "Sheepwash",
        "Withy",
        "Quarry",
        "Lantern",
        "Foxglove",
        "Old Wharf",
        "Brook",
        "Linden",
    ];
    const SECOND: [&str; 12] = [
        "Way", "Lane", "Close", "Rise", "Drift", "Drove", "Row", "Mead", "Piece", "Croft", "Walk", "Ride",
    ];
    const UNUSED: [char; 6] = ['C', 'I', 'K', 'M', 'O', 'V'];
    let area = &region.place.areas[usize::from(area)];
    let outward = region
        .place
        .practices
        .iter()
        .min_by(|one, other| {
            crate::place::kilometres(area.position, one.position)
                .total_cmp(&crate::place::kilometres(area.position, other.position))
        })
        .and_then(|practice| practice.postcode.split_whitespace().next())
        .unwrap_or("SN1");
    let street = format!(
        "{} {} {}",
        1 + random.below(140),
        random.pick(&FIRST),
        random.pick(&SECOND)
    );
    let mut lines = Vec::new();
    if bones.care_home {
        lines.push(format!("{} House", random.pick(&FIRST)));
    } else if random.chance(0.15) {
        lines.push(format!("Flat {}", 1 + random.below(24)));
    }
    lines.push(street);
    lines.push(area.ward.clone());
    let postcode = format!(
        "{outward} {}{}{}",
        random.below(10),
        random.pick(&UNUSED),
        random.pick(&UNUSED)
    );
    (lines, town(outward).to_owned(), postcode)
}

/// The post town of an outward code of the place (Royal Mail).
fn town(outward: &str) -> &'static str {
    match outward {
        "BA1" | "BA2" => "Bath",
        "BA3" => "Radstock",
        "BA11" => "Frome",
        "BA12" => "Warminster",
        "BA13" => "Westbury",
        "BA14" => "Trowbridge",
        "BA15" => "Bradford-on-Avon",
        "BS31" => "Bristol",
        "SN7" => "Faringdon",
        "SN8" => "Marlborough",
        "SN9" => "Pewsey",
        "SN10" => "Devizes",
        "SN11" => "Calne",
        "SN12" => "Melksham",
        "SN13" => "Corsham",
        "SN14" | "SN15" => "Chippenham",
        "SN16" => "Malmesbury",
        "SP7" => "Shaftesbury",
        "SP9" => "Tidworth",
        "SP11" => "Andover",
        of if of.starts_with("SP") => "Salisbury",
        of if of.starts_with("BS") => "Bristol",
        of if of.starts_with("BA") => "Bath",
        _ => "Swindon",
    }
}

fn ascii(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
