//! No download address stands in the tree: clients of a package registry are set up where they run.

use super::Finding;
use crate::tree::Tree;

/// Where cargo's own lockfile says a package came from; the only source it may name.
const CARGO_SOURCE: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let hosts = registry_hosts();
    let mut findings = Vec::new();
    for path in tree.files() {
        let Some(text) = tree.text(path) else { continue };
        for (at, line) in text.lines().enumerate() {
            if let Some(message) = broken_rule(path, line, &hosts) {
                findings.push(Finding::failure(path, Some(at + 1), message));
            }
        }
    }
    Ok(findings)
}

fn broken_rule(path: &str, line: &str, hosts: &[String]) -> Option<String> {
    if path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") {
        return Some(
            "a download address in a lockfile: run npm where .npmrc sets omit-lockfile-registry-resolved"
                .into(),
        );
    }
    if path.ends_with("Cargo.lock") && line.starts_with("source = ") && line != CARGO_SOURCE {
        return Some("a crate from elsewhere than crates.io".into());
    }
    let host = hosts.iter().find(|host| line.contains(host.as_str()))?;
    Some(format!(
        "`{host}` is the host of a package registry: name packages, never the host"
    ))
}

/// The hosts of the public registries, put together here so that this file does not find itself.
fn registry_hosts() -> Vec<String> {
    [
        ("registry", "npmjs.org"),
        ("registry", "yarnpkg.com"),
        ("files", "pythonhosted.org"),
        ("pypi", "org/simple"),
        ("index", "crates.io"),
        ("static", "crates.io"),
        ("deb", "debian.org"),
        ("proxy", "golang.org"),
    ]
    .iter()
    .map(|(name, domain)| format!("{name}.{domain}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{CARGO_SOURCE, look, registry_hosts};
    use crate::tree::sample::Sample;

    fn count(path: &str, text: &str) -> usize {
        look(&Sample::new(&[(path, text)]).tree()).unwrap().len()
    }

    #[test]
    fn a_lockfile_with_a_download_address_fails() {
        assert_eq!(
            count(
                "journeys/package-lock.json",
                "\"resolved\": \"https://mirror.example/a.tgz\","
            ),
            1
        );
        assert_eq!(
            count("journeys/package-lock.json", "\"integrity\": \"sha512-AAAA\","),
            0
        );
    }

    #[test]
    fn a_crate_from_elsewhere_fails() {
        assert_eq!(count("Cargo.lock", "source = \"git+https://example.org/x\""), 1);
        assert_eq!(count("Cargo.lock", CARGO_SOURCE), 0);
    }

    #[test]
    fn the_host_of_a_registry_fails_wherever_it_stands() {
        for host in registry_hosts() {
            assert_eq!(
                count("scripts/setup.sh", &format!("curl https://{host}/x")),
                1,
                "{host}"
            );
        }
    }
}
