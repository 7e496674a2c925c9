//! Pages that do not hold, by the engine's own check: which table stands on them, what is lost, what brings it back.

use std::collections::BTreeMap;

use crate::dialect::{Connection, Result, engine_error, params};
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
    let words = match faults(connection) {
        Ok(words) => words,
        Err(error) => vec![engine_error(&error).to_string()],
    };
    if words.is_empty() {
        return true;
    }
    let tables = tables(connection).unwrap_or_default();
    let mut by_table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for word in &words {
        let table = root_of(word)
            .and_then(|root| tables.get(&root))
            .map_or("?", String::as_str);
        by_table.entry(table).or_default().push(word);
    }
    for (table, words) in by_table {
        let lost = LOST
            .iter()
            .find(|(name, _)| *name == table)
            .map_or("what cannot be said until it is restored", |(_, lost)| lost);
        found.push(Finding::fault(
            "damage",
            format!(
                "the database is damaged in table {table}: {} ({} in all). At stake: {lost}",
                words.first().copied().unwrap_or_default(),
                words.len()
            ),
            next,
        ));
    }
    false
}

fn faults(connection: &Connection) -> Result<Vec<String>> {
    let words = connection
        .prepare(CHECK)?
        .query_map(params![], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>>>()?;
    // The first line may only say in which database.
    Ok(words
        .iter()
        .flat_map(|words| words.lines())
        .filter(|line| *line != "ok" && !line.starts_with("***"))
        .map(str::to_owned)
        .collect())
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
