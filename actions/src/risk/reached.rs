//! Who is on the list and who was reached within 28 days, by the groups that the columns know (safety rules 23 and 24).

use std::collections::HashMap;

use ::population::PersonSlice;
use ::population::circumstance::Lives;
use ::population::facts::{AREA, ETHNIC_GROUPS, Sex, flag};
use ::population::segment::SegmentsOn;
use ::record::PersonKey;
use care::risk::memory::{Offer, Standing};
use care::risk::reach::{self, Group, Share};
use care::segment::SNEE;
use codes::circumstance::Circumstance;
use codes::clinical::segmentation::CONDITIONS;
use jiff::ToSpan;
use jiff::civil::Date;

use super::list::InGroup;
use crate::population::{Everyone, Places};

/// What the numbers of some groups stand on, in words.
pub const AS_RECORDED: &str = "Disability, language, how to be reached, carers, homelessness, work and the armed forces are known as far as they are \
    recorded: whoever has nothing recorded of them stands with those of whom it is not so";

/// What somebody is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits {
    sex: Sex,
    /// Letter of the ethnic category.
    ethnicity: Option<char>,
    age: u8,
    /// Fifth of deprivation of the area, 1 the most deprived.
    fifth: Option<u8>,
    rural: Option<bool>,
    learning_disability: bool,
    severe_mental_illness: bool,
    /// A reasonable adjustment or an impairment.
    disability: bool,
    /// Another language than English, or an interpreter.
    language: bool,
    /// By telephone or on paper.
    contact: bool,
    lives: Lives,
}

/// Tells the groups apart on a day.
pub(super) struct Groups<'e> {
    everyone: &'e Everyone<'e>,
    segments: SegmentsOn<'e>,
    /// Fifth of deprivation, and whether it is rural, by the columns' number of the area.
    areas: HashMap<u32, (Option<u8>, Option<bool>)>,
    learning_disability: Option<usize>,
    severe_mental_illness: u64,
}

impl<'e> Groups<'e> {
    /// `None` on a day that the columns do not know.
    pub(super) fn of(everyone: &'e Everyone<'e>, places: &Places) -> Option<Groups<'e>> {
        let dictionary = everyone.people().columns().dictionary();
        let known = |(code, fifth, rural): (&str, Option<u8>, Option<bool>)| {
            Some((dictionary.find(AREA, code)?, (fifth, rural)))
        };
        Some(Groups {
            everyone,
            segments: everyone.segments_on(everyone.today())?,
            areas: places.by_area().filter_map(known).collect(),
            learning_disability: CONDITIONS.iter().position(|name| *name == "learning-disability"),
            severe_mental_illness: SNEE.element("serious-mental-illness").unwrap_or(0),
        })
    }

    pub(super) fn traits(&self, person: &PersonSlice<'_>, age: u8) -> Traits {
        let area = person.area().and_then(|area| self.areas.get(&area));
        let (fifth, rural) = area.copied().unwrap_or_default();
        let conditions = self.segments.conditions(person);
        Traits {
            sex: person.sex(),
            ethnicity: person.ethnicity(),
            age,
            fifth,
            rural,
            learning_disability: self
                .learning_disability
                .is_some_and(|place| conditions.has(place)),
            severe_mental_illness: self.segments.coded(person, self.severe_mental_illness) != 0,
            disability: person.has_any(flag::ADJUSTMENT),
            language: person.has_any(flag::OTHER_LANGUAGE),
            contact: person.has_any(flag::TELEPHONE_OR_PAPER),
            lives: self.everyone.lives(person),
        }
    }
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachedGroup {
    /// By what people are told apart: Sex, Age, Ethnicity, Deprivation and so on.
    pub by: &'static str,
    pub name: &'static str,
    /// How many people of the scope the index is for; `None` where it is small.
    pub people: Option<u64>,
    /// How many of them are to be offered help, or were within 28 days; `None` where it is small.
    pub listed: Option<u64>,
    /// How many of them said yes or were helped within 28 days; `None` where it is small.
    pub reached: Option<u64>,
    /// The share with its interval; `None` where a number is small.
    pub share: Option<Share>,
}

/// Fairness of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reached {
    pub groups: Vec<ReachedGroup>,
    /// How many days it spans.
    pub days: i32,
}

