//! A connection to the engine, whichever it is: statements by their text, rows one at a time.

use std::sync::Arc;

use crate::dialect::error::{Error, Result};
use crate::dialect::postgres;
use crate::dialect::sqlite;
use crate::dialect::value::{Column, FromColumn, Params};

/// A connection to the engine.
pub(crate) enum Connection {
    Sqlite(sqlite::Open),
    Postgres(Box<postgres::Session>),
}

impl Connection {
    /// The prepared statement of this text; prepared once for each connection and kept.
    pub(crate) fn statement(&self, text: &'static str) -> Result<Statement<'_>> {
        match self {
            Connection::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(text)?)),
            Connection::Postgres(session) => Ok(Statement::Postgres(Prepared {
                session,
                text: Some(text),
                scan: None,
                statement: session.prepared(text)?,
            })),
        }
    }

    /// The statement of a text that is run now and then, or that reads a whole table: its rows are fetched as they are
    /// asked for, so that a large table is never in memory at once, and other statements may run meanwhile.
    pub(crate) fn prepare(&self, text: &str) -> Result<Statement<'_>> {
        match self {
            Connection::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(text)?)),
            Connection::Postgres(session) => Ok(Statement::Postgres(Prepared {
                session,
                text: None,
                scan: Some(text.to_owned()),
                statement: session.prepare(text)?,
            })),
        }
    }

    /// Runs a text that is run now and then, and reads its one row.
    pub(crate) fn query_row<T>(
        &self,
        text: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare(text)?.query_row(params, read)
    }

    /// Runs statements without parameters, one after the other.
    pub(crate) fn execute_batch(&self, text: &str) -> Result<()> {
        match self {
            Connection::Sqlite(connection) => Ok(connection.execute_batch(text)?),
            Connection::Postgres(session) => session.batch(text),
        }
    }

    /// Whether one process at a time, with one data directory, is all that ever writes to a store of this engine.
    pub(crate) fn is_of_one_process(&self) -> bool {
        match self {
            Connection::Sqlite(_) => true,
            Connection::Postgres(_) => false,
        }
    }

    /// Whether no transaction is open.
    pub(crate) fn is_autocommit(&self) -> bool {
        match self {
            Connection::Sqlite(connection) => connection.is_autocommit(),
            Connection::Postgres(session) => session.is_autocommit(),
        }
    }

    /// Runs a statement without parameters or rows.
    pub(crate) fn run(&self, text: &'static str) -> Result<()> {
        self.statement(text)?.execute(&[]).map(|_| ())
    }

    /// Whether the connection is gone: nothing more will come of it.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Connection::Sqlite(_) => false,
            Connection::Postgres(session) => session.is_lost(),
        }
    }

    /// How often somebody waited for the server so far.
    pub(crate) fn round_trips(&self) -> u64 {
        match self {
            Connection::Sqlite(_) => 0,
            Connection::Postgres(session) => session.round_trips(),
        }
    }

    /// Forgets the answers to what was asked ahead; see [`Statement::ask_ahead`].
    pub(crate) fn forget(&self) -> Result<()> {
        match self {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(session) => session.forget(),
        }
    }
}

/// A prepared statement.
pub(crate) enum Statement<'c> {
    Sqlite(sqlite::CachedStatement<'c>),
    Postgres(Prepared<'c>),
}

/// A statement prepared on a server.
pub(crate) struct Prepared<'c> {
    session: &'c postgres::Session,
    /// When it is kept.
    text: Option<&'static str>,
    /// When its rows are fetched as they are asked for.
    scan: Option<String>,
    statement: tokio_postgres::Statement,
}

