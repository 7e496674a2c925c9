//! A database for one test, made on a server that others may use too.

use std::io;

use tokio_postgres::{Client, NoTls};

use crate::postgres::server::random_hex;

/// A database with a name of its own. [`Database::remove`] removes it; else it goes with its server.
pub struct Database {
    maintenance: String,
    name: String,
    url: String,
}

impl Database {
    /// Makes an empty database on the server whose maintenance database is at `maintenance`.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn make(maintenance: &str) -> io::Result<Database> {
        let name = format!("test_{}", random_hex()?);
        run(maintenance, &format!("CREATE DATABASE {name}")).await?;
        let url = in_database(maintenance, &name)?;
        Ok(Database {
            maintenance: maintenance.to_owned(),
            name,
            url,
        })
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name, letters and digits alone.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Removes it, with whoever is still connected to it.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub async fn remove(self) -> io::Result<()> {
        run(
            &self.maintenance,
            &format!("DROP DATABASE {} WITH (FORCE)", self.name),
        )
        .await
    }
}

/// The same address with another database.
///
/// # Errors
/// When the address names no database.
pub fn in_database(url: &str, name: &str) -> io::Result<String> {
    let (address, options) = url.split_once('?').map_or((url, None), |(a, o)| (a, Some(o)));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let slash = address[scheme..]
        .rfind('/')
        .ok_or_else(|| io::Error::other("the address names no database"))?;
    let mut url = format!("{}/{name}", &address[..scheme + slash]);
    if let Some(options) = options {
        url += "?";
        url += options;
    }
    Ok(url)
}

/// Connects, for a statement or two of a test's own.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn connect(url: &str) -> io::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(async move {
        // Its end is told to whoever uses the client.
        let _ = connection.await;
    });
    Ok(client)
}

async fn run(url: &str, statement: &str) -> io::Result<()> {
    connect(url)
        .await?
        .batch_execute(statement)
        .await
        .map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_keeps_the_rest_of_the_address() {
        let same = |url| in_database(url, "b").expect("it names one");
        assert_eq!(
            same("postgresql://u:p@127.0.0.1:5432/a"),
            "postgresql://u:p@127.0.0.1:5432/b"
        );
        assert_eq!(
            same("postgres://h/a?connect_timeout=3"),
            "postgres://h/b?connect_timeout=3"
        );
        assert!(in_database("postgres://h", "b").is_err());
    }
}