const AGES: [(&str, std::ops::RangeInclusive<u8>); 3] = [
    ("65 to 74", 65..=74),
    ("75 to 84", 75..=84),
    ("85 to 95", 85..=95),
];

const FIFTHS: [(&str, Option<u8>); 6] = [
    ("Most deprived fifth of areas", Some(1)),
    ("Second fifth", Some(2)),
    ("Third fifth", Some(3)),
    ("Fourth fifth", Some(4)),
    ("Least deprived fifth", Some(5)),
    ("Area not known", None),
];

const PLACES: [(&str, Option<bool>); 3] = [
    ("Urban area", Some(false)),
    ("Rural area", Some(true)),
    ("Area not known", None),
];

/// Whether somebody is in a group.
type Holds = Box<dyn Fn(&Traits) -> bool>;

/// A way to tell people apart: its words, and the name of each group with who is in it.
type Split = (&'static str, Vec<(&'static str, Holds)>);

/// A way with one group for each of these.
fn split<const N: usize, T: 'static>(
    by: &'static str,
    groups: [(&'static str, T); N],
    holds: fn(&Traits, &T) -> bool,
) -> Split {
    let group = |(name, value): (&'static str, T)| {
        let holds: Holds = Box::new(move |traits| holds(traits, &value));
        (name, holds)
    };
    (by, groups.into_iter().map(group).collect())
}

/// A way of those who live in one way, and of everybody else.
fn circumstance(by: &'static str, words: [&'static str; 2], one: Circumstance) -> Split {
    let [with, without] = words;
    let groups = [(with, (one, true)), (without, (one, false))];
    split(by, groups, |traits, (one, has)| traits.lives.has(*one) == *has)
}

fn splits() -> [Split; 14] {
    let sexes = [
        ("Female", Sex::Female),
        ("Male", Sex::Male),
        ("Other", Sex::Other),
        ("Not recorded", Sex::Unknown),
    ];
    let recorded = |with: &'static str, without: &'static str| [(with, true), (without, false)];
    [
        split("Sex", sexes, |one, sex| one.sex == *sex),
        split("Age", AGES, |one, range| range.contains(&one.age)),
        split("Ethnicity", ETHNIC_GROUPS, |one, letters| {
            letters.contains(&one.ethnicity.unwrap_or('Z'))
        }),
        split("Deprivation", FIFTHS, |one, fifth| one.fifth == *fifth),
        split("Place", PLACES, |one, rural| one.rural == *rural),
        split(
            "Learning disability",
            recorded("Learning disability recorded", "No learning disability recorded"),
            |one, has| one.learning_disability == *has,
        ),
        split(
            "Mental illness",
            recorded(
                "Severe mental illness recorded",
                "No severe mental illness recorded",
            ),
            |one, has| one.severe_mental_illness == *has,
        ),
        split(
            "Disability",
            recorded(
                "Reasonable adjustment or impairment recorded",
                "No adjustment recorded",
            ),
            |one, has| one.disability == *has,
        ),
        split(
            "Language",
            recorded(
                "Another language or an interpreter recorded",
                "No other language recorded",
            ),
            |one, has| one.language == *has,
        ),
        split(
            "Contact",
            recorded("By telephone or on paper", "No such wish recorded"),
            |one, has| one.contact == *has,
        ),
        circumstance(
            "Carers",
            ["Unpaid carer recorded", "No care for others recorded"],
            Circumstance::Carer,
        ),
        circumstance(
            "Homeless people",
            ["Homelessness recorded", "No homelessness recorded"],
            Circumstance::Homeless,
        ),
        circumstance(
            "Work",
            [
                "Routine or manual work recorded",
                "No routine or manual work recorded",
            ],
            Circumstance::RoutineOrManual,
        ),
        circumstance(
            "Armed forces",
            [
                "Armed forces or their family recorded",
                "No armed forces recorded",
            ],
            Circumstance::ArmedForces,
        ),
    ]
}

