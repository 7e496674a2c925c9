//! How a page names a test: `care/tests/allergies.rs::its_name`, or `journeys/test/record.test.mjs::its sentence`.

use std::fmt;

use crate::tree::Tree;

/// A test's file and its name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) path: String,
    pub(crate) name: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.path, self.name)
    }
}

impl Reference {
    /// Whether these words name a test: a path of a source file, and something in it.
    pub(crate) fn is_one(words: &str) -> bool {
        words
            .split_once("::")
            .is_some_and(|(path, name)| path.contains('/') && is_source(path) && !name.is_empty())
    }

    /// Reads it; whatever has no `::` is a path without a name, which exists nowhere.
    pub(crate) fn parse(words: &str) -> Reference {
        let (path, name) = words.split_once("::").unwrap_or((words, ""));
        Reference {
            path: path.to_owned(),
            name: name.to_owned(),
        }
    }

    pub(crate) fn is_journey(&self) -> bool {
        self.path.ends_with(".mjs")
    }

    /// The crate that the test is of.
    pub(crate) fn of_crate(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// The modules that its file is, from the crate's root: `tests/contract/audit.rs` is `contract::audit`.
    pub(crate) fn modules(&self) -> Vec<&str> {
        let inside = self.path.split('/').skip(2);
        inside
            .map(|part| part.trim_end_matches(".rs"))
            .filter(|part| !matches!(*part, "mod" | "lib" | "main"))
            .collect()
    }

    /// Why there is no such test; `None` when there is one.
    pub(crate) fn missing(&self, tree: &Tree) -> Option<String> {
        if self.name.is_empty() || !is_source(&self.path) {
            return Some(format!("`{self}` names no test: write path/of/file.rs::its_name"));
        }
        let Some(text) = tree.text(&self.path).filter(|_| tree.holds(&self.path)) else {
            return Some(format!("`{self}`: there is no file `{}`", self.path));
        };
        if self.is_journey() {
            return self.missing_journey(tree, &text);
        }
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let heads = [format!("fn {}(", self.name), format!("fn {}<", self.name)];
        if holds_tests(&text, &self.name) {
            return None;
        }
        let written = lines
            .iter()
            .position(|line| heads.iter().any(|head| line.contains(head.as_str())));
        let Some(at) = written else {
            return Some(format!("`{self}`: the file holds no function of that name"));
        };
        let attributes: Vec<&&str> = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("#[") || line.starts_with("///"))
            .filter(|line| line.starts_with("#["))
            .collect();
        if attributes.iter().any(|line| line.starts_with("#[ignore")) {
            return Some(format!("`{self}` is left out of every run (#[ignore])"));
        }
        let marked = attributes.iter().any(|line| is_test(line));
        (!marked && !self.on_each_engine(&lines)).then(|| format!("`{self}` is a function and no test"))
    }

    /// Whether the list of a macro that makes tests names it.
    fn on_each_engine(&self, lines: &[&str]) -> bool {
        lines
            .iter()
            .skip_while(|line| !line.starts_with("on_each_engine!"))
            .any(|line| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|word| word == self.name)
            })
    }

    /// A journey is known by its sentence alone, which therefore may stand in one file only.
    fn missing_journey(&self, tree: &Tree, text: &str) -> Option<String> {
        let head = format!("test(\"{}\"", self.name);
        if !text.contains(&head) {
            return Some(format!("`{self}`: the file holds no test of that name"));
        }
        let other = tree
            .files_ending(&[".test.mjs"])
            .filter(|path| *path != self.path)
            .find(|path| tree.text(path).is_some_and(|text| text.contains(&head)))?;
        Some(format!(
            "`{self}`: `{other}` has a test of the same name, so a run cannot tell them apart"
        ))
    }
}

fn is_source(path: &str) -> bool {
    path.ends_with(".rs") || path.ends_with(".test.mjs")
}

/// Whether a module of that name holds tests: one for each engine, say.
fn holds_tests(text: &str, name: &str) -> bool {
    let head = format!("mod {name} {{");
    let mut lines = text.lines().skip_while(|line| line.trim() != head).skip(1);
    lines
        .by_ref()
        .take_while(|line| *line != "}")
        .any(|line| is_test(line.trim()))
}

/// `#[test]`, `#[tokio::test]`, with or without arguments.
fn is_test(attribute: &str) -> bool {
    let Some(name) = attribute.strip_prefix("#[") else {
        return false;
    };
    let end = name.find(['(', ']']).unwrap_or(name.len());
    name[..end].rsplit("::").next() == Some("test")
}

#[cfg(test)]
mod tests {
    use super::Reference;
    use crate::tree::sample::Sample;

    fn missing(words: &str) -> Option<String> {
        let sample = Sample::new(&[
            (
                "care/tests/age.rs",
                "#[test]\nfn plain() {}\n\n/// Words.\n#[tokio::test(start_paused = true)]\nasync fn awaited() {}\n\n\
                 #[test]\n#[ignore]\nfn ignored() {}\n\nfn no_test() {}\n\nasync fn listed(on: On) {}\n\n\
                 on_each_engine!(\n    listed,\n);\n\nmod by_hand {\n    #[test]\n    fn sqlite() {}\n}\n\nmod empty {\n}\n",
            ),
            (
                "journeys/test/a.test.mjs",
                "test(\"finds her\", async () => {});\ntest(\"twice\", 1);",
            ),
            ("journeys/test/b.test.mjs", "test(\"twice\", 1);"),
        ]);
        Reference::parse(words).missing(&sample.tree())
    }

    #[test]
    fn tests_of_each_form_are_found() {
        for name in ["plain", "awaited", "listed", "by_hand"] {
            assert_eq!(missing(&format!("care/tests/age.rs::{name}")), None);
        }
        assert_eq!(missing("journeys/test/a.test.mjs::finds her"), None);
    }

    #[test]
    fn whatever_is_no_test_that_runs_is_told_so() {
        for (words, said) in [
            ("care/tests/gone.rs::plain", "no file"),
            ("care/tests/age.rs::plai", "no function of that name"),
            ("care/tests/age.rs::empty", "no function of that name"),
            ("care/tests/age.rs::no_test", "a function and no test"),
            ("care/tests/age.rs::ignored", "#[ignore]"),
            ("care/tests/age.rs", "names no test"),
            ("journeys/test/a.test.mjs::finds him", "no test of that name"),
            ("journeys/test/a.test.mjs::twice", "cannot tell them apart"),
        ] {
            let found = missing(words).unwrap_or_default();
            assert!(found.contains(said), "{words}: {found}");
        }
    }

    #[test]
    fn a_file_is_its_modules() {
        let modules = |words| Reference::parse(words).modules().join("::");
        assert_eq!(modules("record/tests/contract/audit.rs::x"), "contract::audit");
        assert_eq!(modules("web/src/staff/person/mod.rs::x"), "staff::person");
        assert_eq!(modules("cli/src/main.rs::x"), "");
    }
}
