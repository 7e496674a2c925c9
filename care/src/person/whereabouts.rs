//! Where a person is and how to reach them, or that this must not be known.
//!
//! A person with the security label R or V (PDS restricted, "S-flag") has no address, telephone or practice anywhere
//! in the product (safety rule 17): the values are not taken into `care` at all, so that no page can show them.

use super::address::Address;
use super::contact::Telecom;
use crate::record::mention::Mention;

/// Address, telephone and practice.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reach {
    /// Addresses, in the sender's order.
    pub addresses: Vec<Address>,
    /// Ways to reach the person, in the sender's order.
    pub telecom: Vec<Telecom>,
    /// General practice and practitioners with whom the person is registered.
    pub practices: Vec<Mention>,
}

impl Reach {
    /// The home address, else the first that is not old.
    pub fn address(&self) -> Option<&Address> {
        let current = || self.addresses.iter().filter(|address| !address.is_old());
        current()
            .find(|address| address.kind == Some(super::address::AddressUse::Home))
            .or_else(|| current().next())
    }

    /// The ways to reach the person that are in use, preferred first.
    pub fn current_telecom(&self) -> Vec<&Telecom> {
        let mut current: Vec<&Telecom> = self.telecom.iter().filter(|telecom| !telecom.is_old()).collect();
        current.sort_by_key(|telecom| telecom.rank.unwrap_or(u32::MAX));
        current
    }
}

/// Known, or withheld because the address is restricted.
#[derive(Clone, Debug, PartialEq)]
pub enum Whereabouts {
    /// May be shown.
    Known(Reach),
    /// Must not be shown, and is not held.
    Withheld,
}

impl Whereabouts {
    /// What may be shown.
    pub fn known(&self) -> Option<&Reach> {
        match self {
            Whereabouts::Known(reach) => Some(reach),
            Whereabouts::Withheld => None,
        }
    }

    /// The postcode of the current address.
    pub fn postcode(&self) -> Option<&str> {
        self.known()?.address()?.postcode.as_deref()
    }
}

impl Default for Whereabouts {
    fn default() -> Whereabouts {
        Whereabouts::Known(Reach::default())
    }
}
