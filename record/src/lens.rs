//! The lens: what one actor, for one purpose, may see. Every read and write takes one; its fields are private, so
//! that only the constructors here decide what it admits.

use fhir::ResourceType;

use crate::actor::{Actor, Purpose};

/// What an actor may see for a purpose: resource types, labels, redactions, under a version of the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    types: Types,
    /// Label bits that are hidden; a resource that bears any of them is not admitted.
    hidden_labels: u64,
    policy_version: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Types {
    All,
}

impl Lens {
    /// The lens of the development actor: everything is admitted. Until the door is built it is the only lens.
    #[must_use]
    pub fn development(_actor: &Actor, _purpose: Purpose) -> Lens {
        Lens {
            types: Types::All,
            hidden_labels: 0,
            policy_version: 1,
        }
    }

    /// Whether a resource of this type with these label bits may be seen.
    #[must_use]
    pub fn admits(&self, _resource_type: ResourceType, labels: u64) -> bool {
        match self.types {
            Types::All => labels & self.hidden_labels == 0,
        }
    }

    /// What both admit: the lens through which two records that are read as one are seen.
    #[must_use]
    pub fn stricter(one: &Lens, other: &Lens) -> Lens {
        let types = match (&one.types, &other.types) {
            (Types::All, Types::All) => Types::All,
        };
        Lens {
            types,
            hidden_labels: one.hidden_labels | other.hidden_labels,
            policy_version: one.policy_version.max(other.policy_version),
        }
    }

    /// Bytes that differ when what the lens admits differs; paging tokens are bound to them.
    pub(crate) fn fingerprint(&self) -> [u8; 13] {
        let mut out = [0u8; 13];
        out[0] = match self.types {
            Types::All => 0,
        };
        out[1..9].copy_from_slice(&self.hidden_labels.to_be_bytes());
        out[9..13].copy_from_slice(&self.policy_version.to_be_bytes());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Role;

    #[test]
    fn the_stricter_of_two_lenses_admits_what_both_admit() {
        let actor = Actor::new("a", Role::Development, None);
        let lens = |hidden_labels| Lens {
            hidden_labels,
            ..Lens::development(&actor, Purpose::DirectCare)
        };
        let Some(kind) = ResourceType::from_name("Observation") else {
            panic!("no type Observation");
        };
        let (one, other) = (lens(0b001), lens(0b010));
        let both = Lens::stricter(&one, &other);
        for labels in 0..8 {
            let admitted = one.admits(kind, labels) && other.admits(kind, labels);
            assert_eq!(both.admits(kind, labels), admitted, "labels {labels:b}");
        }
        assert_ne!(both.fingerprint(), one.fingerprint());
    }
}
