//! `sarsen synth publish`: readings of invented people's monitors at a real broker (Debian's mosquitto), each once however
//! often it is sent; a broker that is not there, refuses or is cut off.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{Filter, Packet};
use rumqttc::v5::{Client, Event, MqttOptions};

use super::process::{run, words};

/// A broker of the test's own; it is killed when the test is done with it.
struct Broker {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

impl Broker {
    fn start(more: &str) -> Broker {
        let program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .unwrap_or("mosquitto");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("acl"), "topic read other/#\n").expect("written");
        // A broker that root started gives up its rights, and has to read there all the same.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("opened");
        let more = more.replace("FOLDER", &folder.path().to_string_lossy());
        let started = (0..5).find_map(|_| Broker::on(program, free_port(), &folder, &more));
        let (child, port) = started.expect("a broker starts on a free port");
        Broker {
            child,
            port,
            _folder: folder,
        }
    }

    /// One on this port; none when somebody else took the port meanwhile.
    fn on(program: &str, port: u16, folder: &tempfile::TempDir, more: &str) -> Option<(Child, u16)> {
        let settings = folder.path().join("mosquitto.conf");
        // Nothing is dropped for a subscriber who is slower than the pour.
        let text = format!("listener {port} 127.0.0.1\nmax_queued_messages 0\npersistence false\n{more}\n");
        std::fs::write(&settings, text).expect("written");
        let mut child = Command::new(program)
            .arg("-c")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is there: scripts/setup.sh test installs it");
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until && child.try_wait().expect("looked at").is_none() {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some((child, port));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        None
    }
}

/// What a subscriber heard: the body of each id, how many messages came, and the topics.
#[derive(Default)]
struct Heard {
    bodies: BTreeMap<String, Vec<u8>>,
    messages: usize,
    topics: Vec<String>,
    labelled: usize,
}

/// Listens while `publish` runs, and until nothing has come for a second.
fn hear(port: u16, name: &str, publish: impl FnOnce() -> Output) -> (Heard, Output) {
    let mut options = MqttOptions::new(name, "127.0.0.1", port);
    options.set_keep_alive(Duration::from_secs(30));
    let (client, mut events) = Client::new(options, 10);
    client
        .subscribe_many([Filter::new("sarsen/synthetic/#", QoS::AtLeastOnce)])
        .expect("asked");
    loop {
        match events.recv().expect("open").expect("a broker") {
            Event::Incoming(Packet::SubAck(_)) => break,
            _ => continue,
        }
    }
    std::thread::scope(|scope| {
        let listening = scope.spawn(move || {
            let mut heard = Heard::default();
            loop {
                let event = match events.recv_timeout(Duration::from_secs(1)) {
                    Err(rumqttc::v5::RecvTimeoutError::Timeout) => continue,
                    event => event.expect("open").expect("the broker stays"),
                };
                let Event::Incoming(Packet::Publish(message)) = event else {
                    continue;
                };
                if &message.topic[..] == b"sarsen/synthetic/end" {
                    return heard;
                }
                let properties = message.properties.expect("properties");
                let property = |key: &str| {
                    let mut of = properties.user_properties.iter();
                    of.find(|(name, _)| name == key).map(|(_, value)| value.clone())
                };
                heard.messages += 1;
                heard.labelled += usize::from(property("synthetic").as_deref() == Some("true"));
                heard
                    .topics
                    .push(String::from_utf8_lossy(&message.topic).into_owned());
                let before = heard
                    .bodies
                    .insert(property("id").expect("an id"), message.payload.to_vec());
                assert!(
                    before.is_none_or(|before| before == message.payload),
                    "one id, two readings"
                );
            }
        });
        let output = publish();
        client
            .publish("sarsen/synthetic/end", QoS::AtLeastOnce, false, "")
            .expect("the end");
        (listening.join().expect("heard"), output)
    })
}

fn publish(port: u16, folder: &Path, more: &[&str]) -> Output {
    publish_of("400", port, folder, more)
}

fn publish_of(people: &str, port: u16, folder: &Path, more: &[&str]) -> Output {
    let broker = format!("mqtt://127.0.0.1:{port}");
    let folder = folder.to_string_lossy().into_owned();
    let mut arguments = vec![
        "synth",
        "publish",
        "--people",
        people,
        "--seed",
        "3",
        "--today",
        "2026-11-01",
        "--broker",
        &broker,
        "--folder",
        &folder,
    ];
    arguments.extend_from_slice(more);
    run(&arguments, &[])
}

#[test]
fn readings_come_to_a_broker_labelled_and_under_ids_that_stay() {
    let broker = Broker::start("allow_anonymous true");
    let folder = tempfile::tempdir().expect("a folder");
    let (one, again, other) = (
        folder.path().join("one"),
        folder.path().join("one"),
        folder.path().join("other"),
    );
    let (first, done) = hear(broker.port, "first", || publish(broker.port, &one, &[]));
    assert!(done.status.success(), "{}", words(&done));
    assert!(first.messages > 60, "{} readings", first.messages);
    assert_eq!(first.bodies.len(), first.messages, "each reading once");
    assert_eq!(first.labelled, first.messages);
    assert!(
        words(&done).contains(&format!("{} readings of invented", first.messages)),
        "{}",
        words(&done)
    );
    for topic in &first.topics {
        let parts: Vec<&str> = topic.split('/').collect();
        assert_eq!(parts.len(), 5, "{topic}");
        assert!(
            parts[3].starts_with(parts[2]) && !topic.contains("999"),
            "{topic}"
        );
    }
    for (id, body) in &first.bodies {
        let reading: serde_json::Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!(reading["id"], id.as_str());
        assert_eq!(reading["resourceType"], "Observation");
        assert_eq!(reading["meta"]["tag"][0]["code"], "synthetic");
        assert!(
            reading["device"]["display"]
                .as_str()
                .expect("words")
                .contains("invented")
        );
    }
    // The same command has nothing left to do; another folder sends the same readings under the same ids.
    let (nothing, done) = hear(broker.port, "second", || publish(broker.port, &again, &[]));
    assert!(done.status.success(), "{}", words(&done));
    assert_eq!(nothing.messages, 0);
    let (same, done) = hear(broker.port, "third", || publish(broker.port, &other, &[]));
    assert!(done.status.success(), "{}", words(&done));
    assert!(
        same.bodies == first.bodies,
        "the same readings under the same ids"
    );
    // Who sends where nobody listens is told so.
    let unheard = publish(
        broker.port,
        &folder.path().join("alone"),
        &["--topic", "elsewhere"],
    );
    assert!(
        words(&unheard).contains("nobody had subscribed"),
        "{}",
        words(&unheard)
    );
}

#[test]
fn a_broker_that_is_not_there_or_refuses_is_named_and_nothing_is_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |port: u16, wanted: &str, more: &[&str]| {
        let done = publish(port, folder.path(), more);
        assert!(!done.status.success());
        assert!(
            words(&done).contains(wanted) && words(&done).contains(&port.to_string()),
            "{}",
            words(&done)
        );
        assert!(!folder.path().join("region-published.txt").exists());
    };
    refused(free_port(), "there is no broker at", &[]);
    let closed = Broker::start("allow_anonymous false");
    refused(closed.port, "refused this user", &["--user", "somebody"]);
    let unwilling = Broker::start("allow_anonymous true\nacl_file FOLDER/acl");
    refused(unwilling.port, "does not let this user publish", &[]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a listener");
    refused(
        silent.local_addr().expect("its address").port(),
        "does not answer",
        &[],
    );
}

/// Passes on to a broker, and cuts every connection off once so many bytes went to it.
fn cutting_proxy(to: u16, after: Arc<AtomicU64>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for incoming in listener.incoming() {
            let (Ok(mut near), Ok(mut far)) = (incoming, TcpStream::connect(("127.0.0.1", to))) else {
                continue;
            };
            let (mut back, mut forth) = (
                far.try_clone().expect("a copy"),
                near.try_clone().expect("a copy"),
            );
            std::thread::spawn(move || std::io::copy(&mut back, &mut forth));
            let after = Arc::clone(&after);
            std::thread::spawn(move || {
                let mut page = [0u8; 4096];
                while let Ok(count) = near.read(&mut page) {
                    let left = after.load(Ordering::SeqCst);
                    if count == 0 || left < count as u64 || far.write_all(&page[..count]).is_err() {
                        break;
                    }
                    after.store(left - count as u64, Ordering::SeqCst);
                }
                let _ = near.shutdown(Shutdown::Both);
                let _ = far.shutdown(Shutdown::Both);
            });
        }
    });
    port
}

