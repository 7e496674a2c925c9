//! One server.

use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::certificates::Authority;
use crate::postgres::processes::{kill_family, send};
use crate::postgres::programs::Programs;
use crate::postgres::watchdog::Watchdog;

/// How long a server may take to start (recovery after a kill included) or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ports that are tried: below those that the system gives to outgoing connections, so that a client that knocks while
/// the server is away is never connected to itself, and nobody is given the port meanwhile.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// How every server is set up. Durable as in production: `fsync`, `synchronous_commit` and `full_page_writes` stay on.
const SETTINGS: [(&str, &str); 16] = [
    ("listen_addresses", "127.0.0.1"),
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "on"),
    ("password_encryption", "scram-sha-256"),
    ("max_connections", "200"),
    ("shared_buffers", "128MB"),
    // Within the folder, so that nothing is left in /dev/shm by a kill.
    ("dynamic_shared_memory_type", "mmap"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("max_wal_size", "512MB"),
    ("min_wal_size", "80MB"),
    ("logging_collector", "off"),
    ("log_line_prefix", "%m [%p] "),
    ("log_checkpoints", "off"),
    // A killed test must not leave a backend that waits for ever.
    ("client_connection_check_interval", "1s"),
];

/// A running or stopped server with its folder. Dropping it ends all its processes and removes the folder; when this
/// process is killed before that, a watchdog does the same.
pub struct Server {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    password: String,
    running: Option<Child>,
    watchdog: Watchdog,
}

impl Server {
    /// Makes and starts a server with the settings of every test.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the error ends with what its log says.
    pub fn start() -> io::Result<Server> {
        Server::start_with(&[])
    }

