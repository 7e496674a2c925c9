//! The appender: one thread that writes what waits as one frame, makes it durable, and tells the askers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::audit::disk::{Disk, Segment};
use crate::audit::segment::{self, AuditHead, FRAME, Frames, HEADER};
use crate::bytes::Writer;
use crate::error::RecordError;
use crate::options::{Options, Sync};

/// The most entries of one frame.
const MOST_ENTRIES: usize = 4096;

/// How long a frame waits for those who are still reading, and for those who were answered with the frame before and mostly
/// ask again, so that one sync serves them all. Whoever reads alone waits for nobody.
const GATHER: Duration = Duration::from_micros(500);

type Reply = oneshot::Sender<Result<(), RecordError>>;

/// The way to the appender's thread.
pub(crate) struct Appender {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    /// Reads that have begun and whose entries are in no frame yet.
    reading: AtomicUsize,
    head: Mutex<AuditHead>,
}

#[derive(Default)]
struct Waiting {
    entries: Vec<(Vec<u8>, Reply)>,
    /// What the thread sleeps for; none while it works, when waking it would be a call into the kernel for nothing.
    sleeps: Option<For>,
    closed: bool,
}

/// What the appender's thread sleeps for.
#[derive(Clone, Copy)]
enum For {
    /// Any entry.
    One,
    /// The entries of all who read, and at least so many.
    All(usize),
}

/// A read that has begun; it ends with its entry or, if it shows nothing, when this is dropped.
pub(crate) struct Reading {
    shared: Arc<Shared>,
    ended: bool,
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.ended {
            self.shared.reading.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Held by the appender's thread: however it ends, nobody waits for it in vain.
struct Serving(Arc<Shared>);

impl Drop for Serving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("the read audit ended unexpectedly; nothing more can be read");
        }
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.closed = true;
        let dropped = std::mem::take(&mut waiting.entries);
        drop(waiting);
        drop(dropped);
    }
}