impl Statement<'_> {
    /// Runs it and waits for how many rows it changed.
    pub(crate) fn execute(&mut self, params: Params<'_>) -> Result<usize> {
        match self {
            Statement::Sqlite(statement) => sqlite::execute(statement, params),
            Statement::Postgres(prepared) => prepared.session.execute(&prepared.statement, params),
        }
    }

    /// Runs it without asking how many rows it changed: over a network it is sent with what follows. When it fails, the
    /// next statement that is waited for fails, `COMMIT` at the latest.
    pub(crate) fn put(&mut self, params: Params<'_>) -> Result<()> {
        match self {
            Statement::Sqlite(statement) => sqlite::execute(statement, params).map(|_| ()),
            Statement::Postgres(prepared) => prepared.session.put(&prepared.statement, params),
        }
    }

    /// Tells that this will be asked, of a kept statement: over a network many questions are sent together, and each
    /// answer waits until it is asked for, or until [`Connection::forget`] or the end of the transaction.
    pub(crate) fn ask_ahead(&mut self, params: Params<'_>) -> Result<()> {
        match self {
            Statement::Postgres(prepared) => match prepared.text {
                Some(text) => prepared.session.ask_ahead(text, &prepared.statement, params),
                None => Ok(()),
            },
            Statement::Sqlite(_) => Ok(()),
        }
    }

    /// Runs it and gives its rows.
    pub(crate) fn query(&mut self, params: Params<'_>) -> Result<Rows<'_>> {
        match self {
            Statement::Sqlite(statement) => Ok(Rows::Sqlite(sqlite::query(statement, params)?)),
            Statement::Postgres(prepared) => prepared.query(params).map(Rows::Postgres),
        }
    }

    /// Runs it and reads its first row.
    ///
    /// # Errors
    /// [`Error::NoRows`] when there is none; see [`crate::dialect::OptionalExtension`].
    pub(crate) fn query_row<T>(
        &mut self,
        params: Params<'_>,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut rows = self.query(params)?;
        match rows.next()? {
            Some(row) => read(&row),
            None => Err(Error::NoRows),
        }
    }

    /// Runs it and reads each row.
    pub(crate) fn query_map<T, F: FnMut(&Row<'_>) -> Result<T>>(
        &mut self,
        params: Params<'_>,
        read: F,
    ) -> Result<MappedRows<'_, F>> {
        Ok(MappedRows {
            rows: self.query(params)?,
            read,
        })
    }

    /// How many columns its rows have.
    pub(crate) fn column_count(&self) -> usize {
        match self {
            Statement::Sqlite(statement) => statement.column_count(),
            Statement::Postgres(prepared) => prepared.statement.columns().len(),
        }
    }
}

impl<'c> Prepared<'c> {
    fn query(&self, params: Params<'_>) -> Result<Fetched<'c>> {
        let (rows, more) = match &self.scan {
            // A cursor lives in a transaction.
            Some(text) if params.is_empty() && !self.session.is_autocommit() => {
                (Arc::default(), Some(self.session.open_cursor(text)?))
            }
            _ => (self.session.query(self.text, &self.statement, params)?, None),
        };
        Ok(Fetched {
            session: self.session,
            rows,
            next: 0,
            more,
        })
    }
}

/// The rows of a statement.
pub(crate) enum Rows<'s> {
    Sqlite(sqlite::Rows<'s>),
    Postgres(Fetched<'s>),
}

/// Rows that a server has sent, and how more are fetched.
pub(crate) struct Fetched<'s> {
    session: &'s postgres::Session,
    rows: Arc<Vec<tokio_postgres::Row>>,
    next: usize,
    more: Option<tokio_postgres::Statement>,
}

impl Fetched<'_> {
    fn next(&mut self) -> Result<Option<Row<'_>>> {
        if self.next == self.rows.len()
            && let Some(fetch) = &self.more
        {
            self.rows = self.session.query(None, fetch, &[])?;
            self.next = 0;
        }
        let row = self.rows.get(self.next);
        self.next += 1;
        if row.is_none() {
            self.next = self.rows.len();
            self.more = None;
        }
        Ok(row.map(Row::Postgres))
    }
}

impl Rows<'_> {
    /// The next row; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        match self {
            Rows::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            Rows::Postgres(rows) => rows.next(),
        }
    }
}

/// The rows of a statement, each as something.
pub(crate) struct MappedRows<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> Result<T>> Iterator for MappedRows<'_, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        match self.rows.next() {
            Ok(Some(row)) => Some((self.read)(&row)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// One row.
#[derive(Clone, Copy)]
pub(crate) enum Row<'r> {
    Sqlite(&'r sqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    /// A column, counted from 0, where it lies.
    pub(crate) fn get_ref(&self, index: usize) -> Result<Column<'r>> {
        match self {
            Row::Sqlite(row) => sqlite::column(row, index),
            Row::Postgres(row) => postgres::column(row, index),
        }
    }

    /// A column, counted from 0.
    ///
    /// # Errors
    /// When it holds something else than is asked for: stored data are damaged.
    pub(crate) fn get<I: Index, T: FromColumn>(&self, index: I) -> Result<T> {
        T::from_column(self.get_ref(index.index())?)
    }
}

/// What a column is counted with.
pub(crate) trait Index {
    fn index(self) -> usize;
}

impl Index for usize {
    fn index(self) -> usize {
        self
    }
}
