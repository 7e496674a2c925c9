//! The scores of the person whose pages go by an id.

use ::population::score::{
    ADULT, Ages, Computed, LeftOut, Recorded, Tables, of_measurements, of_one, recorded_totals,
};
use ::population::{Columns, Facts, People};
use ::record::PersonKey;
use care::person::Person;
use care::score::{Definition, named};
use jiff::Timestamp;

use super::opened::Opened;
use crate::{ActionError, Actions, Actor};

/// Each score that is worked out here, with the types whose facts it counts.
const COUNTS: [(&str, &[&str]); 7] = [
    (
        "efi",
        &[
            "Condition",
            "Observation",
            "Procedure",
            "MedicationRequest",
            "MedicationStatement",
        ],
    ),
    ("cambridge-general", &["Condition", "Observation"]),
    ("charlson-2011", &["Condition"]),
    ("elixhauser-van-walraven", &["Condition"]),
    ("hfrs", &["Condition", "Encounter"]),
    ("news2", &["Observation"]),
    ("leicester-diabetes", &["Condition", "Observation", "Procedure"]),
];
/// Scores whose inputs the record does not hold as such.
const NOT_FOUND: [&str; 7] = ["lace", "npews", "phq-9", "gad-7", "4at", "barthel-20", "audit-c"];

/// What is told of one score.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which.
    pub definition: &'static Definition,
    /// What it comes to.
    pub what: What,
}

/// What a score comes to for this reader.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It was worked out; an outcome without a value says why.
    Computed(Box<Computed>),
    /// The reader's role does not see all that it counts.
    RoleDoesNotSee,
}

/// A score that cannot be worked out of this record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needs {
    /// For people.
    pub title: &'static str,
    /// What it would need, in words.
    pub inputs: &'static [care::score::Input],
}

/// One person's scores.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonScores {
    /// The id that the person's pages go by.
    pub page: String,
    /// Who.
    pub person: Person,
    /// They object to risk stratification, which does not touch what is worked out for their own care.
    pub objects: bool,
    /// In the order of the guide.
    pub scores: Vec<Told>,
    /// Why there are none, in words.
    pub none: Option<&'static str>,
    /// Totals that somebody recorded; `None` when the reader's role does not see results.
    pub elsewhere: Option<Vec<Recorded>>,
    /// What cannot be worked out.
    pub needs: Vec<Needs>,
    /// Entries of the record that could not be read.
    pub unread: u32,
}

/// The scores of the person whose pages go by this id. To whoever sees no conditions there is nothing.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`].
pub async fn scores_of(actions: &Actions, actor: &Actor, page: &str) -> Result<PersonScores, ActionError> {
    let opened = Opened::of(actions, actor, page).await?;
    let now = actions.care_now().timestamp();
    let sees = |name: &str| opened.sees(name);
    let mut scores = of(
        &opened.bodies(),
        opened.read.person,
        opened.page.clone(),
        now,
        sees,
    )?;
    scores.objects = opened.facts.objects_to_stratification;
    Ok(scores)
}

/// The scores of a record with these resources, for whoever sees these types.
pub(super) fn of(
    bodies: &[&[u8]],
    key: PersonKey,
    page: String,
    now: Timestamp,
    sees: impl Fn(&str) -> bool,
) -> Result<PersonScores, ActionError> {
    let record = mapping::person_record(bodies.iter().copied());
    let mut columns = Columns::default();
    // Everybody who is read as one stands in one row here: their facts come together from the record.
    columns.put(key, Some(Facts::read(bodies.iter().copied())));
    let tables = Tables::of(columns.dictionary());
    let people = People::of(&columns);
    let slice = people.person(key).ok_or(ActionError::NotFound)?;
    let today = care::london::date_of(now);
    let coded = of_one(&slice, &tables, today);
    let none = coded.as_ref().err().map(why_none);
    let age = Ages::on(today).of(slice.birth());
    let mut computed = coded.unwrap_or_default();
    if none.is_none() {
        computed.extend(of_measurements(&record, &slice, &tables, now));
    }
    let elsewhere = recorded_totals(&record, now);
    let needs = needs(&computed, &elsewhere, age, none.is_some());
    let told = |(name, counts): &(&str, &[&str])| {
        let definition = named(name)?.definition();
        let found = computed.iter().find(|one| one.outcome.name == *name)?;
        let what = if counts.iter().all(|kind| sees(kind)) {
            What::Computed(Box::new(found.clone()))
        } else {
            What::RoleDoesNotSee
        };
        Some(Told { definition, what })
    };
    let scores = COUNTS.iter().filter_map(told).collect();
    let unread = slice.unread();
    Ok(PersonScores {
        page,
        person: record.person.ok_or(ActionError::NotFound)?,
        objects: false,
        scores,
        none,
        elsewhere: sees("Observation").then_some(elsewhere),
        needs,
        unread,
    })
}

/// Scores of which nothing is on record, but those that are for other ages.
fn needs(computed: &[Computed], elsewhere: &[Recorded], age: Option<u8>, nobody: bool) -> Vec<Needs> {
    if nobody {
        return Vec::new();
    }
    let adult = age.is_none_or(|age| age >= ADULT);
    let names = NOT_FOUND.iter().chain(std::iter::once(&"news2"));
    names
        .filter(|name| adult != (**name == "npews"))
        .filter(|name| computed.iter().all(|one| one.outcome.name != **name))
        .filter(|name| elsewhere.iter().all(|total| total.name != Some(**name)))
        .filter_map(|name| {
            let definition = named(name)?.definition();
            Some(Needs {
                title: definition.title,
                inputs: definition.inputs,
            })
        })
        .collect()
}

fn why_none(left_out: &LeftOut) -> &'static str {
    match left_out {
        LeftOut { died: 1.., .. } => "No score is worked out of somebody who has died.",
        LeftOut { birth: 1.., .. } => {
            "No score is worked out: the date of birth is not known, or cannot be right."
        }
        LeftOut { .. } => "No score is worked out: this entry is not in use, or was replaced by another.",
    }
}
