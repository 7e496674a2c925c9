//! Names, telephones and postcodes as they are compared: what people vary when they type is taken out.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a name: lower case, without accents, apostrophes or full stops. A hyphen parts two words.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| letter.is_whitespace() || is_divider(letter))
        .map(word)
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words of a recorded name, and those of a double one written as one: Smith-Jones is also found as smithjones.
pub(super) fn recorded_words(text: &str) -> Vec<String> {
    let mut all = words(text);
    let double = text.split_whitespace().filter(|part| part.contains(is_divider));
    all.extend(double.map(word).filter(|word| !word.is_empty()));
    all
}

fn is_divider(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '/' | ',' | ';')
}

fn word(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for letter in text.nfd().filter(|letter| !is_combining_mark(*letter)) {
        for letter in letter.to_lowercase() {
            match letter {
                'ß' => word.push_str("ss"),
                'æ' => word.push_str("ae"),
                'œ' => word.push_str("oe"),
                'ø' => word.push('o'),
                'ł' => word.push('l'),
                'đ' | 'ð' => word.push('d'),
                'þ' => word.push_str("th"),
                'ı' => word.push('i'),
                letter if letter.is_alphanumeric() => word.push(letter),
                _ => {}
            }
        }
    }
    word
}

/// Titles are no help in finding somebody, and are not recorded with everybody.
const TITLES: [&str; 12] = [
    "mr", "mrs", "miss", "ms", "mx", "dr", "prof", "rev", "sir", "dame", "lady", "lord",
];

/// The words of a name as it was asked, without titles unless there is nothing else.
pub(super) fn asked_words(text: &str) -> Vec<String> {
    let all = words(text);
    let names: Vec<String> = all
        .iter()
        .filter(|word| !TITLES.contains(&word.as_str()))
        .cloned()
        .collect();
    if names.is_empty() { all } else { names }
}

/// The fewest and most digits of a telephone number.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// A telephone number by its digits as dialled in the United Kingdom: +44 (0)20 7946 0000, 0044 20 7946 0000 and
/// 020-7946-0000 are one. `None` when it holds no telephone number. An extension is left out.
///
/// The form is a number whose leading 1 keeps the zero in front.
pub(super) fn telephone(text: &str) -> Option<u64> {
    let text = text.to_lowercase();
    let text = text.split(['x', '#', ';']).next().unwrap_or_default();
    let abroad = text.trim_start().starts_with('+');
    let text = if abroad {
        text.replace("(0)", "")
    } else {
        text.to_owned()
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = match digits.strip_prefix("0044").or_else(|| {
        let whole = digits.strip_prefix("44");
        whole.filter(|rest| abroad || rest.len() == 10)
    }) {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => digits,
    };
    PHONE_DIGITS
        .contains(&national.len())
        .then(|| format!("1{national}").parse().ok())
        .flatten()
}

/// A postcode or the beginning of one, by its capitals and digits, and where its two halves part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Postcode {
    letters: [u8; 7],
    /// The length of the outward half.
    outward: u8,
}

impl Postcode {
    /// `None` when there is nothing of a postcode in it.
    pub(super) fn parse(text: &str) -> Option<Postcode> {
        let form = codes::postcode::normalise(text);
        let (outward, inward) = match form.split_once(' ') {
            Some(halves) => halves,
            None => beginning(text, &form),
        };
        if outward.is_empty() {
            return None;
        }
        let mut letters = [0; 7];
        for (to, from) in letters.iter_mut().zip(outward.bytes().chain(inward.bytes())) {
            *to = from;
        }
        Some(Postcode {
            letters,
            outward: u8::try_from(outward.len()).ok()?,
        })
    }

    /// As one number; the order is that of the outward half.
    pub(super) fn packed(self) -> u64 {
        let [a, b, c, d, e, f, g] = self.letters;
        u64::from_be_bytes([self.outward, a, b, c, d, e, f, g])
    }

    pub(super) fn from_packed(packed: u64) -> Postcode {
        let [outward, letters @ ..] = packed.to_be_bytes();
        Postcode {
            letters,
            outward: outward.min(7),
        }
    }

    pub(super) fn outward(&self) -> &[u8] {
        &self.letters[..usize::from(self.outward)]
    }

    pub(super) fn inward(&self) -> &[u8] {
        let inward = &self.letters[usize::from(self.outward)..];
        let end = inward.iter().position(|letter| *letter == 0);
        &inward[..end.unwrap_or(inward.len())]
    }

    /// Only letters: an area such as BA.
    pub(super) fn is_area(&self) -> bool {
        self.inward().is_empty() && self.outward().iter().all(u8::is_ascii_alphabetic)
    }

    /// The letters that open the outward half.
    pub(super) fn area(&self) -> &[u8] {
        let letters = self
            .outward()
            .iter()
            .take_while(|letter| letter.is_ascii_alphabetic());
        &self.letters[..letters.count()]
    }
}

/// The halves of the beginning of a postcode: a space as typed parts them, else all of it is outward.
fn beginning<'f>(typed: &str, form: &'f str) -> (&'f str, &'f str) {
    let before = typed
        .trim()
        .split_once(' ')
        .map(|(before, _)| before.chars().filter(char::is_ascii_alphanumeric).count());
    form.split_at_checked(before.unwrap_or(form.len()))
        .unwrap_or((form, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_apostrophes_and_hyphens_do_not_part_people_from_their_names() {
        assert_eq!(words("Zoë O’Brien"), ["zoe", "obrien"]);
        assert_eq!(words("Øyvind Łukasz Straße"), ["oyvind", "lukasz", "strasse"]);
        assert_eq!(recorded_words("Smith-Jones"), ["smith", "jones", "smithjones"]);
        assert_eq!(words("  .  "), Vec::<String>::new());
    }

    #[test]
    fn a_title_is_left_out_unless_it_is_all_there_is() {
        assert_eq!(asked_words("Mrs. Smith"), ["smith"]);
        assert_eq!(asked_words("Lord"), ["lord"]);
    }

    #[test]
    fn every_spelling_of_a_telephone_number_is_one() {
        let one = telephone("020 7946 0000").expect("a number");
        for spelling in [
            "02079460000",
            "+44 20 7946 0000",
            "+44 (0)20 7946 0000",
            "0044 20 7946 0000",
            "44 2079460000",
            "(020) 7946-0000",
            "tel:+44-20-7946-0000",
            "020 7946 0000 ext 12",
        ] {
            assert_eq!(telephone(spelling), Some(one), "{spelling}");
        }
        assert_ne!(telephone("2079460000"), Some(one));
        assert_eq!(telephone("999"), None);
        assert_eq!(telephone("none"), None);
    }

    #[test]
    fn a_postcode_has_two_halves_as_far_as_they_were_given() {
        let halves = |text: &str| {
            Postcode::parse(text).map(|code| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                (text(code.outward()), text(code.inward()))
            })
        };
        let pair = |one: &str, two: &str| Some((one.to_owned(), two.to_owned()));
        assert_eq!(halves("ba1 2ab"), pair("BA1", "2AB"));
        assert_eq!(halves("ba12ab"), pair("BA1", "2AB"));
        assert_eq!(halves("BA12"), pair("BA12", ""));
        assert_eq!(halves("BA1 2"), pair("BA1", "2"));
        assert_eq!(halves("ba"), pair("BA", ""));
        assert_eq!(halves("??"), None);
        let code = Postcode::parse("SW1A 1AA").expect("a postcode");
        assert_eq!(Postcode::from_packed(code.packed()), code);
        assert_eq!(code.area(), b"SW");
    }
}
