//! What each entry of a Bundle asks for; and what no Bundle may ask for.

use std::collections::HashMap;

use care::access::scope::Interaction;
use fhir::{Bundle, BundleEntry, Issue, IssueCode, ResourceType, search::Query};

use crate::audit;
use crate::record::Precondition;
use crate::record::condition::refuse_result_parameters;

/// What one entry asks for.
#[derive(Debug)]
pub(super) enum Ask {
    Create {
        resource_type: ResourceType,
        condition: Option<Query>,
    },
    Put {
        resource_type: ResourceType,
        id: String,
        precondition: Precondition,
    },
    Delete {
        resource_type: ResourceType,
        id: String,
        precondition: Precondition,
    },
    Read {
        resource_type: ResourceType,
        id: String,
    },
    Search {
        resource_type: ResourceType,
        params: Vec<(String, String)>,
    },
}

impl Ask {
    /// The type and what is to be done with it, as scopes name it.
    pub(super) fn interaction(&self) -> (ResourceType, Interaction) {
        match self {
            Ask::Create { resource_type, .. } => (*resource_type, Interaction::Create),
            Ask::Put { resource_type, .. } => (*resource_type, Interaction::Update),
            Ask::Delete { resource_type, .. } => (*resource_type, Interaction::Delete),
            Ask::Read { resource_type, .. } => (*resource_type, Interaction::Read),
            Ask::Search { resource_type, .. } => (*resource_type, Interaction::Search),
        }
    }
}

/// Every entry's ask, in order.
pub(super) fn plan(bundle: &Bundle<'_>) -> Result<Vec<Ask>, Vec<Issue>> {
    let mut asks = Vec::with_capacity(bundle.entries.len());
    let mut issues = Vec::new();
    for (position, entry) in bundle.entries.iter().enumerate() {
        match ask(entry, position) {
            Ok(ask) => asks.push(ask),
            Err(issue) => issues.push(*issue),
        }
    }
    if issues.is_empty() {
        issues = contradictions(&asks);
    }
    // Searches run after the commit: one that cannot be read is refused before it.
    for (position, ask) in asks.iter().enumerate() {
        if let Ask::Search {
            resource_type,
            params,
        } = ask
            && let Err(found) = fhir::search::parse(*resource_type, params)
        {
            issues.extend(found.into_iter().map(|issue| Issue {
                expression: Some(format!("Bundle.entry[{position}].request.url")),
                ..issue
            }));
        }
    }
    if issues.is_empty() { Ok(asks) } else { Err(issues) }
}

/// One entry's ask.
pub(super) fn ask(entry: &BundleEntry<'_>, position: usize) -> Result<Ask, Box<Issue>> {
    let at = |element: &str| format!("Bundle.entry[{position}].{element}");
    let problem = |element: &str, code: IssueCode, words: String| {
        Box::new(Issue::error(code, Some(at(element)), words))
    };
    let (Some(method), Some(url)) = (entry.method.as_deref(), entry.url.as_deref()) else {
        return Err(problem(
            "request",
            IssueCode::Required,
            "each entry says its request's method and url".to_owned(),
        ));
    };
    let (path, query) = url
        .split_once('?')
        .map_or((url, None), |(path, query)| (path, Some(query)));
    let mut parts = path.trim_matches('/').split('/');
    let name = parts.next().unwrap_or_default();
    let Some(resource_type) = ResourceType::from_name(name) else {
        return Err(problem(
            "request.url",
            IssueCode::NotSupported,
            "the url begins with a FHIR R4 resource type".to_owned(),
        ));
    };
    let id = parts.next().map(str::to_owned);
    if parts.next().is_some() {
        return Err(problem(
            "request.url",
            IssueCode::NotSupported,
            "the url is Type, Type/id or Type?search".to_owned(),
        ));
    }
    if let Some(id) = &id
        && !::record::ids::is_id(id)
    {
        return Err(problem(
            "request.url",
            IssueCode::Value,
            "an id has 1 to 64 letters, digits, hyphens or dots".to_owned(),
        ));
    }
    if let Some(id) = &id
        && method != "GET"
        && audit::is_rendered(resource_type, id)
    {
        return Err(problem(
            "request.url",
            IssueCode::Forbidden,
            audit::NOT_WRITTEN.to_owned(),
        ));
    }
    let precondition = match (entry.if_match.as_deref(), entry.if_none_match.as_deref()) {
        (None, None) => Precondition::None,
        (None, Some("*")) => Precondition::Absent,
        (Some(tag), None) => match etag(tag) {
            Some(version) => Precondition::Version(version),
            None => {
                return Err(problem(
                    "request.ifMatch",
                    IssueCode::Value,
                    "ifMatch is a version tag such as W/\"3\"".to_owned(),
                ));
            }
        },
        _ => {
            return Err(problem(
                "request",
                IssueCode::NotSupported,
                "ifMatch and ifNoneMatch do not go together, and ifNoneMatch is \"*\"".to_owned(),
            ));
        }
    };
    match (method, id, query) {
        ("POST", None, None) => {
            matching_type(entry, resource_type, &at("resource"))?;
            let condition = match entry.if_none_exist.as_deref() {
                None => None,
                Some(text) => Some(condition(resource_type, text, &at("request.ifNoneExist"))?),
            };
            Ok(Ask::Create {
                resource_type,
                condition,
            })
        }
        ("PUT", Some(id), None) => {
            let resource = matching_type(entry, resource_type, &at("resource"))?;
            if resource.is_some_and(|found| found != id) || resource.is_none() {
                return Err(problem(
                    "resource.id",
                    IssueCode::Invalid,
                    "an update's resource carries the id of its url".to_owned(),
                ));
            }
            Ok(Ask::Put {
                resource_type,
                id,
                precondition,
            })
        }
        ("DELETE", Some(id), None) => {
            if entry.resource.is_some() {
                return Err(problem(
                    "resource",
                    IssueCode::Invalid,
                    "a DELETE carries no resource".to_owned(),
                ));
            }
            Ok(Ask::Delete {
                resource_type,
                id,
                precondition,
            })
        }
        ("GET", Some(id), None) => Ok(Ask::Read { resource_type, id }),
        ("GET", None, query) => Ok(Ask::Search {
            resource_type,
            params: form_pairs(query.unwrap_or_default()),
        }),
        _ => Err(problem(
            "request.method",
            IssueCode::NotSupported,
            "served are POST Type, PUT Type/id, DELETE Type/id, GET Type/id and GET Type?search".to_owned(),
        )),
    }
}

