//! The one concrete [`Record`]: opening, closing, and the doors to the writer and the readers.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use fhir::{HomeRule, LocalReference};
use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::access::known::Known;
use crate::access::{Facts, Sight};
use crate::actor::{Actor, Purpose};
use crate::alias;
use crate::audit::appender::Appender;
use crate::audit::disk::FileDisk;
use crate::audit::readers::{self, Reader};
use crate::audit::{Entrance, ReadEntry};
use crate::backfill::Filling;
use crate::backfill::driver::{self, Filler};
use crate::backfill::state as backfill;
use crate::cabinet::Sealing;
use crate::clock::SystemClock;
use crate::commit::{Commit, Committed, Idempotency};
use crate::deed::{Destruction, Identity, WholeRecord};
use crate::dialect::{self, Access, Bell, Connection, engine_error};
use crate::error::{CommitError, ReadError, RecordError};
use crate::feed::{self, FeedEntry};
use crate::follow::wake::Wake;
use crate::holds;
use crate::ids::{self, Bucket, CommitId, PersonKey, RequestId};
use crate::keys;
use crate::mark::Marker;
use crate::options::{Engine, Options};
use crate::process::{self, ProcessId};
use crate::reader::ask::Ask;
use crate::reader::paging::{self, Tokens};
use crate::reader::person::unit_of;
use crate::reader::pool::Pool;
use crate::reason::Reason;
use crate::seal::anchorer::Anchorer;
use crate::seal::sealer::{self, Sealer};
use crate::seal::status::{self, SealStatus};
use crate::stats::{self, Stats};
use crate::verify::{self, VerifyReport};
use crate::writer::checkpoint::Checkpointer;
use crate::writer::finish;
use crate::writer::group::Writing;
use crate::writer::heads::Heads;
use crate::writer::job::{Own, bucket_of_home, make_ready};
use crate::writer::queue::Queue;
use crate::writer::replay;
use crate::writer::turn::Turn;
use crate::writer::whole;

/// An opened record. Cheap to clone; the clones share one store.
#[derive(Clone)]
pub struct Record {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    clock: Arc<dyn SystemClock>,
    queue: Arc<Queue>,
    pool: Pool,
    /// Readers of a replica, where there is one.
    replica: Option<Pool>,
    audit: Arc<Appender>,
    seals: status::Shared,
    process: ProcessId,
    /// Up to which generation of search parameters entries are packed.
    generation: u16,
    tokens: Tokens,
    sealing: Sealing,
    wake: Wake,
    marker: Marker,
    known: Arc<Known>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Held as long as the record is open.
    _lock: File,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    /// Ends reading, lets the writer finish what waits and seal, and waits for it.
    fn stop(&self) {
        self.queue.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.pool.close();
        if let Some(replica) = &self.replica {
            replica.close();
        }
        if let Some(writer) = writer {
            let _ = writer.join();
        }
        self.audit.close();
    }
}

impl Record {
    /// Opens the record in a data directory, making it when it is not there.
    ///
    /// # Errors
    /// When another process has it open, it cannot be read or written, it is damaged or newer than this release.
    pub async fn open(options: Options, system: Arc<dyn SystemClock>) -> Result<Record, RecordError> {
        let record = tokio::task::spawn_blocking(move || Record::open_here(options, system, Of::Everybody))
            .await
            .unwrap_or(Err(RecordError::Closed))?;
        let inner = &record.inner;
        driver::start(Filler {
            queue: Arc::clone(&inner.queue),
            pool: inner.pool.clone(),
            clock: Arc::clone(&inner.clock),
            process: inner.process,
            generation: inner.generation,
            slice: inner.options.fill_slice,
            pause: inner.options.fill_pause,
        });
        Ok(record)
    }

    /// Opens what a restore has filled and closes it again: what has to be caught up with is.
    pub(crate) fn open_and_close(options: Options, clock: Arc<dyn SystemClock>) -> Result<(), RecordError> {
        Record::open_here(options, clock, Of::Restore)?.inner.stop();
        Ok(())
    }

