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

/// The port that an address names.
///
/// # Errors
/// When it names none.
pub fn port(url: &str) -> io::Result<u16> {
    let (from, until) = port_at(url)?;
    url[from..until].parse().map_err(io::Error::other)
}

/// The same address by another port of this machine: the way through a proxy.
///
/// # Errors
/// When the address names no port.
pub fn through(url: &str, port: u16) -> io::Result<String> {
    let (from, until) = port_at(url)?;
    Ok(format!("{}{port}{}", &url[..from], &url[until..]))
}

/// Where the port stands in an address.
fn port_at(url: &str) -> io::Result<(usize, usize)> {
    let host = url.find("://").map_or(0, |at| at + 3);
    let until = url[host..].find(['/', '?']).map_or(url.len(), |at| host + at);
    let colon = url[host..until].rfind(':').map(|at| host + at);
    let from = colon.filter(|at| url[*at + 1..until].bytes().all(|byte| byte.is_ascii_digit()));
    from.map(|at| (at + 1, until))
        .ok_or_else(|| io::Error::other("the address names no port"))
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

    #[test]
    fn the_way_through_a_proxy_keeps_the_rest_of_the_address() {
        let url = "postgresql://u:p@127.0.0.1:5432/a?connect_timeout=3";
        assert_eq!(port(url).expect("a port"), 5432);
        assert_eq!(
            through(url, 7).expect("a port"),
            "postgresql://u:p@127.0.0.1:7/a?connect_timeout=3"
        );
        assert!(port("postgresql://u:p@host/a").is_err());
    }
}
