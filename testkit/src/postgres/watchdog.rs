//! The watchdog: a small process of its own that holds the other end of a pipe. When the pipe closes, because the test
//! is done or because it was killed, the watchdog ends the server that is left and removes its folder.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the watchdog runs; `$1` is the folder. Each line that it reads is the number of the process to end, or 0. A number
/// that meanwhile belongs to somebody else is told by its command line, which names the folder.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
server=0
while read -r line; do server=$line; done
is_ours() { [ "$server" != 0 ] && tr '\0' ' ' 2>/dev/null <"/proc/$server/cmdline" | grep -qF "$1"; }
if is_ours "$1"; then kill -QUIT "$server"; fi
tries=0
while is_ours "$1" && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
if is_ours "$1"; then kill -KILL "$server"; fi
if [ -f "$1/data/postmaster.pid" ]; then
  set -- "$1" $(sed -n 7p "$1/data/postmaster.pid")
  if [ -n "${3:-}" ]; then ipcrm -m "$3" 2>/dev/null; fi
fi
rm -rf "$1"
"#;

/// A watchdog over one folder.
pub(super) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Starts it; from now on the folder is its to remove.
    pub(super) fn over(folder: &Path) -> io::Result<Watchdog> {
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "watchdog"])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Watchdog { shell })
    }

    /// Says which server is to be ended; 0 for none.
    pub(super) fn watch(&mut self, server: u32) -> io::Result<()> {
        let pipe = self.shell.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(pipe, "{server}")
    }
}

impl Drop for Watchdog {
    /// Closes the pipe and waits until the folder is gone.
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
