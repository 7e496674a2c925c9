//! A PostgreSQL database for one test, copied from one that has the schema, and gone when the test ends. The server is
//! whichever `RECORD_POSTGRES_URL` names.

use std::hash::{DefaultHasher, Hash, Hasher};

use record::Postgres;
use tokio_postgres::{Client, NoTls};

/// A database of a test's own.
pub(crate) struct Database {
    maintenance: String,
    name: String,
}

impl Database {
    pub(crate) async fn make() -> Database {
        let maintenance = maintenance();
        let client = connect(&maintenance).await;
        let template = template(&client, &maintenance).await;
        let name = format!("test_{}", random());
        run(&client, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Database { maintenance, name }
    }

    /// A database without any table.
    pub(crate) async fn empty() -> Database {
        let maintenance = maintenance();
        let client = connect(&maintenance).await;
        let name = format!("test_{}", random());
        let make = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        run(&client, &make).await;
        Database { maintenance, name }
    }

    pub(crate) fn settings(&self) -> Postgres {
        settings(&self.maintenance, &self.name)
    }

    /// The address, for connections of the test's own.
    fn url(&self) -> String {
        address(&self.maintenance, &self.name)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The folder of its files, as they are on the disk now.
    pub(crate) async fn files(&self) -> std::path::PathBuf {
        let client = self.client().await;
        run(&client, "CHECKPOINT").await;
        let asked =
            "SELECT current_setting('data_directory'), CAST(oid AS text) FROM pg_database WHERE datname = $1";
        let row = client.query_one(asked, &[&self.name]).await.expect("asked");
        let data: String = row.get(0);
        std::path::Path::new(&data)
            .join("base")
            .join(row.get::<_, String>(1))
    }

    /// A connection of the test's own.
    pub(crate) async fn client(&self) -> Client {
        connect(&self.url()).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (maintenance, name) = (self.maintenance.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let client = connect(&maintenance).await;
                run(&client, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            });
        });
        let _ = dropped.join();
    }
}

fn maintenance() -> String {
    std::env::var("RECORD_POSTGRES_URL")
        .expect("this test needs a PostgreSQL server: scripts/with-postgres.sh cargo nextest run -p record")
}

fn settings(maintenance: &str, name: &str) -> Postgres {
    let mut settings = Postgres::new(address(maintenance, name));
    settings.partitions = 2;
    // `with_postgres --tls` has every record of these tests go by TLS.
    if let Some(roots) = std::env::var_os("RECORD_POSTGRES_ROOTS") {
        let joint = if settings.url.contains('?') { '&' } else { '?' };
        settings.url = format!("{}{joint}sslmode=require", settings.url);
        settings.roots = Some(roots.into());
    }
    settings
}

fn address(maintenance: &str, name: &str) -> String {
    let (address, options) = maintenance
        .split_once('?')
        .map_or((maintenance, String::new()), |(address, options)| {
            (address, format!("?{options}"))
        });
    let (server, _) = address.rsplit_once('/').expect("the address names a database");
    format!("{server}/{name}{options}")
}

/// The database that is copied: the schema as the migrations make it. Tests run in processes of their own; one makes it.
async fn template(client: &Client, maintenance: &str) -> String {
    let mut hasher = DefaultHasher::new();
    let folder = "migrations/postgres";
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    for file in files {
        std::fs::read(file).expect("a migration").hash(&mut hasher);
    }
    let name = format!("template_{:016x}", hasher.finish());
    run(client, "SELECT pg_advisory_lock(271828)").await;
    let found = client
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await
        .expect("asked");
    if found.is_none() {
        let making = format!("{name}_making");
        run(client, &format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        run(
            client,
            &format!("CREATE DATABASE {making} TEMPLATE template0 ENCODING 'UTF8'"),
        )
        .await;
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = crate::house::options(folder.path());
        options.engine = record::Engine::Postgres(settings(maintenance, &making));
        let clock = std::sync::Arc::new(record::clock::Wall);
        let record = record::Record::open(options, clock)
            .await
            .expect("the schema is made");
        record.close().await;
        // Each test has keys of its own.
        let made = connect(&address(maintenance, &making)).await;
        run(&made, "TRUNCATE seal, signer, process").await;
        drop(made);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        run(client, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
    }
    run(client, "SELECT pg_advisory_unlock(271828)").await;
    name
}

pub(crate) async fn connect(url: &str) -> Client {
    // The test's own way is a plain one, however the record goes.
    let url = url.replace("sslmode=require", "sslmode=disable");
    let (client, connection) = tokio_postgres::connect(&url, NoTls)
        .await
        .expect("the server answers");
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}

async fn run(client: &Client, text: &str) {
    client.batch_execute(text).await.expect(text);
}

fn random() -> String {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
