//! The processes of a server, by what the system says of them under `/proc`.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Kills a process and all its children at once, as if the machine had stopped: the parent is held first, so that it
/// starts no further child, and none of them ends in order.
///
/// # Errors
/// When they are still there after ten seconds.
pub fn kill_family(parent: u32) -> io::Result<()> {
    hold_still(parent)?;
    let children = children(parent);
    send(parent, Signal::KILL);
    for child in &children {
        send(*child, Signal::KILL);
    }
    wait_until("end", || {
        std::iter::once(&parent)
            .chain(&children)
            .all(|process| matches!(state(*process), None | Some('Z')))
    })
}

/// Holds a process still, wherever it stands.
///
/// # Errors
/// When it has not come to a halt after ten seconds.
pub fn hold_still(process: u32) -> io::Result<()> {
    send(process, Signal::STOP);
    wait_until("hold still", || matches!(state(process), None | Some('T' | 'Z')))
}

/// Lets a process go on that was held still.
pub fn go_on(process: u32) {
    send(process, Signal::CONT);
}

/// Sends a signal; a process that has ended does not mind.
pub(crate) fn send(process: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Looks every few milliseconds, for ten seconds.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) -> io::Result<()> {
    let begun = Instant::now();
    while !holds() {
        if begun.elapsed() > Duration::from_secs(10) {
            return Err(io::Error::other(format!("the processes did not {what}")));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// The children of a process.
#[must_use]
pub fn children(parent: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|(_, its_parent)| its_parent == parent))
        .collect()
}

/// The state of a process as the system names it (`R`, `S`, `T`, `Z` …); `None` when there is no such process.
#[must_use]
pub fn state(process: u32) -> Option<char> {
    stat(process).map(|(state, _)| state)
}

/// CPU time of a process in milliseconds, its own and that of the children it has waited for.
#[must_use]
pub fn cpu(process: u32) -> f64 {
    let Ok(text) = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")) else {
        return 0.0;
    };
    let fields: Vec<&str> = text
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace()
        .collect();
    // utime, stime, cutime, cstime, in ticks of ten milliseconds.
    (11..15)
        .filter_map(|at| fields.get(at)?.parse::<f64>().ok())
        .sum::<f64>()
        * 10.0
}

/// State and parent of a process.
fn stat(process: u32) -> Option<(char, u32)> {
    let text = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}
