//! One connection to the server, driven where it is used: whoever waits for an answer moves the bytes meanwhile, so that
//! no other thread has a hand in it. What needs no answer is sent with what follows ([`Session::put`]), and questions can
//! be sent together and read one by one ([`Session::ask_ahead`]): both save waiting for the network.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::runtime::Runtime;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::BorrowToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Row, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::dialect::error::{Error, Result};
use crate::dialect::postgres::failure::Failure;
use crate::dialect::postgres::value::{Owned, bound, fingerprint, owned};
use crate::dialect::value::Params;

/// Writes that wait at most, before they are sent and waited for.
const MOST_QUEUED: usize = 1024;
/// Rows of a scan fetched at once.
const FETCHED: &str = "FETCH 2000 FROM ";

/// A connection to the server.
pub(crate) struct Session {
    /// Nothing only while it is dropped.
    runtime: Option<Runtime>,
    client: Arc<Client>,
    inner: RefCell<Inner>,
    in_transaction: Cell<bool>,
    lost: Cell<bool>,
    cursors: Cell<u64>,
    round_trips: Cell<u64>,
    patience: Option<Duration>,
}

struct Inner {
    driver: tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>,
    ended: bool,
    statements: HashMap<&'static str, Statement>,
    queued: VecDeque<Queued>,
    /// Questions that were sent ahead and have no answer yet.
    awaited: HashSet<Question>,
    /// Answers to questions sent ahead.
    answers: HashMap<Question, Arc<Vec<Row>>>,
    notices: Vec<String>,
}

