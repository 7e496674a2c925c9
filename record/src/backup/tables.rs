//! Which tables a backup carries, column by column, and which are made again from what it carries. A test compares the
//! lists with the schema, so that no new table or column is forgotten.

use crate::backup::item::Value;
use crate::dialect::{self, Bind, Connection, Row, engine_error, params};
use crate::error::RecordError;

/// What a column holds; each may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Integer,
    Text,
    Blob,
}

use Type::{Blob, Integer, Text};

/// A table that is carried row by row.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Type)],
    /// Reads its rows; parameters, where it is read in slices, are told where it is used.
    pub(crate) select: &'static str,
    /// Writes one row.
    pub(crate) insert: &'static str,
}

/// Small tables that change: all of their rows are read in one snapshot with the heads.
pub(crate) const SNAPSHOT: [&Table; 11] = [
    &BUCKET_HEAD,
    &LINE,
    &SIGNER,
    &FOLLOWER,
    &DUE,
    &OUTBOX,
    &DEAD_LETTER,
    &LEGAL_HOLD,
    &DESTRUCTION,
    &INDEX_STATE,
    &CABINET,
];

/// Tables that only grow, or whose later rows can be told apart: read in slices after the snapshot.
pub(crate) const SLICED: [&Table; 5] = [&PERSON, &FEED, &LOG, &SEAL, &IDEMPOTENCY];

/// Tables that a restore makes again from the log, with the writer's own code.
#[cfg(test)]
pub(crate) const DERIVED: [&str; 8] = [
    "current", "history", "locator", "member", "value", "identity", "alias", "aliased",
];

/// Tables that say who is running now: nothing to bring back.
#[cfg(test)]
pub(crate) const NOT_CARRIED: [&str; 2] = ["follower_holder", "process"];

pub(crate) const BUCKET_HEAD: Table = Table {
    name: "bucket_head",
    columns: &[
        ("bucket", Integer),
        ("position", Integer),
        ("updated", Integer),
        ("chain", Blob),
        ("next_person", Integer),
        ("seq", Integer),
    ],
    select: "SELECT bucket, position, updated, chain, next_person, seq FROM bucket_head ORDER BY bucket",
    // A server's schema has a row for each.
    insert: crate::sql::PUT_HEAD,
};

pub(crate) const LINE: Table = Table {
    name: "line",
    columns: &[
        ("number", Integer),
        ("store", Blob),
        ("at", Integer),
        ("run", Text),
        ("until", Integer),
        ("seal", Integer),
        ("left_seal", Integer),
        ("left_hash", Blob),
        ("signature", Blob),
    ],
    select: "SELECT number, store, at, run, until, seal, left_seal, left_hash, signature FROM line ORDER BY number",
    insert: "INSERT INTO line (number, store, at, run, until, seal, left_seal, left_hash, signature)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
};

pub(crate) const SIGNER: Table = Table {
    name: "signer",
    columns: &[
        ("number", Integer),
        ("public", Blob),
        ("at", Integer),
        ("signature", Blob),
    ],
    select: "SELECT number, public, at, signature FROM signer ORDER BY number",
    insert: "INSERT INTO signer (number, public, at, signature) VALUES (?1, ?2, ?3, ?4)",
};