#[test]
fn a_pour_that_is_cut_is_gone_on_with_and_loses_nothing() {
    let broker = Broker::start("allow_anonymous true");
    let folder = tempfile::tempdir().expect("a folder");
    let (whole, done) = hear(broker.port, "whole", || {
        publish_of("2000", broker.port, &folder.path().join("whole"), &[])
    });
    assert!(done.status.success(), "{}", words(&done));
    let bytes: u64 = whole.bodies.values().map(|body| body.len() as u64).sum();
    let left = Arc::new(AtomicU64::new(bytes / 2));
    let proxy = cutting_proxy(broker.port, Arc::clone(&left));
    let to = folder.path().join("cut");
    let (before, cut) = hear(broker.port, "before", || publish_of("2000", proxy, &to, &[]));
    assert!(!cut.status.success());
    assert!(
        words(&cut).contains("was cut") && words(&cut).contains("the same command goes on"),
        "{}",
        words(&cut)
    );
    assert!(to.join("region-published.txt").exists(), "half of it was marked");
    left.store(u64::MAX, Ordering::SeqCst);
    let (after, done) = hear(broker.port, "after", || publish_of("2000", proxy, &to, &[]));
    assert!(done.status.success(), "{}", words(&done));
    assert!(
        !before.bodies.is_empty() && after.bodies.len() < whole.bodies.len(),
        "it went on, not anew"
    );
    let mut both = before.bodies;
    both.extend(after.bodies);
    assert!(both == whole.bodies, "nothing lost, nothing under another id");
}
