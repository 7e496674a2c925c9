//! What the database's owner could do, and what finds it. The forger has every key to the database and to the read
//! audit's files, knows how chains and seals are made, and in the worst case holds the signing key too.

/// Each test once on each engine.
macro_rules! on_each_engine {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use crate::verify::forgery::engine::On;

            #[tokio::test]
            async fn sqlite() {
                super::$name(On::Sqlite).await;
            }

            #[tokio::test]
            async fn postgresql() {
                super::$name(On::Postgresql).await;
            }
        }
    )*};
}

mod anchors;
mod engine;
mod entries;
mod estate;
mod reads;
mod rows;
mod signers;