pub(crate) const FOLLOWER: Table = Table {
    name: "follower",
    columns: &[
        ("bucket", Integer),
        ("follower", Text),
        ("position", Integer),
        ("fence", Integer),
        ("holder", Blob),
        ("failures", Integer),
        ("error", Text),
        ("retry_at", Integer),
    ],
    select: "SELECT bucket, follower, position, fence, holder, failures, error, retry_at FROM follower
        ORDER BY bucket, follower",
    insert: "INSERT INTO follower (bucket, follower, position, fence, holder, failures, error, retry_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

pub(crate) const DUE: Table = Table {
    name: "due",
    columns: &[
        ("bucket", Integer),
        ("reactor", Text),
        ("key", Text),
        ("at", Integer),
        ("person", Integer),
        ("type", Integer),
        ("id", Blob),
        ("note", Blob),
        ("cause", Blob),
        ("state", Integer),
        ("failures", Integer),
        ("error", Text),
        ("retry_at", Integer),
    ],
    select: "SELECT bucket, reactor, key, at, person, type, id, note, cause, state, failures, error, retry_at
        FROM due ORDER BY bucket, reactor, key",
    insert: "INSERT INTO due
        (bucket, reactor, key, at, person, type, id, note, cause, state, failures, error, retry_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
};

pub(crate) const OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        ("bucket", Integer),
        ("key", Text),
        ("reactor", Text),
        ("channel", Text),
        ("address", Text),
        ("person", Integer),
        ("body", Blob),
        ("state", Integer),
        ("attempts", Integer),
        ("next_at", Integer),
        ("error", Text),
        ("at", Integer),
    ],
    select: "SELECT bucket, key, reactor, channel, address, person, body, state, attempts, next_at, error, at
        FROM outbox ORDER BY bucket, key",
    insert: "INSERT INTO outbox
        (bucket, key, reactor, channel, address, person, body, state, attempts, next_at, error, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
};

pub(crate) const DEAD_LETTER: Table = Table {
    name: "dead_letter",
    columns: &[
        ("bucket", Integer),
        ("follower", Text),
        ("position", Integer),
        ("at", Integer),
        ("attempts", Integer),
        ("error", Text),
        ("state", Integer),
    ],
    select: "SELECT bucket, follower, position, at, attempts, error, state FROM dead_letter
        ORDER BY bucket, follower, position",
    insert: "INSERT INTO dead_letter (bucket, follower, position, at, attempts, error, state)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
};

pub(crate) const LEGAL_HOLD: Table = Table {
    name: "legal_hold",
    columns: &[
        ("bucket", Integer),
        ("person", Integer),
        ("at", Integer),
        ("reason", Integer),
        ("actor", Text),
    ],
    select: "SELECT bucket, person, at, reason, actor FROM legal_hold ORDER BY bucket, person",
    insert: "INSERT INTO legal_hold (bucket, person, at, reason, actor) VALUES (?1, ?2, ?3, ?4, ?5)",
};

pub(crate) const DESTRUCTION: Table = Table {
    name: "destruction",
    columns: &[
        ("bucket", Integer),
        ("person", Integer),
        ("mark", Blob),
        ("at", Integer),
        ("ground", Integer),
        ("first_actor", Text),
        ("second_actor", Text),
        ("commit_id", Blob),
        ("versions", Integer),
        ("finished", Integer),
    ],
    select:
        "SELECT bucket, person, mark, at, ground, first_actor, second_actor, commit_id, versions, finished
        FROM destruction ORDER BY bucket, person, at",
    insert: "INSERT INTO destruction
        (bucket, person, mark, at, ground, first_actor, second_actor, commit_id, versions, finished)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
};

pub(crate) const INDEX_STATE: Table = Table {
    name: "index_state",
    columns: &[("bucket", Integer), ("generation", Integer), ("person", Integer)],
    select: "SELECT bucket, generation, person FROM index_state ORDER BY bucket",
    insert: "INSERT INTO index_state (bucket, generation, person) VALUES (?1, ?2, ?3)",
};

/// The drawers that a backup carries, by their numbers: see [`crate::Drawer::is_backed_up`].
pub(crate) const CABINET: Table = Table {
    name: "cabinet",
    columns: &[
        ("bucket", Integer),
        ("drawer", Integer),
        ("key", Text),
        ("version", Integer),
        ("value", Blob),
        ("expires", Integer),
    ],
    select: "SELECT bucket, drawer, key, version, value, expires FROM cabinet
        WHERE drawer IN (1, 2, 5, 6, 7, 9) ORDER BY bucket, drawer, key",
    insert: "INSERT INTO cabinet (bucket, drawer, key, version, value, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
};

/// Read with: bucket, the last number read, the first new number, the end of the numbers, how many. Rows of people that
/// an earlier run holds come again when their access version was raised.
pub(crate) const PERSON: Table = Table {
    name: "person",
    columns: &[
        ("bucket", Integer),
        ("person", Integer),
        ("type", Integer),
        ("id", Blob),
        ("access_version", Integer),
    ],
    select: "SELECT bucket, person, type, id, access_version FROM person
        WHERE bucket = ?1 AND person > ?2 AND (person >= ?3 OR access_version <> 1) AND person < ?4
        ORDER BY person LIMIT ?5",
    insert: "INSERT INTO person (bucket, person, type, id, access_version) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (bucket, person) DO UPDATE SET access_version = ?5",
};

/// Read through [`crate::feed`].
pub(crate) const FEED: Table = Table {
    name: "feed",
    columns: &[
        ("bucket", Integer),
        ("position", Integer),
        ("commit_id", Blob),
        ("at", Integer),
        ("actor", Text),
        ("role", Integer),
        ("purpose", Integer),
        ("source", Text),
        ("buckets", Blob),
        ("first_seq", Integer),
        ("count", Integer),
        ("kinds", Integer),
        ("chain", Blob),
    ],
    select: "",
    insert: crate::sql::INSERT_FEED,
};

/// Read through [`crate::feed`].
pub(crate) const LOG: Table = Table {
    name: "log",
    columns: &[
        ("seq", Integer),
        ("bucket", Integer),
        ("person", Integer),
        ("type", Integer),
        ("id", Blob),
        ("version", Integer),
        ("at", Integer),
        ("kind", Integer),
        ("body", Blob),
    ],
    select: "",
    insert: crate::sql::INSERT_LOG,
};

/// Read with: the last number read, the last number, how many.
pub(crate) const SEAL: Table = Table {
    name: "seal",
    columns: &[
        ("number", Integer),
        ("at", Integer),
        ("heads", Blob),
        ("reads", Blob),
        ("hash", Blob),
        ("signature", Blob),
        ("signer", Integer),
        ("process", Blob),
    ],
    select: "SELECT number, at, heads, reads, hash, signature, signer, process FROM seal
        WHERE number > ?1 AND number <= ?2 ORDER BY number LIMIT ?3",
    insert: "INSERT INTO seal (number, at, heads, reads, hash, signature, signer, process)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

/// Read with: bucket, the last client and key read, how many.
pub(crate) const IDEMPOTENCY: Table = Table {
    name: "idempotency",
    columns: &[
        ("bucket", Integer),
        ("client", Text),
        ("key", Text),
        ("digest", Blob),
        ("at", Integer),
        ("answer", Blob),
    ],
    select: "SELECT bucket, client, key, digest, at, answer FROM idempotency
        WHERE bucket = ?1 AND (client, key) > (?2, ?3) ORDER BY client, key LIMIT ?4",
    insert: crate::sql::PUT_IDEMPOTENT,
};

/// What stands in the place of ids that were destroyed, so that nothing is filed under them again: rows of `locator` that
/// the log cannot tell, since the bucket follows from the id. Read with: bucket, the last type and id read, the first and
/// the end of marks, how many.
pub(crate) const MARK: Table = Table {
    name: "mark",
    columns: &[
        ("bucket", Integer),
        ("type", Integer),
        ("id", Blob),
        ("unit", Integer),
    ],
    select: "SELECT bucket, type, id, unit FROM locator
        WHERE bucket = ?1 AND (type, id) > (?2, ?3) AND id >= ?4 AND id < ?5 ORDER BY type, id LIMIT ?6",
    insert: "INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit)
        VALUES (?1, ?2, ?3, NULL, NULL, ?4) ON CONFLICT (bucket, type, id) DO UPDATE SET unit = ?4",
};

impl Table {
    /// The values of one row, in the order of the columns.
    pub(crate) fn values(&self, row: &Row<'_>) -> dialect::Result<Vec<Value>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, (_, column))| {
                Ok(match column {
                    Integer => row.get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Integer),
                    Text => row.get::<_, Option<String>>(at)?.map_or(Value::Null, Value::Text),
                    Blob => row
                        .get::<_, Option<Vec<u8>>>(at)?
                        .map_or(Value::Null, Value::Blob),
                })
            })
            .collect()
    }

    /// All of its rows.
    pub(crate) fn all(&self, connection: &Connection) -> Result<Vec<Vec<Value>>, RecordError> {
        connection
            .statement(self.select)
            .and_then(|mut statement| statement.query_map(params![], |row| self.values(row))?.collect())
            .map_err(|error| engine_error(&error))
    }

    /// Writes one row; the values are in the order of the columns.
    pub(crate) fn write(&self, connection: &Connection, values: &[Value]) -> Result<(), RecordError> {
        let values: Vec<&dyn Bind> = values.iter().map(|value| value as &dyn Bind).collect();
        connection
            .statement(self.insert)
            .and_then(|mut statement| statement.put(&values))
            .map_err(|error| engine_error(&error))
    }

    /// Where a column stands.
    pub(crate) fn at(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| *name == column)
    }
}

