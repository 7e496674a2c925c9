//! The proof that no follower skips a commit, however long it takes from its position in the feed to its COMMIT. One
//! process holds commits for seconds between the two; another goes on committing, to the same people and to others; and
//! followers read the feed all the while, each entry once, from where they stand.
//!
//! - [`wave`]: some commits held at the same time, each in a bucket of its own
//! - [`follower`]: who reads
//! - [`runs`]: waves until there are as many runs as wanted
//! - [`report`]: the runs in words

pub mod follower;
pub mod report;
pub mod runs;
pub mod wave;
