//! A network that fails: a proxy on the loopback interface in front of a server. It cuts connections, lets them stall,
//! delays what passes, and cuts after a number of bytes, so that an answer is lost on its way back.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server: a question.
    ToServer,
    /// From the server to the client: an answer.
    ToClient,
}

/// A proxy in front of one port of this machine; it ends, with every connection through it, when it is dropped.
pub struct Proxy {
    port: u16,
    network: Arc<Network>,
    accepting: JoinHandle<()>,
}

struct Network {
    weather: watch::Sender<Weather>,
    /// The way whose bytes are counted, and how many more may pass before the cut.
    limit: Mutex<Option<(Direction, u64)>>,
}

#[derive(Debug, Clone, Copy)]
struct Weather {
    /// Connections of an earlier number are dead.
    era: u64,
    open: bool,
    stalled: bool,
    delay: Duration,
}

impl Proxy {
    /// Listens on a free port and forwards to `port`.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn to(port: u16) -> io::Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own_port = listener.local_addr()?.port();
        let (weather, _) = watch::channel(Weather {
            era: 0,
            open: true,
            stalled: false,
            delay: Duration::ZERO,
        });
        let network = Arc::new(Network {
            weather,
            limit: Mutex::new(None),
        });
        let theirs = Arc::clone(&network);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let now = *theirs.weather.borrow();
                // While the network is cut, a connection ends as soon as it is made.
                if now.open {
                    tokio::spawn(connect(client, port, Arc::clone(&theirs), now.era));
                }
            }
        });
        Ok(Proxy {
            port: own_port,
            network,
            accepting,
        })
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends every connection at once, whatever is on its way, and takes no new one until [`Proxy::mend`].
    pub fn cut(&self) {
        self.network.cut();
    }

    /// Ends every connection at once; new ones are taken.
    pub fn cut_once(&self) {
        self.network.weather.send_modify(|weather| weather.era += 1);
    }

    /// Forwards nothing more; connections stay, and new ones are taken and say nothing, until [`Proxy::mend`].
    pub fn stall(&self) {
        self.network.weather.send_modify(|weather| weather.stalled = true);
    }

    /// Holds each piece back for this long, either way.
    pub fn delay(&self, delay: Duration) {
        self.network.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Cuts, as [`Proxy::cut`] does, when `bytes` more have passed in a direction, all connections together: what comes
    /// after them is lost. With 0, the next piece is lost and the cut comes with it.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        *self.network.limit.lock().unwrap_or_else(PoisonError::into_inner) = Some((direction, bytes));
    }

    /// Whether the network is cut now.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        !self.network.weather.borrow().open
    }

    /// Forwards again, at once, what comes from now on and what was stalled.
    pub fn mend(&self) {
        *self.network.limit.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.network.weather.send_modify(|weather| {
            weather.open = true;
            weather.stalled = false;
            weather.delay = Duration::ZERO;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.network.cut();
    }
}

impl Network {
    fn cut(&self) {
        self.weather.send_modify(|weather| {
            weather.era += 1;
            weather.open = false;
        });
    }

    /// How many of `bytes` may pass; fewer than asked for is followed by the cut.
    fn let_pass(&self, direction: Direction, bytes: usize) -> usize {
        let mut limit = self.limit.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((counted, left)) = limit.as_mut() else {
            return bytes;
        };
        if *counted != direction {
            return bytes;
        }
        let passing = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes);
        *left -= passing as u64;
        if passing < bytes {
            *limit = None;
        }
        passing
    }
}

async fn connect(client: TcpStream, port: u16, network: Arc<Network>, era: u64) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else {
        return;
    };
    // A delay is ours to make, not the kernel's.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut weather = network.weather.subscribe();
    let both = async {
        tokio::join!(
            pump(from_client, to_server, &network, Direction::ToServer),
            pump(from_server, to_client, &network, Direction::ToClient)
        )
    };
    // Either everything was said, or this connection's era is over: then all four halves are dropped where they are.
    tokio::select! {
        _ = both => {}
        _ = weather.wait_for(|weather| weather.era != era) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, network: &Network, direction: Direction) {
    let mut weather = network.weather.subscribe();
    let mut buffer = vec![0; 16 << 10];
    loop {
        let count = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        if weather.wait_for(|weather| !weather.stalled).await.is_err() {
            break;
        }
        let delay = network.weather.borrow().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let passing = network.let_pass(direction, count);
        if to.write_all(&buffer[..passing]).await.is_err() {
            break;
        }
        if passing < count {
            network.cut();
            break;
        }
    }
    let _ = to.shutdown().await;
}
