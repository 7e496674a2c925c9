//! The normal form in which string searches compare: lower case, no diacritics, single spaces.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The normal form of `text`.
pub(crate) fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = true;
    let mut push = |character: char| {
        if character.is_whitespace() || character.is_control() {
            if !space {
                out.push(' ');
            }
            space = true;
        } else {
            space = false;
            out.push(character);
        }
    };
    if text.is_ascii() {
        text.chars()
            .for_each(|character| push(character.to_ascii_lowercase()));
    } else {
        for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
            for lower in character.to_lowercase() {
                match lower {
                    'ß' => "ss".chars().for_each(&mut push),
                    'æ' => "ae".chars().for_each(&mut push),
                    'œ' => "oe".chars().for_each(&mut push),
                    'þ' => "th".chars().for_each(&mut push),
                    'ø' => push('o'),
                    'ł' => push('l'),
                    'đ' | 'ð' => push('d'),
                    'ı' => push('i'),
                    '\u{2018}' | '\u{2019}' | '\u{02bc}' => push('\''),
                    '\u{2010}'..='\u{2015}' => push('-'),
                    mark if is_combining_mark(mark) => {}
                    other => push(other),
                }
            }
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}
