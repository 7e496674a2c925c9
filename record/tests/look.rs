//! A look at a store from outside, past the record: rows as text, and changes by somebody else's hand. The same texts serve
//! both engines.

use record::{Engine, Options};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tokio_postgres::types::Type;

use crate::database::connect;

/// The rows that a question finds, each value as text.
pub(crate) async fn ask(options: &Options, question: &str) -> Vec<Vec<String>> {
    match &options.engine {
        Engine::Sqlite => of_file(options, question),
        Engine::Postgres(postgres) => {
            let client = connect(&postgres.url).await;
            let rows = client.query(question, &[]).await.expect(question);
            rows.iter().map(of_server).collect()
        }
    }
}

/// Runs statements.
pub(crate) async fn run(options: &Options, statements: &str) {
    match &options.engine {
        Engine::Sqlite => {
            let store = Connection::open(options.directory.join("record.sqlite")).expect("the store");
            store.execute_batch(statements).expect(statements);
        }
        Engine::Postgres(postgres) => {
            let client = connect(&postgres.url).await;
            client.batch_execute(statements).await.expect(statements);
        }
    }
}

/// The rows of some tables, sorted, to compare stores by.
pub(crate) async fn rows(options: &Options, tables: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables {
        let rows = ask(options, &format!("SELECT * FROM {table}")).await;
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| format!("{table}: {}", row.join(" ")))
            .collect();
        rows.sort();
        found.extend(rows);
    }
    found
}

fn of_file(options: &Options, question: &str) -> Vec<Vec<String>> {
    let store = Connection::open(options.directory.join("record.sqlite")).expect("the store");
    let mut statement = store.prepare(question).expect(question);
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let value = |column| -> rusqlite::Result<String> {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => "Null".to_owned(),
                ValueRef::Integer(number) => format!("Integer({number})"),
                ValueRef::Real(number) => format!("Real({number})"),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(bytes) => blob(bytes),
            })
        };
        (0..columns).map(value).collect()
    });
    rows.expect("asked").collect::<Result<_, _>>().expect("rows")
}

fn of_server(row: &tokio_postgres::Row) -> Vec<String> {
    let value = |(at, column): (usize, &tokio_postgres::Column)| {
        let integer = match *column.type_() {
            Type::INT2 => row.get::<_, Option<i16>>(at).map(i64::from),
            Type::INT4 => row.get::<_, Option<i32>>(at).map(i64::from),
            Type::INT8 => row.get::<_, Option<i64>>(at),
            Type::BYTEA => {
                let bytes: Option<&[u8]> = row.get(at);
                return bytes.map_or("Null".to_owned(), blob);
            }
            _ => return row.get::<_, Option<String>>(at).unwrap_or("Null".to_owned()),
        };
        integer.map_or("Null".to_owned(), |number| format!("Integer({number})"))
    };
    row.columns().iter().enumerate().map(value).collect()
}

fn blob(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("Blob({digits})")
}