/// Fairness of everybody of a scope, on a day.
pub(super) fn groups(all: &[(PersonKey, InGroup)], today: Date) -> Reached {
    let since = today.saturating_sub(reach::DAYS.days());
    let mut groups = Vec::new();
    for (by, parts) in splits() {
        let counted: Vec<(&'static str, Group)> = parts
            .into_iter()
            .map(|(name, holds)| {
                let mut group = Group::default();
                let is_in = |one: &InGroup| one.traits.as_ref().is_some_and(&holds);
                for (_, one) in all.iter().filter(|(_, one)| is_in(one)) {
                    count(&mut group, one, since);
                }
                (name, group)
            })
            .collect();
        let people: Vec<u64> = counted.iter().map(|(_, group)| group.people).collect();
        let listed: Vec<u64> = counted.iter().map(|(_, group)| group.listed).collect();
        let reached: Vec<u64> = counted.iter().map(|(_, group)| group.reached).collect();
        let shown = ::population::suppress::shown;
        let numbers = shown(&people)
            .into_iter()
            .zip(shown(&listed))
            .zip(shown(&reached));
        for ((name, group), ((people, listed), reached)) in counted.iter().zip(numbers) {
            // Of the numbers as they are shown: a share of the exact ones would tell them.
            let share = group.reach().and_then(|_| reach::wilson(reached?, listed?));
            groups.push(ReachedGroup {
                by,
                name,
                people,
                listed,
                reached: reached.filter(|_| share.is_some() || group.reached == 0),
                share,
            });
        }
    }
    Reached {
        groups,
        days: reach::DAYS,
    }
}

/// Whoever was helped or declined long ago, or is not to be asked now, waits for nothing and is not among those who were not reached.
fn count(group: &mut Group, one: &InGroup, since: Date) {
    let waits = one.listed.reason.is_some() && one.listed.standing == Standing::Waits;
    let offer = one.listed.memory.offer.filter(|offer| offer.since > since);
    let reached = offer.is_some_and(|offer| matches!(offer.state, Offer::Accepted | Offer::Done));
    group.people += 1;
    group.listed += u64::from(waits || offer.is_some());
    group.reached += u64::from(reached);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_whom_the_index_is_for_is_in_one_group_of_each_way() {
        let ages = [65, 74, 75, 84, 85, 95];
        let ethnicities = [
            None,
            Some('A'),
            Some('G'),
            Some('L'),
            Some('P'),
            Some('S'),
            Some('Z'),
        ];
        for (by, groups) in splits() {
            for age in ages {
                for ethnicity in ethnicities {
                    for fifth in [None, Some(1), Some(2), Some(3), Some(4), Some(5)] {
                        let one = Traits {
                            sex: Sex::Female,
                            ethnicity,
                            age,
                            fifth,
                            rural: fifth.map(|fifth| fifth > 2),
                            learning_disability: age == 65,
                            severe_mental_illness: age == 95,
                            disability: age == 74,
                            language: age == 75,
                            contact: age == 84,
                            lives: if age == 85 {
                                Lives::default().with(Circumstance::Homeless)
                            } else {
                                Lives::default()
                            },
                        };
                        let held = groups.iter().filter(|(_, holds)| holds(&one));
                        assert_eq!(held.count(), 1, "{by} {one:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn groups_are_told_by_what_they_say() {
        let one = Traits {
            sex: Sex::Male,
            ethnicity: Some('N'),
            age: 84,
            fifth: Some(1),
            rural: Some(true),
            learning_disability: true,
            severe_mental_illness: false,
            disability: true,
            language: false,
            contact: true,
            lives: Lives::default()
                .with(Circumstance::Carer)
                .with(Circumstance::ArmedForces),
        };
        let names: Vec<&str> = splits()
            .iter()
            .flat_map(|(_, groups)| groups)
            .filter_map(|(name, holds)| holds(&one).then_some(*name))
            .collect();
        assert_eq!(
            names,
            [
                "Male",
                "75 to 84",
                "Black or Black British",
                "Most deprived fifth of areas",
                "Rural area",
                "Learning disability recorded",
                "No severe mental illness recorded",
                "Reasonable adjustment or impairment recorded",
                "No other language recorded",
                "By telephone or on paper",
                "Unpaid carer recorded",
                "No homelessness recorded",
                "No routine or manual work recorded",
                "Armed forces or their family recorded",
            ]
        );
    }
}
