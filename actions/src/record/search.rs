//! Search one type of resource: inside a person by every parameter, across people by the listed ones. A privacy officer's search
//! for a person's AuditEvents looks into the audit first.

use ::record::Stored;
use care::access::scope::Interaction;
use fhir::{LocalReference, ResourceType, search};

use crate::audit::{self, Asked};
use crate::sharing::read_by_app;
use crate::{ActionError, Actions, Actor, Purpose};

/// A first page by its parameters, or a further one by the token that the page before it gave.
#[derive(Debug, Clone)]
pub enum SearchAsk {
    Query(Vec<(String, String)>),
    /// Inside the person whose Patient has this id: `Patient/{id}/Observation?…`.
    Compartment(String, Vec<(String, String)>),
    Page(String),
}

/// One page of hits.
#[derive(Debug)]
pub struct Found {
    pub hits: Vec<Stored>,
    /// How many there are in all, where the search asked for it or it is known.
    pub total: Option<u64>,
    /// The token of the next page; it holds the query, encrypted, so that no address names anybody.
    pub next: Option<String>,
    /// The search asked for the count alone.
    pub count_only: bool,
}

/// Searches resources of one type.
///
/// # Errors
/// [`ActionError::Invalid`] naming the parameter; [`ActionError::TooCostly`] for a search over everybody by a parameter
/// that is not listed; [`ActionError::BadPage`].
pub async fn search(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    resource_type: ResourceType,
    ask: SearchAsk,
) -> Result<Found, ActionError> {
    actions.granted(actor, resource_type, Interaction::Search)?;
    let sight = actions.sight(actor, purpose);
    let (params, person, place) = match ask {
        SearchAsk::Query(params) => (params, String::new(), None),
        SearchAsk::Compartment(person, params) => (params, person, None),
        SearchAsk::Page(token) => {
            let opened = actions
                .record
                .open_token(&sight, actor, &token)
                .and_then(|bytes| unpack(&bytes));
            let Some(token) = opened.filter(|token| token.kind == resource_type.number()) else {
                return Err(ActionError::BadPage("start the search again".to_owned()));
            };
            (token.params, token.person, Some(token.place))
        }
    };
    let mut query = search::parse(resource_type, &params).map_err(ActionError::Invalid)?;
    if !person.is_empty() {
        let patient = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
        query.person = Some(vec![LocalReference {
            resource_type: patient,
            id: person.clone(),
        }]);
    }
    let (hits, total, place) = match audit::asked(&query, actor, place.as_deref()) {
        Asked::Audit(place) => {
            let (hits, next) = audit::page(actions, actor, &query, place).await?;
            (hits, None, next)
        }
        Asked::Record(place) => {
            let mut reader = actions
                .record
                .ask(&sight, actor, purpose, actions.record.new_request());
            let held = reader.search(&query, place).await;
            let disclosed = reader.disclose().await?;
            let page = held?.open(&disclosed);
            read_by_app(actions, actor, page.hits.iter().map(|hit| hit.person)).await?;
            (page.hits, page.total, page.next)
        }
    };
    let next = match place {
        Some(place) => {
            let token = PageToken {
                kind: resource_type.number(),
                place,
                person,
                params,
            };
            Some(actions.record.seal_token(&sight, actor, &pack(&token))?)
        }
        None => None,
    };
    Ok(Found {
        hits,
        total,
        next,
        count_only: query.summary_count,
    })
}

/// What a page's token holds.
#[derive(Debug, PartialEq, Eq)]
struct PageToken {
    kind: u16,
    /// Where the page before ended, in the record's own words.
    place: String,
    /// The id of the person inside whom the search is; empty for a search by its parameters alone.
    person: String,
    params: Vec<(String, String)>,
}

fn pack(token: &PageToken) -> Vec<u8> {
    let mut bytes = token.kind.to_be_bytes().to_vec();
    let params = token
        .params
        .iter()
        .flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    for text in [token.place.as_str(), token.person.as_str()]
        .into_iter()
        .chain(params)
    {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Option<PageToken> {
    let (kind, mut rest) = bytes.split_first_chunk::<2>()?;
    let mut texts = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        texts.push(String::from_utf8(tail.get(..length)?.to_vec()).ok()?);
        rest = &tail[length..];
    }
    let mut texts = texts.into_iter();
    let (place, person) = (texts.next()?, texts.next()?);
    let mut params = Vec::new();
    while let (Some(name), Some(value)) = (texts.next(), texts.next()) {
        params.push((name, value));
    }
    Some(PageToken {
        kind: u16::from_be_bytes(*kind),
        place,
        person,
        params,
    })
}

#[cfg(test)]
mod tests {
    use super::{PageToken, pack, unpack};

    #[test]
    fn a_page_token_carries_its_query_unchanged() {
        let params = vec![
            ("name".to_owned(), "Ö'Neill".to_owned()),
            ("_count".to_owned(), String::new()),
        ];
        let token = PageToken {
            kind: 7,
            place: "place".to_owned(),
            person: "ada".to_owned(),
            params,
        };
        assert_eq!(unpack(&pack(&token)), Some(token));
        assert_eq!(unpack(&[0, 7, 0, 0, 0, 9, 1]), None);
    }
}
