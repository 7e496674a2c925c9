//! A crate uses only the floors below it (`xtask/src/floors.rs` is the table).

use anyhow::Context as _;
use serde::Deserialize;

use super::Finding;
use crate::floors::{RESERVED, ROOMS, may_use_in_tests, room};
use crate::tree::Tree;

/// The part of `cargo metadata` that is read.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `None` for the product, else "dev" or "build".
    kind: Option<String>,
    /// Set for a crate of this workspace.
    path: Option<String>,
}

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let output = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(tree.root())
        .output()
        .context("cargo metadata")?;
    anyhow::ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    judge(tree, &serde_json::from_slice(&output.stdout)?)
}

/// The names of the workspace's crates, as the tree's own manifests give them.
pub(super) fn crate_names(tree: &Tree) -> Vec<String> {
    tree.files()
        .filter_map(|path| path.strip_suffix("/Cargo.toml"))
        .filter(|folder| !folder.contains('/'))
        .map(str::to_owned)
        .collect()
}

fn judge(tree: &Tree, metadata: &Metadata) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let manifest = format!("{}/Cargo.toml", package.name);
        let Some(room) = room(&package.name) else {
            findings.push(Finding::failure(
                &manifest,
                None,
                format!(
                    "`{}` has no floor: a new crate needs a decision in docs/adr and a row in xtask/src/floors.rs",
                    package.name
                ),
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let for_tests = dependency.kind.as_deref() == Some("dev");
            let name = dependency.name.as_str();
            if let Some(message) = broken_rule(room, name, dependency.path.is_some(), for_tests) {
                findings.push(Finding::failure(
                    &manifest,
                    line_of(tree, &manifest, name),
                    message,
                ));
            }
        }
    }
    for room in ROOMS {
        if !metadata.packages.iter().any(|package| package.name == room.name) {
            findings.push(Finding::failure(
                "xtask/src/floors.rs",
                None,
                format!("`{}` has a floor and is no crate of the workspace", room.name),
            ));
        }
    }
    Ok(findings)
}

/// The rule that this dependency breaks, in words.
fn broken_rule(
    room: &crate::floors::Room,
    name: &str,
    in_workspace: bool,
    for_tests: bool,
) -> Option<String> {
    if in_workspace {
        let allowed = room.uses.contains(&name) || (for_tests && may_use_in_tests(room, name));
        return (!allowed).then(|| {
            format!(
                "`{}` may not use `{name}`: it may use {}",
                room.name,
                list(room.uses)
            )
        });
    }
    if for_tests {
        return None;
    }
    if let Some(only) = room.only
        && !only.contains(&name)
    {
        return Some(format!(
            "`{}` is kept pure: of others' crates it may use {}",
            room.name,
            list(only)
        ));
    }
    RESERVED
        .iter()
        .find(|reserved| reserved.name == name && !reserved.rooms.contains(&room.name))
        .map(|reserved| {
            format!(
                "`{name}` belongs to {} alone: {}",
                list(reserved.rooms),
                reserved.why
            )
        })
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// The line of the manifest that names the dependency.
fn line_of(tree: &Tree, manifest: &str, name: &str) -> Option<usize> {
    let text = tree.text(manifest)?;
    let begins = |line: &str| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    text.lines().position(begins).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Dependency, Metadata, Package, judge};
    use crate::check::Finding;
    use crate::floors::ROOMS;
    use crate::tree::sample::Sample;

    fn findings(of: &str, name: &str, kind: Option<&str>, path: Option<&str>) -> Vec<Finding> {
        let packages = ROOMS
            .iter()
            .map(|room| Package {
                name: room.name.to_owned(),
                dependencies: Vec::new(),
            })
            .collect();
        let mut metadata = Metadata { packages };
        let package = metadata
            .packages
            .iter_mut()
            .find(|package| package.name == of)
            .unwrap();
        package.dependencies.push(Dependency {
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
            path: path.map(str::to_owned),
        });
        let manifest = format!("[dependencies]\n{name}.workspace = true\n");
        let sample = Sample::new(&[(&format!("{of}/Cargo.toml"), &manifest)]);
        judge(&sample.tree(), &metadata).unwrap()
    }

    #[test]
    fn a_crate_that_uses_a_floor_below_it_passes() {
        assert_eq!(findings("record", "fhir", None, Some("fhir")), []);
    }

    #[test]
    fn a_page_that_reaches_the_record_fails_and_the_line_is_named() {
        let found = findings("web", "record", None, Some("record"));
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .to_string()
                .starts_with("web/Cargo.toml:2: `web` may not use `record`")
        );
    }

    #[test]
    fn the_test_kit_may_be_used_in_tests_and_not_in_the_product() {
        assert_eq!(findings("record", "testkit", Some("dev"), Some("testkit")), []);
        assert_eq!(findings("record", "testkit", None, Some("testkit")).len(), 1);
    }

    #[test]
    fn a_page_s_tests_may_open_a_record_and_the_record_s_may_not_open_a_page() {
        assert_eq!(findings("web", "record", Some("dev"), Some("record")), []);
        assert_eq!(findings("record", "web", Some("dev"), Some("web")).len(), 1);
    }

    #[test]
    fn a_pure_crate_that_takes_up_a_runtime_fails() {
        assert_eq!(findings("care", "tokio", None, None).len(), 1);
        assert_eq!(findings("care", "proptest", Some("dev"), None), []);
    }

    #[test]
    fn a_database_driver_outside_the_record_fails() {
        assert_eq!(findings("actions", "rusqlite", None, None).len(), 1);
        assert_eq!(findings("record", "rusqlite", None, None), []);
    }

    #[test]
    fn a_crate_without_a_floor_fails() {
        let metadata = Metadata {
            packages: ROOMS
                .iter()
                .map(|room| room.name)
                .chain(["shed"])
                .map(|name| Package {
                    name: name.to_owned(),
                    dependencies: Vec::new(),
                })
                .collect(),
        };
        let found = judge(&Sample::new(&[]).tree(), &metadata).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].to_string().contains("`shed` has no floor"));
    }
}
