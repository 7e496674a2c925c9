//! The story of the record, chapter by chapter; what it says holds on every engine, word for word: a test here takes the
//! engine it is told [`On`](crate::house::On), and is listed in `on_each_engine!` at the end of its chapter.

/// Each test once on each engine: `contract::feed::…::sqlite`, `contract::feed::…::postgresql`.
macro_rules! on_each_engine {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use crate::house::On;

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

/// The same for properties, which make their own runtimes.
macro_rules! properties_on_each_engine {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use crate::house::On;

            #[test]
            fn sqlite() {
                super::$name(On::Sqlite);
            }

            #[test]
            fn postgresql() {
                super::$name(On::Postgresql);
            }
        }
    )*};
}

mod audit;
mod cabinet;
pub(crate) mod destroy;
mod feed;
mod followers;
mod histories;
mod homes;
mod idempotency;
mod joins;
mod lens;
mod moves;
mod refusals;
mod searches;
mod trail;
mod undone;
mod versions;
mod views;
