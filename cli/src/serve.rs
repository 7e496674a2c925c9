//! `sarsen serve`: pages and FHIR over HTTP, or HTTPS where a certificate is set, until told to stop.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actions::Actions;
use actions::access::Policies;
use actions::access::accounts::Passkeys;
use actions::reactors::{Engine, Running};
use actions::subscription::{OnChange, Told};
use anyhow::Context;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use interop::fhir::FhirSettings;
use interop::smart::Bearer;
use interop::webhook::Webhook;
use record::clock::Wall;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use web::{Stopping, WebSettings};

use crate::config::Settings;
use crate::house::{House, say};
use crate::limits::{self, Limits, Peer};
use crate::tls::Certificate;

/// How long reactors have to finish what is under way when the server stops.
const TO_FINISH: Duration = Duration::from_secs(10);
/// How often it is looked whether policies have changed.
const REFRESHED_EVERY: Duration = Duration::from_secs(5);
/// How often sessions and attempts that have ended are taken out.
const SWEPT_EVERY: Duration = Duration::from_secs(60);
/// How often what is unusual in who looked is put into the privacy office's inbox: well within the hour (safety rule 19).
const WATCHED_EVERY: Duration = Duration::from_secs(15 * 60);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) async fn run(mut settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(address) = arguments.address {
        settings.server.address = address;
    }
    if let Some(data) = arguments.data {
        settings.record.directory = data;
    }
    let tokens = settings.access.tokens().map_err(anyhow::Error::msg)?;
    let listener = listen(&mut settings).await?;
    let house = House::open(&settings, &settings.record.directory.clone(), tokens).await?;
    serve(&settings, listener, house, Pages::default()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Takes the address, before the record opens: documents are read against the address that we turn out to have. Whoever
/// knocks meanwhile waits.
pub(crate) async fn listen(settings: &mut Settings) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(settings.server.address)
        .await
        .with_context(|| format!("cannot listen on {}", settings.server.address))?;
    settings.server.address = listener.local_addr()?;
    Ok(listener)
}

/// What is served besides the record.
#[derive(Default)]
pub(crate) struct Pages {
    /// Every designed state of every page under /gallery.
    pub(crate) gallery: bool,
    /// The synthetic region that the record holds.
    pub(crate) region: Option<web::ShownRegion>,
    /// What grows it, stopped with the server.
    pub(crate) grower: Option<tokio::task::AbortHandle>,
}

/// Says where it listens, and serves until the process is told to stop; then finishes what is under way and seals.
pub(crate) async fn serve(
    settings: &Settings,
    listener: TcpListener,
    house: House,
    pages: Pages,
) -> anyhow::Result<()> {
    let public = settings.public_url();
    let house = house
        .with_providers(settings, &public)?
        .keep_views(settings, &settings.record.directory)?;
    crate::client::register(&house.actions, &settings.access.clients).await?;
    let followers = followers(settings, &house)?;
    let grower = pages.grower.clone();
    let refresher = tokio::spawn(refresh(house.actions.policies().clone())).abort_handle();
    let sweeper = tokio::spawn(sweep(house.actions.clone())).abort_handle();
    let watcher = tokio::spawn(watch_patterns(house.actions.clone())).abort_handle();
    let router = router(settings, house.actions.clone(), &public, pages)?;
    let signals = told_to_stop();
    let certificate = settings.server.certificate()?;
    let acceptor = certificate.as_ref().map(Certificate::acceptor);
    let reloading = certificate.map(|certificate| tokio::spawn(certificate.keep()));
    say(&format!("listening on {public}"));
    accept(settings, listener, acceptor, router, signals).await;
    sweeper.abort();
    watcher.abort();
    refresher.abort();
    if let Some(reloading) = reloading {
        reloading.abort();
    }
    if let Some(grower) = grower {
        // What it had under way is kept whole or not at all; the next start goes on from there.
        grower.abort();
    }
    if !followers.stop(TO_FINISH).await {
        tracing::warn!("a reactor did not finish in time; what it was doing is done at the next start");
    }
    house.close().await;
    Ok(())
}

/// Starts the reactors and senders that the settings ask for.
fn followers(settings: &Settings, house: &House) -> anyhow::Result<Running> {
    let mut engine = Engine::new(house.actions.clone(), actions::reactors::Settings::default());
    let receivers = settings.receivers()?;
    if !receivers.is_empty() {
        let told = receivers.iter().map(Told::from).collect();
        let channel = Webhook::new(&receivers, Arc::new(Wall)).map_err(anyhow::Error::msg)?;
        engine = engine.with(OnChange { receivers: told }).sending(channel);
    }
    Ok(engine.run())
}

fn router(settings: &Settings, actions: Actions, public: &str, shown: Pages) -> anyhow::Result<Router> {
    let base = format!("{public}/fhir");
    let fhir = FhirSettings {
        base: base.clone(),
        body_timeout: settings.body_timeout(),
    };
    let pages = WebSettings {
        public_url: public.to_owned(),
        organisation: settings.web.organisation.clone(),
        synthetic: settings.web.synthetic,
        idle: Duration::from_secs(settings.web.idle_minutes * 60),
        desk_idle: Duration::from_secs(settings.web.desk_idle_minutes * 60),
        citizen_idle: Duration::from_secs(settings.web.citizen_idle_minutes * 60),
        passkeys: passkeys(public),
        secure_cookies: public.starts_with("https://"),
        gallery: shown.gallery,
        region: shown.region,
        ..WebSettings::default()
    };
    let limits = Limits::new(settings.limits.clone(), pages.clone(), base);
    let bearer = Bearer::with(crate::config::issuers(&settings.access.issuers)?);
    let tokens = interop::smart::router(actions.clone(), public);
    let router = web::router(actions.clone(), pages)
        .merge(interop::fhir::router_with(actions, fhir, bearer))
        .merge(tokens)
        .layer(middleware::from_fn_with_state(limits, limits::keep));
    #[cfg(feature = "planted-faults")]
    let router = crate::planted::plant(router);
    // Nothing is paid for a log that nobody asked for.
    if tracing::enabled!(tracing::Level::DEBUG) {
        tell_routes();
        Ok(router.layer(middleware::from_fn(log)))
    } else {
        Ok(router)
    }
}

/// The site that passkeys are for; none where browsers have none for the address.
fn passkeys(public: &str) -> Option<Passkeys> {
    // This machine by its number is the same site as by its name, to browsers that are given the name.
    let named = public.replace("//127.0.0.1", "//localhost");
    Passkeys::new(&named, "Sarsen")
        .inspect_err(|why| tracing::warn!(why, "nobody can sign in with a passkey at server.public_url"))
        .ok()
}

/// Reads policies again that were changed; those that do not hold leave the last good set in force.
async fn refresh(policies: Policies) {
    loop {
        tokio::time::sleep(REFRESHED_EVERY).await;
        let policies = policies.clone();
        let _ = tokio::task::spawn_blocking(move || policies.refresh()).await;
    }
}

/// Takes out of the cabinet what has expired, and learns who works where, while pages are served; once a day ends what proxies long did
/// not use. The first time is at once.
async fn sweep(actions: Actions) {
    let mut tick = tokio::time::interval(SWEPT_EVERY);
    let mut swept = None;
    loop {
        tick.tick().await;
        let today = actions.today();
        if swept != Some(today) {
            match actions::sharing::end_unused_proxies(&actions).await {
                Ok(ended) => {
                    swept = Some(today);
                    if ended > 0 {
                        tracing::info!(ended, "proxies that were long unused have ended");
                    }
                }
                Err(error) => tracing::warn!(%error, "unused proxies were not looked for"),
            }
        }
        if let Err(error) = actions::access::learn_colleagues(&actions).await {
            tracing::warn!(%error, "who works where was not learnt again");
        }
        if let Err(error) = actions.sessions().sweep().await {
            tracing::warn!(%error, "what has expired was not swept");
        }
    }
}

/// Tells the privacy office what is unusual in who looked, while pages are served. The first time is at once, for what was seen while
/// nobody served; by then who works where has been learnt.
async fn watch_patterns(actions: Actions) {
    if let Err(error) = actions::access::learn_colleagues(&actions).await {
        tracing::warn!(%error, "who works where was not learnt");
    }
    let mut tick = tokio::time::interval(WATCHED_EVERY);
    loop {
        tick.tick().await;
        match actions::audit::note_patterns(&actions).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "unusual looks were put into the privacy office's inbox"),
            Err(error) => tracing::warn!(%error, "unusual looks were not looked for"),
        }
    }
}

