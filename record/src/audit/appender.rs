//! The appender: one thread that writes what waits as one frame, makes it durable, and tells the askers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::audit::disk::{Disk, Segment};
use crate::audit::segment::{self, AuditHead, FRAME, Frames, HEADER};
use crate::bytes::Writer;
use crate::error::RecordError;
use crate::options::{Options, Sync};

/// The most entries of one frame.
const MOST_ENTRIES: usize = 4096;

type Reply = oneshot::Sender<Result<(), RecordError>>;

/// The way to the appender's thread.
pub(crate) struct Appender {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    head: Mutex<AuditHead>,
}

#[derive(Default)]
struct Waiting {
    entries: Vec<(Vec<u8>, Reply)>,
    closed: bool,
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
            head: Mutex::new(before),
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("record-audit".to_owned())
            .spawn(move || writing.run(&theirs))
            .map_err(|error| io_error(&error))?;
        Ok(Appender {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Appends an entry; returns once it is durable.
    pub(crate) async fn append(&self, entry: Vec<u8>) -> Result<(), RecordError> {
        let (reply, answer) = oneshot::channel();
        {
            let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.closed {
                return Err(RecordError::Closed);
            }
            waiting.entries.push((entry, reply));
        }
        self.shared.arrived.notify_one();
        answer.await.unwrap_or(Err(RecordError::Closed))
    }

    /// Where the durable audit stands.
    pub(crate) fn head(&self) -> AuditHead {
        *self.shared.head.lock().unwrap_or_else(PoisonError::into_inner)
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
        loop {
            let group = {
                let mut waiting = shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                while waiting.entries.is_empty() && !waiting.closed {
                    waiting = shared
                        .arrived
                        .wait(waiting)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                let count = waiting.entries.len().min(MOST_ENTRIES);
                waiting.entries.drain(..count).collect::<Vec<_>>()
            };
            if group.is_empty() {
                break;
            }
            let result = self.write(&group).map_err(|error| io_error(&error));
            *shared.head.lock().unwrap_or_else(PoisonError::into_inner) = self.head;
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
/// spares without content and are removed; the torn tail of the last segment was never acknowledged.
fn recover(directory: &Path) -> io::Result<AuditHead> {
    for number in segment::numbers(directory)?.into_iter().rev() {
        let path = segment::path(directory, number);
        let bytes = std::fs::read(&path)?;
        let Some((mut frames, before)) = Frames::open(&bytes) else {
            if is_unbegun(&bytes) {
                std::fs::remove_file(&path)?;
                continue;
            }
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a segment of the read audit is damaged",
            ));
        };
        if frames.by_ref().count() == 0 {
            // Begun, but its first frame was torn: nothing in it was acknowledged.
            std::fs::remove_file(&path)?;
            let _ = before;
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
    bytes.iter().take(HEADER as usize).all(|byte| *byte == 0)
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