/// A statement's text and its parameters.
type Question = (&'static str, Vec<u8>);

type Pending<T> = Pin<Box<dyn Future<Output = std::result::Result<T, tokio_postgres::Error>> + Send>>;

/// What was sent and not waited for.
enum Queued {
    Put(Pending<u64>),
    Asked(Question, Pending<Vec<Row>>),
}

impl Drop for Session {
    fn drop(&mut self) {
        // In a thread that serves requests a runtime may not be waited for; nothing of it is left to do.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    /// Connects, by TLS when the address asks for it. A statement may take as long as `patience` says; then the
    /// connection counts as lost.
    pub(super) fn connect(
        config: &Config,
        tls: MakeRustlsConnect,
        patience: Option<Duration>,
    ) -> Result<Session> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| Failure::lost(&error.to_string()))?;
        let limit = patience.unwrap_or(Duration::from_secs(30));
        let connected = runtime.block_on(async { tokio::time::timeout(limit, config.connect(tls)).await });
        let (client, driver) = match connected {
            Ok(Ok(connected)) => connected,
            Ok(Err(error)) => return Err(Error::Postgres(Failure::of_connecting(&error))),
            Err(_) => return Err(Failure::lost("the server did not answer in time").into()),
        };
        Ok(Session {
            runtime: Some(runtime),
            client: Arc::new(client),
            inner: RefCell::new(Inner {
                driver,
                ended: false,
                statements: HashMap::new(),
                queued: VecDeque::new(),
                awaited: HashSet::new(),
                answers: HashMap::new(),
                notices: Vec::new(),
            }),
            in_transaction: Cell::new(false),
            lost: Cell::new(false),
            cursors: Cell::new(0),
            round_trips: Cell::new(0),
            patience,
        })
    }

    /// Whether no transaction is open and the connection is whole.
    pub(in crate::dialect) fn is_autocommit(&self) -> bool {
        !self.in_transaction.get() && !self.is_lost()
    }

    /// Whether the connection is gone.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get() || self.client.is_closed()
    }

    /// How often somebody waited for the server.
    pub(crate) fn round_trips(&self) -> u64 {
        self.round_trips.get()
    }

    /// The statement of a text, prepared once.
    pub(in crate::dialect) fn prepared(&self, text: &'static str) -> Result<Statement> {
        if let Some(statement) = self.inner.borrow().statements.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.prepare(text)?;
        self.inner.borrow_mut().statements.insert(text, statement.clone());
        Ok(statement)
    }

    /// The statement of a text.
    pub(in crate::dialect) fn prepare(&self, text: &str) -> Result<Statement> {
        let text = numbered(text);
        self.wait(self.client.prepare(&text))
    }

    /// Runs a statement and waits for how many rows it changed.
    pub(in crate::dialect) fn execute(&self, statement: &Statement, params: Params<'_>) -> Result<usize> {
        let changed = self.wait(self.client.execute_raw(statement, bound(params)?))?;
        usize::try_from(changed).map_err(|_| Error::TooLarge)
    }

    /// Runs a statement without waiting for it.
    pub(in crate::dialect) fn put(&self, statement: &Statement, params: Params<'_>) -> Result<()> {
        let (client, statement, params) = (Arc::clone(&self.client), statement.clone(), owned(params)?);
        self.send(
            Box::pin(async move { client.execute_raw(&statement, params).await }),
            Queued::Put,
        )
    }

    /// Sends a question whose answer is looked for later, by asking it.
    pub(in crate::dialect) fn ask_ahead(
        &self,
        text: &'static str,
        statement: &Statement,
        params: Params<'_>,
    ) -> Result<()> {
        let question = (text, fingerprint(params)?);
        {
            let mut inner = self.inner.borrow_mut();
            if inner.answers.contains_key(&question) || !inner.awaited.insert(question.clone()) {
                return Ok(());
            }
        }
        let (client, statement, params) = (Arc::clone(&self.client), statement.clone(), owned(params)?);
        self.send(
            Box::pin(async move { rows(&client, &statement, params).await }),
            |pending| Queued::Asked(question, pending),
        )
    }

    /// Forgets what was asked ahead: something was written since.
    pub(in crate::dialect) fn forget(&self) -> Result<()> {
        if !self.inner.borrow().awaited.is_empty() {
            self.flush()?;
        }
        self.inner.borrow_mut().answers.clear();
        Ok(())
    }

    /// Runs a statement and reads its rows.
    pub(in crate::dialect) fn query(
        &self,
        text: Option<&'static str>,
        statement: &Statement,
        params: Params<'_>,
    ) -> Result<Arc<Vec<Row>>> {
        if let Some(answer) = self.answer(text, params)? {
            return Ok(answer);
        }
        let params = bound(params)?;
        self.wait(rows(&self.client, statement, params)).map(Arc::new)
    }

    /// As [`Session::ask_ahead`], of a list of small numbers.
    pub(in crate::dialect) fn ask_ahead_of_all(&self, text: &'static str, numbers: Vec<i16>) -> Result<()> {
        let (client, statement) = (Arc::clone(&self.client), self.prepared(text)?);
        let question = (text, fingerprint_of_all(&numbers));
        self.inner.borrow_mut().awaited.insert(question.clone());
        self.send(
            Box::pin(async move { rows(&client, &statement, vec![numbers]).await }),
            |pending| Queued::Asked(question, pending),
        )
    }

    /// The answer to [`Session::ask_ahead_of_all`].
    pub(in crate::dialect) fn answer_of_all(
        &self,
        text: &'static str,
        numbers: &[i16],
    ) -> Result<Arc<Vec<Row>>> {
        self.flush()?;
        let question = (text, fingerprint_of_all(numbers));
        let answer = self.inner.borrow_mut().answers.remove(&question);
        answer.ok_or(Error::NoRows)
    }

    /// As [`Session::put`], with parameters that only PostgreSQL has.
    pub(in crate::dialect) fn put_own<P: BorrowToSql + Send + 'static>(
        &self,
        text: &'static str,
        params: Vec<P>,
    ) -> Result<()> {
        let statement = self.prepared(text)?;
        let client = Arc::clone(&self.client);
        self.send(
            Box::pin(async move { client.execute_raw(&statement, params).await }),
            Queued::Put,
        )
    }

    fn answer(&self, text: Option<&'static str>, params: Params<'_>) -> Result<Option<Arc<Vec<Row>>>> {
        let Some(text) = text else { return Ok(None) };
        let awaited = {
            let inner = self.inner.borrow();
            if inner.answers.is_empty() && inner.awaited.is_empty() {
                return Ok(None);
            }
            let question = (text, fingerprint(params)?);
            if let Some(answer) = inner.answers.get(&question) {
                return Ok(Some(Arc::clone(answer)));
            }
            inner.awaited.contains(&question).then_some(question)
        };
        let Some(question) = awaited else { return Ok(None) };
        self.flush()?;
        Ok(self.inner.borrow().answers.get(&question).cloned())
    }

    /// Opens a cursor over a text without parameters; inside a transaction only.
    pub(in crate::dialect) fn open_cursor(&self, text: &str) -> Result<Statement> {
        let number = self.cursors.get() + 1;
        self.cursors.set(number);
        let declare = format!("DECLARE scan_{number} NO SCROLL CURSOR FOR {}", numbered(text));
        self.wait(self.client.batch_execute(&declare))?;
        let fetch = format!("{FETCHED}scan_{number}");
        self.wait(self.client.prepare(&fetch))
    }

    /// Runs statements without parameters.
    pub(in crate::dialect) fn batch(&self, text: &str) -> Result<()> {
        let result = self.wait(self.client.batch_execute(text));
        self.follow_transaction(text, result.is_ok());
        result
    }

    /// Notes whether a text began or ended a transaction.
    fn follow_transaction(&self, text: &str, whole: bool) {
        let (first, last) = (text.trim_start(), text.trim_end());
        if first.starts_with("ROLLBACK") || first.starts_with("COMMIT") || (whole && last.ends_with("COMMIT"))
        {
            self.in_transaction.set(false);
        } else if first.starts_with("BEGIN") {
            self.in_transaction.set(true);
        }
    }

    /// Begins a transaction with what is sent next.
    pub(in crate::dialect) fn begin(&self, text: &'static str) -> Result<()> {
        let statement = self.prepared(text)?;
        self.in_transaction.set(true);
        self.put(&statement, &[])
    }

    /// Commits: everything put is sent with it. When any of it failed, the server has rolled the transaction back.
    pub(in crate::dialect) fn commit(&self) -> Result<()> {
        let statement = self.prepared("COMMIT")?;
        // A COMMIT behind a failed statement is a ROLLBACK, and the failure is what this gives.
        let result = self.execute(&statement, &[]).map(|_| ());
        self.in_transaction.set(false);
        self.inner.borrow_mut().answers.clear();
        result
    }

    /// Rolls back, as far as there is still somebody to tell.
    pub(in crate::dialect) fn roll_back(&self) -> Result<()> {
        self.inner.borrow_mut().answers.clear();
        if self.is_lost() {
            self.in_transaction.set(false);
            return Err(Failure::lost("the connection was lost").into());
        }
        // What was put before may have failed: that is why it is rolled back.
        let _ = self.flush();
        self.batch("ROLLBACK")
    }

    /// Ends a transaction that has read only, without waiting for the server to say so.
    pub(in crate::dialect) fn end_reading(&self) -> Result<()> {
        let statement = self.prepared("ROLLBACK")?;
        self.put(&statement, &[])?;
        self.in_transaction.set(false);
        self.inner.borrow_mut().answers.clear();
        self.push()
    }

    /// Keeps a future and sends what it has to send.
    fn send<T>(&self, mut pending: Pending<T>, keep: impl FnOnce(Pending<T>) -> Queued) -> Result<()> {
        match pending.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            // Refused before it was sent: a parameter does not fit, or the connection is gone.
            Poll::Ready(Err(error)) => return Err(self.failed(&error)),
            Poll::Ready(Ok(_)) => return Ok(()),
            Poll::Pending => {}
        }
        let queued = {
            let mut inner = self.inner.borrow_mut();
            inner.queued.push_back(keep(pending));
            inner.queued.len()
        };
        if queued >= MOST_QUEUED {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Waits for everything that was sent.
    pub(in crate::dialect) fn flush(&self) -> Result<()> {
        if self.inner.borrow().queued.is_empty() {
            return Ok(());
        }
        self.wait(std::future::ready(Ok(())))
    }

    /// Moves bytes without waiting for any.
    fn push(&self) -> Result<()> {
        let mut inner = self.inner.borrow_mut();
        let pushed = self
            .runtime()?
            .block_on(poll_fn(|cx| Poll::Ready(inner.drive(cx))));
        pushed.map_err(|error| self.failed(&error))
    }

    /// Waits for notices of the server, at most as long as said; gives their payloads.
    pub(super) fn notices(&self, patience: Duration) -> Result<Vec<String>> {
        let mut inner = self.inner.borrow_mut();
        let arrived = self.runtime()?.block_on(async {
            tokio::time::timeout(
                patience,
                poll_fn(|cx| match inner.drive(cx) {
                    Err(error) => Poll::Ready(Err(Some(error))),
                    Ok(()) if !inner.notices.is_empty() => Poll::Ready(Ok(())),
                    Ok(()) if inner.ended => Poll::Ready(Err(None)),
                    Ok(()) => Poll::Pending,
                }),
            )
            .await
        });
        match arrived {
            Ok(Err(Some(error))) => Err(self.failed(&error)),
            Ok(Err(None)) => {
                self.lost.set(true);
                Err(Failure::lost("the connection was closed").into())
            }
            Ok(Ok(())) | Err(_) => Ok(std::mem::take(&mut inner.notices)),
        }
    }

    fn runtime(&self) -> Result<&Runtime> {
        self.runtime
            .as_ref()
            .ok_or_else(|| Failure::lost("the connection was closed").into())
    }

    fn failed(&self, error: &tokio_postgres::Error) -> Error {
        let failure = Failure::of(error);
        if failure.is_lost() {
            self.lost.set(true);
        }
        Error::Postgres(failure)
    }

    /// Waits for everything that was sent before, and then for this. The first failure is what it gives.
    fn wait<T>(
        &self,
        future: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        if self.lost.get() {
            return Err(Failure::lost("the connection was lost").into());
        }
        let runtime = self.runtime()?;
        self.round_trips.set(self.round_trips.get() + 1);
        let mut future = pin!(future);
        let mut inner = self.inner.borrow_mut();
        let mut first_failure = None;
        let mut own = None;
        let mut sent = false;
        let driven = poll_fn(|cx| {
            if !sent {
                // It goes out with what is queued.
                sent = true;
                if let Poll::Ready(result) = future.as_mut().poll(cx) {
                    own = Some(result);
                }
            }
            if let Err(error) = inner.drive(cx) {
                return Poll::Ready(Err(error));
            }
            if inner.settle(cx, &mut first_failure).is_pending() {
                return if inner.ended {
                    Poll::Ready(Ok(None))
                } else {
                    Poll::Pending
                };
            }
            if own.is_none() {
                match future.as_mut().poll(cx) {
                    Poll::Ready(result) => own = Some(result),
                    Poll::Pending if inner.ended => return Poll::Ready(Ok(None)),
                    Poll::Pending => return Poll::Pending,
                }
            }
            Poll::Ready(Ok(own.take()))
        });
        let patience = self.patience;
        let waited = runtime.block_on(async {
            match patience {
                Some(patience) => tokio::time::timeout(patience, driven).await,
                None => Ok(driven.await),
            }
        });
        drop(inner);
        if let Some(error) = first_failure {
            if waited.is_err() {
                self.lost.set(true);
            }
            return Err(self.failed(&error));
        }
        match waited {
            Ok(Ok(Some(result))) => result.map_err(|error| self.failed(&error)),
            Ok(Err(error)) => {
                self.lost.set(true);
                Err(self.failed(&error))
            }
            Ok(Ok(None)) => {
                self.lost.set(true);
                Err(Failure::lost("the connection was closed").into())
            }
            Err(_) => {
                self.lost.set(true);
                Err(Failure::lost("the server did not answer in time").into())
            }
        }
    }
}

