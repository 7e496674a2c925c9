//! A query whose value is spliced into it, as no statement of the record's is: the fault that `scripts/proof-scanners.sh`
//! plants for sqlmap, which has to find it. With the feature `mutants` alone, which no release has.
//!
//! It asks a database of its own, of two invented rows in memory; no record is in reach.

use rusqlite::Connection;

/// The wards of the nurse with this name, which is read as SQL.
///
/// # Errors
/// The engine's words, when what came is no SQL.
pub fn wards(name: &str) -> Result<Vec<String>, String> {
    ask(name).map_err(|error| error.to_string())
}

fn ask(name: &str) -> rusqlite::Result<Vec<String>> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(
        "CREATE TABLE nurse (name TEXT, ward TEXT); INSERT INTO nurse VALUES ('Ada', 'Ash ward'), ('Ben', 'Oak ward');",
    )?;
    let mut statement = database.prepare(&format!("SELECT ward FROM nurse WHERE name = '{name}'"))?;
    let wards = statement.query_map([], |row| row.get(0))?;
    wards.collect()
}
