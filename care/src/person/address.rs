//! Postal addresses.

use crate::coded::coded;
use crate::when::Period;

coded! {
    /// What an address is used for (FHIR address-use).
    AddressUse {
        Home = "home", "Home";
        Work = "work", "Work";
        Temp = "temp", "Temporary";
        Old = "old", "Former";
        Billing = "billing", "Billing";
    }
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Address {
    /// What it is used for.
    pub kind: Option<AddressUse>,
    /// Lines, in order.
    pub lines: Vec<String>,
    /// Town or city.
    pub city: Option<String>,
    /// District.
    pub district: Option<String>,
    /// County or state.
    pub state: Option<String>,
    /// Postcode as sent.
    pub postcode: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// The whole address as text, when it was sent so.
    pub text: Option<String>,
    /// When it was in use.
    pub period: Option<Period>,
}

impl Address {
    /// The lines to print, the postcode last but for the country; the text when there are no lines.
    pub fn printed(&self) -> Vec<&str> {
        let lines: Vec<&str> = self
            .lines
            .iter()
            .chain(&self.city)
            .chain(&self.district)
            .chain(&self.state)
            .chain(&self.postcode)
            .chain(&self.country)
            .map(|line| line.trim())
            .filter(|line| !line.is_empty())
            .collect();
        if lines.is_empty() {
            self.text.iter().map(String::as_str).collect()
        } else {
            lines
        }
    }

    /// Whether it is no longer the person's address.
    pub fn is_old(&self) -> bool {
        self.kind == Some(AddressUse::Old) || self.period.as_ref().is_some_and(|period| period.end.is_some())
    }
}
