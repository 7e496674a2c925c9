//! Who is signed in, in several processes of one store; accounts that several change at once.

mod sessions;
