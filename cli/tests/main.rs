//! The binary itself: started, knocked at over real sockets, killed, started again.
//! Run alone: `cargo nextest run -p cli`.

mod binary;
mod door;
