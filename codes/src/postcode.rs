//! United Kingdom postcodes, as people type them.

/// A postcode in the Post Office's form: capitals, one space before the last three characters.
///
/// Part of a postcode (the outward code alone, such as `BA1`) keeps no space. Characters that no postcode has are left
/// out. Source: Royal Mail Programmers' Guide, format of the postcode.
///
/// ```
/// assert_eq!(codes::postcode::normalise(" sn2 5aa "), "SN2 5AA");
/// assert_eq!(codes::postcode::normalise("ba12ab"), "BA1 2AB");
/// assert_eq!(codes::postcode::normalise("ba1"), "BA1");
/// assert_eq!(codes::postcode::normalise("??"), "");
/// ```
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut postcode: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(7)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let inward = postcode.len().saturating_sub(3);
    let complete = postcode.len() >= 5
        && postcode[inward..].starts_with(|first: char| first.is_ascii_digit())
        && postcode[inward + 1..]
            .chars()
            .all(|letter| letter.is_ascii_alphabetic());
    if complete {
        postcode.insert(inward, ' ');
    }
    postcode
}
