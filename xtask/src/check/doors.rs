//! Doors inside the house that lead past the lens stand open to the rooms named here alone.
//!
//! The compiler keeps most of it: web cannot name `record` at all (`floors`), and a body comes out of `record` only as a
//! held read or as the argument of a view. To write a view one has to name the type of that argument; so a room that may
//! have no view may not name it.

use super::Finding;
use crate::tree::Tree;

/// A name that leads past the lens, and where it may stand.
struct Door {
    name: &'static str,
    rooms: &'static [&'static str],
    why: &'static str,
}

const DOORS: &[Door] = &[Door {
    name: "PersonNow",
    rooms: &["record", "population", "boards"],
    why: "bodies reach a view without lens or audit, so only the rooms of views may have one (ADR 14)",
}];

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.files_ending(&[".rs"]) {
        let room = path.split('/').next().unwrap_or_default();
        if path == file!() {
            continue;
        }
        let Some(text) = tree.text(path) else { continue };
        for door in DOORS.iter().filter(|door| !door.rooms.contains(&room)) {
            for (at, _) in text
                .lines()
                .enumerate()
                .filter(|(_, line)| names(line, door.name))
            {
                let message = format!("`{}` may not stand in `{room}`: {}", door.name, door.why);
                findings.push(Finding::failure(path, Some(at + 1), message));
            }
        }
    }
    Ok(findings)
}

/// Whether a line names it as a word of its own.
fn names(line: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name)
        .any(|(at, _)| !line[..at].ends_with(part) && !line[at + name.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn count(path: &str, line: &str) -> usize {
        look(&Sample::new(&[(path, line)]).tree()).unwrap().len()
    }

    #[test]
    fn a_view_in_a_room_that_may_have_none_fails() {
        for line in [
            "use record::view::{PersonNow, View};",
            "use record::view::PersonNow as Now;",
            "fn keep(now: &record::view::PersonNow<'_>) {}",
        ] {
            for room in ["interop", "web", "actions", "cli", "testkit"] {
                assert_eq!(count(&format!("{room}/src/spy.rs"), line), 1, "{room}: {line}");
            }
        }
    }

    #[test]
    fn a_view_in_its_room_and_a_holder_of_one_elsewhere_pass() {
        assert_eq!(
            count("boards/src/lookup.rs", "use record::view::{PersonNow, View};"),
            0
        );
        assert_eq!(
            count("actions/src/lib.rs", "use record::view::Live; // PersonNowhere"),
            0
        );
    }
}