    fn open_here(options: Options, clock: Arc<dyn SystemClock>, of: Of) -> Result<Record, RecordError> {
        std::fs::create_dir_all(&options.directory).map_err(|error| keys::unusable(".", &error))?;
        let lock = lock(&options)?;
        let keys = keys::open(&options.directory)?;
        let process = process::own(&options.directory)?;
        let mut connection = dialect::connect(&options, Access::Write)?;
        if of == Of::Everybody {
            dialect::refuse_half(&connection)?;
        }
        dialect::migrate(&mut connection, &options)?;
        let generation = options.generation.unwrap_or_else(fhir::newest_generation);
        backfill::begin(&connection, process, generation, clock.now().as_microsecond())?;
        let (heads, checkpointer) = if connection.is_of_one_process() {
            let pages = dialect::wal_pages(&mut connection)?;
            let copier = dialect::connect(&options, Access::Checkpoint)?;
            let checkpointer =
                Checkpointer::start(copier, pages).map_err(|error| keys::unusable("a thread", &error))?;
            let heads = Heads::load(&connection).map_err(|error| engine_error(&error))?;
            (heads, Some(checkpointer))
        } else {
            (Heads::unlocked(), None)
        };
        let pool = Pool::open(&options, Access::Read)?;
        let replica = match &options.engine {
            Engine::Postgres(postgres) if postgres.replica_url.is_some() => {
                Some(Pool::open(&options, Access::Replica)?)
            }
            Engine::Postgres(_) | Engine::Sqlite => None,
        };
        let disk = options.audit_disk.clone().unwrap_or_else(|| Arc::new(FileDisk));
        let audit = Arc::new(Appender::open(&options, disk)?);
        audit.compare(sealer::last_reads(&connection, process).map_err(|error| engine_error(&error))?);
        let queue = Arc::new(Queue::new(options.queue));
        let wake = Wake::default();
        let seals = status::Shared::default();
        let mut anchorer = options
            .anchor_file
            .clone()
            .map(|path| Anchorer::start(&options, path, seals.clone()))
            .transpose()?;
        let bell = match &options.engine {
            Engine::Sqlite => None,
            Engine::Postgres(postgres) => {
                let own = u64::from_be_bytes(keys::random()?).to_string();
                let bell = Bell::start(postgres, own, {
                    let wake = wake.clone();
                    move || wake.raise()
                })
                .map_err(|error| keys::unusable("a thread", &error))?;
                Some(Arc::new(bell))
            }
        };
        let turn = Arc::<Turn>::default();
        let known = match &options.engine {
            Engine::Sqlite => Known::by_turns(Arc::clone(&turn)),
            Engine::Postgres(_) => Known::default(),
        };
        let unfinished = Arc::<AtomicBool>::default();
        let mut writing = |connection, heads, leads: bool| Writing {
            connection,
            heads,
            turn: Arc::clone(&turn),
            queue: Arc::clone(&queue),
            clock: Arc::clone(&clock),
            sealer: Sealer::new(options.directory.clone(), process, keys.seal.clone()),
            seal_every: options.seal_every.filter(|_| leads),
            seal_status: seals.clone(),
            anchorer: anchorer.take().filter(|_| leads),
            process,
            generation,
            audit: Arc::clone(&audit),
            checkpointer: None,
            bell: bell.clone(),
            options: options.clone(),
            leads,
            others: Vec::new(),
            acknowledge: options.acknowledge,
            fencing: options.fencing,
            wake: wake.clone(),
            expire_from: 0,
            around: 0,
            gathered: Vec::new(),
            directory: options.directory.clone(),
            marker: keys.marker,
            unfinished: Arc::clone(&unfinished),
        };
        let mut leader = writing(connection, heads, true);
        leader.checkpointer = checkpointer;
        if let Engine::Postgres(postgres) = &options.engine {
            for _ in 1..postgres.writers.clamp(1, 64) {
                let other = writing(dialect::connect_writer(&options)?, Heads::unlocked(), false);
                leader.others.push(start(other)?);
            }
        }
        let writer = start(leader)?;
        let tokens = Tokens::new(&keys.page);
        let sealing = Sealing::new(&keys.cabinet);
        let writer = Mutex::new(Some(writer));
        Ok(Record {
            inner: Arc::new(Inner {
                options,
                clock,
                queue,
                pool,
                replica,
                audit,
                seals,
                process,
                generation,
                tokens,
                sealing,
                wake,
                marker: keys.marker,
                known: Arc::new(known),
                writer,
                _lock: lock,
            }),
        })
    }

