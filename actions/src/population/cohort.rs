//! A cohort: people who are alike in what an address names, such as `sex=female&ages=75-84`.

use ::population::PersonSlice;
use care::risk::funnel::Stage;
use care::segment::Month;

use super::telling::{Seen, Telling, places_of};
use super::{By, Group, Places};

/// What an address names that is not there to choose: the way, and what it may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongGroup {
    pub field: &'static str,
    pub known: Vec<String>,
}

/// Those who are in all of these groups; everybody when there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cohort {
    groups: Vec<(By, Group)>,
}

impl Cohort {
    /// Reads names and values of an address.
    ///
    /// # Errors
    /// [`WrongGroup`] naming the field.
    pub fn read<'q>(
        pairs: impl IntoIterator<Item = (&'q str, &'q str)>,
        places: &Places,
    ) -> Result<Cohort, WrongGroup> {
        let mut cohort = Cohort::default();
        for (name, key) in pairs {
            let by = By::from_code(name).ok_or_else(|| WrongGroup {
                field: "the name of a group",
                known: By::ALL.iter().map(|by| by.code().to_owned()).collect(),
            })?;
            cohort = cohort.with(by, key, places)?;
        }
        Ok(cohort)
    }

    /// Those of them who are in a further group.
    ///
    /// # Errors
    /// [`WrongGroup`]; a way that is named twice is one too, and one that stands alone ([`By::stands_alone`]) beside another. A stage of the
    /// funnel may be of those who were sent to work.
    pub fn with(mut self, by: By, key: &str, places: &Places) -> Result<Cohort, WrongGroup> {
        let wrong = |known: Vec<String>| WrongGroup {
            field: by.code(),
            known,
        };
        if self.groups.iter().any(|(known, _)| *known == by) {
            return Err(wrong(vec![format!("one value of {}", by.code())]));
        }
        if let Some((alone, other)) = self.crowded(by) {
            return Err(WrongGroup {
                field: other.code(),
                known: vec![format!("no {} beside {}", other.code(), alone.code())],
            });
        }
        let group = if by == By::Work {
            let id: uuid::Uuid = key
                .parse()
                .map_err(|_| wrong(vec!["the identifier of what was sent to work".to_owned()]))?;
            Group {
                key: id.to_string(),
                words: "This cohort".to_owned(),
            }
        } else if by == By::Month {
            let month = Month::read(key)
                .ok_or_else(|| wrong(vec!["a year and month, such as 2026-10".to_owned()]))?;
            month_group(month)
        } else {
            let groups = by.groups(places);
            match groups.iter().find(|group| group.key == key) {
                Some(group) => group.clone(),
                None => return Err(wrong(groups.into_iter().map(|group| group.key).collect())),
            }
        };
        self.groups.push((by, group));
        Ok(self)
    }

    /// Its groups, in the order of the address.
    #[must_use]
    pub fn groups(&self) -> &[(By, Group)] {
        &self.groups
    }

    /// The group of one way that it names.
    #[must_use]
    pub fn group(&self, by: By) -> Option<&Group> {
        let found = self.groups.iter().find(|(known, _)| *known == by);
        found.map(|(_, group)| group)
    }

    /// What stands alone, and what would stand beside it, when this way came to those there are.
    fn crowded(&self, by: By) -> Option<(By, By)> {
        let may = |alone: By, other: By| alone == By::CameTo && other == By::Work;
        let known = self.groups.iter().map(|(known, _)| *known);
        known
            .into_iter()
            .find_map(|known| match (by.stands_alone(), known.stands_alone()) {
                (true, _) if !may(by, known) => Some((by, known)),
                (_, true) if !may(known, by) => Some((known, by)),
                _ => None,
            })
    }

    /// The month at whose end its segments are told.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        Month::read(&self.group(By::Month)?.key)
    }

    /// The stage of the funnel that it names.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        let group = self.group(By::CameTo)?;
        Stage::ALL.into_iter().find(|stage| stage.code() == group.key)
    }

    /// Those of it who were sent to work together: everybody when it names no such cohort.
    #[must_use]
    pub(super) fn at_work(&self) -> Cohort {
        let groups = self.groups.iter().filter(|(by, _)| *by == By::Work);
        Cohort {
            groups: groups.cloned().collect(),
        }
    }

    /// What is counted by the number that stands by itself which it is behind, in words.
    #[must_use]
    pub fn definition(&self) -> Option<String> {
        if let Some(stage) = self.stage() {
            return Some(stage.definition().to_owned());
        }
        let fair = |by: By| {
            self.group(by)
                .map(|group| crate::risk::fair_definition(&group.key))
        };
        fair(By::OnList)
            .map(|group| format!("{} {group}", crate::risk::ON_LIST))
            .or_else(|| fair(By::Reached).map(|group| format!("{} {group}", crate::risk::REACHED)))
    }

    /// Its part of an address, without the scope.
    #[must_use]
    pub fn query(&self) -> String {
        let pairs: Vec<String> = self
            .groups
            .iter()
            .map(|(by, group)| format!("{}={}", by.code(), group.key))
            .collect();
        pairs.join("&")
    }

    /// In words: "Sex: Female; Age: 75 to 84".
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<String> = self
            .groups
            .iter()
            .map(|(by, group)| format!("{}: {}", by.words(), group.words))
            .collect();
        words.join("; ")
    }

    /// What tells its members from others, with the places of its groups looked up once.
    pub(super) fn wanted(&self, places: &Places) -> Wanted {
        let place = |(by, group): &(By, Group)| match by {
            By::Work => {
                let id = group.key.parse::<uuid::Uuid>().ok();
                Some(Want::Work(id?.as_u128()))
            }
            By::Month => Some(Want::Anybody),
            By::CameTo => Some(Want::Stage(self.stage()?)),
            // Looked up by the risk list's own count (`people`).
            By::OnList | By::Reached => Some(Want::Anybody),
            by => Some(Want::Group(*by, places_of(*by, places).get(&group.key).copied()?)),
        };
        // A group that is no more has nobody in it.
        Wanted(self.groups.iter().map(place).collect())
    }
}