    /// The same with further settings, which replace those of every test.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_with(settings: &[(&str, &str)]) -> io::Result<Server> {
        // Any user of this machine can reach the port.
        let mut server = Server::prepared(Programs::find()?, random_hex()?)?;
        server.make(settings)?;
        server.run_on_a_free_port()?;
        Ok(server)
    }

    /// The same, and it speaks TLS with whoever asks for it, by a certificate for these names; plain connections are
    /// taken as before.
    ///
    /// # Errors
    /// As [`Server::start`], and when the certificate cannot be made.
    pub fn start_with_tls(
        authority: &Authority,
        names: &[&str],
        settings: &[(&str, &str)],
    ) -> io::Result<Server> {
        let mut server = Server::prepared(Programs::find()?, random_hex()?)?;
        server.make(settings)?;
        let pair = authority.pair(names)?;
        for (setting, file, text) in [
            ("ssl_cert_file", "certificate.pem", &pair.certificate),
            ("ssl_key_file", "key.pem", &pair.key),
        ] {
            let path = server.folder.join(file);
            fs::write(&path, text)?;
            // The server refuses a key that others may read.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            server.programs.hand_over(&path)?;
            server.set(setting, &path.to_string_lossy())?;
        }
        server.set("ssl", "on")?;
        server.run_on_a_free_port()?;
        Ok(server)
    }

    /// Makes a folder for another server out of a base backup of this one (which is moved there), and starts it. With a
    /// `restore_command` and a target among the settings, it recovers to a moment and is a server of its own from there.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn recovered(&self, base: &Path, settings: &[(&str, &str)]) -> io::Result<Server> {
        let mut server = Server::prepared(self.programs.clone(), self.password.clone())?;
        server.programs.hand_over(&server.folder)?;
        let data = server.folder.join("data");
        fs::rename(base, &data)?;
        let signal = data.join("recovery.signal");
        fs::write(&signal, "")?;
        server.programs.hand_over(&signal)?;
        let socket = server.folder.to_string_lossy().into_owned();
        server.set("unix_socket_directories", &socket)?;
        for (name, value) in settings {
            server.set(name, value)?;
        }
        server.run_on_a_free_port()?;
        Ok(server)
    }

    /// Copies the running server's data folder as `pg_basebackup` does, to a folder that does not exist.
    ///
    /// # Errors
    /// When the program fails; the error holds its words.
    pub fn base_backup(&self, to: &Path) -> io::Result<()> {
        let output = self
            .programs
            .command("pg_basebackup")
            .args(["--no-sync", "--wal-method=none", "--checkpoint=fast", "--pgdata"])
            .arg(to)
            .args(["--dbname", &self.url()])
            .stdin(Stdio::null())
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(io::Error::other(format!("pg_basebackup failed: {words}")))
    }

    /// A folder with somebody who cleans up, and no server yet.
    fn prepared(programs: Programs, password: String) -> io::Result<Server> {
        let folder = tempfile::Builder::new()
            .prefix("sarsen-postgres-")
            .tempdir()?
            .keep();
        let watchdog = match Watchdog::over(&folder) {
            Ok(watchdog) => watchdog,
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                return Err(error);
            }
        };
        Ok(Server {
            programs,
            folder,
            port: 0,
            password,
            running: None,
            watchdog,
        })
    }

    fn run_on_a_free_port(&mut self) -> io::Result<()> {
        for attempt in 1.. {
            self.port = free_port()?;
            match self.run() {
                Ok(()) => break,
                // Somebody took the port in the meantime.
                Err(_) if attempt < 8 && self.log().contains("could not bind") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The address of the maintenance database, as the superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// The same by way of another port of this machine, such as a proxy's.
    #[must_use]
    pub fn url_at(&self, port: u16) -> String {
        format!(
            "postgresql://postgres:{}@127.0.0.1:{port}/postgres",
            self.password
        )
    }

    /// The port on the loopback interface. It stays the same when the server is started again.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's folder: `data/`, the socket and `log`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the server has written to its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.folder.join("log")).map_or_else(
            |error| error.to_string(),
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )
    }

    /// Number of the server's first process; `None` while it does not run.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.running.as_ref().map(Child::id)
    }

    /// Stops the server in order, connections cut. Does nothing when it does not run.
    ///
    /// # Errors
    /// When it does not end in a minute: then it was killed.
    pub fn stop(&mut self) -> io::Result<()> {
        let Some(child) = &self.running else { return Ok(()) };
        send(child.id(), Signal::INT);
        self.ended()
    }

    /// Kills the server and all its processes at once, as `kill -9` does. Does nothing when it does not run.
    ///
    /// # Errors
    /// When a process is still there after ten seconds.
    pub fn kill(&mut self) -> io::Result<()> {
        let Some(mut child) = self.running.take() else {
            return Ok(());
        };
        let killed = kill_family(child.id());
        child.wait()?;
        self.watchdog.watch(0)?;
        killed
    }

    /// Starts a stopped or killed server again, on its port and its data, and waits until it has recovered.
    ///
    /// # Errors
    /// When it does not start; the error ends with what its log says.
    pub fn start_again(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.run()
    }

    /// Changes a setting for the next start.
    ///
    /// # Errors
    /// When the file of settings cannot be written.
    pub fn set(&self, name: &str, value: &str) -> io::Result<()> {
        let path = self.folder.join("data/postgresql.conf");
        let text = fs::read_to_string(&path)?;
        fs::write(path, format!("{text}{}", setting(name, value)))
    }

    /// Makes the cluster and writes its settings.
    fn make(&self, settings: &[(&str, &str)]) -> io::Result<()> {
        self.programs.hand_over(&self.folder)?;
        let secret = self.folder.join("password");
        fs::write(&secret, &self.password)?;
        self.programs.hand_over(&secret)?;
        let output = self
            .programs
            .command("initdb")
            .arg("--pgdata")
            .arg(self.folder.join("data"))
            .arg("--pwfile")
            .arg(&secret)
            .args([
                "--username=postgres",
                "--auth=scram-sha-256",
                "--locale=C",
                "--encoding=UTF8",
            ])
            // What the cluster is made of need not outlive a power cut; what is committed to it does.
            .arg("--no-sync")
            .stdin(Stdio::null())
            .output()?;
        fs::remove_file(&secret)?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(io::Error::other(format!("initdb failed: {words}")));
        }
        let mut text = String::new();
        for (name, value) in SETTINGS.iter().chain(settings) {
            text += &setting(name, value);
        }
        text += &setting("unix_socket_directories", &self.folder.to_string_lossy());
        let path = self.folder.join("data/postgresql.conf");
        fs::write(&path, text)?;
        self.programs.hand_over(&path)
    }

    /// Starts the server and waits until it takes connections.
    fn run(&mut self) -> io::Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let child = self
            .programs
            .command("postgres")
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let process = child.id();
        self.running = Some(child);
        self.watchdog.watch(process)?;
        let begun = Instant::now();
        while !self.is_ready(process) {
            let child = self.running.as_mut().ok_or(io::ErrorKind::NotFound)?;
            if let Some(status) = child.try_wait()? {
                self.running = None;
                self.watchdog.watch(0)?;
                return Err(self.complaint(&format!("PostgreSQL ended by itself ({status})")));
            }
            if begun.elapsed() > PATIENCE {
                self.kill()?;
                return Err(self.complaint("PostgreSQL did not start in a minute"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Whether the server says that it takes connections: line 8 of its own file, under the number of this process.
    fn is_ready(&self, process: u32) -> bool {
        let Ok(text) = fs::read_to_string(self.folder.join("data/postmaster.pid")) else {
            return false;
        };
        let mut lines = text.lines().map(str::trim);
        lines.next() == Some(process.to_string().as_str()) && lines.nth(6) == Some("ready")
    }

    /// Waits for the end of a server that was asked to end.
    fn ended(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while let Some(child) = &mut self.running {
            if child.try_wait()?.is_some() {
                self.running = None;
                return self.watchdog.watch(0);
            }
            if begun.elapsed() > PATIENCE {
                self.kill()?;
                return Err(self.complaint("PostgreSQL did not stop in a minute"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn complaint(&self, words: &str) -> io::Error {
        let log = self.log();
        let tail: Vec<&str> = log.lines().rev().take(8).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        io::Error::other(format!("{words}; its log ends:\n{}", tail.join("\n")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &self.running {
            // At once: nothing of it is needed again.
            send(child.id(), Signal::QUIT);
            let _ = self.ended();
        }
    }
}

/// A line of the file of settings.
fn setting(name: &str, value: &str) -> String {
    format!("{name} = '{}'\n", value.replace('\'', "''"))
}

/// Thirty-two random digits and letters: a name that nobody has, or a password that nobody guesses.
pub(super) fn random_hex() -> io::Result<String> {
    Ok(random::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A port of [`PORTS`] that nobody listens on.
fn free_port() -> io::Result<u16> {
    for _ in 0..64 {
        let port = PORTS.start + u16::from_le_bytes(random()?) % (PORTS.end - PORTS.start);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::other("no port is free for PostgreSQL"))
}
