//! LOINC codes: their form and check digit, not their meaning.
//!
//! Source: LOINC Users' Guide, "LOINC code": up to seven digits, a hyphen, and a check digit by the algorithm "Mod 10" (Luhn, ISO/IEC 7812-1
//! annex B). Parts, answers and lists bear the same form behind the letters LP, LA, LL or LG, with a check digit of their own.

/// The letters of what is no term: parts, answers, answer lists, groups.
const LETTERS: [&str; 4] = ["LP", "LA", "LL", "LG"];
/// The most digits before the hyphen.
const LONGEST: usize = 7;

/// Whether the text is a LOINC code in form: whether the code exists is not known here. Of codes with letters before them the check digit
/// is not looked at.
///
/// ```
/// use codes::loinc::is_formed;
/// assert!(is_formed("4548-4") && is_formed("2160-0") && is_formed("LA6576-8"));
/// assert!(!is_formed("4548-5") && !is_formed("4548") && !is_formed("HbA1c"));
/// ```
#[must_use]
pub fn is_formed(code: &str) -> bool {
    let letters = LETTERS.iter().find_map(|letters| code.strip_prefix(letters));
    let Some((digits, check)) = letters.unwrap_or(code).split_once('-') else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(digits) || digits.len() > LONGEST || !is_number(check) || check.len() != 1 {
        return false;
    }
    letters.is_some() || check.bytes().next() == Some(b'0' + check_digit(digits))
}

/// The check digit of digits: from the right each second one counts twice, less nine where that comes to ten or more.
fn check_digit(digits: &str) -> u8 {
    let sum = digits.bytes().rev().enumerate().fold(0, |sum, (place, byte)| {
        let digit = u32::from(byte - b'0');
        let counted = if place % 2 == 0 { digit * 2 } else { digit };
        sum + counted / 10 + counted % 10
    });
    u8::try_from((10 - sum % 10) % 10).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_with_one_digit_changed_is_formed() {
        // Creatinine, haemoglobin, HbA1c, systolic pressure, heart rate, body mass index.
        for code in ["2160-0", "718-7", "4548-4", "8480-6", "8867-4", "39156-5"] {
            assert!(is_formed(code), "{code}");
            for (at, right) in code.char_indices().filter(|(_, one)| one.is_ascii_digit()) {
                for wrong in ('0'..='9').filter(|wrong| *wrong != right) {
                    let mut changed = code.to_owned();
                    changed.replace_range(at..=at, &wrong.to_string());
                    assert!(!is_formed(&changed), "{changed}");
                }
            }
        }
        for wrong in [
            "",
            "-",
            "-0",
            "12345678-5",
            "2160-00",
            "2160",
            "LX12-3",
            "LA12",
            " 2160-0",
        ] {
            assert!(!is_formed(wrong), "{wrong:?}");
        }
    }
}
