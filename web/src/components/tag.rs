//! A status in words on a coloured ground. The words carry the meaning; the colour only helps the eye.

use askama::Template;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagColour {
    Blue,
    Grey,
    Green,
    Yellow,
    Orange,
    Red,
}

impl TagColour {
    fn class(self) -> &'static str {
        match self {
            TagColour::Blue => "nhsuk-tag--blue",
            TagColour::Grey => "nhsuk-tag--grey",
            TagColour::Green => "nhsuk-tag--green",
            TagColour::Yellow => "nhsuk-tag--yellow",
            TagColour::Orange => "nhsuk-tag--orange",
            TagColour::Red => "nhsuk-tag--red",
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/tag.html")]
pub(crate) struct Tag {
    words: String,
    colour: TagColour,
}

impl askama::filters::HtmlSafe for Tag {}

impl Tag {
    pub(crate) fn new(words: impl Into<String>, colour: TagColour) -> Tag {
        Tag {
            words: words.into(),
            colour,
        }
    }
}
