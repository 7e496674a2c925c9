//! SNOMED CT identifiers: their form and check digit, not their meaning.
//!
//! Source: SNOMED CT Release File Specification, section "SCTID": 6 to 18 digits, no leading zero, the last digit by
//! Verhoeff's dihedral check, the two digits before it the partition (00 and 10 are concepts).

/// Verhoeff's multiplication in the dihedral group of ten.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// Verhoeff's permutation for each place from the right, repeating after eight.
const PERMUTED: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// What is wrong with a text that should be a concept identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAConcept {
    /// Not 6 to 18 digits, or a zero in front.
    #[error("a SNOMED CT identifier has 6 to 18 digits and no zero in front")]
    Form,
    /// The last digit does not fit the others.
    #[error("the check digit does not fit")]
    CheckDigit,
    /// An identifier of a description, a relationship or something else.
    #[error("this is the identifier of a description or a relationship, not of a concept")]
    Partition,
}

/// Whether the text is the identifier of a concept in form: whether the concept exists is not known here.
///
/// ```
/// use codes::snomed_ct::{NotAConcept, concept};
/// assert_eq!(concept("38341003"), Ok(()));
/// assert_eq!(concept("38341004"), Err(NotAConcept::CheckDigit));
/// assert_eq!(concept("3834100"), Err(NotAConcept::CheckDigit));
/// assert_eq!(concept("I10"), Err(NotAConcept::Form));
/// ```
pub fn concept(code: &str) -> Result<(), NotAConcept> {
    let digits = code.as_bytes();
    if !(6..=18).contains(&digits.len()) || digits[0] == b'0' || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotAConcept::Form);
    }
    let check = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |product, (place, digit)| {
            let permuted = PERMUTED[place % 8][usize::from(digit - b'0')];
            PRODUCT[usize::from(product)][usize::from(permuted)]
        });
    if check != 0 {
        return Err(NotAConcept::CheckDigit);
    }
    match digits[digits.len() - 3] {
        b'0' | b'1' if digits[digits.len() - 2] == b'0' => Ok(()),
        _ => Err(NotAConcept::Partition),
    }
}
