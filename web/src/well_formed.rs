//! A small check of printed pages, for tests: tags balance, attributes are quoted, ids are unique and found, nothing is
//! inline, nothing comes from elsewhere.

use std::collections::BTreeSet;

const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];
/// Elements of a drawing, which may close themselves.
const DRAWN: [&str; 5] = ["path", "rect", "line", "polyline", "circle"];

/// Everything wrong with the page; empty when nothing is.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut wanted: Vec<(String, String)> = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| {
        faults.push("no doctype".to_owned());
        html
    });
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let Some((tag, after)) = split_tag(rest) else {
            faults.push(format!("a tag does not end: {}", &rest[..rest.len().min(60)]));
            break;
        };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(opened) if opened == name.trim() => {}
                opened => faults.push(format!("</{name}> closes {opened:?}")),
            }
            continue;
        }
        let (tag, closes_itself) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) || name.is_empty() {
            faults.push(format!("<{name}> is not an element"));
        }
        match pairs(attributes) {
            Err(words) => faults.push(format!("<{name}>: {words}")),
            Ok(pairs) => {
                for (key, value) in pairs {
                    look(name, &key, &value, &mut ids, &mut wanted, &mut faults);
                }
            }
        }
        let is_data = attributes.contains("type=\"application/json\"") && !attributes.contains("src=");
        if name == "script"
            && !is_data
            && !(attributes.contains("src=\"/assets/") && attributes.contains("type=\"module\""))
        {
            faults.push("an inline script".to_owned());
        }
        if name == "style" {
            faults.push("an inline style".to_owned());
        }
        if closes_itself && !DRAWN.contains(&name) {
            faults.push(format!("<{name}/> closes itself"));
        }
        if !closes_itself && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    if !open.is_empty() {
        faults.push(format!("never closed: {open:?}"));
    }
    for (who, id) in wanted {
        if !ids.contains(&id) {
            faults.push(format!("{who} names #{id}, which is not on the page"));
        }
    }
    if html.matches("<h1").count() != 1 {
        faults.push("a page has one h1".to_owned());
    }
    faults
}

fn look(
    name: &str,
    key: &str,
    value: &str,
    ids: &mut BTreeSet<String>,
    wanted: &mut Vec<(String, String)>,
    faults: &mut Vec<String>,
) {
    match key {
        "id" if !ids.insert(value.to_owned()) => faults.push(format!("id {value} comes twice")),
        "style" => faults.push(format!("<{name} style=>")),
        _ if key.starts_with("on") => faults.push(format!("<{name} {key}=>")),
        "for" | "aria-labelledby" | "aria-describedby" => {
            wanted.extend(
                value
                    .split_whitespace()
                    .map(|id| (format!("<{name} {key}>"), id.to_owned())),
            );
        }
        "href" | "src" | "action" => match value.strip_prefix('#') {
            Some(id) => wanted.push((format!("<{name} {key}>"), id.to_owned())),
            None if value.starts_with('/') && !value.starts_with("//") => {}
            None => faults.push(format!("<{name} {key}=\"{value}\"> leads elsewhere")),
        },
        _ => {}
    }
}

/// The inside of a tag and what follows it; a `>` within quotes does not end it.
fn split_tag(rest: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (index, letter) in rest.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((&rest[..index], &rest[index + 1..])),
            '<' if !quoted => return None,
            _ => {}
        }
    }
    None
}

/// Attributes with their values; each value in double quotes, each name once.
fn pairs(mut text: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return Ok(pairs);
        }
        let end = text
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(text.len());
        let (name, after) = text.split_at(end);
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(format!("an attribute called {name:?}"));
        }
        let value = match after.strip_prefix("=\"") {
            Some(quoted) => {
                let end = quoted.find('"').ok_or("a value without an end")?;
                text = &quoted[end + 1..];
                &quoted[..end]
            }
            None if after.starts_with('=') => return Err(format!("{name} is not quoted")),
            None => {
                text = after;
                ""
            }
        };
        if pairs.iter().any(|(known, _)| known == name) {
            return Err(format!("{name} comes twice"));
        }
        pairs.push((name.to_owned(), value.to_owned()));
    }
}

mod tests {
    use super::faults;

    const GOOD: &str = "<!DOCTYPE html><html><head><title>a</title></head><body><h1 id=\"a\">x</h1><a href=\"#a\">b</a><br></body></html>";

    #[test]
    fn a_good_page_has_no_faults_and_each_neighbour_one_edit_away_has_one() {
        assert_eq!(faults(GOOD), Vec::<String>::new());
        let data = GOOD.replacen(
            "<br>",
            "<script type=\"application/json\" id=\"b\">{}</script>",
            1,
        );
        assert_eq!(
            faults(&data),
            Vec::<String>::new(),
            "data for a script is no script"
        );
        for (from, to) in [
            ("</a>", ""),
            ("\"#a\"", "\"#b\""),
            ("\"#a\"", "\"https://elsewhere.example/\""),
            ("<br>", "<script>alert(1)</script>"),
            (
                "<br>",
                "<script type=\"application/json\" id=\"b\">{}<b></script>",
            ),
            ("<br>", "<br style=\"color:red\">"),
            ("<br>", "<img src=x>"),
            ("<br>", "<br onclick=\"x()\">"),
            ("<br>", "<br id=\"a\">"),
            ("<h1", "<h2"),
        ] {
            assert!(!faults(&GOOD.replacen(from, to, 1)).is_empty(), "{from} -> {to}");
        }
    }
}
