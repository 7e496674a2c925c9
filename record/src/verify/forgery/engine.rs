//! The engines that forgeries are tried on, and a database for each of those tests.

use crate::Postgres;
use crate::keys;

/// The engine that a forgery is tried on.
#[derive(Debug, Clone, Copy)]
pub(super) enum On {
    Sqlite,
    Postgresql,
}

/// Does in a thread of its own what waits for a server, as a command of `sarsen` does.
pub(super) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).expect("it ran")
}

/// A database of a test's own, gone with it.
pub(super) struct Database {
    maintenance: String,
    name: String,
}

impl Database {
    pub(super) async fn make() -> Database {
        let maintenance = std::env::var("RECORD_POSTGRES_URL").expect(
            "this test needs a PostgreSQL server: scripts/with-postgres.sh cargo nextest run -p record",
        );
        let name = format!("forged_{}", keys::hex(&keys::random::<8>().expect("random")));
        let make = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        run(&maintenance, &make).await;
        Database { maintenance, name }
    }

    pub(super) fn settings(&self) -> Postgres {
        let (server, _) = self.maintenance.rsplit_once('/').expect("it names a database");
        let mut settings = Postgres::new(format!("{server}/{}", self.name));
        settings.partitions = 1;
        settings
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let remove = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        apart(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime
                .expect("a runtime")
                .block_on(run(&self.maintenance, &remove));
        });
    }
}

async fn run(url: &str, text: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the server answers");
    let driven = tokio::spawn(connection);
    client.batch_execute(text).await.expect(text);
    drop(client);
    let _ = driven.await;
}
