//! What changes with a child's age in who may see their record.
//!
//! Sources: safety rule 14 of Sarsen (proxies are reviewed at 11 to 13 and suspended at 16); General Medical Council,
//! *0–18 years: guidance for all doctors* (2018), paragraphs 24–29 (capacity to consent) and 51–55 (access to records);
//! *Gillick v West Norfolk and Wisbech AHA* [1986] AC 112 (who is competent decides for themself); Family Law Reform Act 1969,
//! section 8 (consent at 16); NHS App (own account from 13).

/// From this age a person may open their own record.
pub const OWN_RECORD_FROM: u8 = 13;
/// From this age on what a parent was given stands only when it was given again.
pub const REVIEWED_FROM: u8 = 11;
/// Until this age a review may wait.
pub const REVIEWED_BY: u8 = 13;
/// From this age a person consents for themself: what a parent was given is suspended.
pub const ADULT_CONSENT: u8 = 16;
/// From this age ages are no longer told apart.
const GROWN_UP: u8 = 18;

/// Whether parental responsibility still opens the record of a child of this age, when it was last confirmed at `confirmed`
/// years of the child's age; `None` where that is not known.
///
/// ```
/// use care::access::children::parent_stands;
/// assert!(parent_stands(8, None));
/// assert!(parent_stands(12, Some(3)));
/// assert!(!parent_stands(14, Some(3)), "it should have been reviewed at 11 to 13");
/// assert!(parent_stands(14, Some(12)));
/// assert!(!parent_stands(16, Some(15)));
/// ```
#[must_use]
pub fn parent_stands(age: u8, confirmed: Option<u8>) -> bool {
    if age >= ADULT_CONSENT {
        return false;
    }
    age < REVIEWED_BY || confirmed.is_some_and(|confirmed| confirmed >= REVIEWED_FROM)
}

/// Whether what a proxy was given still opens the record of a person of this age (18 for everyone older), when it was given at
/// `given` years of the person's age; `None` where either is not known. What was given for a child is reviewed at 11 to 13 and ends
/// at 16, when the person gives it themself or nobody does.
///
/// ```
/// use care::access::children::proxy_stands;
/// assert!(proxy_stands(Some(8), Some(7)));
/// assert!(!proxy_stands(Some(13), Some(10)), "it should have been reviewed at 11 to 13");
/// assert!(proxy_stands(Some(14), Some(12)));
/// assert!(!proxy_stands(Some(16), Some(15)), "suspended at 16");
/// assert!(proxy_stands(Some(16), Some(16)));
/// assert!(proxy_stands(Some(18), Some(18)), "a grown-up gave it");
/// assert!(proxy_stands(Some(18), None), "a grown-up sees it on their own page, and can stop it");
/// assert!(!proxy_stands(Some(17), None));
/// assert!(proxy_stands(None, None), "no birth date is on record");
/// ```
#[must_use]
pub fn proxy_stands(age: Option<u8>, given: Option<u8>) -> bool {
    match age {
        None => true,
        Some(age) if age < REVIEWED_BY => true,
        Some(age) if age < ADULT_CONSENT => given.is_some_and(|given| given >= REVIEWED_FROM),
        Some(age) => given.map_or(age >= GROWN_UP, |given| given >= ADULT_CONSENT),
    }
}
