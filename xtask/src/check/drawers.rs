//! No junk drawers: a file, folder or module is named after what is in it.

use super::Finding;
use super::file_size::is_generated;
use crate::tree::Tree;

const NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files().filter(|path| !is_generated(path)) {
        for part in path.split('/') {
            let stem = part.split('.').next().unwrap_or(part);
            if NAMES.contains(&stem) {
                findings.push(Finding::failure(
                    path,
                    None,
                    format!("`{stem}` says nothing: name what is in it"),
                ));
            }
        }
        if path.ends_with(".rs") {
            let text = tree.text(path).unwrap_or_default();
            for (at, line) in text.lines().enumerate() {
                if let Some(name) = inline_module(line).filter(|name| NAMES.contains(name)) {
                    let message = format!("module `{name}` says nothing: name what is in it");
                    findings.push(Finding::failure(path, Some(at + 1), message));
                }
            }
        }
    }
    Ok(findings)
}

/// The name of the module that a line opens or declares.
fn inline_module(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    (words.next()? == "mod")
        .then(|| words.next())?
        .map(|name| name.trim_end_matches([';', '{']))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    #[test]
    fn a_drawer_fails_as_a_file_a_folder_and_a_module() {
        for (path, text) in [
            ("care/src/utils.rs", ""),
            ("web/tests/common/mod.rs", ""),
            ("care/src/lib.rs", "pub(crate) mod helpers {\n}\n"),
            ("journeys/misc.ts", ""),
        ] {
            assert_eq!(
                look(&Sample::new(&[(path, text)]).tree()).unwrap().len(),
                1,
                "{path}"
            );
        }
    }

    #[test]
    fn a_name_that_only_contains_such_a_word_passes() {
        let sample = Sample::new(&[
            ("care/src/common_cold.rs", "mod miscarriage;\n// mod utils {\n"),
            ("docs/utility.md", ""),
        ]);
        assert_eq!(look(&sample.tree()).unwrap(), []);
    }
}
