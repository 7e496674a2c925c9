//! The pages in process: a real record on a real disk, no socket. Run alone: `cargo nextest run -p web`.

mod pages;
