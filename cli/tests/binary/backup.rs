//! `sarsen backup` and `sarsen restore`: beside a running server, and whoever is killed when.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use super::process::{Server, run, spawn, words};

/// A record, a folder for backups, an identity.
pub(super) struct House {
    folder: tempfile::TempDir,
    recipient: String,
}

impl House {
    /// With so many people, each with a reading.
    pub(super) fn with(people: usize) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("key.txt");
        let made = run(&["backup", "key", "--to", &key.to_string_lossy()], &[]);
        assert!(made.status.success(), "{}", words(&made));
        let mode = std::fs::metadata(&key).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let recipient = words(&made)
            .lines()
            .find_map(|line| line.strip_prefix("recipient: ").map(str::to_owned))
            .expect("its recipient is told");
        let house = House { folder, recipient };
        house.import(0, people);
        house
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn recipient(&self) -> &str {
        &self.recipient
    }

    pub(super) fn data(&self) -> PathBuf {
        self.path("record")
    }

    fn import(&self, first: usize, people: usize) {
        let mut text = String::new();
        for number in first..first + people {
            text.push_str(&format!(
                "{{\"resourceType\":\"Patient\",\"id\":\"p{number}\",\"name\":[{{\"family\":\"Invented{number}\"}}]}}\n\
                 {{\"resourceType\":\"Observation\",\"id\":\"o{number}\",\"status\":\"final\",\"code\":{{\"text\":\"pulse\"}},\"subject\":{{\"reference\":\"Patient/p{number}\"}}}}\n"
            ));
        }
        let file = self.path("people.ndjson");
        std::fs::write(&file, text).expect("written");
        let data = self.data();
        let imported = run(
            &[
                "import",
                "--data",
                &data.to_string_lossy(),
                &file.to_string_lossy(),
            ],
            &[],
        );
        assert!(imported.status.success(), "{}", words(&imported));
    }

    fn arguments(&self, more: &[&str]) -> Vec<String> {
        let mut all = vec![
            "backup".to_owned(),
            "--data".to_owned(),
            self.data().to_string_lossy().into_owned(),
            "--to".to_owned(),
            self.path("backups").to_string_lossy().into_owned(),
            "--recipient".to_owned(),
            self.recipient.clone(),
        ];
        all.extend(more.iter().map(|word| (*word).to_owned()));
        all
    }

    pub(super) fn backup(&self, more: &[&str]) -> Output {
        let arguments = self.arguments(more);
        run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    }

