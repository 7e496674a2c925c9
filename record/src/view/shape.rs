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
///
/// A view of many facts a person may also take what came to somebody by itself ([`View::WITH`]), so that one reading more
/// does not cost reading three hundred. The engine does so only for what was created since the person was last read, and reads
/// the whole person whenever it is anything else.
pub trait View: Default + Send + Sync + 'static {
    /// The name of its snapshot: lower-case letters, digits and hyphens.
    const NAME: &'static str;
    /// The number of its shape, raised whenever what is kept, or how, changes: a snapshot of another shape is not read.
    const SHAPE: u32;
    /// The FHIR types it reads; nothing else reaches it.
    const READS: &'static [&'static str];
    /// The types that an addition is read together with, since they say how the others are read; a change of one of them
    /// is never an addition. `None`: whole people are read, always.
    const WITH: Option<&'static [&'static str]> = None;
    /// What is kept of one person.
    type Kept: Send;

    /// What is kept of a person; `None` for nothing. It runs outside the view's lock, so the costly part belongs here.
    ///
    /// # Errors
    /// When something of it cannot be read. The person is left out and the view says that it is incomplete.
    fn keep(now: &PersonNow<'_>) -> Result<Option<Self::Kept>, Unreadable>;

    /// Puts it in the place of everything kept of the person before; `None` forgets the person. Searches wait meanwhile.
    fn put(&mut self, person: PersonKey, kept: Option<Self::Kept>);

    /// What is kept of resources that came to a person besides all they had, told with those of the types of
    /// [`View::WITH`]; `None` asks for the whole person instead.
    fn keep_more(_now: &PersonNow<'_>) -> Option<Self::Kept> {
        None
    }

    /// Puts it beside what is kept of the person. Never called with the same twice.
    fn add(&mut self, _person: PersonKey, _more: Self::Kept) {}

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
