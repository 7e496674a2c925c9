//! What ran: nextest's JUnit file and what `node --test` printed, as far as it says which test passed.

use std::collections::BTreeMap;

use super::reference::Reference;

/// The tests of one run.
pub(super) struct Ran {
    /// Of Rust: the binary, the test's path in it, whether it passed.
    cases: Vec<(String, String, bool)>,
    /// Of the journeys: how often a test of this name passed, and failed or was left out.
    journeys: BTreeMap<String, (usize, usize)>,
}

impl Ran {
    /// Reads both.
    pub(super) fn of(junit: &str, journeys: &str) -> Ran {
        Ran {
            cases: cases(junit),
            journeys: sentences(journeys),
        }
    }

    /// What is wrong with a test's part in the run; `None` when it ran and passed.
    pub(super) fn wrong_with(&self, test: &Reference) -> Option<&'static str> {
        let (passed, failed) = if test.is_journey() {
            self.journeys.get(&test.name).copied().unwrap_or_default()
        } else {
            let own = self
                .cases
                .iter()
                .filter(|(binary, path, _)| is_of(test, binary, path));
            own.fold((0, 0), |(good, bad), (_, _, passed)| {
                (good + usize::from(*passed), bad + usize::from(!passed))
            })
        };
        match (passed, failed) {
            (_, 1..) => Some("did not pass"),
            (0, 0) => Some("was not run"),
            _ => None,
        }
    }
}

/// Whether a case of nextest is this test: its crate, its kind, its modules in order, its name.
fn is_of(test: &Reference, binary: &str, path: &str) -> bool {
    let (of_crate, target) = binary.split_once("::").unwrap_or((binary, ""));
    let in_tests = !target.is_empty() && !target.starts_with("bin/");
    if of_crate != test.of_crate() || in_tests != test.path.contains("/tests/") {
        return false;
    }
    let target = if in_tests { target } else { "" };
    let mut parts = target.split('/').chain(path.split("::"));
    let mut wanted = test.modules().into_iter().chain([test.name.as_str()]);
    wanted.all(|word| parts.any(|part| part == word))
}

fn cases(junit: &str) -> Vec<(String, String, bool)> {
    let mut cases = Vec::new();
    for piece in junit.split("<testcase ").skip(1) {
        let Some(end) = piece.find('>') else { continue };
        let (head, rest) = piece.split_at(end);
        let (Some(name), Some(binary)) = (attribute(head, "name"), attribute(head, "classname")) else {
            continue;
        };
        let inside = if head.ends_with('/') {
            ""
        } else {
            rest.split("</testcase>").next().unwrap_or_default()
        };
        let bad = ["<failure", "<error", "<skipped"]
            .iter()
            .any(|tag| inside.contains(tag));
        cases.push((binary.to_owned(), name.to_owned(), !bad));
    }
    cases
}

/// The value of an attribute; names of tests hold nothing that XML escapes.
fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let opened = format!("{name}=\"");
    let at = if head.starts_with(&opened) {
        0
    } else {
        head.find(&format!(" {opened}"))? + 1
    };
    head[at + opened.len()..].split('"').next()
}

/// Lines of the reporter *spec*: "✔ finds her (12.3ms)", "✖ finds her (5ms)", "﹣ finds her (0.1ms) # SKIP".
fn sentences(log: &str) -> BTreeMap<String, (usize, usize)> {
    let mut all: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in log.lines() {
        let line = without_colour(line);
        let Some((mark, rest)) = line.trim().split_once(' ') else {
            continue;
        };
        let passed = match mark {
            "✔" => true,
            "✖" | "﹣" => false,
            _ => continue,
        };
        let rest = rest.split(" # ").next().unwrap_or(rest);
        let name = rest.rfind(" (").map_or(rest, |at| &rest[..at]);
        let (good, bad) = all.entry(name.to_owned()).or_default();
        *(if passed { good } else { bad }) += 1;
    }
    all
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = rest.find('m').map_or("", |end| &rest[end + 1..]);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::{Ran, Reference};

    const JUNIT: &str = r#"<testsuites name="nextest-run"><testsuite name="record::main">
        <testcase name="contract::audit::each::sqlite" classname="record::main" time="0.1"/>
        <testcase name="contract::audit::each::postgresql" classname="record::main" time="0.1">
            <failure type="test failure">assertion &lt;failed&gt;</failure>
        </testcase>
        <testcase name="contract::feed::dense" classname="record::main" time="0.1">
            <system-out>it talks</system-out>
        </testcase></testsuite>
        <testcase name="config::tests::named" classname="cli::bin/sarsen" time="0.1"/>
        <testcase name="seal::anchor::tests::seal" classname="record" time="0.1"/></testsuites>"#;
    const SPEC: &str = "▶ a record\n  ✔ finds her (by name) (12.3ms)\n  \u{1b}[31m✖ opens it (5ms)\u{1b}[39m\n\
                        \u{20} ﹣ is left out (0.1ms) # SKIP\nℹ pass 1\n";

    fn wrong(words: &str) -> Option<&'static str> {
        Ran::of(JUNIT, SPEC).wrong_with(&Reference::parse(words))
    }

    #[test]
    fn what_ran_and_passed_is_well_wherever_it_stands() {
        assert_eq!(wrong("record/tests/contract/feed.rs::dense"), None);
        assert_eq!(wrong("cli/src/config.rs::named"), None);
        assert_eq!(wrong("record/src/seal/anchor.rs::seal"), None);
        assert_eq!(wrong("journeys/test/a.test.mjs::finds her (by name)"), None);
    }

    #[test]
    fn one_engine_that_failed_is_a_failure() {
        assert_eq!(
            wrong("record/tests/contract/audit.rs::each"),
            Some("did not pass")
        );
        assert_eq!(wrong("journeys/test/a.test.mjs::opens it"), Some("did not pass"));
        assert_eq!(
            wrong("journeys/test/a.test.mjs::is left out"),
            Some("did not pass")
        );
    }

    #[test]
    fn a_test_of_another_file_crate_or_kind_is_not_taken_for_it() {
        for words in [
            "record/tests/contract/audit.rs::dense",
            "boards/tests/contract/feed.rs::dense",
            "record/src/contract/feed.rs::dense",
            "cli/tests/config.rs::named",
            "journeys/test/a.test.mjs::finds him",
        ] {
            assert_eq!(wrong(words), Some("was not run"), "{words}");
        }
    }
}