/// The table of this name that a backup may carry.
pub(crate) fn named(name: &str) -> Option<&'static Table> {
    SNAPSHOT
        .into_iter()
        .chain(SLICED)
        .chain([&MARK])
        .find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::dialect::{self, Access};
    use crate::options::Options;

    #[test]
    fn every_table_and_column_of_the_schema_is_carried_or_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options::new(folder.path());
        let mut connection = dialect::connect(&options, Access::Write).expect("it opens");
        dialect::migrate(&mut connection, &options).expect("it has tables");
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut statement = connection
            .prepare(
                "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
            )
            .expect("prepared");
        let mut rows = statement.query(params![]).expect("asked");
        while let Some(row) = rows.next().expect("a row") {
            found
                .entry(row.get(0).expect("a name"))
                .or_default()
                .push(row.get(1).expect("a name"));
        }
        for name in DERIVED.into_iter().chain(NOT_CARRIED) {
            assert!(found.remove(name).is_some(), "{name} is named but not there");
        }
        let mut carried: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for table in SNAPSHOT.into_iter().chain(SLICED) {
            let mut names: Vec<String> = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
            names.sort_unstable();
            carried.insert(table.name.to_owned(), names);
        }
        for columns in found.values_mut() {
            columns.sort_unstable();
        }
        assert_eq!(carried, found);
    }

    #[test]
    fn the_drawers_of_a_backup_are_those_that_say_so() {
        let carried: Vec<String> = crate::Drawer::ALL
            .into_iter()
            .filter(|drawer| drawer.is_backed_up())
            .map(|drawer| drawer.number().to_string())
            .collect();
        let wanted = format!("drawer IN ({})", carried.join(", "));
        assert!(CABINET.select.contains(&wanted), "{wanted}");
    }

    #[test]
    fn statements_name_their_columns_in_order() {
        for table in SNAPSHOT.into_iter().chain(SLICED) {
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !table.select.is_empty() {
                let wanted = format!("SELECT {} FROM {}", names.join(", "), table.name);
                assert!(squeezed(table.select).starts_with(&wanted), "{}", table.select);
            }
            let wanted = format!("INSERT INTO {} ({}) VALUES (?1,", table.name, names.join(", "));
            assert!(squeezed(table.insert).starts_with(&wanted), "{}", table.insert);
        }
    }
}
