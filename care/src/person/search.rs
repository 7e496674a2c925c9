//! Which persons a search may answer with.

use super::Person;

/// Whether a search may answer with the person. A search that asked for a postcode must not answer with somebody whose
/// address is restricted: that they were found would say where they live (safety rule 17). A search by name, date of
/// birth or number alone may.
pub fn may_answer(person: &Person, asked_postcode: bool) -> bool {
    !(asked_postcode && person.is_restricted())
}
