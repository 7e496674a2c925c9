//! A connection to the engine, whichever it is: statements by their text, rows one at a time.

use crate::dialect::error::{Error, Result};
use crate::dialect::sqlite;
use crate::dialect::value::{Column, FromColumn, Params};

/// A connection to the engine.
pub(crate) enum Connection {
    Sqlite(sqlite::Open),
}

impl Connection {
    /// The prepared statement of this text; prepared once for each connection and kept.
    pub(crate) fn statement(&self, text: &'static str) -> Result<Statement<'_>> {
        match self {
            Connection::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(text)?)),
        }
    }

    /// The statement of a text that is run now and then, or that reads a whole table: its rows are fetched as they are
    /// asked for, so that a large table is never in memory at once, and other statements may run meanwhile.
    pub(crate) fn prepare(&self, text: &str) -> Result<Statement<'_>> {
        match self {
            Connection::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(text)?)),
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
        }
    }

    /// Whether one process at a time, with one data directory, is all that ever writes to a store of this engine.
    pub(crate) fn is_of_one_process(&self) -> bool {
        match self {
            Connection::Sqlite(_) => true,
        }
    }

    /// Whether no transaction is open.
    pub(crate) fn is_autocommit(&self) -> bool {
        match self {
            Connection::Sqlite(connection) => connection.is_autocommit(),
        }
    }
}

/// A prepared statement.
pub(crate) enum Statement<'c> {
    Sqlite(sqlite::CachedStatement<'c>),
}

impl Statement<'_> {
    /// Runs it and waits for how many rows it changed.
    pub(crate) fn execute(&mut self, params: Params<'_>) -> Result<usize> {
        match self {
            Statement::Sqlite(statement) => sqlite::execute(statement, params),
        }
    }

    /// Runs it without asking how many rows it changed: over a network it is sent with what follows. When it fails, the
    /// next statement that is waited for fails, `COMMIT` at the latest.
    pub(crate) fn put(&mut self, params: Params<'_>) -> Result<()> {
        match self {
            Statement::Sqlite(statement) => sqlite::execute(statement, params).map(|_| ()),
        }
    }

    /// Runs it and gives its rows.
    pub(crate) fn query(&mut self, params: Params<'_>) -> Result<Rows<'_>> {
        match self {
            Statement::Sqlite(statement) => Ok(Rows::Sqlite(sqlite::query(statement, params)?)),
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
        }
    }
}

/// The rows of a statement.
pub(crate) enum Rows<'s> {
    Sqlite(sqlite::Rows<'s>),
}

impl Rows<'_> {
    /// The next row; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        match self {
            Rows::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
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
}

impl<'r> Row<'r> {
    /// A column, counted from 0, where it lies.
    pub(crate) fn get_ref(&self, index: usize) -> Result<Column<'r>> {
        match self {
            Row::Sqlite(row) => sqlite::column(row, index),
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
