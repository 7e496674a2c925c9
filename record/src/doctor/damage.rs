//! Pages that do not hold, by the engine's own check: which table stands on them, what is lost, what brings it back.

use std::collections::BTreeMap;

use crate::dialect::{Connection, Error, Result, engine_error, params};
use crate::doctor::Finding;

/// The most faults of the engine's check that are looked at.
const CHECK: &str = "PRAGMA quick_check(100)";

/// What is lost with a table, in words.
const LOST: [(&str, &str); 11] = [
    ("log", "bodies of versions: what was kept about people"),
    ("feed", "who changed what, when and why"),
    (
        "current",
        "which version is the present one, and its search entry; a restore makes it again",
    ),
    (
        "history",
        "where earlier versions stand; a restore makes it again",
    ),
    (
        "locator",
        "where a resource is found by its id; a restore makes it again",
    ),
    (
        "value",
        "rows of searches across people; a restore makes them again",
    ),
    (
        "identity",
        "rows of searches by identifier; a restore makes them again",
    ),
    (
        "member",
        "which records a resource belongs to besides its own; a restore makes it again",
    ),
    ("person", "which keys people have"),
    ("bucket_head", "where each feed ends"),
    ("seal", "proof that nothing was changed"),
];

/// Looks; false when something is damaged.
pub(super) fn look(connection: &Connection, found: &mut Vec<Finding>) -> bool {
    let next = "stop Sarsen; copy the folder aside; check the disk (dmesg, smartctl); restore the newest backup into a new \
                folder with `sarsen restore`; then import what came since";
    let (mut words, ended) = faults(connection);
    words.extend(ended.map(|error| engine_error(&error).to_string()));
    if words.is_empty() {
        return true;
    }
    let tables = tables(connection).unwrap_or_default();
    let mut by_table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut of_none = Vec::new();
    for word in &words {
        match root_of(word).and_then(|root| tables.get(&root)) {
            Some(table) => by_table.entry(table).or_default().push(word),
            None => of_none.push(word.as_str()),
        }
    }
    if !of_none.is_empty() {
        // A damaged root ends the engine's check before it names anything: each table is tried by itself.
        for table in tables.values() {
            if !by_table.contains_key(table.as_str()) && cannot_be_read(connection, table) {
                by_table.insert(table, of_none.clone());
            }
        }
    }
    if by_table.is_empty() {
        by_table.insert("?", of_none);
    }
    for (table, words) in by_table {
        let first = words.first().copied().unwrap_or_default();
        found.push(told(table, first, words.len(), next));
    }
    false
}

/// A damaged table, and what is at stake with it.
pub(super) fn told(table: &str, first: &str, faults: usize, next: &str) -> Finding {
    let lost = LOST
        .iter()
        .find(|(name, _)| *name == table)
        .map_or("what cannot be said until it is restored", |(_, lost)| lost);
    Finding::fault(
        "damage",
        format!("the database is damaged in table {table}: {first} ({faults} in all). At stake: {lost}"),
        next,
    )
}

/// What the engine's check says, and what ended it, where it could not go on.
fn faults(connection: &Connection) -> (Vec<String>, Option<Error>) {
    let mut said: Vec<String> = Vec::new();
    let mut read = || -> Result<()> {
        let mut statement = connection.prepare(CHECK)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            said.push(row.get(0)?);
        }
        Ok(())
    };
    let ended = read().err();
    // The first line may only say in which database.
    let lines = said.iter().flat_map(|words| words.lines());
    let faults = lines.filter(|line| *line != "ok" && !line.starts_with("***"));
    (faults.map(str::to_owned).collect(), ended)
}

/// Whether a table, or an index of it, breaks off when all of it is read.
fn cannot_be_read(connection: &Connection, table: &str) -> bool {
    ["NOT INDEXED", ""].into_iter().any(|how| {
        let all = format!("SELECT count(*) FROM \"{table}\" {how}");
        connection
            .query_row(&all, params![], |row| row.get::<_, i64>(0))
            .is_err()
    })
}

/// The name of the table or index at each root page.
fn tables(connection: &Connection) -> Result<BTreeMap<u64, String>> {
    connection
        .prepare("SELECT rootpage, tbl_name FROM sqlite_master WHERE rootpage > 0")?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// `Tree 12 page 345: …` is about the table with root page 12.
fn root_of(words: &str) -> Option<u64> {
    words.strip_prefix("Tree ")?.split(' ').next()?.parse().ok()
}