impl Inner {
    /// Moves bytes in and out.
    fn drive(&mut self, cx: &mut Context<'_>) -> std::result::Result<(), tokio_postgres::Error> {
        while !self.ended {
            match self.driver.poll_message(cx) {
                Poll::Ready(Some(Ok(AsyncMessage::Notification(notice)))) => {
                    self.notices.push(notice.payload().to_owned());
                }
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => {
                    self.ended = true;
                    return Err(error);
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    /// Takes the answers to what is queued, in order.
    fn settle(&mut self, cx: &mut Context<'_>, failure: &mut Option<tokio_postgres::Error>) -> Poll<()> {
        while let Some(queued) = self.queued.front_mut() {
            let result = match queued {
                Queued::Put(pending) => match pending.as_mut().poll(cx) {
                    Poll::Ready(result) => result.map(|_| ()),
                    Poll::Pending => return Poll::Pending,
                },
                Queued::Asked(question, pending) => match pending.as_mut().poll(cx) {
                    Poll::Ready(result) => {
                        self.awaited.remove(question);
                        result.map(|rows| {
                            self.answers.insert(std::mem::take(question), Arc::new(rows));
                        })
                    }
                    Poll::Pending => return Poll::Pending,
                },
            };
            self.queued.pop_front();
            if let (Err(error), None) = (result, failure.as_ref()) {
                *failure = Some(error);
            }
        }
        Poll::Ready(())
    }
}

fn fingerprint_of_all(numbers: &[i16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

async fn rows<P: BorrowToSql>(
    client: &Client,
    statement: &Statement,
    params: Vec<P>,
) -> std::result::Result<Vec<Row>, tokio_postgres::Error> {
    let stream = client.query_raw(statement, params).await?;
    let mut stream = pin!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(row);
    }
    Ok(rows)
}

/// The text with its parameters as PostgreSQL writes them. Our texts hold no question mark but before a parameter.
fn numbered(text: &str) -> String {
    text.replace('?', "$")
}

/// That what waits in a queue may be handed to another thread.
const _: fn() = || {
    fn sendable<T: Send>() {}
    sendable::<Session>();
    sendable::<Vec<Owned>>();
};
