//! Telling others, against a real server on a socket that fails, stalls, breaks off and forgets what it was told.

mod encrypted;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actions::Actions;
use actions::access::Tokens;
use actions::outbox::{Channel, Delivery};
use actions::reactors::{Engine, Settings};
use actions::subscription::{OnChange, Receiver, Told};
use interop::webhook::Webhook;
use jiff::SignedDuration;
use record::clock::{CareClock, FixedClock, SystemClock, Wall};
use record::{Actor, Bucket, Change, Commit, Options, Posted, Purpose, Record, Role};
use testkit::everything;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// How the server answers a request; what was told is kept by key all the same.
#[derive(Clone, Copy)]
enum Manner {
    Status(u16),
    /// Reads the request, and answers nothing until the other side gives up.
    Stall,
    /// Breaks off in the middle of its answer's head.
    Break,
    /// Answers with more than anybody should read.
    Flood,
}

#[derive(Clone)]
struct Server {
    url: String,
    /// The requests by `Idempotency-Key`, in full.
    told: Arc<Mutex<BTreeMap<String, String>>>,
    times: Arc<AtomicUsize>,
}

impl Server {
    /// A server that answers in these manners, one after the other, and in the last for ever.
    async fn start(manners: Vec<Manner>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Server {
            url: format!("http://{}/told", listener.local_addr().expect("an address")),
            told: Arc::default(),
            times: Arc::default(),
        };
        let kept = server.clone();
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let (kept, manners) = (kept.clone(), manners.clone());
                tokio::spawn(async move { kept.answer(stream, &manners).await });
            }
        });
        server
    }

    async fn answer(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        manners: &[Manner],
    ) -> Option<()> {
        let request = read_request(&mut stream).await?;
        let key = header(&request, "idempotency-key")?;
        self.told.lock().expect("whole").insert(key, request);
        let time = self.times.fetch_add(1, Ordering::Relaxed).min(manners.len() - 1);
        let answer = match manners[time] {
            Manner::Status(status) => format!(
                "HTTP/1.1 {status} So\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
                self.url
            ),
            Manner::Break => "HTTP/1.1 200".to_owned(),
            Manner::Flood => format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{}",
                "x".repeat(1 << 20)
            ),
            Manner::Stall => {
                let _ = stream.read(&mut [0]).await;
                return None;
            }
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.flush().await.ok()
    }
}

async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.ok()?;
        bytes.extend_from_slice(&more[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize = header(head, "content-length")?.parse().ok()?;
            if body.len() >= length {
                return Some(text);
            }
        }
        if count == 0 {
            return None;
        }
    }
}

