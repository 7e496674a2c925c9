//! The table of rooms in ARCHITECTURE.md names the crates of the workspace: all of them, and no other.

use std::collections::BTreeMap;

use super::Finding;
use super::floors::crate_names;
use super::markdown::code_spans;
use crate::tree::Tree;

const PAGE: &str = "ARCHITECTURE.md";
/// How the table's head begins.
const HEAD: &str = "| crate |";

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let Some(text) = tree.text(PAGE) else {
        return Ok(vec![Finding::failure(
            PAGE,
            None,
            "the page is missing".to_owned(),
        )]);
    };
    let named: BTreeMap<&str, usize> = rows(&text).collect();
    let crates = crate_names(tree);
    let mut findings: Vec<Finding> = crates
        .iter()
        .filter(|name| !named.contains_key(name.as_str()))
        .map(|name| Finding::failure(PAGE, None, format!("the table of rooms lacks the crate `{name}`")))
        .collect();
    findings.extend(
        named
            .iter()
            .filter(|(name, _)| !crates.iter().any(|known| known == *name))
            .map(|(name, line)| {
                Finding::failure(
                    PAGE,
                    Some(*line),
                    format!("`{name}` is no crate of the workspace"),
                )
            }),
    );
    Ok(findings)
}

/// The crate that each row of the table names first, with the row's line.
fn rows(text: &str) -> impl Iterator<Item = (&str, usize)> {
    (1..)
        .zip(text.lines())
        .skip_while(|(_, line)| !line.starts_with(HEAD))
        .skip(2)
        .take_while(|(_, line)| line.starts_with('|'))
        .flat_map(|(at, line)| {
            let first = line.split('|').nth(1).unwrap_or("");
            code_spans(first).map(move |name| (name, at))
        })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn findings(page: &str) -> Vec<String> {
        let sample = Sample::new(&[
            ("ARCHITECTURE.md", page),
            ("care/Cargo.toml", ""),
            ("codes/Cargo.toml", ""),
        ]);
        look(&sample.tree())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_table_of_just_the_crates_passes() {
        let page =
            "# Rooms\n\n| crate | what |\n|---|---|\n| `codes` | x |\n| `care` | uses `codes` |\n\n`shed`\n";
        assert!(findings(page).is_empty());
    }

    #[test]
    fn a_crate_left_out_or_made_up_fails() {
        let page = "| crate | what |\n|---|---|\n| `care` | x |\n| `shed` | x |\n";
        let found = findings(page);
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("lacks the crate `codes`"));
        assert!(found[1].starts_with("ARCHITECTURE.md:4: `shed`"));
    }
}
