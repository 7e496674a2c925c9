//! Nothing unfinished stands in the product: no macro that panics in place of work, no note to oneself.

use super::Finding;
use super::file_size::is_generated;
use crate::tree::Tree;

pub(super) fn look(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    // Put together here, so that this file does not find itself.
    let macros = [["to", "do!("].concat(), ["unimple", "mented!("].concat()];
    let notes = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let mut findings = Vec::new();
    for path in tree.files_ending(&[".rs", ".ts", ".js", ".mjs", ".html", ".css", ".sh"]) {
        if is_generated(path) {
            continue;
        }
        let text = tree.text(path).unwrap_or_default();
        for (at, line) in text.lines().enumerate() {
            if let Some(found) = macros.iter().find(|word| line.contains(word.as_str())) {
                let message = format!("`{found}…)` stands where work should");
                findings.push(Finding::failure(path, Some(at + 1), message));
            } else if let Some(found) = notes.iter().find(|word| has_word(line, word)) {
                let message = format!("`{found}`: do it now, or write it where others plan");
                findings.push(Finding::failure(path, Some(at + 1), message));
            }
        }
    }
    Ok(findings)
}

/// Whether `word` stands in `line` with no letter or digit on either side.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(part_of_word) && !line[at + word.len()..].starts_with(part_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::sample::Sample;

    fn count(line: &str) -> usize {
        look(&Sample::new(&[("care/src/age.rs", line)]).tree())
            .unwrap()
            .len()
    }

    #[test]
    fn unfinished_work_fails() {
        assert_eq!(count(&["    to", "do!(\"later\")"].concat()), 1);
        assert_eq!(count(&["unimple", "mented!()"].concat()), 1);
        assert_eq!(count(&["// TO", "DO: units"].concat()), 1);
    }

    #[test]
    fn finished_work_that_speaks_of_lists_passes() {
        assert_eq!(count("let todo = 1; // what is to do; AUTODOC"), 0);
    }
}