    /// Seals and closes the record; waits for commits under way. Other clones find it closed.
    pub async fn close(self) {
        let inner = Arc::clone(&self.inner);
        drop(self);
        let _ = tokio::task::spawn_blocking(move || inner.stop()).await;
    }

    /// The bucket where a new resource with this home will live, so that its id can be made before the commit. A new
    /// person or unit may live in any bucket: one is drawn.
    pub async fn bucket_for(&self, home: &HomeRule) -> Bucket {
        bucket_of_home(home).unwrap_or_else(|| self.fresh_bucket())
    }

    /// A bucket drawn at random, for a new person or unit.
    #[must_use]
    pub fn fresh_bucket(&self) -> Bucket {
        Bucket::wrapping(u64::from_be_bytes(self.random()))
    }

    /// A new id in a bucket.
    #[must_use]
    pub fn new_id(&self, bucket: Bucket) -> String {
        ids::new_id(bucket, self.inner.clock.now(), self.random())
    }

    /// A new id of a request.
    #[must_use]
    pub fn new_request(&self) -> RequestId {
        RequestId(u128::from_be_bytes(self.random()))
    }

    /// Random bytes; when the system has none, bytes of the clock, which still differ from call to call.
    fn random<const N: usize>(&self) -> [u8; N] {
        keys::drawn().unwrap_or_else(|_| {
            let digest = Bucket::of_hash(&self.now_microseconds().to_be_bytes())
                .number()
                .to_be_bytes();
            let mut bytes = [0; N];
            for (byte, from) in bytes
                .iter_mut()
                .zip(self.now_microseconds().to_be_bytes().iter().chain(&digest))
            {
                *byte = *from;
            }
            bytes
        })
    }

    /// Keeps all changes of a commit, or none.
    ///
    /// # Errors
    /// As [`CommitError`] says; after an error nothing was kept.
    pub async fn commit(
        &self,
        sight: &Sight,
        actor: &Actor,
        purpose: Purpose,
        commit: Commit,
    ) -> Result<Committed, CommitError> {
        let id = CommitId(keys::drawn().map_err(CommitError::Storage)?);
        let (reply, answer) = oneshot::channel();
        let new_id =
            |home: &HomeRule| self.new_id(bucket_of_home(home).unwrap_or_else(|| self.fresh_bucket()));
        let own = Own {
            marker: self.inner.marker,
            generation: self.inner.generation,
            known: Arc::clone(&self.inner.known),
        };
        let job = make_ready((sight, actor, purpose), commit, id, own, &new_id, reply)?;
        self.inner.queue.push(job).map_err(CommitError::Storage)?;
        answer
            .await
            .unwrap_or(Err(CommitError::Storage(RecordError::Closed)))
    }

    /// The answer that a commit with this idempotency key was given, when there was one: to be asked before anything
    /// that a repeated request may find changed by its first run.
    ///
    /// # Errors
    /// [`CommitError::IdempotencyMismatch`] when the key was used with other content, or a failing store.
    pub async fn kept_answer(&self, asked: &Idempotency) -> Result<Option<Committed>, CommitError> {
        let now = self.now_microseconds();
        self.inner
            .pool
            .here(|connection| match replay::answer(connection, asked, now) {
                Err(CommitError::Storage(error)) => Err(error),
                answer => Ok(answer),
            })
            .await?
    }