fn header(request: &str, name: &str) -> Option<String> {
    request.lines().find_map(|line| {
        let (given, value) = line.split_once(": ")?;
        given.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

fn receiver(url: &str) -> Receiver {
    Receiver::parse("pas", url, &["Patient".to_owned()], "*", SECRET).expect("a receiver")
}

fn channel(url: &str) -> Webhook {
    Webhook::new(&[receiver(url)], Arc::new(Wall)).expect("a channel")
}

fn letter(address: &str) -> Posted {
    Posted {
        bucket: Bucket::of_hash(b"somewhere"),
        key: "subscription/1/1/0".to_owned(),
        address: address.to_owned(),
        person: None,
        body: br#"{"position":1}"#.to_vec(),
        attempts: 0,
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn a_status_says_whether_a_letter_is_delivered_refused_or_tried_again() {
    for (status, delivery) in [
        (200, Delivery::Delivered),
        (204, Delivery::Delivered),
        (307, Delivery::Failed("redirected")),
        (400, Delivery::Refused("refused")),
        (410, Delivery::Refused("refused")),
        (408, Delivery::Failed("not-now")),
        (409, Delivery::Failed("not-now")),
        (425, Delivery::Failed("not-now")),
        (429, Delivery::Failed("not-now")),
        (500, Delivery::Failed("receiver-failed")),
        (503, Delivery::Failed("receiver-failed")),
    ] {
        let server = Server::start(vec![Manner::Status(status)]).await;
        assert_eq!(
            channel(&server.url).send(&letter("pas")).await,
            delivery,
            "{status}"
        );
        assert_eq!(
            server.times.load(Ordering::Relaxed),
            1,
            "{status}: no redirect is followed"
        );
    }
}

#[tokio::test]
async fn a_request_bears_the_key_and_a_signature_over_time_and_body() {
    let server = Server::start(vec![Manner::Status(200)]).await;
    let clock = FixedClock::new("2026-01-01T00:00:00Z".parse().expect("a time"));
    let channel = Webhook::new(&[receiver(&server.url)], Arc::new(clock)).expect("a channel");
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
    let told = server.told.lock().expect("whole").clone();
    let request = &told["subscription/1/1/0"];
    assert!(request.starts_with("POST /told HTTP/1.1\r\n"), "{request}");
    let signature = header(request, "sarsen-signature").expect("a signature");
    assert!(
        signature.starts_with("t=1767225600,v1=") && signature.len() == 16 + 64,
        "{signature}"
    );
    assert!(!request.contains(SECRET));
}

#[tokio::test]
async fn a_receiver_that_breaks_off_or_is_not_there_is_tried_again_and_a_flood_is_not_read() {
    let broken = Server::start(vec![Manner::Break]).await;
    assert_eq!(
        channel(&broken.url).send(&letter("pas")).await,
        Delivery::Failed("cut-off")
    );
    let flood = Server::start(vec![Manner::Flood]).await;
    assert_eq!(
        channel(&flood.url).send(&letter("pas")).await,
        Delivery::Delivered
    );
    let nobody = channel("http://127.0.0.1:1/told");
    assert_eq!(nobody.send(&letter("pas")).await, Delivery::Failed("not-reached"));
    assert_eq!(
        nobody.send(&letter("other")).await,
        Delivery::Refused("no-such-receiver")
    );
}

#[tokio::test]
async fn an_address_that_stands_twice_or_is_none_is_refused_with_the_setting_s_name() {
    let refused = |receivers: &[Receiver]| Webhook::new(receivers, Arc::new(Wall)).err().expect("refused");
    let twice = refused(&[receiver("http://127.0.0.1:1/"), receiver("http://127.0.0.1:2/")]);
    assert!(twice.starts_with("webhooks.name: pas"), "{twice}");
    let none = refused(&[receiver("ftp://example.org/")]);
    assert!(none.starts_with("webhooks.url of pas"), "{none}");
}

/// The whole way: a commit, the reactor, the outbox, a server that fails in every manner before it listens.
#[tokio::test]
async fn what_was_committed_is_told_in_the_end_under_one_key_with_ids_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
    let system: Arc<dyn SystemClock> = Arc::new(clock.clone());
    let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
        .await
        .expect("a record");
    let care = CareClock::new(Arc::clone(&system));
    let actions = Actions::new(
        record.clone(),
        care,
        system,
        Tokens::none(),
        ::fhir::Limits::default(),
    );
    let server = Server::start(vec![
        Manner::Status(500),
        Manner::Stall,
        Manner::Break,
        Manner::Status(429),
        Manner::Status(200),
    ])
    .await;
    let settings = Settings {
        poll: Duration::from_millis(20),
        patience: Duration::from_millis(300),
        ..Settings::default()
    };
    let told = OnChange {
        receivers: vec![Told::from(&receiver(&server.url))],
    };
    let engine = Engine::new(actions, settings)
        .with(told)
        .sending(channel(&server.url));
    let running = engine.run();
    let actor = Actor::new("tester", Role::Development, None);
    until(async || record.followers().await.expect("status").len() == 2).await;
    let json = br#"{"resourceType":"Patient","name":[{"family":"Verborgen"}],"identifier":[{"system":"https://sarsen.example/hospital-number","value":"9990000018"}]}"#;
    let document = ::fhir::Document::scan(json, &::fhir::Limits::default()).expect("it is FHIR");
    let create = Change::Create {
        id: None,
        prepared: document.root().prepare(&|_| None),
    };
    let lens = everything();
    let commit = Commit::new("test", vec![create]);
    let kept = record
        .commit(&lens, &actor, Purpose::DirectCare, commit)
        .await
        .expect("kept");
    until(async || {
        clock.advance(SignedDuration::from_secs(5));
        server.times.load(Ordering::Relaxed) >= 5
            && record
                .followers()
                .await
                .expect("status")
                .iter()
                .all(|one| one.letters == 0)
    })
    .await;
    assert!(running.stop(Duration::from_secs(10)).await);
    assert_eq!(server.times.load(Ordering::Relaxed), 5);
    let told = server.told.lock().expect("whole").clone();
    let (bucket, position) = kept.positions[0];
    let key = format!("subscription/{}/{position}/0", bucket.number());
    assert_eq!(told.keys().collect::<Vec<_>>(), [&key]);
    let body = told[&key].split_once("\r\n\r\n").expect("a body").1;
    assert_eq!(
        body,
        format!(
            r#"{{"commit":"{}","bucket":{},"position":{position},"changes":[{{"type":"Patient","id":"{}","version":1,"kind":"created"}}]}}"#,
            kept.id,
            bucket.number(),
            kept.outcomes[0].id
        )
    );
}

async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came");
}