impl Appender {
    /// Finds where the audit stands, and starts a new segment behind it.
    pub(crate) fn open(options: &Options, disk: Arc<dyn Disk>) -> Result<Appender, RecordError> {
        let directory = &options.directory;
        std::fs::create_dir_all(segment::folder(directory)).map_err(|error| io_error(&error))?;
        let before = recover(directory).map_err(|error| io_error(&error))?;
        let mut writing = Writing {
            directory: directory.clone(),
            disk,
            size: options.audit_segment_bytes.max(HEADER + FRAME as u64 + 4096),
            durable: options.sync == Sync::Full,
            open: None,
            spare: None,
            head: before,
        };
        writing.start_segment(0).map_err(|error| io_error(&error))?;
        let shared = Arc::new(Shared {
            waiting: Mutex::new(Waiting::default()),
            arrived: Condvar::new(),
            reading: AtomicUsize::new(0),
            head: Mutex::new(before),
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("record-audit".to_owned())
            .spawn(move || {
                let serving = Serving(theirs);
                writing.run(&serving.0);
            })
            .map_err(|error| io_error(&error))?;
        Ok(Appender {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Says that somebody begins to read, and will come with an entry.
    pub(crate) fn begin(&self) -> Reading {
        self.shared.reading.fetch_add(1, Ordering::Relaxed);
        Reading {
            shared: Arc::clone(&self.shared),
            ended: false,
        }
    }

    /// Appends an entry; returns once it is durable.
    pub(crate) async fn append(&self, mut reading: Reading, entry: Vec<u8>) -> Result<(), RecordError> {
        let (reply, answer) = oneshot::channel();
        let enough = {
            let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.closed {
                return Err(RecordError::Closed);
            }
            waiting.entries.push((entry, reply));
            // Whoever takes the entry takes the reading with it.
            reading.ended = true;
            let enough = waiting
                .sleeps
                .is_some_and(|sleeps| self.shared.enough(&waiting, sleeps));
            if enough {
                waiting.sleeps = None;
            }
            enough
        };
        if enough {
            self.shared.arrived.notify_one();
        }
        answer.await.unwrap_or(Err(RecordError::Closed))
    }

    /// Where the durable audit stands.
    pub(crate) fn head(&self) -> AuditHead {
        *self.shared.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares where the audit was found with what the last seal covers, and says so when entries are missing.
    pub(crate) fn compare(&self, sealed: Option<AuditHead>) {
        let (found, sealed) = (self.head(), sealed.unwrap_or_default());
        if (found.segment, found.end) < (sealed.segment, sealed.end) {
            tracing::error!(
                found_segment = found.segment,
                found_end = found.end,
                sealed_segment = sealed.segment,
                sealed_end = sealed.end,
                "the read audit ends before what the last seal covers: entries are missing; run `sarsen verify`"
            );
        }
    }

    /// Writes what waits and stops.
    pub(crate) fn close(&self) {
        self.shared
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.shared.arrived.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn enough(&self, waiting: &Waiting, sleeps: For) -> bool {
        let expected = match sleeps {
            For::One => 1,
            For::All(expected) => expected
                .max(self.reading.load(Ordering::Relaxed))
                .min(MOST_ENTRIES),
        };
        waiting.closed || waiting.entries.len() >= expected
    }

    /// The entries of the next frame; none once it is closed. Where a sync is to be shared, it waits a while for those who
    /// are still reading, and until there are as many as `around`.
    fn take(&self, around: Option<usize>) -> Vec<(Vec<u8>, Reply)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(around) = around.filter(|around| *around > 1) {
            waiting = self.gather(waiting, around);
        }
        if !self.enough(&waiting, For::One) {
            while !self.enough(&waiting, For::One) {
                waiting.sleeps = Some(For::One);
                waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
            if around.is_some() {
                waiting = self.gather(waiting, 1);
            }
        }
        waiting.sleeps = None;
        let count = waiting.entries.len().min(MOST_ENTRIES);
        self.reading.fetch_sub(count, Ordering::Relaxed);
        waiting.entries.drain(..count).collect()
    }

    fn gather<'a>(&self, mut waiting: MutexGuard<'a, Waiting>, expected: usize) -> MutexGuard<'a, Waiting> {
        let until = Instant::now() + GATHER;
        while !self.enough(&waiting, For::All(expected)) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            waiting.sleeps = Some(For::All(expected));
            waiting = self
                .arrived
                .wait_timeout(waiting, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        waiting
    }
}

struct Writing {
    directory: PathBuf,
    disk: Arc<dyn Disk>,
    size: u64,
    durable: bool,
    open: Option<OpenSegment>,
    spare: Option<JoinHandle<io::Result<Box<dyn Segment>>>>,
    head: AuditHead,
}

struct OpenSegment {
    number: u64,
    file: Box<dyn Segment>,
    size: u64,
    /// Offset behind the last frame, or the header's place while nothing is written.
    end: u64,
}

impl Writing {
    fn run(mut self, shared: &Shared) {
        // How many read around the last frame.
        let mut around = 0;
        loop {
            let group = shared.take(self.durable.then_some(around));
            if group.is_empty() {
                break;
            }
            let result = self.write(&group).map_err(|error| io_error(&error));
            *shared.head.lock().unwrap_or_else(PoisonError::into_inner) = self.head;
            around = group.len() + shared.reading.load(Ordering::Relaxed);
            for (_, reply) in group {
                let _ = reply.send(result.clone());
            }
            self.prepare_spare();
        }
        self.finish();
    }

    fn write(&mut self, group: &[(Vec<u8>, Reply)]) -> io::Result<()> {
        let mut payload = Writer::default();
        payload.number(group.len() as u64);
        for (entry, _) in group {
            payload.bytes(entry);
        }
        let (frame, chain) = segment::frame(&self.head.chain, &payload.0);
        let length = frame.len() as u64;
        if self
            .open
            .as_ref()
            .is_none_or(|open| open.end.max(HEADER) + length > open.size)
        {
            self.start_segment(length)?;
        }
        let Some(open) = &mut self.open else {
            return Err(io::Error::other("no segment"));
        };
        if open.end == 0 {
            open.file.write_at(&segment::header(&self.head), 0)?;
        }
        let at = open.end.max(HEADER);
        open.file.write_at(&frame, at)?;
        if self.durable {
            open.file.sync()?;
        }
        open.end = at + length;
        self.head = AuditHead {
            segment: open.number,
            end: open.end,
            chain,
        };
        Ok(())
    }

    /// Opens the segment behind the head, with room for a frame of `frame` bytes.
    fn start_segment(&mut self, frame: u64) -> io::Result<()> {
        let number = self.head.segment + 1;
        let needed = HEADER + frame;
        let spare = self
            .spare
            .take()
            .and_then(|spare| spare.join().ok())
            .and_then(Result::ok);
        let (file, size) = match spare {
            Some(file) if needed <= self.size => (file, self.size),
            _ => {
                let size = self.size.max(needed);
                let path = segment::path(&self.directory, number);
                // A spare of another run, or one that is too small; it holds nothing.
                let _ = std::fs::remove_file(&path);
                (self.disk.create(&path, size)?, size)
            }
        };
        self.open = Some(OpenSegment {
            number,
            file,
            size,
            end: 0,
        });
        Ok(())
    }

    /// Makes the next segment ahead of need, so that no read waits for it, and reads go on for a while when the disk
    /// is full.
    fn prepare_spare(&mut self) {
        let half_full = self.open.as_ref().is_some_and(|open| open.end > open.size / 2);
        if !half_full || self.spare.is_some() {
            return;
        }
        let (disk, size) = (Arc::clone(&self.disk), self.size);
        let path = segment::path(&self.directory, self.head.segment + 1);
        self.spare = std::thread::Builder::new()
            .name("record-audit-spare".to_owned())
            .spawn(move || disk.create(&path, size))
            .ok();
    }

    /// Gives back the room that was not needed.
    fn finish(mut self) {
        if let Some(spare) = self.spare.take() {
            let _ = spare.join();
            let _ = std::fs::remove_file(segment::path(&self.directory, self.head.segment + 1));
        }
        let Some(open) = self.open.take() else { return };
        let path = segment::path(&self.directory, open.number);
        let _ = if open.end == 0 {
            std::fs::remove_file(path)
        } else {
            shorten(&path, open.end)
        };
    }
}

/// Finds the head of the audit: behind the last whole frame of the last segment that was begun. Later files are
/// spares without content and are removed. What stands behind the last whole frame is mostly a torn frame that was
/// never acknowledged, but it may be one that was damaged later: the file is copied aside before it is cut.
fn recover(directory: &Path) -> io::Result<AuditHead> {
    for number in segment::numbers(directory)?.into_iter().rev() {
        let path = segment::path(directory, number);
        let bytes = std::fs::read(&path)?;
        let Some((mut frames, _)) = Frames::open(&bytes) else {
            if is_unbegun(&bytes) {
                if !is_zero(&bytes) {
                    set_aside(&path, number)?;
                }
                std::fs::remove_file(&path)?;
                continue;
            }
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a segment of the read audit is damaged",
            ));
        };
        let count = frames.by_ref().count();
        let end = usize::try_from(frames.head.end).unwrap_or(usize::MAX);
        if !is_zero(bytes.get(end..).unwrap_or_default()) {
            set_aside(&path, number)?;
        }
        if count == 0 {
            // Begun, but no frame is whole: the header alone says nothing that the segment before does not.
            std::fs::remove_file(&path)?;
            continue;
        }
        shorten(&path, frames.head.end)?;
        return Ok(frames.head);
    }
    Ok(AuditHead::default())
}

/// Whether a segment without a whole header holds nothing that was acknowledged: the header and the first frame are
/// made durable together, so a torn header (some of its sectors still zero) means that neither was.
fn is_unbegun(bytes: &[u8]) -> bool {
    is_zero(&bytes[..bytes.len().min(HEADER as usize)])
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// Copies a segment beside itself, durably, before anything of it is cut off.
fn set_aside(path: &Path, number: u64) -> io::Result<()> {
    let mut copy = 1u32;
    let aside = loop {
        let aside = path.with_extension(format!("segment.damaged-{copy}"));
        if !aside.exists() {
            break aside;
        }
        copy += 1;
    };
    std::fs::copy(path, &aside)?;
    std::fs::File::open(&aside)?.sync_all()?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    tracing::error!(
        segment = number,
        copy,
        "the read audit ends in bytes that are no whole entry: torn off when the machine stopped, or damaged; the \
         segment was copied beside itself before it was cut; run `sarsen verify`"
    );
    Ok(())
}

fn shorten(path: &Path, end: u64) -> io::Result<()> {
    std::fs::OpenOptions::new().write(true).open(path)?.set_len(end)
}

/// What a failure of the file system means to us.
pub(crate) fn io_error(error: &io::Error) -> RecordError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => RecordError::DiskFull,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => RecordError::ReadOnly,
        io::ErrorKind::InvalidData => RecordError::Corrupt {
            detail: error.to_string(),
        },
        _ => RecordError::Disk {
            detail: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;
    use crate::audit::disk::FileDisk;

    /// Counts its syncs.
    struct Counting(Arc<AtomicUsize>);

    struct Counted(Box<dyn Segment>, Arc<AtomicUsize>);

    impl Disk for Counting {
        fn create(&self, path: &Path, zeros: u64) -> io::Result<Box<dyn Segment>> {
            let file = FileDisk.create(path, zeros)?;
            Ok(Box::new(Counted(file, Arc::clone(&self.0))))
        }
    }

    impl Segment for Counted {
        fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
            self.0.write_at(bytes, offset)
        }

        fn sync(&mut self) -> io::Result<()> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.sync()
        }
    }

    #[tokio::test]
    async fn a_frame_waits_for_those_who_read_and_for_none_who_showed_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let syncs = Arc::new(AtomicUsize::new(0));
        let disk = Arc::new(Counting(Arc::clone(&syncs)));
        let appender = Appender::open(&Options::new(folder.path()), disk).expect("opens");
        let reading = || appender.shared.reading.load(Ordering::Relaxed);
        appender.append(appender.begin(), vec![1]).await.expect("kept");
        let neighbour = appender.begin();
        assert_eq!(reading(), 1);
        drop(neighbour);
        assert_eq!(reading(), 0);
        appender.append(appender.begin(), vec![2]).await.expect("kept");
        assert_eq!(syncs.load(Ordering::Relaxed), 2);
        // Whoever is slow does not hold up the others for good.
        let slow = appender.begin();
        appender.append(appender.begin(), vec![3]).await.expect("kept");
        assert_eq!((syncs.load(Ordering::Relaxed), reading()), (3, 1));
        // Eight who come at once are of one frame or, on a busy machine, of a few.
        let seven: Vec<Reading> = (0..7).map(|_| appender.begin()).collect();
        let all = std::iter::once(slow).chain(seven);
        let kept = all.map(|each| appender.append(each, vec![4]));
        for kept in futures_util::future::join_all(kept).await {
            kept.expect("kept");
        }
        assert!(syncs.load(Ordering::Relaxed) <= 6, "each had a sync of its own");
        assert_eq!(reading(), 0);
        appender.close();
    }

    /// A folder whose first segment holds one whole frame and room behind it.
    fn begun() -> (tempfile::TempDir, PathBuf, u64) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(segment::folder(folder.path())).expect("made");
        let path = segment::path(folder.path(), 1);
        let before = AuditHead::default();
        let mut bytes = segment::header(&before);
        bytes.extend(segment::frame(&before.chain, b"an entry").0);
        let end = bytes.len() as u64;
        bytes.resize(8192, 0);
        std::fs::write(&path, bytes).expect("written");
        (folder, path, end)
    }

    fn asides(folder: &tempfile::TempDir) -> Vec<String> {
        segment::set_aside(folder.path()).expect("listed")
    }

    #[test]
    fn what_follows_the_last_whole_frame_is_copied_aside_before_it_is_cut() {
        let (folder, path, end) = begun();
        let file = std::fs::File::options().write(true).open(&path).expect("opens");
        file.write_all_at(b"half a frame", end + 40).expect("written");
        let damaged = std::fs::read(&path).expect("read");
        assert_eq!(recover(folder.path()).expect("recovers").end, end);
        assert_eq!(std::fs::metadata(&path).expect("there").len(), end);
        assert_eq!(asides(&folder), ["00000001.segment.damaged-1"]);
        let kept = segment::folder(folder.path()).join("00000001.segment.damaged-1");
        assert_eq!(std::fs::read(kept).expect("read"), damaged);
        // What was set aside is not looked at again, and a second time gets a name of its own.
        file.write_all_at(b"again", end).expect("written");
        recover(folder.path()).expect("recovers");
        assert_eq!(asides(&folder).len(), 2);
    }

    #[test]
    fn room_that_was_never_written_is_given_back_without_a_word() {
        let (folder, path, end) = begun();
        assert_eq!(recover(folder.path()).expect("recovers").end, end);
        assert_eq!(std::fs::metadata(&path).expect("there").len(), end);
        assert!(asides(&folder).is_empty());
    }

    #[test]
    fn a_segment_without_a_header_is_not_removed_before_it_is_copied() {
        let (folder, _, _) = begun();
        let mut bytes = vec![0; 8192];
        bytes[HEADER as usize + 7] = 1;
        std::fs::write(segment::path(folder.path(), 2), bytes).expect("written");
        assert_eq!(recover(folder.path()).expect("recovers").segment, 1);
        assert_eq!(asides(&folder), ["00000002.segment.damaged-1"]);
    }
}
