//! `GET /staff/person/{id}/scores`: one person's published scores with all that a reader needs to trust or doubt them.

mod page;
mod row;

pub(crate) use page::{ScoresView, show};
