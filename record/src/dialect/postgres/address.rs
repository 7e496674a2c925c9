//! The address of a server: what it may say, and whether the way there is encrypted. `sslmode=require` always has the
//! server's certificate and its name looked at, as libpq does under `verify-full`, which is taken as the same word. Nothing
//! here gives a connection that is encrypted to whoever answers.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::error::RecordError;

/// How long a connection may take to be made, and a dead one to be noticed.
const REACHED: Duration = Duration::from_secs(10);

/// What libpq reads about certificates and Sarsen does not.
const OF_LIBPQ: [&str; 4] = ["sslrootcert", "sslcert", "sslkey", "sslcrl"];

/// What the query of an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// It does not say.
    Nothing,
    Plain,
    Encrypted,
}

/// What an address in `setting` says, with [`SslMode::Require`] when TLS is to be spoken and [`SslMode::Disable`] when not.
/// `has_roots`: a file of authorities is named beside it.
pub(super) fn config(url: &str, setting: &str, has_roots: bool) -> Result<Config, RecordError> {
    let refused = |why: &str| RecordError::Unreachable {
        detail: format!("the address in {setting} {why}"),
    };
    let (url, asked) = asked(url).map_err(|why| refused(&why))?;
    // The parser's own words may quote the password.
    let mut config = Config::from_str(&url)
        .map_err(|_| refused("is not of the form postgresql://user@host:port/database"))?;
    if config.get_dbname().is_none() {
        return Err(refused("names no database"));
    }
    // Spelt in a way of its own (escaped, or as a list of words) it is what the driver made of it.
    let asked = match (asked, config.get_ssl_mode()) {
        (Asked::Nothing, SslMode::Disable) => Asked::Plain,
        (Asked::Nothing, SslMode::Require) => Asked::Encrypted,
        (said, _) => said,
    };
    let mode = match asked {
        Asked::Encrypted => {
            has_a_name(&config).map_err(refused)?;
            SslMode::Require
        }
        Asked::Plain => SslMode::Disable,
        Asked::Nothing if !is_near(&config) => {
            return Err(refused(
                "is on another machine: add sslmode=require, by which the way there is encrypted and the server's \
                 certificate looked at, or, on a network that is encrypted or closed, sslmode=disable",
            ));
        }
        // Who names authorities believes that they are asked.
        Asked::Nothing if has_roots => {
            return Err(refused(
                "says nothing of TLS although record.postgres_roots is set: add sslmode=require, or sslmode=disable",
            ));
        }
        Asked::Nothing => SslMode::Disable,
    };
    config.ssl_mode(mode);
    if config.get_application_name().is_none() {
        config.application_name("sarsen");
    }
    config
        .connect_timeout(REACHED)
        .keepalives(true)
        .keepalives_idle(REACHED)
        .keepalives_interval(Duration::from_secs(3))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(20));
    Ok(config)
}

/// The address with `verify-full` spelt as the driver spells it, and what it asks for.
fn asked(url: &str) -> Result<(String, Asked), String> {
    // As the driver reads it: a user and password end at the first @, and may hold a question mark.
    let from = url.find('@').map_or(0, |at| at + 1);
    let Some(at) = url[from..].find('?') else {
        return Ok((url.to_owned(), Asked::Nothing));
    };
    let (address, query) = (&url[..from + at], &url[from + at + 1..]);
    let mut asked = Asked::Nothing;
    let mut parts = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if let Some(name) = OF_LIBPQ.iter().find(|one| **one == name) {
            return Err(format!(
                "has {name}, which is not taken: record.postgres_roots names the file of the authorities that are trusted"
            ));
        }
        if name != "sslmode" {
            parts.push(part);
            continue;
        }
        asked = match value {
            "disable" => Asked::Plain,
            "require" | "verify-full" => Asked::Encrypted,
            // "Encrypted if it so happens" is a promise of nothing.
            _ => {
                return Err(
                    "has an sslmode that is not taken: it is require (the certificate and its name are looked at; \
                     verify-full means the same) or disable"
                        .to_owned(),
                );
            }
        };
    }
    // What it asks for is set in its own words, not the driver's.
    let url = match parts.as_slice() {
        [] => address.to_owned(),
        parts => format!("{address}?{}", parts.join("&")),
    };
    Ok((url, asked))
}

