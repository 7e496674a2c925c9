//! Find a person by name, NHS number, date of birth, postcode and telephone: what is given must all fit, exactly or, where
//! the lookup is kept, with a slip.
//!
//! The lookup only says where to look. Whoever is listed was read from the record in this request, with lens and audit, and
//! judged again. Nobody is told "nobody" before the record's own search found nobody either.

use std::collections::HashSet;
use std::time::Duration;

use ::record::access::mutants::is_removed;
use ::record::view::Reach;
use ::record::{PersonKey, SearchPage};
use boards::person_lookup::{Asked, Born, Details, Fit};
use care::person::Person;
use care::person::search::may_answer;
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;
use jiff::civil::Date;

use super::page_id;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// What the searcher knows.
#[derive(Debug, Clone, Default)]
pub struct PersonQuery {
    /// Names in any order; each word begins a given or family name.
    pub name: Option<String>,
    pub nhs_number: Option<NhsNumber>,
    pub born: Option<Date>,
    /// With or without its space, in any case; or its first half.
    pub postcode: Option<String>,
    /// In any spelling.
    pub telephone: Option<String>,
}

impl PersonQuery {
    fn asks_where(&self) -> bool {
        self.postcode.is_some() || self.telephone.is_some()
    }

    fn asked(&self) -> Asked {
        let mut asked = Asked::default();
        if let Some(number) = &self.nhs_number {
            asked = asked.nhs_number(number);
        }
        if let Some(name) = &self.name {
            asked = asked.name(name);
        }
        if let Some(born) = self.born {
            asked = asked.born(Born::on(born));
        }
        if let Some(postcode) = &self.postcode {
            asked = asked.postcode(postcode);
        }
        if let Some(telephone) = &self.telephone {
            asked = asked.telephone(telephone);
        }
        asked
    }
}

/// A person who fits, with the id that their pages go by.
#[derive(Debug, Clone)]
pub struct PersonMatch {
    pub id: String,
    pub person: Person,
    /// How each part fits; nothing when the record's own search found them, where every part fits as it was given.
    pub fit: Option<Fit>,
    /// The entry was joined to another, under which its record opens.
    pub joined: bool,
}

/// How much an answer can be relied on to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wholeness {
    /// It is of everybody, as of now.
    Whole,
    /// What the searcher has just changed may be missing.
    Updating,
    /// The lookup is not ready yet: only those were found who fit exactly.
    Building,
    /// So many could not be read into the lookup, and may be missing.
    Incomplete(u64),
}

/// Who fits.
#[derive(Debug, Clone)]
pub struct PersonMatches {
    /// Best first.
    pub people: Vec<PersonMatch>,
    /// More fit than are listed: the search should be narrower.
    pub more: bool,
    pub wholeness: Wholeness,
}

/// The most people that one search lists.
const MOST: usize = 50;
/// How many are read at once.
const AT_ONCE: usize = MOST + 10;
/// The most whom the lookup is asked for.
const MOST_NAMED: usize = 3000;
/// How long a search waits for the lookup to see the searcher's own last commit.
const PATIENCE: Duration = Duration::from_millis(250);

