//! Value sets that are bound as required.

/// The codes of one value set, by system.
pub(crate) struct ValueSet {
    pub(crate) url: &'static str,
    /// System and its codes, sorted.
    pub(crate) systems: Vec<(&'static str, Vec<&'static str>)>,
}

impl ValueSet {
    pub(crate) fn holds_code(&self, code: &str) -> bool {
        self.systems
            .iter()
            .any(|(_, codes)| codes.binary_search(&code).is_ok())
    }

    pub(crate) fn holds(&self, system: &str, code: &str) -> bool {
        self.systems
            .iter()
            .any(|(own, codes)| *own == system && codes.binary_search(&code).is_ok())
    }

    /// Up to a dozen codes, for a message that says what would be accepted.
    pub(crate) fn sample(&self) -> String {
        let total: usize = self.systems.iter().map(|(_, codes)| codes.len()).sum();
        let first: Vec<&str> = self
            .systems
            .iter()
            .flat_map(|(_, codes)| codes.iter().copied())
            .take(12)
            .collect();
        let more = if total > first.len() {
            format!(" and {} more", total - first.len())
        } else {
            String::new()
        };
        format!("{}{more}", first.join(", "))
    }
}

/// The value sets in the order of the file; place 0 is empty and stands for "no binding".
pub(super) fn load() -> Vec<ValueSet> {
    let mut sets = vec![ValueSet {
        url: "",
        systems: Vec::new(),
    }];
    for line in super::registries::lines(include_str!("../generated/value_sets.tsv")) {
        let mut fields = line.split('\t');
        let (Some(url), Some(system), Some(codes)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        if sets.last().is_none_or(|last| last.url != url) {
            sets.push(ValueSet {
                url,
                systems: Vec::new(),
            });
        }
        if let Some(set) = sets.last_mut() {
            set.systems.push((system, codes.split(' ').collect()));
        }
    }
    sets
}