    fn restore_arguments(&self, to: &Path) -> Vec<String> {
        [
            "restore",
            "--from",
            &self.path("backups").to_string_lossy(),
            "--identity",
            &self.path("key.txt").to_string_lossy(),
            "--to",
            &to.to_string_lossy(),
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// Restores the newest run to a new place, and gives what it counted.
    pub(super) fn restore(&self) -> String {
        let to = self.path("copy");
        let _ = std::fs::remove_dir_all(&to);
        let arguments = self.restore_arguments(&to);
        let restored = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        assert!(restored.status.success(), "{}", words(&restored));
        assert!(words(&restored).contains("the restored record is sound"));
        checked(&to)
    }
}

/// The first line of `sarsen verify`, of a record that is sound.
fn checked(data: &Path) -> String {
    let verified = run(&["verify", "--data", &data.to_string_lossy()], &[]);
    assert!(verified.status.success(), "{}", words(&verified));
    let words = words(&verified);
    let line = words.lines().next().expect("a line");
    // Versions and commits; the audit of the copy has not been read from.
    line.split(',').take(2).collect::<Vec<_>>().join(",")
}

#[test]
fn a_record_in_use_is_backed_up_listed_checked_and_restored() {
    let house = House::with(200);
    let server = Server::serve(&house.data(), &[]);
    let first = house.backup(&[]);
    assert!(
        first.status.success() && words(&first).contains("(full)"),
        "{}",
        words(&first)
    );
    let (status, _) = server.call(
        "PUT",
        "/fhir/Patient/late",
        "{\"resourceType\":\"Patient\",\"id\":\"late\"}",
    );
    assert_eq!(status, 201);
    let second = house.backup(&[]);
    assert!(
        words(&second).contains(": 1 versions in 1 commits"),
        "{}",
        words(&second)
    );
    drop(server);
    assert_eq!(house.restore(), checked(&house.data()));
    let backups = house.path("backups");
    let listed = run(&["backup", "list", &backups.to_string_lossy()], &[]);
    assert_eq!(words(&listed).lines().count(), 2, "{}", words(&listed));
    let key = house.path("key.txt");
    let whole = run(
        &[
            "backup",
            "check",
            &backups.to_string_lossy(),
            "--identity",
            &key.to_string_lossy(),
        ],
        &[],
    );
    assert!(whole.status.success() && words(&whole).contains("the backup is whole"));
    // The restored record serves.
    let copy = Server::serve(&house.path("copy"), &[]);
    assert_eq!(copy.call("GET", "/fhir/Patient/late", "").0, 200);
    assert_eq!(copy.call("GET", "/fhir/Observation/o17", "").0, 200);
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_that_a_restore_would_take() {
    let house = House::with(1500);
    let begun = Instant::now();
    let whole = house.backup(&[]);
    let took = begun.elapsed();
    assert!(whole.status.success(), "{}", words(&whole));
    let expected = house.restore();
    let mut killed = 0;
    for delay in (0..12).map(|step| took * step / 12) {
        let arguments = house.arguments(&["--full"]);
        let mut child = spawn(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        std::thread::sleep(delay);
        child.kill().expect("killed");
        let status = child.wait().expect("ended");
        killed += usize::from(status.code().is_none());
        let listed = run(&["backup", "list", &house.path("backups").to_string_lossy()], &[]);
        assert!(listed.status.success(), "{}", words(&listed));
    }
    assert!(killed > 3, "{killed} of 12 were killed before they ended");
    assert_eq!(house.restore(), expected);
    let again = house.backup(&["--full"]);
    assert!(again.status.success(), "{}", words(&again));
    let left = std::fs::read_dir(house.path("backups")).expect("listed");
    let left: Vec<_> = left
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert!(!left.iter().any(|name| name.starts_with(".part-")), "{left:?}");
    assert_eq!(house.restore(), expected);
}

#[test]
fn a_restore_that_is_killed_leaves_no_record_and_can_be_run_again() {
    let house = House::with(1500);
    assert!(house.backup(&[]).status.success());
    let to = house.path("target");
    let begun = Instant::now();
    house.restore();
    let took = begun.elapsed();
    let mut killed = 0;
    for delay in (0..10).map(|step| took * step / 12) {
        let arguments = house.restore_arguments(&to);
        let mut child = spawn(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        std::thread::sleep(delay);
        child.kill().expect("killed");
        if child.wait().expect("ended").code().is_none() {
            killed += 1;
            assert!(!to.exists() || !checked(&to).is_empty());
        }
        let _ = std::fs::remove_dir_all(&to);
    }
    assert!(killed > 3, "{killed} of 10 were killed before they ended");
    assert_eq!(house.restore(), checked(&house.data()));
}

#[test]
fn a_backup_outlives_the_server_that_it_is_made_beside() {
    let house = House::with(1500);
    for round in 0..4u64 {
        let mut server = Server::serve(&house.data(), &[]);
        for number in 0..20 {
            let id = format!("r{round}n{number}");
            let body = format!("{{\"resourceType\":\"Patient\",\"id\":\"{id}\"}}");
            assert_eq!(server.call("PUT", &format!("/fhir/Patient/{id}"), &body).0, 201);
        }
        let arguments = house.arguments(&[]);
        let mut child = spawn(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        std::thread::sleep(Duration::from_millis(5 + round * 15));
        server.kill();
        assert!(child.wait().expect("ended").success());
        // All that was acknowledged before the backup began is in it.
        assert_eq!(house.restore(), checked(&house.data()));
    }
}

#[test]
fn what_is_asked_for_wrongly_is_refused_in_words() {
    let house = House::with(1);
    let data = house.data();
    let data = data.to_string_lossy();
    let backups = house.path("backups");
    let backups = backups.to_string_lossy();
    for (arguments, said) in [
        (vec!["backup", "--data", &*data, "--to", &*backups], "recipient"),
        (
            vec!["backup", "--data", &*data, "--recipient", "age1x"],
            "say where to",
        ),
        (
            vec![
                "backup",
                "--data",
                &*data,
                "--to",
                &*backups,
                "--recipient",
                "age1x",
            ],
            "is no recipient",
        ),
        (vec!["backup", "list", &*backups], "cannot use"),
    ] {
        let refused = run(&arguments, &[]);
        assert!(
            !refused.status.success() && words(&refused).contains(said),
            "{}",
            words(&refused)
        );
    }
}