enum Want {
    Group(By, usize),
    Work(u128),
    Stage(Stage),
    Anybody,
}

/// A month as a group.
pub(super) fn month_group(month: Month) -> Group {
    Group {
        key: month.key(),
        words: month.words(),
    }
}

/// Who belongs to a cohort.
pub(super) struct Wanted(Option<Vec<Want>>);

impl Wanted {
    pub(super) fn holds(&self, telling: &Telling<'_>, person: &PersonSlice<'_>) -> bool {
        let seen = Seen::new(person);
        self.0.as_ref().is_some_and(|wants| {
            wants.iter().all(|want| match want {
                Want::Group(by, place) => telling.of(*by, &seen).has(*place),
                Want::Work(id) => telling.work(person) == Some(*id),
                Want::Stage(stage) => telling
                    .step(person)
                    .is_some_and(|step| stage.steps().contains(&step)),
                Want::Anybody => true,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_cohort_and_a_wrong_one_says_what_it_may_name() {
        let places = Places::default();
        let read = |pairs: &[(&'static str, &'static str)]| Cohort::read(pairs.iter().copied(), &places);
        let cohort = read(&[("sex", "female"), ("ages", "75-84")]).expect("a cohort");
        assert_eq!(cohort.query(), "sex=female&ages=75-84");
        assert_eq!(cohort.words(), "Sex: Female; Age: 75 to 84");
        let field = |pairs| read(pairs).expect_err("wrong").field;
        assert_eq!(field(&[("sex", "women")]), "sex");
        assert_eq!(field(&[("sex", "female"), ("sex", "male")]), "sex");
        assert_eq!(field(&[("colour", "red")]), "the name of a group");
        assert_eq!(field(&[("work", "1")]), "work");
        assert_eq!(field(&[("month", "2026-13")]), "month");
        let month = read(&[("month", "2026-10"), ("segment", "live-well")]).expect("a cohort");
        assert_eq!(month.words(), "Month: October 2026; Segment: Live well");
        // A number that stands by itself is narrowed by nothing, whichever comes first.
        assert_eq!(field(&[("came-to", "done"), ("sex", "female")]), "sex");
        assert_eq!(field(&[("sex", "female"), ("on-list", "sex.female")]), "sex");
        assert_eq!(
            field(&[("on-list", "sex.female"), ("reached", "sex.female")]),
            "on-list"
        );
        let id = "0190c0de-0000-4000-8000-000000000009";
        assert!(Cohort::read([("work", id), ("came-to", "done")], &places).is_ok());
        assert!(Cohort::read([("came-to", "done"), ("work", id)], &places).is_ok());
        assert_eq!(field(&[("reached", "sex.women")]), "reached");
        let reached = read(&[("reached", "age.65-to-74")]).expect("a cohort");
        assert!(
            reached
                .definition()
                .is_some_and(|words| words.contains("65 to 74"))
        );
        assert_eq!(read(&[]).expect("everybody").words(), "");
    }
}
