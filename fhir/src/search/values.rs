//! One alternative of a condition, read from the text of a search.

use crate::index::entry::uuid_bytes;
use crate::index::normal::normalise;
use crate::scanner::dates;
use crate::scanner::formats::is_id;
use crate::{ResourceType, SearchKind};

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    /// `:missing`.
    Missing(bool),
    Token(TokenWant),
    Text {
        normalised: String,
        exact: String,
        how: TextMatch,
    },
    Date {
        prefix: Prefix,
        low: i64,
        high: i64,
    },
    Reference {
        resource_type: Option<ResourceType>,
        id: String,
        uuid: Option<[u8; 16]>,
    },
    Absolute(String),
    Identifier(TokenWant),
    Uri {
        value: String,
        below: bool,
    },
}

/// `system|code` in its four forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenWant {
    pub(crate) system: SystemWant,
    /// `None` for any code of the system.
    pub(crate) code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SystemWant {
    Any,
    None,
    /// The URI, and its registered number or 0.
    Is(String, u16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextMatch {
    Start,
    Exact,
    Contains,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
    Sa,
    Eb,
    Ap,
}

/// Splits at `separator` where no backslash stands before it, and takes the backslashes out.
pub(super) fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let last = parts.len() - 1;
        match character {
            '\\' => {
                let next = characters.next();
                // Inner separators keep their backslash until they are split themselves.
                if separator == ',' && next != Some(',') {
                    parts[last].push('\\');
                }
                parts[last].extend(next);
            }
            other if other == separator => parts.push(String::new()),
            other => parts[last].push(other),
        }
    }
    parts
}

/// Reads one alternative; `Err` says what would be accepted.
pub(super) fn read(kind: SearchKind, modifier: &str, text: &str) -> Result<Want, String> {
    if text.is_empty() {
        return Err("a value is missing".to_owned());
    }
    if text.contains('\0') {
        return Err("a value may not hold NUL characters".to_owned());
    }
    match (kind, modifier) {
        (SearchKind::Token, "" | "not") => Ok(Want::Token(token(text)?)),
        (SearchKind::Reference, "identifier") => Ok(Want::Identifier(token(text)?)),
        (SearchKind::String, "") => string(text, TextMatch::Start),
        (SearchKind::String, "exact") => string(text, TextMatch::Exact),
        (SearchKind::String, "contains") => string(text, TextMatch::Contains),
        (SearchKind::Date, "") => date(text),
        (SearchKind::Reference, "") => reference(text, None),
        (SearchKind::Reference, name) => match ResourceType::from_name(name) {
            Some(resource_type) => reference(text, Some(resource_type)),
            None => Err(format!(
                "modifier :{name} is not served; :identifier, :missing and :Type are"
            )),
        },
        (SearchKind::Uri, "") => Ok(Want::Uri {
            value: plain(text),
            below: false,
        }),
        (SearchKind::Uri, "below") => Ok(Want::Uri {
            value: plain(text),
            below: true,
        }),
        (kind, modifier) => Err(format!(
            "modifier :{modifier} is not served for a {} parameter; {}",
            kind.code(),
            match kind {
                SearchKind::Token => ":not and :missing are",
                SearchKind::String => ":exact, :contains and :missing are",
                SearchKind::Uri => ":below and :missing are",
                SearchKind::Date | SearchKind::Reference => ":missing is",
            }
        )),
    }
}

/// A value without the backslashes of its escapes.
fn plain(text: &str) -> String {
    split(text, '\u{0}').concat()
}

fn token(text: &str) -> Result<TokenWant, String> {
    let parts = split(text, '|');
    let system = |uri: &str| match uri {
        "" => SystemWant::None,
        uri => SystemWant::Is(uri.to_owned(), crate::tables::get().system_number(uri)),
    };
    let code = |code: &str| (!code.is_empty()).then(|| code.to_owned());
    match parts.as_slice() {
        [only] => Ok(TokenWant {
            system: SystemWant::Any,
            code: code(only),
        }),
        [uri, value] if !(uri.is_empty() && value.is_empty()) => Ok(TokenWant {
            system: system(uri),
            code: (!value.is_empty()).then(|| value.clone()),
        }),
        _ => Err("a token is `code`, `system|code`, `system|` or `|code`".to_owned()),
    }
}

fn string(text: &str, how: TextMatch) -> Result<Want, String> {
    let exact = plain(text);
    let normalised = normalise(&exact);
    if normalised.is_empty() {
        return Err("a string needs at least one letter or digit".to_owned());
    }
    Ok(Want::Text {
        normalised,
        exact,
        how,
    })
}

fn date(text: &str) -> Result<Want, String> {
    let prefixes = [
        ("eq", Prefix::Eq),
        ("ne", Prefix::Ne),
        ("lt", Prefix::Lt),
        ("gt", Prefix::Gt),
        ("le", Prefix::Le),
        ("ge", Prefix::Ge),
        ("sa", Prefix::Sa),
        ("eb", Prefix::Eb),
        ("ap", Prefix::Ap),
    ];
    let (prefix, rest) = prefixes
        .iter()
        .find_map(|(name, prefix)| Some((*prefix, text.strip_prefix(name)?)))
        .unwrap_or((Prefix::Eq, text));
    // A `+` before a zone that was not escaped in a URL arrives as a space.
    let span = dates::parse(&rest.replace(' ', "+")).ok_or_else(|| {
        "a date is a real day as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][zone], after one of the \
         prefixes eq ne lt gt le ge sa eb ap or none"
            .to_owned()
    })?;
    Ok(Want::Date {
        prefix,
        low: span.low,
        high: span.high,
    })
}

fn reference(text: &str, modifier: Option<ResourceType>) -> Result<Want, String> {
    let text = plain(text);
    if text.starts_with("http://") || text.starts_with("https://") || text.starts_with("urn:") {
        return Ok(Want::Absolute(text));
    }
    let (resource_type, id) = match text.split_once('/') {
        Some((name, id)) => (ResourceType::from_name(name), id),
        None => (modifier, text.as_str()),
    };
    let known = resource_type.is_some() || !text.contains('/');
    let agrees = modifier.is_none_or(|wanted| resource_type == Some(wanted));
    if !known || !agrees || !is_id(id) {
        return Err(
            "a reference is `id`, `Type/id` with a FHIR resource type, or an absolute URL".to_owned(),
        );
    }
    Ok(Want::Reference {
        resource_type,
        id: id.to_owned(),
        uuid: uuid_bytes(id),
    })
}