/// The entry's resource is of the url's type; its id.
fn matching_type<'d>(
    entry: &BundleEntry<'d>,
    resource_type: ResourceType,
    expression: &str,
) -> Result<Option<&'d str>, Box<Issue>> {
    let issue = |code, words: String| Box::new(Issue::error(code, Some(expression.to_owned()), words));
    let Some(resource) = entry.resource else {
        return Err(issue(
            IssueCode::Required,
            "a POST or PUT carries a resource".to_owned(),
        ));
    };
    if resource.resource_type() != resource_type {
        let words = format!(
            "the url is for {}, the resource is a {}",
            resource_type.name(),
            resource.resource_type().name()
        );
        return Err(issue(IssueCode::Invalid, words));
    }
    Ok(resource.id())
}

fn condition(resource_type: ResourceType, text: &str, expression: &str) -> Result<Query, Box<Issue>> {
    let pairs = form_pairs(text.trim_start_matches('?'));
    match fhir::search::parse(resource_type, &pairs) {
        Ok(query) if !query.predicates.is_empty() => match refuse_result_parameters(&query) {
            Ok(()) => Ok(query),
            Err(issue) => Err(Box::new(Issue {
                expression: Some(expression.to_owned()),
                ..issue
            })),
        },
        Ok(_) => Err(Box::new(Issue::error(
            IssueCode::Value,
            Some(expression.to_owned()),
            "the condition is empty".to_owned(),
        ))),
        Err(issues) => {
            let words = issues.first().map_or_else(
                || "the condition cannot be read".to_owned(),
                |issue| issue.diagnostics.clone(),
            );
            Err(Box::new(Issue::error(
                IssueCode::Value,
                Some(expression.to_owned()),
                words,
            )))
        }
    }
}

/// A Bundle contradicts itself when two entries write the same resource (that two share a `fullUrl`, the scanner finds).
fn contradictions(asks: &[Ask]) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut targets: HashMap<(ResourceType, &str), usize> = HashMap::new();
    for (position, ask) in asks.iter().enumerate() {
        if let Ask::Put {
            resource_type, id, ..
        }
        | Ask::Delete {
            resource_type, id, ..
        } = ask
            && let Some(earlier) = targets.insert((*resource_type, id), position)
        {
            issues.push(Issue::error(
                IssueCode::Invalid,
                Some(format!("Bundle.entry[{position}].request.url")),
                format!("entry {earlier} writes the same resource; a transaction writes each resource once"),
            ));
        }
    }
    issues
}

/// The version in an entity tag, `W/"3"` or `"3"`.
pub fn etag(tag: &str) -> Option<u64> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// `a=b&c=d`, percent-decoded; `+` is a space.
pub fn form_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(name), percent_decode(value))
        })
        .collect()
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::{etag, form_pairs};

    #[test]
    fn a_version_tag_is_read_weak_or_strong_and_nothing_else_is() {
        assert_eq!(etag("W/\"3\""), Some(3));
        assert_eq!(etag("\"12\""), Some(12));
        assert_eq!(etag("3"), None);
        assert_eq!(etag("W/\"x\""), None);
    }

    #[test]
    fn search_text_is_percent_decoded_and_never_lost() {
        let pairs = form_pairs("name=Se%C3%A1n+O%27Neill&_id=a%zz&flag");
        assert_eq!(pairs[0], ("name".to_owned(), "Seán O'Neill".to_owned()));
        assert_eq!(pairs[1], ("_id".to_owned(), "a%zz".to_owned()));
        assert_eq!(pairs[2], ("flag".to_owned(), String::new()));
    }
}
