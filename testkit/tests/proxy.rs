//! The network that fails does what it says.

use std::time::Duration;

use testkit::proxy::{Direction, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(60);

/// A server that says everything back, behind a proxy, and a connection to it.
async fn echo() -> (Proxy, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    let proxy = Proxy::to(port).await.expect("it listens");
    let stream = connect(&proxy).await;
    (proxy, stream)
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(("127.0.0.1", proxy.port()))
        .await
        .expect("connects")
}

/// What comes back of `said`, as far as anything does.
async fn say(stream: &mut TcpStream, said: &[u8]) -> Vec<u8> {
    let mut heard = Vec::new();
    if stream.write_all(said).await.is_err() {
        return heard;
    }
    let mut buffer = [0; 64];
    while heard.len() < said.len() {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
        }
    }
    heard
}

#[tokio::test]
async fn what_passes_is_whole() {
    let (_proxy, mut stream) = echo().await;
    assert_eq!(say(&mut stream, b"hello").await, b"hello");
}

#[tokio::test]
async fn a_cut_ends_every_connection_and_takes_no_new_one_until_it_is_mended() {
    let (proxy, mut stream) = echo().await;
    assert_eq!(say(&mut stream, b"one").await, b"one");
    proxy.cut();
    assert_eq!(say(&mut stream, b"two").await, b"");
    assert_eq!(say(&mut connect(&proxy).await, b"three").await, b"");
    proxy.mend();
    assert_eq!(say(&mut connect(&proxy).await, b"four").await, b"four");
}

#[tokio::test]
async fn an_answer_is_lost_after_so_many_bytes_though_the_question_arrived() {
    let (proxy, mut stream) = echo().await;
    proxy.cut_after(Direction::ToClient, 3);
    assert_eq!(say(&mut stream, b"answer").await, b"ans");
    assert!(proxy.is_cut());
}

#[tokio::test]
async fn a_stalled_network_says_nothing_and_then_everything() {
    let (proxy, mut stream) = echo().await;
    proxy.stall();
    assert!(timeout(SHORT, say(&mut stream, b"late")).await.is_err());
    proxy.mend();
    let mut heard = [0; 4];
    stream.read_exact(&mut heard).await.expect("it comes");
    assert_eq!(&heard, b"late");
}

#[tokio::test]
async fn a_delay_holds_question_and_answer_back() {
    let (proxy, mut stream) = echo().await;
    proxy.delay(SHORT);
    let begun = tokio::time::Instant::now();
    assert_eq!(say(&mut stream, b"slow").await, b"slow");
    assert!(begun.elapsed() >= SHORT * 2);
}
