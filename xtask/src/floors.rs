//! The floors of the house: which crate may use which. A crate uses only floors below it.
//!
//! This table is the rule; `cargo xtask check floors` compares `cargo metadata` with it.

/// A workspace crate and what it may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) name: &'static str,
    /// Workspace crates it may use in its product code.
    pub(crate) uses: &'static [&'static str],
    /// The only third-party crates its product code may use; `None` sets no list.
    pub(crate) only: Option<&'static [&'static str]>,
}

/// The rooms, bottom floor first.
pub(crate) const ROOMS: &[Room] = &[
    Room {
        name: "codes",
        uses: &[],
        only: Some(&["thiserror"]),
    },
    Room {
        name: "care",
        uses: &["codes"],
        only: Some(&["jiff", "thiserror"]),
    },
    Room {
        name: "fhir",
        uses: &["codes"],
        only: Some(&["jiff", "memchr", "sha2", "thiserror", "unicode-normalization"]),
    },
    Room {
        name: "record",
        uses: &["codes", "fhir"],
        only: None,
    },
    Room {
        name: "mapping",
        uses: &["codes", "care", "fhir"],
        only: None,
    },
    // Invented lives: made, never kept here.
    Room {
        name: "synthetic",
        uses: &["codes", "care", "fhir", "mapping"],
        only: None,
    },
    // Everybody in columns: a view too.
    Room {
        name: "population",
        uses: &["codes", "care", "fhir", "record", "mapping"],
        only: None,
    },
    // Views: what they show, a read through the record's door has to say first.
    Room {
        name: "boards",
        uses: &["codes", "care", "fhir", "record", "mapping"],
        only: None,
    },
    Room {
        name: "actions",
        uses: &[
            "codes",
            "care",
            "fhir",
            "record",
            "mapping",
            "synthetic",
            "population",
            "boards",
        ],
        only: None,
    },
    Room {
        name: "interop",
        uses: &["codes", "care", "fhir", "record", "mapping", "actions"],
        only: None,
    },
    // Pages never reach the record: what they show, an action handed them.
    Room {
        name: "web",
        uses: &["codes", "care", "fhir", "mapping", "synthetic", "actions"],
        only: None,
    },
    Room {
        name: "cli",
        uses: &[
            "codes",
            "care",
            "fhir",
            "record",
            "mapping",
            "synthetic",
            "population",
            "boards",
            "actions",
            "interop",
            "web",
        ],
        only: None,
    },
    Room {
        name: "testkit",
        uses: &["codes", "care", "fhir", "record", "mapping", "actions"],
        only: None,
    },
    Room {
        name: "xtask",
        uses: &[],
        only: None,
    },
];

/// Workspace crates that any crate may use in its tests, besides every floor below its own.
pub(crate) const FOR_TESTS: &[&str] = &["testkit"];

/// Third-party crates that belong to some rooms alone.
pub(crate) const RESERVED: &[Reserved] = &[
    Reserved {
        name: "anyhow",
        rooms: &["cli", "xtask"],
        why: "errors below are types of their own",
    },
    Reserved {
        name: "rusqlite",
        rooms: &["record", "testkit"],
        why: "nothing writes around the record",
    },
    Reserved {
        name: "axum",
        rooms: &["interop", "web", "cli"],
        why: "only the doors speak HTTP",
    },
    Reserved {
        name: "askama",
        rooms: &["web"],
        why: "pages are made in one room",
    },
    Reserved {
        name: "fhirkit",
        rooms: &[],
        why: "it is an oracle for tests, not part of the product",
    },
];

/// A third-party crate and the only rooms whose product code may use it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reserved {
    pub(crate) name: &'static str,
    pub(crate) rooms: &'static [&'static str],
    pub(crate) why: &'static str,
}

/// Whether the tests of `room` may use the workspace crate `name`.
pub(crate) fn may_use_in_tests(room: &Room, name: &str) -> bool {
    FOR_TESTS.contains(&name)
        || ROOMS
            .iter()
            .take_while(|below| below.name != room.name)
            .any(|below| below.name == name)
}

/// The room of that name.
pub(crate) fn room(name: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.name == name)
}

#[cfg(test)]
mod tests {
    use super::ROOMS;

    #[test]
    fn every_room_uses_only_rooms_that_stand_before_it() {
        for (at, room) in ROOMS.iter().enumerate() {
            for used in room.uses {
                let below = ROOMS[..at].iter().any(|other| other.name == *used);
                assert!(below, "{} uses {used}, which is not below it", room.name);
            }
        }
    }
}
