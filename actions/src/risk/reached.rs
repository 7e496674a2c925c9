//! Who is on the list and who was reached within 28 days, by the groups that the columns know (safety rules 23 and 24).

use ::population::facts::Sex;
use ::record::PersonKey;
use care::risk::memory::Offer;
use care::risk::reach::{self, Group, Share};
use jiff::ToSpan;
use jiff::civil::Date;

use super::list::InGroup;

/// The groups of safety rule 24 that nothing here tells apart yet.
pub const NOT_KNOWN: &str = "deprivation, disability, learning disability, severe mental illness, language, carers, homeless people, \
    routine and manual workers, military families, rural distance, and telephone and paper users";

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachedGroup {
    /// By what people are told apart: Sex, Age, Ethnicity.
    pub by: &'static str,
    pub name: &'static str,
    /// How many are or were on the list; `None` where it is small.
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

const ETHNICITIES: [(&str, &[char]); 6] = [
    ("White", &['A', 'B', 'C']),
    ("Mixed", &['D', 'E', 'F', 'G']),
    ("Asian or Asian British", &['H', 'J', 'K', 'L', 'R']),
    ("Black or Black British", &['M', 'N', 'P']),
    ("Other", &['S']),
    ("Not stated or not recorded", &['Z']),
];

/// A way to tell people apart: its words, and the name of each group with who is in it.
type Split = (&'static str, Vec<(&'static str, Box<dyn Fn(&InGroup) -> bool>)>);

fn splits() -> [Split; 3] {
    let sexes = [
        ("Female", Sex::Female),
        ("Male", Sex::Male),
        ("Other", Sex::Other),
        ("Not recorded", Sex::Unknown),
    ];
    let sex = sexes.into_iter().map(|(name, sex)| {
        let holds: Box<dyn Fn(&InGroup) -> bool> = Box::new(move |one| one.group.0 == sex);
        (name, holds)
    });
    let age = AGES.into_iter().map(|(name, range)| {
        let holds: Box<dyn Fn(&InGroup) -> bool> = Box::new(move |one| range.contains(&one.group.2));
        (name, holds)
    });
    let ethnicity = ETHNICITIES.into_iter().map(|(name, letters)| {
        let holds: Box<dyn Fn(&InGroup) -> bool> =
            Box::new(move |one| letters.contains(&one.group.1.unwrap_or('Z')));
        (name, holds)
    });
    [
        ("Sex", sex.collect()),
        ("Age", age.collect()),
        ("Ethnicity", ethnicity.collect()),
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
                for (_, one) in all.iter().filter(|(_, one)| holds(one)) {
                    count(&mut group, one, since);
                }
                (name, group)
            })
            .collect();
        let listed: Vec<u64> = counted.iter().map(|(_, group)| group.listed).collect();
        let reached: Vec<u64> = counted.iter().map(|(_, group)| group.reached).collect();
        let shown = ::population::suppress::shown;
        for (((name, group), listed), reached) in counted.iter().zip(shown(&listed)).zip(shown(&reached)) {
            let share = group.reach().filter(|_| listed.is_some() && reached.is_some());
            groups.push(ReachedGroup {
                by,
                name,
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

fn count(group: &mut Group, one: &InGroup, since: Date) {
    let offer = one.listed.memory.offer.filter(|offer| offer.since > since);
    let reached = offer.is_some_and(|offer| matches!(offer.state, Offer::Accepted | Offer::Done));
    group.people += 1;
    group.listed += u64::from(one.listed.reason.is_some() || offer.is_some());
    group.reached += u64::from(reached);
}
