//! The lens: what one actor, for one purpose, may see and change of one record. A [`crate::access::Judge`] makes it of what the
//! rules say; every read and write goes through one.

use std::sync::Arc;

use fhir::ResourceType;

/// A set of resource types, by their stored numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Types([u64; 4]);

impl Types {
    /// Every type.
    pub const ALL: Types = Types([u64::MAX; 4]);

    /// No type.
    pub const NONE: Types = Types([0; 4]);

    /// The same with one more.
    pub fn insert(&mut self, kind: ResourceType) {
        if let Some(word) = self.0.get_mut(usize::from(kind.number() / 64)) {
            *word |= 1 << (kind.number() % 64);
        }
    }

    /// Whether a type is in it.
    #[must_use]
    pub fn contains(self, kind: ResourceType) -> bool {
        self.0
            .get(usize::from(kind.number() / 64))
            .is_some_and(|word| word >> (kind.number() % 64) & 1 == 1)
    }

    /// The types of both.
    #[must_use]
    pub fn and(self, other: Types) -> Types {
        Types(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    /// The types of either.
    #[must_use]
    pub fn or(self, other: Types) -> Types {
        Types(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == [0; 4]
    }
}

impl Extend<ResourceType> for Types {
    fn extend<T: IntoIterator<Item = ResourceType>>(&mut self, kinds: T) {
        for kind in kinds {
            self.insert(kind);
        }
    }
}

impl FromIterator<ResourceType> for Types {
    fn from_iter<T: IntoIterator<Item = ResourceType>>(kinds: T) -> Types {
        let mut types = Types::NONE;
        for kind in kinds {
            types.insert(kind);
        }
        types
    }
}

/// What is taken out of what is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Mask {
    /// Whatever tells where the person lives or is cared for.
    pub place: bool,
    /// Of the Patient, everything but who it is; nothing else is shown.
    pub all_but_identity: bool,
}

impl Mask {
    /// Whether nothing is taken out.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Mask::default()
    }
}

/// Types that an app or another system was granted to make, to change and to delete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Writes {
    pub create: Types,
    pub update: Types,
    pub delete: Types,
}

/// What an actor may see and do in one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lens {
    /// Types that may be read.
    pub read: Types,
    /// Types that may be written.
    pub write: Types,
    /// Which way of writing was granted of these, where something was: whoever may make may not therefore delete.
    pub granted: Option<Writes>,
    /// Label bits that are hidden; a resource that bears any of them is not there for the actor.
    pub hidden_labels: u64,
    /// Whose sealed items may be read: organisations by ODS code. What is sealed by others is not there.
    pub opens_seals_of: Arc<[String]>,
    /// What is taken out of what is shown.
    pub mask: Mask,
    /// Earlier versions are as if they had never been: where one of them is withheld, the gap in their numbers would tell.
    pub present_only: bool,
}

impl Lens {
    /// Through it everything is seen and may be changed.
    #[must_use]
    pub fn everything() -> Lens {
        Lens {
            read: Types::ALL,
            write: Types::ALL,
            ..Lens::default()
        }
    }

    /// Whether it is known at all who the record is about.
    #[must_use]
    pub fn knows_person(&self) -> bool {
        ResourceType::from_name("Patient").is_some_and(|patient| self.read.contains(patient))
    }

    /// Whether a resource of this type with these labels may be seen; whether a seal on it may be opened is another question.
    #[must_use]
    pub fn admits(&self, kind: ResourceType, labels: u64) -> bool {
        self.read.contains(kind) && labels & self.hidden_labels == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> ResourceType {
        ResourceType::from_name(name).expect("a type")
    }

    #[test]
    fn a_set_of_types_holds_what_was_put_into_it() {
        let types: Types = [kind("Patient"), kind("Task")].into_iter().collect();
        for each in ResourceType::all() {
            assert_eq!(types.contains(each), matches!(each.name(), "Patient" | "Task"));
            assert!(Types::ALL.contains(each) && !Types::NONE.contains(each));
        }
        assert!(types.and(Types::NONE).is_empty());
    }

    #[test]
    fn a_lens_admits_its_types_without_their_hidden_labels() {
        let lens = Lens {
            read: [kind("Flag")].into_iter().collect(),
            hidden_labels: 0b10,
            ..Lens::default()
        };
        assert!(lens.admits(kind("Flag"), 0b01));
        assert!(!lens.admits(kind("Flag"), 0b11));
        assert!(!lens.admits(kind("Task"), 0));
        assert!(!lens.knows_person() && Lens::everything().knows_person());
    }
}
