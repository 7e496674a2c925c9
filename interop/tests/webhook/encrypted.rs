//! By https: a receiver is told when its certificate is for its name and of an authority that is trusted, and hears nothing
//! otherwise.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use testkit::certificates::{Authority, Pair};
use tokio_rustls::TlsAcceptor;

use super::*;

/// As [`Server::start`], by TLS; gives its port.
async fn start(pair: &Pair, manners: Vec<Manner>) -> (Server, u16) {
    let chain = CertificateDer::pem_slice_iter(pair.certificate.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = Server {
        url: format!("https://127.0.0.1:{port}/told"),
        told: Arc::default(),
        times: Arc::default(),
    };
    let kept = server.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (kept, manners, acceptor) = (kept.clone(), manners.clone(), acceptor.clone());
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.ok()?;
                kept.answer(stream, &manners).await
            });
        }
    });
    (server, port)
}

/// A file that names this authority alone.
fn roots(authority: &Authority) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), authority.pem()).expect("written");
    file
}

fn trusting(url: &str, roots: &std::path::Path) -> Result<Webhook, String> {
    Webhook::new(&[receiver(url).trusting(roots)], Arc::new(Wall))
}

#[tokio::test]
async fn a_receiver_with_the_right_certificate_is_told_by_https_as_by_http() {
    let authority = Authority::make().expect("made");
    let roots = roots(&authority);
    let pair = authority.pair(&["127.0.0.1", "localhost"]).expect("made");
    let (server, port) = start(
        &pair,
        vec![Manner::Status(200), Manner::Status(307), Manner::Flood],
    )
    .await;
    let channel = trusting(&server.url, roots.path()).expect("a channel");
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
    let told = server.told.lock().expect("whole").clone();
    let request = &told["subscription/1/1/0"];
    assert!(
        request.starts_with("POST /told HTTP/1.1\r\n")
            && request.contains(&format!("127.0.0.1:{port}"))
            && request.ends_with(r#"{"position":1}"#),
        "{request}"
    );
    // The guards are those of http.
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Failed("redirected"));
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
    assert_eq!(server.times.load(Ordering::Relaxed), 3);

    let by_name = trusting(&format!("https://localhost:{port}/told"), roots.path()).expect("a channel");
    assert_eq!(by_name.send(&letter("pas")).await, Delivery::Delivered);
}

#[tokio::test]
async fn a_receiver_that_cannot_show_who_it_is_hears_nothing_and_is_tried_again() {
    let authority = Authority::make().expect("made");
    let pair = authority.pair(&["pas.example"]).expect("made");
    let (server, _) = start(&pair, vec![Manner::Status(200)]).await;
    let trusted = roots(&authority);
    let other_name = trusting(&server.url, trusted.path()).expect("a channel");
    assert_eq!(
        other_name.send(&letter("pas")).await,
        Delivery::Failed("certificate-of-another")
    );
    let others = roots(&Authority::make().expect("made"));
    let other_authority = trusting(&server.url, others.path()).expect("a channel");
    assert_eq!(
        other_authority.send(&letter("pas")).await,
        Delivery::Failed("not-trusted")
    );
    assert_eq!(server.times.load(Ordering::Relaxed), 0);

    let plain = Server::start(vec![Manner::Status(200)]).await;
    let url = plain.url.replace("http://", "https://");
    let no_tls = trusting(&url, trusted.path()).expect("a channel");
    let sent = tokio::time::timeout(Duration::from_secs(10), no_tls.send(&letter("pas"))).await;
    assert!(
        matches!(sent, Ok(Delivery::Failed("no-tls" | "timed-out"))),
        "{sent:?}"
    );
    assert_eq!(plain.times.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn authorities_that_change_are_read_again_and_a_broken_file_takes_nothing_away() {
    let authority = Authority::make().expect("made");
    let pair = authority.pair(&["127.0.0.1"]).expect("made");
    let (server, _) = start(&pair, vec![Manner::Status(200)]).await;
    let file = roots(&Authority::make().expect("made"));
    let channel = trusting(&server.url, file.path()).expect("a channel");
    let not_yet = channel.send(&letter("pas")).await;
    assert_eq!(not_yet, Delivery::Failed("not-trusted"));
    let of_both = format!("{}{}", authority.pem(), Authority::make().expect("made").pem());
    std::fs::write(file.path(), of_both).expect("written");
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
    std::fs::write(file.path(), "half a certif").expect("written");
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
    std::fs::remove_file(file.path()).expect("removed");
    assert_eq!(channel.send(&letter("pas")).await, Delivery::Delivered);
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_refused_with_the_setting_s_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |url: &str, file: &str| {
        let path = folder.path().join(file);
        trusting(url, &path).err().expect("refused")
    };
    std::fs::write(folder.path().join("empty.pem"), "").expect("written");
    let url = "https://pas.example/told";
    for (words, rule) in [
        (refused(url, "none.pem"), "cannot be read as PEM"),
        (refused(url, "empty.pem"), "holds no certificate"),
        (
            refused("http://127.0.0.1:9/told", "empty.pem"),
            "only with an address by https",
        ),
    ] {
        assert!(
            words.starts_with("webhooks.roots of pas: ") && words.contains(rule),
            "{words}"
        );
    }
}
