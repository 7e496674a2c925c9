//! Who is on the list and who was reached within 28 days, by the groups that the columns know (safety rules 23 and 24).

use std::collections::{BTreeSet, HashMap};

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

use super::list::{Asked, InGroup, Listed};
use crate::population::{Everyone, Places};

/// What the numbers of some groups stand on, in words.
pub const AS_RECORDED: &str = "Disability, language, how to be reached, carers, homelessness, work and the armed forces are known as far as they are \
    recorded: whoever has nothing recorded of them stands with those of whom it is not so";

/// Who counts as on the list, in words.
pub const ON_LIST: &str =
    "On the list is whoever the index is for and who waits for an offer, or had one within 28 days.";
/// Who counts as reached, in words.
pub const REACHED: &str =
    "Reached is whoever said yes to an offer, or was helped, within 28 days, of those whom the index is for.";

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
    /// What bears a label counts.
    labelled: bool,
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
            labelled: true,
        })
    }

    /// The same as if nothing that bears a label were there: for lists by name.
    fn without_labelled(self) -> Groups<'e> {
        Groups {
            segments: self.segments.without_labelled(),
            labelled: false,
            ..self
        }
    }

    pub(super) fn traits(&self, person: &PersonSlice<'_>, age: u8) -> Traits {
        let area = person.area().and_then(|area| self.areas.get(&area));
        let (fifth, rural) = area.copied().unwrap_or_default();
        let conditions = self.segments.conditions(person);
        let needs = |need: u32| person.has_any(if self.labelled { need } else { flag::open(need) });
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
            disability: needs(flag::ADJUSTMENT),
            language: needs(flag::OTHER_LANGUAGE),
            contact: needs(flag::TELEPHONE_OR_PAPER),
            lives: if self.labelled {
                self.everyone.lives(person)
            } else {
                self.everyone.lives_without_labelled(person)
            },
        }
    }
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachedGroup {
    /// Its word in addresses: `sex.female`.
    pub key: String,
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

/// The word of a group in addresses: both words in small letters and hyphens.
fn key(by: &str, name: &str) -> String {
    let plain = |words: &str| {
        let parts = words.split(|letter: char| !letter.is_ascii_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("-").to_ascii_lowercase()
    };
    format!("{}.{}", plain(by), plain(name))
}

/// Every group: its word in addresses, and its words.
pub(crate) fn fair_groups() -> impl Iterator<Item = (String, String)> {
    splits().into_iter().flat_map(|(by, groups)| {
        groups
            .into_iter()
            .map(move |(name, _)| (key(by, name), format!("{by}: {name}")))
    })
}

/// What a group of the fairness table stands on, by its word.
#[must_use]
pub(crate) fn fair_definition(group: &str) -> String {
    let named = fair_groups().find(|(key, _)| key == group);
    let name = named.map_or_else(String::new, |(_, words)| format!("The group is {words}. "));
    format!("{name}{AS_RECORDED}.")
}

/// Who is behind a number of the fairness table: of a group, whoever is on the list, or was `reached`. The number is counted as the table counts
/// it; `None` where the table hides it. Those who are named are of the group without what bears a label, as the list itself is.
pub(crate) fn behind(
    everyone: &Everyone<'_>,
    places: &Places,
    group: &str,
    reached: bool,
) -> Option<BTreeSet<PersonKey>> {
    let asked = Asked::of(everyone)?;
    let (whole, open) = (
        Groups::of(everyone, places)?,
        Groups::of(everyone, places)?.without_labelled(),
    );
    let today = everyone.today();
    let all = everyone.scan(|person| {
        let listed = asked.listed(everyone, person)?;
        let age = listed.age.filter(|_| listed.signs.is_some())?;
        let of = |telling: &Groups<'_>, listed| InGroup {
            traits: Some(telling.traits(person, age)),
            listed,
        };
        let named = of(&open, listed.clone());
        Some((person.person(), of(&whole, listed), named))
    });
    let (counted, named): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|(person, counted, named)| ((person, counted), (person, named)))
        .unzip();
    let table = groups(&counted, today);
    let shown = table.groups.iter().find(|one| one.key == group)?;
    if reached { shown.reached } else { shown.listed }?;
    let (_, holds) = splits()
        .into_iter()
        .flat_map(|(by, groups)| {
            groups
                .into_iter()
                .map(move |(name, holds)| (key(by, name), holds))
        })
        .find(|(key, _)| key == group)?;
    let since = today.saturating_sub(reach::DAYS.days());
    let is_behind = |listed: &Listed| {
        if reached {
            is_reached(listed, since)
        } else {
            is_on_list(listed, since)
        }
    };
    let people = named
        .iter()
        .filter(|(_, one)| one.traits.as_ref().is_some_and(&holds) && is_behind(&one.listed));
    Some(people.map(|(person, _)| *person).collect())
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
                key: key(by, name),
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
    group.people += 1;
    group.listed += u64::from(is_on_list(&one.listed, since));
    group.reached += u64::from(is_reached(&one.listed, since));
}

fn is_on_list(listed: &Listed, since: Date) -> bool {
    let waits = listed.reason.is_some() && listed.standing == Standing::Waits;
    waits || listed.memory.offer.is_some_and(|offer| offer.since > since)
}

fn is_reached(listed: &Listed, since: Date) -> bool {
    let offer = listed.memory.offer.filter(|offer| offer.since > since);
    offer.is_some_and(|offer| matches!(offer.state, Offer::Accepted | Offer::Done))
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
    fn every_group_has_a_word_of_its_own_in_addresses() {
        let keys: BTreeSet<String> = fair_groups().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), fair_groups().count());
        assert!(keys.contains("ethnicity.black-or-black-british") && keys.contains("age.65-to-74"));
        assert!(fair_definition("sex.female").starts_with("The group is Sex: Female."));
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
