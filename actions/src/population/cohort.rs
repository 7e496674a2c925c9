//! A cohort: people who are alike in what an address names, such as `sex=female&ages=75-84`.

use ::population::PersonSlice;

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
    /// [`WrongGroup`]; a way that is named twice is one too.
    pub fn with(mut self, by: By, key: &str, places: &Places) -> Result<Cohort, WrongGroup> {
        let wrong = |known: Vec<String>| WrongGroup {
            field: by.code(),
            known,
        };
        if self.groups.iter().any(|(known, _)| *known == by) {
            return Err(wrong(vec![format!("one value of {}", by.code())]));
        }
        let group = if by == By::Work {
            let id: uuid::Uuid = key
                .parse()
                .map_err(|_| wrong(vec!["the identifier of what was sent to work".to_owned()]))?;
            Group {
                key: id.to_string(),
                words: "This cohort".to_owned(),
            }
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
            by => Some(Want::Group(*by, places_of(*by, places).get(&group.key).copied()?)),
        };
        // A group that is no more has nobody in it.
        Wanted(self.groups.iter().map(place).collect())
    }
}

enum Want {
    Group(By, usize),
    Work(u128),
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
        assert_eq!(read(&[]).expect("everybody").words(), "");
    }
}