/// Everyone who fits all that is given, at most 50.
///
/// # Errors
/// [`ActionError::Form`] when nothing is given; [`ActionError::TooCostly`]; [`ActionError::Unavailable`].
pub async fn search(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    query: &PersonQuery,
) -> Result<PersonMatches, ActionError> {
    let params = params(query)?;
    let patient = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let exact = fhir::search::parse(patient, &params).map_err(ActionError::Invalid)?;
    let asked = query.asked();
    let (mut found, wholeness) = candidates(actions, actor, &asked).await;
    let mut more = false;
    let mut listed = Listed::default();
    // Whom the searcher may not know of is neither listed nor counted: the lookup names more until there are enough.
    let mut done = 0;
    while let Some(named) = &found {
        for ids in named.ids[done.min(named.ids.len())..].chunks(AT_ONCE) {
            if listed.people.len() > MOST {
                break;
            }
            let by_id = fhir::search::parse(patient, &ids_params(ids)).map_err(ActionError::Invalid)?;
            let mut page = read(actions, actor, purpose, &by_id).await?;
            page.hits
                .sort_by_key(|hit| ids.iter().position(|id| *id == hit.id));
            listed.add(actions, actor, purpose, query, page, Some(&asked))?;
        }
        done = named.ids.len();
        if listed.people.len() > MOST || done >= named.total || done >= MOST_NAMED {
            break;
        }
        found = named_by_lookup(actions, &asked, MOST_NAMED);
    }
    // The record itself is asked where the lookup may not know, and before anybody is told "nobody".
    if listed.people.is_empty() || wholeness == Wholeness::Updating {
        match read(actions, actor, purpose, &exact).await {
            Ok(page) => {
                more |= page.next.is_some();
                listed.add(actions, actor, purpose, query, page, None)?;
            }
            // What the lookup found is an answer already.
            Err(_) if !listed.people.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    let mut people = listed.people;
    more |= people.len() > MOST;
    people.truncate(MOST);
    Ok(PersonMatches {
        people,
        more,
        wholeness,
    })
}

async fn read(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    query: &fhir::search::Query,
) -> Result<SearchPage, ActionError> {
    let sight = actions.sight_at("person-search", actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let held = ask.search(query, None).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

/// Whom the lookup names, best first.
struct Named {
    ids: Vec<String>,
    total: usize,
}

fn ids_params(ids: &[String]) -> Vec<(String, String)> {
    vec![
        ("_id".to_owned(), ids.join(",")),
        ("_count".to_owned(), ids.len().to_string()),
    ]
}

/// Whom the lookup names, at most so many.
fn named_by_lookup(actions: &Actions, asked: &Asked, most: usize) -> Option<Named> {
    let found = actions.lookup.as_ref()?.read(|lookup| lookup.find(asked, most))?;
    Some(Named {
        ids: found.candidates.into_iter().map(|one| one.id).collect(),
        total: found.total,
    })
}

async fn candidates(actions: &Actions, actor: &Actor, asked: &Asked) -> (Option<Named>, Wholeness) {
    let Some(lookup) = &actions.lookup else {
        return (None, Wholeness::Whole);
    };
    let own = actions.own_commits.of(&actor.id);
    let reach = lookup.wait_for(&own, PATIENCE).await;
    if reach == Reach::Reached {
        actions.own_commits.seen(&actor.id, &own);
    }
    let Some(named) = named_by_lookup(actions, asked, AT_ONCE) else {
        return (None, Wholeness::Building);
    };
    let wholeness = match (reach, lookup.incomplete().unwrap_or(0)) {
        (Reach::Updating, _) => Wholeness::Updating,
        (Reach::Reached, 0) => Wholeness::Whole,
        (Reach::Reached, left_out) => Wholeness::Incomplete(left_out),
    };
    (Some(named), wholeness)
}

/// Who is listed so far, each once.
#[derive(Default)]
struct Listed {
    people: Vec<PersonMatch>,
    ids: Vec<String>,
}

impl Listed {
    /// Adds people as the record has them now; with `asked`, only those who still fit it.
    fn add(
        &mut self,
        actions: &Actions,
        actor: &Actor,
        purpose: Purpose,
        query: &PersonQuery,
        page: SearchPage,
        asked: Option<&Asked>,
    ) -> Result<(), ActionError> {
        let joined: HashSet<PersonKey> = page
            .identities
            .iter()
            .flat_map(|identity| identity.joined.iter().map(|joined| joined.person))
            .collect();
        for stored in page.hits {
            if self.ids.contains(&stored.id) {
                continue;
            }
            // Through the record's own door, so that a restricted person's whereabouts stay withheld here too.
            let read = mapping::person_record(std::iter::once(stored.json.as_slice()));
            let Some(person) = read.person else {
                tracing::warn!(id = %stored.id, "a Patient cannot be shown in a list");
                continue;
            };
            // A postcode or telephone must not confirm where somebody lives whose address is withheld.
            if !may_answer(&person, query.asks_where()) && !is_removed("searched-place") {
                continue;
            }
            let fit = match asked {
                None => None,
                Some(asked) => match asked.fits(&Details::of(&stored.id, &person, false)) {
                    Some(fit) => Some(fit),
                    None => continue,
                },
            };
            let id = page_id(actions, actor, purpose, &stored.id)?;
            self.people.push(PersonMatch {
                id,
                person,
                fit,
                joined: joined.contains(&stored.person),
            });
            self.ids.push(stored.id);
        }
        Ok(())
    }
}

fn params(query: &PersonQuery) -> Result<Vec<(String, String)>, ActionError> {
    let mut params = Vec::new();
    let mut pair = |name: &str, value: String| params.push((name.to_owned(), value));
    // A comma or a bar has a meaning in a search; as part of a name it is only itself.
    let literal = |text: &str| {
        text.replace('\\', "\\\\")
            .replace(',', "\\,")
            .replace('|', "\\|")
            .replace('$', "\\$")
    };
    if let Some(number) = &query.nhs_number {
        pair(
            "identifier",
            format!("{}|{}", codes::system::NHS_NUMBER, number.digits()),
        );
    }
    for word in query.name.as_deref().unwrap_or_default().split_whitespace() {
        pair("name", literal(word));
    }
    if let Some(born) = query.born {
        pair("birthdate", born.to_string());
    }
    if let Some(postcode) = query.postcode.as_deref() {
        let postcode = codes::postcode::normalise(postcode);
        if !postcode.is_empty() {
            pair("address-postalcode", postcode);
        }
    }
    if let Some(telephone) = query.telephone.as_deref().map(str::trim)
        && !telephone.is_empty()
    {
        // The record knows a telephone by its spelling: as it was typed, or by its digits.
        let digits: String = telephone.chars().filter(char::is_ascii_digit).collect();
        pair("phone", format!("{},{digits}", literal(telephone)));
    }
    if params.is_empty() {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "name",
            words: "Enter a name, an NHS number, a date of birth, a postcode or a telephone number"
                .to_owned(),
        }]));
    }
    params.push(("_count".to_owned(), MOST.to_string()));
    Ok(params)
}
