//! The writer. Callers make their commits ready ([`job`]) and put them into a lane ([`queue`]); a thread takes what
//! waits, decides each commit with reads only ([`decide`], [`whole`], [`destroy`]), through the lenses of who asked ([`permit`]), writes those that may be kept ([`write`]) and commits them
//! together ([`group`]). Over an embedded engine one thread does so; over a server several do, in several processes, each
//! group under locks ([`locked`]). A checkpointer copies the write-ahead log into the database beside it ([`checkpoint`]). What readers keep in memory is good until the next commit ends their [`turn`].

pub(crate) mod checkpoint;
pub(crate) mod decide;
pub(crate) mod destroy;
pub(crate) mod finish;
pub(crate) mod group;
pub(crate) mod heads;
pub(crate) mod job;
mod locked;
mod permit;
pub(crate) mod queue;
pub(crate) mod replay;
pub(crate) mod turn;
pub(crate) mod whole;
pub(crate) mod write;