/// One line for each route, so that whoever reads the log can tell which nobody asked for.
fn tell_routes() {
    let pages = web::routes().into_iter().map(|route| (route.method, route.path));
    let doors = interop::routes()
        .into_iter()
        .map(|route| (route.method, route.path));
    for (method, route) in pages.chain(doors) {
        tracing::debug!(method, route, "served");
    }
}

/// One line a request: its route as we wrote it (never the address as it came), its status, its time.
async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("no route", MatchedPath::as_str)
        .to_owned();
    let response = next.run(request).await;
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    tracing::debug!(%method, %route, status = response.status().as_u16(), milliseconds, "answered");
    response
}

async fn accept(
    settings: &Settings,
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    signals: impl Future<Output = ()>,
) {
    let seats = Arc::new(Semaphore::new(settings.server.connections));
    let head = Duration::from_secs(settings.server.head_seconds);
    let (stop, stopped) = watch::channel(());
    let mut signals = std::pin::pin!(signals);
    loop {
        let seat = tokio::select! {
            seat = Arc::clone(&seats).acquire_owned() => seat,
            () = &mut signals => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, most likely: wait for some to come back rather than spin.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut signals => break,
        };
        let service = Served {
            peer: Peer(peer.ip()),
            stopping: Stopping(stopped.clone()),
            router: TowerToHyperService::new(router.clone()),
        };
        let stopped = stopped.clone();
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            match acceptor {
                None => connection(stream, service, head, stopped).await,
                // Greeting takes no longer than a request's head may.
                Some(acceptor) => match tokio::time::timeout(head, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => connection(stream, service, head, stopped).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a connection did not come to speak TLS"),
                    Err(_) => tracing::debug!("a connection took too long to greet"),
                },
            }
            drop(seat);
        });
    }
    drop(listener);
    drop(stopped);
    let _ = stop.send(());
    // Connections end once what they are answering is answered; a stuck one is not waited for.
    let _ = tokio::time::timeout(Duration::from_secs(10), stop.closed()).await;
}

/// The routes, as seen from one connection: each request bears where it came from.
struct Served {
    peer: Peer,
    stopping: Stopping,
    router: TowerToHyperService<Router>,
}

impl hyper::service::Service<hyper::Request<Incoming>> for Served {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as hyper::service::Service<hyper::Request<Incoming>>>::Future;

    fn call(&self, mut request: hyper::Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        request.extensions_mut().insert(self.stopping.clone());
        self.router.call(request)
    }
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    service: Served,
    head: Duration,
    mut stopped: watch::Receiver<()>,
) {
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Ends when the process is told to stop. It listens from the moment it is called: who hears that pages are served may stop
/// the process at once.
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
