//! What the checks read of a page: its links, its code spans, its headings. Not a whole Markdown reader.

/// The pages' own lines, numbered from 1, fenced blocks left out.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        let inside = fenced;
        fenced ^= fence;
        !fence && !inside
    })
}

/// The targets of a line's links and pictures: `](target)`, a title after it left out.
pub(super) fn link_targets(line: &str) -> Vec<&str> {
    let without_code: Vec<(usize, &str)> = line.match_indices("](").collect();
    without_code
        .into_iter()
        .filter(|(at, _)| line[..*at].matches('`').count().is_multiple_of(2))
        .filter_map(|(at, _)| {
            let rest = &line[at + 2..];
            rest.find(')')
                .map(|end| rest[..end].split_whitespace().next().unwrap_or(""))
        })
        .collect()
}

/// The texts between single backticks of a line.
pub(crate) fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The anchors that a page's headings make: lower case, spaces as dashes, other signs gone.
pub(super) fn anchors(text: &str) -> Vec<String> {
    prose(text)
        .filter_map(|(_, line)| line.strip_prefix('#'))
        .map(|heading| {
            heading
                .trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{anchors, code_spans, link_targets, prose};

    #[test]
    fn links_are_read_and_those_in_code_are_not() {
        assert_eq!(
            link_targets("See [a](b.md) and ![c](d.svg \"e\")."),
            ["b.md", "d.svg"]
        );
        assert!(link_targets("Write `[a](b.md)`.").is_empty());
    }

    #[test]
    fn a_fenced_block_is_no_prose() {
        let text = "one\n```sh\ntwo\n```\nthree\n";
        assert_eq!(prose(text).collect::<Vec<_>>(), [(1, "one"), (5, "three")]);
    }

    #[test]
    fn code_spans_are_what_stands_between_backticks() {
        assert_eq!(code_spans("a `b` c `d/e` f").collect::<Vec<_>>(), ["b", "d/e"]);
    }

    #[test]
    fn a_heading_makes_the_anchor_that_readers_link_to() {
        assert_eq!(
            anchors("# The rooms\n## A walk: one, two!\n"),
            ["the-rooms", "a-walk-one-two"]
        );
    }
}
