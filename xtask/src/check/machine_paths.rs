//! No path of one machine: what is committed works wherever it is cloned.

use super::Finding;
use crate::tree::Tree;

/// Folders at the root of a disk where people keep their own files.
const PERSONAL: &[&str] = &["home", "root", "work", "Users"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| !path.ends_with(".lock")) {
        let Some(text) = tree.text(path) else { continue };
        for (at, line) in text.lines().enumerate() {
            if let Some(found) = personal_path(line) {
                let message = format!("`{found}` is a path of one machine");
                findings.push(Finding::failure(path, Some(at + 1), message));
            }
        }
    }
    Ok(findings)
}

/// The first such path of a line: it starts at the root, so no letter, digit, dot or dash goes before.
fn personal_path(line: &str) -> Option<&str> {
    PERSONAL.iter().find_map(|folder| {
        let needle = format!("/{folder}/");
        line.match_indices(&needle).find_map(|(at, _)| {
            let before = line[..at].chars().next_back();
            let inside = before.is_some_and(|c| c.is_alphanumeric() || "._/-}>)$~".contains(c));
            let rest = &line[at + needle.len()..];
            let named = rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '.');
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || "._-/".contains(c)))
                .unwrap_or(rest.len());
            (!inside && named).then(|| &line[at..at + needle.len() + end])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn count(line: &str) -> usize {
        look(&Sample::new(&[("docs/guide.md", line)]).tree())
            .unwrap()
            .len()
    }

    #[test]
    fn a_path_of_one_machine_fails() {
        for folder in ["home", "root", "work", "Users"] {
            assert_eq!(count(&format!("see `/{folder}/clara/notes.txt`")), 1, "{folder}");
        }
    }

    #[test]
    fn an_address_or_a_path_within_the_repository_passes() {
        assert_eq!(
            count("https://example.org/home/page and web/src/home/page.rs and $ROOT/work/x"),
            0
        );
    }
}
