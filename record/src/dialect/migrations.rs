//! The schema's migrations, in pairs: what one engine gets, the other gets. The number of the last is the schema's
//! version. A migration that was released is never changed.

/// One step of the schema, for each engine.
pub(crate) struct Migration {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// Every step, in order.
        pub(crate) const MIGRATIONS: [Migration; [$($name),*].len()] = [$(Migration {
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations![
    "0001_record",
    "0002_log_bucket",
    "0003_followers",
    "0004_alias_and_destruction",
    "0005_signers",
    "0006_index_state",
    "0007_line",
    "0008_idempotency_at",
    "0009_cabinet",
];
