//! The narrative: one `<div>` of formatting, nothing that acts.
//!
//! Source: FHIR R4, Narrative (txt-1, txt-2): the formatting elements of HTML 4 without scripts, forms, frames and
//! the like.

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

const DEEPEST: usize = 200;

/// What is wrong with a narrative; `None` when nothing is.
pub(super) fn fault(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if !trimmed.starts_with("<div") {
        return Some("a narrative is one <div> element in XHTML; it must begin with <div".to_owned());
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = trimmed;
    let mut content = false;
    while let Some(at) = rest.find('<') {
        content |= !open.is_empty() && !rest[..at].trim().is_empty();
        if open.is_empty() && rest.len() != trimmed.len() {
            return Some("a narrative is one <div> element; there is more after its end".to_owned());
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let Some(end) = comment.find("-->") else {
                return Some("a narrative's comment has no end".to_owned());
            };
            rest = &comment[end + 3..];
            continue;
        }
        let Some(end) = tag_end(rest) else {
            return Some("a narrative's tag has no end".to_owned());
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return Some(format!(
                    "a narrative's tags do not match at </{}>",
                    super::report::short(name)
                ));
            }
            continue;
        }
        let closed = tag.ends_with('/');
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or("");
        if !ELEMENTS.contains(&name) {
            return Some(format!(
                "a narrative may not hold <{}>; text formatting, lists, tables, links and images are accepted",
                super::report::short(name)
            ));
        }
        if let Some(text) = attributes_fault(&tag[name.len()..]) {
            return Some(text);
        }
        content |= name == "img";
        if !closed {
            open.push(name);
        }
        if open.len() > DEEPEST {
            return Some(format!("a narrative is nested more than {DEEPEST} levels deep"));
        }
    }
    if !open.is_empty() {
        return Some("a narrative's tags are not all closed".to_owned());
    }
    if !rest.trim().is_empty() {
        return Some("a narrative is one <div> element; there is more after its end".to_owned());
    }
    (!content).then(|| "a narrative needs some text or an image; leave it out instead".to_owned())
}

/// The `>` that ends the tag at the front, quotes respected.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes_fault(mut rest: &str) -> Option<String> {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        if name.starts_with("on") || name == "srcdoc" || name == "formaction" {
            return Some(format!(
                "a narrative may not act: attribute {} is not accepted",
                super::report::short(&name)
            ));
        }
        let Some(value) = rest[end..].trim_start().strip_prefix('=').map(str::trim_start) else {
            return Some("a narrative's attribute has no value".to_owned());
        };
        let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
            return Some("a narrative's attribute values stand in quotes".to_owned());
        };
        let value = &value[1..];
        let Some(close) = value.find(quote) else {
            return Some("a narrative's attribute has no end".to_owned());
        };
        if matches!(
            name.as_str(),
            "href" | "src" | "style" | "background" | "cite" | "xlink:href"
        ) && is_active(&value[..close])
        {
            return Some(format!("a narrative may not act: {name} may not hold a script"));
        }
        rest = &value[close + 1..];
    }
}

/// Whether a link or a style would run something.
fn is_active(value: &str) -> bool {
    let plain: String = decode(value)
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect();
    let script =
        plain.contains("javascript:") || plain.contains("vbscript:") || plain.contains("expression(");
    script
        || (plain.starts_with("data:") && !plain.starts_with("data:image/"))
        || plain.starts_with("data:image/svg")
}

/// Numeric character references and `&colon;`-like names written out, as a browser would.
fn decode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let body = rest.strip_prefix("&#");
        let hex = body.and_then(|body| body.strip_prefix(['x', 'X']));
        let (digits, radix, skip) = match (hex, body) {
            (Some(hex), _) => (hex, 16, 3),
            (None, Some(decimal)) => (decimal, 10, 2),
            (None, None) => {
                let named = [
                    ("&colon;", ':'),
                    ("&Tab;", '\t'),
                    ("&NewLine;", '\n'),
                    ("&lpar;", '('),
                    ("&amp;", '&'),
                ];
                match named.iter().find(|(name, _)| rest.starts_with(name)) {
                    Some((name, character)) => {
                        out.push(*character);
                        rest = &rest[name.len()..];
                    }
                    None => {
                        out.push('&');
                        rest = &rest[1..];
                    }
                }
                continue;
            }
        };
        let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
        out.extend(
            u32::from_str_radix(&digits[..length], radix)
                .ok()
                .and_then(char::from_u32),
        );
        rest = &rest[skip + length..];
        rest = rest.strip_prefix(';').unwrap_or(rest);
    }
    out.push_str(rest);
    out
}
