//! What the operating system counts of a process (Linux `/proc`), and children that end with the bench.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Clock ticks a second in `/proc/<pid>/stat`: Linux shows 100 to programs on every architecture we build for.
const TICKS: f64 = 100.0;

/// CPU time that a process and its threads have used, user and system, in milliseconds; steps of 10.
///
/// # Errors
/// When there is no such process.
pub(super) fn cpu_ms(pid: u32) -> anyhow::Result<f64> {
    Ok(stat(pid)?.cpu_ms)
}

/// CPU time of a process, of its children and of those of its children that have ended and were waited for, in
/// milliseconds: of a database server by its first process.
///
/// # Errors
/// When there is no such process.
pub(super) fn family_cpu_ms(first: u32) -> anyhow::Result<f64> {
    let own = stat(first)?;
    let mut cpu_ms = own.cpu_ms + own.ended_cpu_ms;
    for entry in std::fs::read_dir("/proc").context("there is no /proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One that ended meanwhile is counted with its parent the next time.
        if let Ok(child) = stat(pid)
            && child.parent == first
        {
            cpu_ms += child.cpu_ms;
        }
    }
    Ok(cpu_ms)
}

/// CPU time of this process, in milliseconds.
pub(super) fn own_cpu_ms() -> anyhow::Result<f64> {
    cpu_ms(std::process::id())
}

struct Stat {
    state: u8,
    parent: u32,
    cpu_ms: f64,
    /// Of children that ended and were waited for.
    ended_cpu_ms: f64,
}

fn stat(pid: u32) -> anyhow::Result<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} cannot be looked at"))?;
    parse_stat(&text).ok_or_else(|| anyhow!("/proc/{pid}/stat is not in the form known"))
}

/// State and CPU time; the name in brackets may hold anything, so reading starts after its last bracket.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    // proc(5): state is field 3, ppid 4, utime 14, stime 15, cutime 16, cstime 17.
    let cpu_ms = (ticks(11)? + ticks(12)?) * 1000.0 / TICKS;
    Some(Stat {
        state: *fields.first()?.as_bytes().first()?,
        parent: fields.get(1)?.parse().ok()?,
        cpu_ms,
        ended_cpu_ms: (ticks(13)? + ticks(14)?) * 1000.0 / TICKS,
    })
}

/// Memory of a process in MB (10⁶ bytes).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Memory {
    /// Resident now.
    pub(super) resident: f64,
    /// The most that was ever resident.
    pub(super) peak: f64,
}

/// Resident memory, now and at its peak.
///
/// # Errors
/// When there is no such process.
pub(super) fn memory(pid: u32) -> anyhow::Result<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} cannot be looked at"))?;
    Ok(parse_memory(&text))
}

fn parse_memory(text: &str) -> Memory {
    let mb = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: f64 = line.trim().split(' ').next()?.parse().ok()?;
        Some(kib * 1024.0 / 1e6)
    };
    Memory {
        resident: mb("VmRSS:").unwrap_or_default(),
        peak: mb("VmHWM:").unwrap_or_default(),
    }
}

/// A process that the bench started; ended, by its own id, when this is dropped.
pub(super) struct Started {
    child: Child,
    name: &'static str,
}

/// What a process that ran to its end had used.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) success: bool,
    pub(super) cpu_ms: f64,
    pub(super) peak_mb: f64,
}

impl Started {
    /// # Errors
    /// When the program cannot be started.
    pub(super) fn spawn(name: &'static str, command: &mut Command) -> anyhow::Result<Started> {
        let child = command
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        Ok(Started { child, name })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the process to end by itself. Its CPU time is read after its end and before it is reaped.
    ///
    /// # Errors
    /// When it does not end within `most`.
    pub(super) async fn finish(mut self, most: Duration) -> anyhow::Result<Finished> {
        let pid = self.id();
        let began = Instant::now();
        let mut peak_mb: f64 = 0.0;
        loop {
            let stat = stat(pid)?;
            if stat.state == b'Z' {
                let status = self.child.wait()?;
                return Ok(Finished {
                    success: status.success(),
                    cpu_ms: stat.cpu_ms,
                    peak_mb,
                });
            }
            peak_mb = peak_mb.max(memory(pid)?.peak);
            if began.elapsed() > most {
                bail!("{} did not end within {} s", self.name, most.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks the process to end and waits for it, so that it closes what it has open.
    ///
    /// # Errors
    /// When it has to be killed because it does not end within 30 s.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(pid) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM)
                .with_context(|| format!("{} cannot be told to stop", self.name))?;
        }
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(30) {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("{} did not stop within 30 s and was killed", self.name)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // It may end between the two lines; then there is nothing to kill, which is what was wanted.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// What the files of a folder take on the disk, in bytes, as the file system counts blocks.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn disk_bytes(folder: &Path) -> anyhow::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() {
            disk_bytes(&entry.path())?
        } else {
            metadata.blocks() * 512
        };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{Started, cpu_ms, own_cpu_ms, parse_memory, parse_stat};

    #[test]
    fn cpu_time_is_user_and_system_time_whatever_the_program_is_called() {
        let text = "42 (a) R) x) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 9 9 20 0 4 0 100 1000 10 0";
        let stat = parse_stat(text).expect("parsed");
        assert_eq!((stat.state, stat.parent), (b'S', 1));
        assert_eq!((stat.cpu_ms, stat.ended_cpu_ms), (1750.0, 180.0));
        assert!(parse_stat("42 (a").is_none());
    }

    #[test]
    fn memory_is_read_in_millions_of_bytes() {
        let memory = parse_memory("Name:\tx\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\n");
        assert_eq!((memory.resident, memory.peak), (1.024, 2.048));
    }

    #[test]
    fn work_shows_in_our_own_cpu_time() {
        let before = own_cpu_ms().expect("there is a /proc");
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(60) {
            std::hint::spin_loop();
        }
        assert!(own_cpu_ms().expect("there is a /proc") > before);
    }

    #[test]
    fn a_process_that_was_started_is_gone_when_its_guard_is_dropped() {
        let started = Started::spawn("sleep", Command::new("sleep").arg("600")).expect("starts");
        let pid = started.id();
        assert!(cpu_ms(pid).is_ok());
        drop(started);
        assert!(cpu_ms(pid).is_err());
    }

    #[tokio::test]
    async fn a_process_that_ends_by_itself_is_seen_to_the_end() {
        let good = Started::spawn("true", &mut Command::new("true")).expect("starts");
        assert!(good.finish(Duration::from_secs(10)).await.expect("ends").success);
        let bad = Started::spawn("false", &mut Command::new("false")).expect("starts");
        assert!(!bad.finish(Duration::from_secs(10)).await.expect("ends").success);
    }
}
