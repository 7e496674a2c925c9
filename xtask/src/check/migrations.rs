//! Migrations come in pairs: what changes the embedded engine's tables changes PostgreSQL's in the same step.

use std::collections::BTreeSet;

use super::Finding;
use crate::tree::Tree;

const FOLDER: &str = "record/migrations";
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{FOLDER}/{engine}/");
        tree.files()
            .filter_map(|path| path.strip_prefix(&folder))
            .filter(|name| name.ends_with(".sql"))
            .map(str::to_owned)
            .collect()
    };
    let kept = ENGINES.map(names);
    let mut findings = Vec::new();
    for (at, engine) in ENGINES.iter().enumerate() {
        let (own, other) = (&kept[at], &kept[1 - at]);
        for name in own.difference(other) {
            let twin = format!("{FOLDER}/{}/{name}", ENGINES[1 - at]);
            let message = format!("its twin `{twin}` is missing");
            findings.push(Finding::failure(
                &format!("{FOLDER}/{engine}/{name}"),
                None,
                message,
            ));
        }
        for (expected, name) in (1..).zip(own) {
            if name.split('_').next() != Some(&format!("{expected:04}")) {
                let message = format!("migrations are numbered without gaps: here {expected:04}_… is due");
                findings.push(Finding::failure(
                    &format!("{FOLDER}/{engine}/{name}"),
                    None,
                    message,
                ));
                break;
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn count(files: &[&str]) -> usize {
        let files: Vec<_> = files.iter().map(|path| (*path, "select 1;\n")).collect();
        look(&Sample::new(&files).tree()).unwrap().len()
    }

    #[test]
    fn a_migration_with_its_twin_passes_and_one_without_fails() {
        let (own, twin) = (
            "record/migrations/sqlite/0001_first.sql",
            "record/migrations/postgres/0001_first.sql",
        );
        assert_eq!(count(&[own, twin]), 0);
        assert_eq!(count(&[own]), 1);
        assert_eq!(count(&[twin]), 1);
    }

    #[test]
    fn a_gap_in_the_numbers_fails() {
        let gap = ["0001_first.sql", "0003_third.sql"];
        let paths: Vec<String> = ["sqlite", "postgres"]
            .iter()
            .flat_map(|engine| gap.map(|name| format!("record/migrations/{engine}/{name}")))
            .collect();
        assert_eq!(count(&paths.iter().map(String::as_str).collect::<Vec<_>>()), 2);
    }
}