    /// Facts of access in memory.
    pub(crate) fn known(&self) -> &Known {
        &self.inner.known
    }

    /// Writes what happened at a door into the read audit, and returns once it is durable.
    ///
    /// # Errors
    /// When the audit cannot be written: then nobody may come in.
    pub async fn note_entrance(&self, entrance: &Entrance<'_>) -> Result<(), RecordError> {
        let entry = ReadEntry::of_entrance(self.now_microseconds(), self.new_request(), entrance);
        let entry = entry.ok_or_else(|| RecordError::Engine {
            detail: "no type Person".to_owned(),
        })?;
        self.audit().append(self.audit().begin(), entry.store()).await
    }

    /// Visits every entry of this process's read audit from a moment on, for whoever oversees access. Entries hold internal ids.
    ///
    /// # Errors
    /// When the audit cannot be read.
    pub async fn reads_since(
        &self,
        from: Timestamp,
        mut visit: impl FnMut(&ReadEntry) + Send + 'static,
    ) -> Result<(), RecordError> {
        let directory = self.directory().to_owned();
        tokio::task::spawn_blocking(move || readers::since(&directory, from, &mut visit))
            .await
            .unwrap_or(Err(RecordError::Closed))
    }

    /// The Patient id of a person, for whoever oversees access; none of a unit, or of one whose record was destroyed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn patient_of(&self, person: PersonKey) -> Result<Option<String>, RecordError> {
        let named = self
            .inner
            .pool
            .here(|connection| alias::name_of(connection, person))
            .await?;
        Ok(named
            .filter(|(kind, _)| kind.name() == "Patient")
            .map(|(_, id)| id))
    }

    /// The key of the person with this Patient id, by which an entry of the audit names them; none of nobody. For whoever oversees
    /// access: a key tells nothing, and leads nowhere once the record was destroyed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn person_of(&self, patient: &LocalReference) -> Result<Option<PersonKey>, RecordError> {
        self.inner
            .pool
            .here(|connection| unit_of(connection, patient.resource_type, &patient.id))
            .await
    }

    /// What is known of a person that rules of access go by. It takes no sight and is shown to nobody: whoever decides what
    /// somebody may see asks for it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn facts_of(&self, person: &LocalReference) -> Result<Arc<Facts>, RecordError> {
        let known = &self.inner.known;
        match known.at_hand(person) {
            Some(facts) => Ok(facts),
            None => {
                self.inner
                    .pool
                    .here(|connection| known.of_resource(connection, person))
                    .await
            }
        }
    }

    /// Begins the reads of one request.
    #[must_use]
    pub fn ask(&self, sight: &Sight, actor: &Actor, purpose: Purpose, request: RequestId) -> Ask {
        Ask::new(self.clone(), sight.clone(), actor.clone(), purpose, request)
    }

    /// The feed of a bucket after a position, at most `limit` entries.
    ///
    /// It takes no lens: it is read by the house's own followers, and an entry holds ids and types, no body. What a
    /// follower then reads of them goes through [`Record::ask`], with one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn feed(&self, bucket: Bucket, after: u64, limit: usize) -> Result<Vec<FeedEntry>, ReadError> {
        Ok(self
            .following()
            .apart(move |connection| feed::read(connection, bucket, after, limit))
            .await?)
    }

    /// Who is read as one with the person of this Patient; `None` when no such person is known. It tells nothing but
    /// ids, and takes no lens: what Sarsen makes names the survivor.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn identity(&self, patient_id: &str) -> Result<Option<Identity>, RecordError> {
        self.inner
            .pool
            .at_once(|connection| {
                let patient = whole::patient()?;
                match unit_of(connection, patient, patient_id)? {
                    Some(person) => alias::identity(connection, person).map(Some),
                    None => Ok(None),
                }
            })
            .await
    }

    /// The id of the Patient that what Sarsen makes about this person is to name: the survivor's where the person was
    /// joined to another, else the id given.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn survivor_of(&self, patient_id: &str) -> Result<String, RecordError> {
        let identity = self.identity(patient_id).await?;
        Ok(identity.map_or_else(|| patient_id.to_owned(), |identity| identity.id))
    }

    /// Every record that was destroyed, in order of time: to be replayed wherever an older copy is put back.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn destructions(&self) -> Result<Vec<Destruction>, RecordError> {
        self.inner.pool.here(finish::destructions).await
    }

    /// Destroys again what a store put back from a backup still holds: gives how many records that were. Whoever is
    /// destroyed already, or is not the person whose record was destroyed, is left alone; so it may be done twice. What
    /// `destructions.log` in the data directory tells is done again at each opening without being asked.
    ///
    /// # Errors
    /// When the store fails; those before the failure were destroyed.
    pub async fn replay_destructions(&self, list: &[Destruction]) -> Result<usize, CommitError> {
        let actor = Actor::house("sarsen");
        let purpose = Purpose::ServiceManagement;
        let lens = Sight::own();
        let mut destroyed = 0;
        for each in list {
            let deed = WholeRecord::DestroyAgain(each.clone());
            let committed = self
                .commit(&lens, &actor, purpose, Commit::of_deed("restore", deed))
                .await?;
            destroyed += usize::from(!committed.positions.is_empty());
        }
        Ok(destroyed)
    }

    /// Why a person's record may not be destroyed; `None` when it may.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn held(&self, person: PersonKey) -> Result<Option<Reason>, RecordError> {
        self.inner
            .pool
            .here(|connection| holds::of(connection, person))
            .await
    }

    /// Everyone to whom something of a person (by any of `people`'s keys) was shown from `from` until before `to`, in
    /// order of time: whoever has to be told when a fact was filed to the wrong person. It reads the audit of this data
    /// directory; where several processes serve one store, each is asked.
    ///
    /// # Errors
    /// When the read audit cannot be read or is damaged.
    pub async fn readers_of(
        &self,
        people: &[PersonKey],
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Reader>, RecordError> {
        let (directory, people) = (self.inner.options.directory.clone(), people.to_vec());
        tokio::task::spawn_blocking(move || readers::readers(&directory, &people, from, to))
            .await
            .unwrap_or(Err(RecordError::Closed))
    }

    /// Runs something short in a write transaction of its own; it is no commit and makes no feed entry.
    pub(crate) async fn write_apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, RecordError> + Send + 'static,
    ) -> Result<T, RecordError> {
        self.inner.queue.work(work).await
    }

    /// Writes a seal over all heads now, if anything was written since the last.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn seal(&self) -> Result<(), RecordError> {
        let (reply, answer) = oneshot::channel();
        self.inner.queue.ask_seal(reply);
        answer.await.unwrap_or(Err(RecordError::Closed))
    }

    /// How sealing and anchoring stand.
    #[must_use]
    pub fn seal_status(&self) -> SealStatus {
        self.inner.seals.get()
    }

    /// Asks for a new signing key: the next seal introduces it by a signature of the present one, whose private half is
    /// then gone. The same as [`rotate_key`] and a seal.
    ///
    /// # Errors
    /// When the key cannot be made, or the store fails.
    pub async fn rotate_key(&self) -> Result<(), RecordError> {
        rotate_key(&self.inner.options.directory)?;
        self.seal().await
    }

    /// Checks everything that is stored; see [`crate::verify`]. Commits may go on meanwhile.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub async fn verify(&self) -> Result<VerifyReport, RecordError> {
        let options = self.inner.options.clone();
        tokio::task::spawn_blocking(move || verify::check(&options, &verify::Proof::default()))
            .await
            .unwrap_or(Err(RecordError::Closed))
    }

    /// Counts of what is stored.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn stats(&self) -> Result<Stats, RecordError> {
        let directory = self.inner.options.directory.clone();
        self.inner
            .pool
            .apart(move |connection| stats::count(connection, &directory))
            .await
    }

    /// A digest of all stored content (not of seals and read audit), for tests that a refusal changed nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn digest(&self) -> Result<[u8; 32], RecordError> {
        self.inner.pool.apart(stats::digest).await
    }

    /// A digest of what is made from the log (current versions, locators, memberships, value rows, who is read as one),
    /// without places in it: for tests that what was undone left nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn index_digest(&self) -> Result<[u8; 32], RecordError> {
        self.inner.pool.apart(stats::index_digest).await
    }

    /// Closes a token over `content`, good only for this actor with these rights.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal_token(&self, sight: &Sight, actor: &Actor, content: &[u8]) -> Result<String, RecordError> {
        self.inner
            .tokens
            .close(content, &paging::bound(actor, sight, b"token"))
    }

    /// Opens a token of [`Record::seal_token`]; `None` when it is not ours or was made for somebody else.
    #[must_use]
    pub fn open_token(&self, sight: &Sight, actor: &Actor, token: &str) -> Option<Vec<u8>> {
        self.inner
            .tokens
            .open(token, &paging::bound(actor, sight, b"token"))
    }

    pub(crate) fn wake(&self) -> &Wake {
        &self.inner.wake
    }

    /// Whose data directory it is.
    pub(crate) fn process(&self) -> ProcessId {
        self.inner.process
    }

    /// The data directory.
    pub(crate) fn directory(&self) -> &std::path::Path {
        &self.inner.options.directory
    }

    /// Where followers and views read: a replica, where there is one. What is decided on is read from [`Record::pool`].
    pub(crate) fn following(&self) -> &Pool {
        self.inner.replica.as_ref().unwrap_or(&self.inner.pool)
    }

    /// How far the newest search parameters are prepared; `None` once every entry holds them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn filling(&self) -> Result<Option<Filling>, RecordError> {
        let generation = self.inner.generation;
        self.inner
            .pool
            .here(move |connection| {
                let read = || {
                    if backfill::ready(connection)? >= generation {
                        return Ok(None);
                    }
                    backfill::filling(connection, generation).map(Some)
                };
                read().map_err(|error| engine_error(&error))
            })
            .await
    }

    /// The generation of search parameters that searches may name: every entry holds it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn searchable_generation(&self) -> Result<u16, RecordError> {
        let ready = self
            .inner
            .pool
            .here(|connection| backfill::ready(connection).map_err(|error| engine_error(&error)))
            .await?;
        Ok(ready.min(self.inner.generation))
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    pub(crate) fn audit(&self) -> &Appender {
        &self.inner.audit
    }

    pub(crate) fn marker(&self) -> Marker {
        self.inner.marker
    }

    pub(crate) fn sealing(&self) -> &Sealing {
        &self.inner.sealing
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn now_microseconds(&self) -> i64 {
        self.now().as_microsecond()
    }
}

/// Asks for a new signing key through the data directory: whoever has the record open takes it up with its next seal, within
/// a minute; or the next that opens it.
///
/// # Errors
/// When the key cannot be made.
pub fn rotate_key(directory: &Path) -> Result<(), RecordError> {
    keys::prepare_next(directory)
}

/// Whether a new signing key waits to be taken up.
///
/// # Errors
/// When the folder of keys cannot be read.
pub fn is_rotating(directory: &Path) -> Result<bool, RecordError> {
    Ok(keys::next_seal_key(directory)?.is_some())
}

/// Who opens it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Whoever serves it.
    Everybody,
    /// The restore that fills it.
    Restore,
}

/// Starts a writer's thread.
fn start(writing: Writing) -> Result<JoinHandle<()>, RecordError> {
    std::thread::Builder::new()
        .name("record-writer".to_owned())
        .spawn(move || writing.run())
        .map_err(|error| keys::unusable("a thread", &error))
}

/// Takes the data directory, as long as the file is held.
pub(crate) fn lock(options: &Options) -> Result<File, RecordError> {
    let unusable = |error: std::io::Error| keys::unusable("lock", &error);
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(options.directory.join("lock"))
        .map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(RecordError::InUse),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}
