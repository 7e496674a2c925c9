//! Pages that do not hold. A server looks at a page when it is read: so all are read.

use std::collections::BTreeMap;

use crate::dialect::connection::Connection;
use crate::dialect::error::{Result, engine_error};
use crate::dialect::value::params;

/// Each table and partition that holds something, under the name of the table.
const PARTS: &str =
    "SELECT quote_ident(c.relname), CAST(coalesce(p.relname, c.relname) AS text) FROM pg_class c
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
    WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind = 'r' ORDER BY 2, 1";
/// A page is looked at when it is read: tables by their rows, and what was put aside of large bodies with them.
const WHOLE: &str = "SET enable_seqscan = on; SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off";

/// Reads every page of every table; gives what does not hold, by table.
pub(in crate::dialect) fn damaged_tables(connection: &Connection) -> Result<BTreeMap<String, Vec<String>>> {
    connection.execute_batch(WHOLE)?;
    let parts: Vec<(String, String)> = connection
        .prepare(PARTS)?
        .query_map(params![], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (part, table) in parts {
        let read = match table.as_str() {
            "log" => format!("SELECT count(md5(body)) FROM {part}"),
            "current" => format!("SELECT count(md5(entry)) FROM {part}"),
            _ => format!("SELECT count(*) FROM {part}"),
        };
        let counted = connection.query_row(&read, params![], |row| row.get::<_, i64>(0));
        if let Err(error) = counted {
            let words = engine_error(&error).to_string();
            found.entry(table).or_default().push(words);
            if connection.is_lost() {
                break;
            }
        }
    }
    Ok(found)
}
