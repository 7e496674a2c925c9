//! Every code that somebody has, by number.

use std::collections::HashMap;

use crate::facts::CodeName;

/// Codes by number and numbers by code. Numbers are given in order and never taken back while the columns stand; a
/// snapshot names only codes that somebody still has.
#[derive(Debug, Default, Clone)]
pub struct Dictionary {
    numbers: HashMap<CodeName, u32>,
    names: Vec<CodeName>,
}

impl Dictionary {
    /// The number of words without a code.
    pub const NONE: u32 = 0;

    pub(super) fn new() -> Dictionary {
        let mut dictionary = Dictionary::default();
        dictionary.number(CodeName::none());
        dictionary
    }

    /// The number of a code, given now if it has none yet.
    pub fn number(&mut self, name: CodeName) -> u32 {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        // Four thousand million different codes do not fit into any memory: the last number is never reached.
        let number = u32::try_from(self.names.len()).unwrap_or(Dictionary::NONE);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    /// The number of a code that somebody has or had.
    #[must_use]
    pub fn find(&self, system: &str, code: &str) -> Option<u32> {
        self.numbers.get(&CodeName::new(system, code)).copied()
    }

    /// The code with this number; words without a code for any other.
    #[must_use]
    pub fn name(&self, number: u32) -> CodeName {
        self.names.get(number as usize).cloned().unwrap_or_default()
    }

    /// Every code, by number.
    #[must_use]
    pub fn names(&self) -> &[CodeName] {
        &self.names
    }

    pub(super) fn bytes(&self) -> u64 {
        let text: usize = self
            .names
            .iter()
            .map(|name| 2 * (name.system.len() + name.code.len() + size_of::<CodeName>()) + 16)
            .sum();
        text as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_number_and_none_is_nought() {
        let mut dictionary = Dictionary::new();
        let one = dictionary.number(CodeName::new("s", "1"));
        assert_eq!(dictionary.number(CodeName::new("t", "1")), one + 1);
        assert_eq!(dictionary.number(CodeName::new("s", "1")), one);
        assert_eq!(dictionary.find("s", "1"), Some(one));
        assert_eq!(dictionary.find("s", "2"), None);
        assert_eq!(dictionary.name(Dictionary::NONE), CodeName::none());
        assert_eq!(dictionary.name(99), CodeName::none());
    }
}
