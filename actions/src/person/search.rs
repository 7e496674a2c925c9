//! Find a person by name, NHS number, date of birth and postcode: what is given must all fit.

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
    /// With or without its space, in any case.
    pub postcode: Option<String>,
}

/// A person who fits, with the id that their pages go by.
#[derive(Debug, Clone)]
pub struct PersonMatch {
    pub id: String,
    pub person: Person,
}

/// Who fits.
#[derive(Debug, Clone)]
pub struct PersonMatches {
    pub people: Vec<PersonMatch>,
    /// More fit than are listed: the search should be narrower.
    pub more: bool,
}

/// The most people that one search lists.
const MOST: usize = 50;

/// Everyone who fits all that is given, at most 50.
///
/// # Errors
/// [`ActionError::Form`] when nothing is given, or only a postcode's or name's single letter;
/// [`ActionError::Unavailable`].
pub async fn search(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    query: &PersonQuery,
) -> Result<PersonMatches, ActionError> {
    let params = params(query)?;
    let Some(patient) = ResourceType::from_name("Patient") else {
        return Err(ActionError::NotFound);
    };
    let parsed = fhir::search::parse(patient, &params).map_err(ActionError::Invalid)?;
    let lens = actions.lens(actor, purpose);
    let mut ask = actions
        .record
        .ask(&lens, actor, purpose, actions.record.new_request());
    let held = ask.search(&parsed, None).await;
    let disclosed = ask.disclose().await?;
    let page = held?.open(&disclosed);
    let more = page.next.is_some();
    let mut people = Vec::with_capacity(page.hits.len());
    for stored in page.hits {
        // Through the record's own door, so that a restricted person's whereabouts stay withheld here too.
        match mapping::person_record(std::iter::once(stored.json.as_slice())).person {
            // A postcode must not confirm where somebody lives whose address is withheld.
            Some(person) if !may_answer(&person, query.postcode.is_some()) => {}
            Some(person) => {
                let id = page_id(actions, actor, purpose, &stored.id)?;
                people.push(PersonMatch { id, person });
            }
            None => tracing::warn!(id = %stored.id, "a Patient cannot be shown in a list"),
        }
    }
    Ok(PersonMatches { people, more })
}

fn params(query: &PersonQuery) -> Result<Vec<(String, String)>, ActionError> {
    let mut params = Vec::new();
    let mut pair = |name: &str, value: String| params.push((name.to_owned(), value));
    if let Some(number) = &query.nhs_number {
        pair(
            "identifier",
            format!("{}|{}", codes::system::NHS_NUMBER, number.digits()),
        );
    }
    for word in query.name.as_deref().unwrap_or_default().split_whitespace() {
        // A comma or a bar has a meaning in a search; as part of a name it is only itself.
        pair(
            "name",
            word.replace('\\', "\\\\")
                .replace(',', "\\,")
                .replace('|', "\\|")
                .replace('$', "\\$"),
        );
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
    if params.is_empty() {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "name",
            words: "Enter a name, an NHS number, a date of birth or a postcode".to_owned(),
        }]));
    }
    params.push(("_count".to_owned(), MOST.to_string()));
    Ok(params)
}
