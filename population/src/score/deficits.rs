//! Which deficit of the frailty index each code of a dictionary stands for, looked up once.

use care::score::efi::Deficit;
use codes::clinical::efi::deficit;

use crate::columns::Dictionary;

/// The bit of a code that stands for no deficit: beyond the 36.
const NO_BIT: u8 = 63;

/// For each number of a dictionary the bit of its deficit.
#[derive(Debug, Clone, Default)]
pub struct DeficitTable(Vec<u8>);

impl DeficitTable {
    /// The table of a dictionary as it is now; codes that come later stand for nothing in it.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> DeficitTable {
        let mut table = DeficitTable::default();
        table.extend(dictionary);
        table
    }

    /// Takes in the codes that the dictionary got since: numbers are never given anew.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        let bit = |found: Option<Deficit>| found.and_then(|deficit| u8::try_from(deficit.place()).ok());
        let new = dictionary.names().iter().skip(self.0.len());
        self.0
            .extend(new.map(|name| bit(deficit(&name.system, &name.code)).unwrap_or(NO_BIT)));
    }

    /// The deficit of a code.
    #[must_use]
    pub fn deficit(&self, code: u32) -> Option<Deficit> {
        Deficit::ALL.get(usize::from(self.bit(code))).copied()
    }

    /// The bit of a code.
    #[inline]
    #[must_use]
    pub fn bit(&self, code: u32) -> u8 {
        self.0.get(code as usize).copied().unwrap_or(NO_BIT)
    }
}
