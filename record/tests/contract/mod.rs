//! The story of the record, chapter by chapter; what it says holds on every engine.

mod audit;
mod destroy;
mod feed;
mod followers;
mod histories;
mod homes;
mod idempotency;
mod joins;
mod moves;
mod refusals;
mod searches;
mod undone;
mod versions;
mod views;
