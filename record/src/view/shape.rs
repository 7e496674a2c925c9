//! What a view has to say of itself.

use std::io;

use crate::held::Stored;
use crate::ids::PersonKey;

/// A pure copy of something, kept person by person.
///
/// The engine gives it, for one person or unit of the directory at a time, everything of the types it reads that is
/// current now. It says what is kept of that, and puts it in the place of what was kept before; so being told twice, or of
/// something newer than the feed entry that is being followed, does no harm. Deleted, moved, joined, parted and destroyed
/// all come down to the same: this is what the person has now.
pub trait View: Default + Send + Sync + 'static {
    /// The name of its snapshot: lower-case letters, digits and hyphens.
    const NAME: &'static str;
    /// The number of its shape, raised whenever what is kept, or how, changes: a snapshot of another shape is not read.
    const SHAPE: u32;
    /// The FHIR types it reads; nothing else reaches it.
    const READS: &'static [&'static str];
    /// What is kept of one person.
    type Kept: Send;

    /// What is kept of a person; `None` for nothing. It runs outside the view's lock, so the costly part belongs here.
    ///
    /// # Errors
    /// When something of it cannot be read. The person is left out and the view says that it is incomplete.
    fn keep(now: &PersonNow<'_>) -> Result<Option<Self::Kept>, Unreadable>;

    /// Puts it in the place of everything kept of the person before; `None` forgets the person. Searches wait meanwhile.
    fn put(&mut self, person: PersonKey, kept: Option<Self::Kept>);

    /// Tells everything that is kept, one person after the other, in a form that [`View::load`] reads.
    ///
    /// # Errors
    /// Those of `tell` alone.
    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()>;

    /// What [`View::save`] told of a person; `None` when the bytes are no such thing.
    fn load(kept: &[u8]) -> Option<Self::Kept>;

    /// The bytes of memory it takes, near enough for an operator.
    fn bytes(&self) -> u64;
}

/// What a person or unit has now, of the types that a view reads.
#[derive(Debug)]
pub struct PersonNow<'a> {
    /// Whose it is.
    pub person: PersonKey,
    /// With whose record this one is read as one, when it was joined to another.
    pub survivor: Option<PersonKey>,
    /// The current resources, by type and id; none is a deletion.
    pub resources: &'a [Stored],
}

/// Why something cannot be kept: fixed words, never anything of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub &'static str);