/// Whether the server is on this machine. Where an address is given beside a name, the address is what counts.
fn is_near(config: &Config) -> bool {
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
    })
}

/// Whether every host has a name that its certificate can be held against.
fn has_a_name(config: &Config) -> Result<(), &'static str> {
    if config.get_hosts().is_empty() {
        return Err("asks for sslmode=require and names no host that the certificate could be for");
    }
    if config
        .get_hosts()
        .iter()
        .any(|host| matches!(host, Host::Unix(_)))
    {
        return Err(
            "asks for sslmode=require through a socket of this machine, where PostgreSQL does not encrypt: leave it out",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: &str = "record.postgres";

    fn mode(url: &str) -> SslMode {
        config(url, SETTING, false).expect(url).get_ssl_mode()
    }

    #[track_caller]
    fn refused(url: &str, has_roots: bool) -> String {
        let words = config(url, SETTING, has_roots).expect_err(url).to_string();
        assert!(
            words.contains("record.postgres") && !words.contains("secret"),
            "{words}"
        );
        words
    }

    #[test]
    fn an_address_on_another_machine_needs_a_word_about_the_way() {
        for near in [
            "postgresql://sarsen@127.0.0.1:5432/record",
            "postgresql://sarsen@localhost/record",
            "postgresql://sarsen@%2Frun%2Fpostgresql/record",
            "postgresql://sarsen@db.internal/record?hostaddr=127.0.0.1",
            "postgresql://sarsen@db.internal/record?sslmode=disable",
        ] {
            assert_eq!(mode(near), SslMode::Disable, "{near}");
        }
        for far in [
            "postgresql://sarsen:secret@db.internal/record",
            "postgresql://sarsen:secret@localhost,db.internal/record",
            "postgresql://sarsen:secret@localhost/record?hostaddr=192.0.2.7",
        ] {
            let words = refused(far, false);
            let (require, disable) = (words.find("sslmode=require"), words.find("sslmode=disable"));
            assert!(require.is_some() && require < disable, "{words}");
        }
    }

    #[test]
    fn require_and_verify_full_are_one_word_and_the_weaker_ones_are_refused() {
        for full in [
            "postgresql://sarsen@db.internal/record?sslmode=require",
            "postgresql://sarsen@db.internal/record?sslmode=verify-full",
            "postgresql://sarsen@127.0.0.1/record?connect_timeout=3&sslmode=verify-full&application_name=x",
            "postgresql://sarsen:what?@db.internal/record?sslmode=require&application_name=a@b",
            "postgresql://sarsen@localhost/record?ssl%6dode=require",
            "host=db.internal user=sarsen dbname=record sslmode=require",
        ] {
            assert_eq!(mode(full), SslMode::Require, "{full}");
        }
        for weak in ["prefer", "allow", "verify-ca", "Require", ""] {
            let words = refused(
                &format!("postgresql://sarsen:secret@localhost/record?sslmode={weak}"),
                false,
            );
            assert!(words.contains("sslmode that is not taken"), "{words}");
        }
    }

    #[test]
    fn a_certificate_needs_a_name_to_be_held_against() {
        let socket = refused(
            "postgresql://sarsen@%2Frun%2Fpostgresql/record?sslmode=require",
            false,
        );
        assert!(socket.contains("through a socket"), "{socket}");
        let nameless = refused(
            "postgresql:///record?user=sarsen&hostaddr=192.0.2.7&sslmode=require",
            false,
        );
        assert!(nameless.contains("names no host"), "{nameless}");
    }

    #[test]
    fn authorities_that_nobody_would_be_asked_about_are_no_comfort() {
        let words = refused("postgresql://sarsen@localhost/record", true);
        assert!(words.contains("record.postgres_roots is set"), "{words}");
        for said in ["disable", "require"] {
            let url = format!("postgresql://sarsen@localhost/record?sslmode={said}");
            assert!(config(&url, SETTING, true).is_ok(), "{said}");
        }
        let of_libpq = refused(
            "postgresql://sarsen@localhost/record?sslrootcert=/a.pem&sslmode=require",
            false,
        );
        assert!(of_libpq.contains("record.postgres_roots"), "{of_libpq}");
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for wrong in [
            "postgresql://sarsen:secret@localhost",
            "postgresql://sarsen:secret@localhost:x/record",
            "postgresql://sarsen:secret@localhost/record?secret=1",
        ] {
            refused(wrong, false);
        }
    }
}
