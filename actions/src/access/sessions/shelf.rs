//! Sessions in the cabinet, with a small copy in front that is a second old at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::record::clock::SystemClock;
use ::record::{Cabinet, Drawer, Expected, Put, Record, Taken};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::kept::Kept;
use super::open::{NewSession, OpenSession, Renewed, SessionLine};
use crate::access::digest_of;
use crate::{ActionError, Actor};

/// How old a copy may be: so long a session that another process ended may go on here.
const COPY: SignedDuration = SignedDuration::from_secs(1);
/// The most copies.
const COPIES: usize = 20_000;
/// For how long a browser that was signed out from elsewhere can learn of it: as long as it may show what it kept.
const TOLD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// For how long a desk that somebody left is known to be one that several share.
const LEFT: SignedDuration = SignedDuration::from_hours(24);
/// How many passwords are worked on at a time: each takes a core and 19 MiB.
const HASHING: usize = 2;

/// The sessions of a store. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    cabinet: Cabinet,
    clock: Arc<dyn SystemClock>,
    copies: Arc<Mutex<HashMap<String, Copied>>>,
    hashing: Arc<Semaphore>,
}

#[derive(Clone)]
struct Copied {
    kept: Kept,
    version: u64,
    /// When the cabinet was asked.
    read: Timestamp,
    /// The last use that the cabinet knows of.
    written: Timestamp,
}

fn key_of(secret: &str) -> String {
    digest_of(&["session", secret])
}

fn main_key(key: &str) -> String {
    format!("s/{key}")
}

/// By whose it is, so that all of somebody's are found.
fn list_key(holder: &str, key: &str) -> String {
    format!("of/{holder}/{key}")
}

/// By the session that was ended from elsewhere, and by the browser in which it was.
fn gone_key(name: &str) -> String {
    format!("gone/{name}")
}

/// By the desk that somebody left to others.
fn left_key(desk: &str) -> String {
    format!("left/{desk}")
}

/// At which desk a browser is, by its own cookie.
pub(crate) fn desk_of(device: &str) -> String {
    digest_of(&["desk", device])
}

/// Keeps until then that a session was ended from elsewhere, or forgets it.
fn gone(name: &str, until: Option<Timestamp>) -> Put {
    Put {
        drawer: Drawer::Session,
        key: gone_key(name),
        expected: Expected::Any,
        value: until.map(|_| Vec::new()),
        expires: until,
    }
}

impl Sessions {
    pub(crate) fn new(record: &Record, clock: Arc<dyn SystemClock>) -> Sessions {
        Sessions {
            cabinet: record.cabinet(),
            clock,
            copies: Arc::default(),
            hashing: Arc::new(Semaphore::new(HASHING)),
        }
    }

    /// Leave to work on a password.
    pub(crate) async fn hashing(&self) -> Result<SemaphorePermit<'_>, ActionError> {
        self.hashing.acquire().await.map_err(|_| ActionError::Busy)
    }

    fn copies(&self) -> MutexGuard<'_, HashMap<String, Copied>> {
        // A panic while the lock was held leaves a map that is still a map.
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key under which the session of this cookie is kept.
    #[must_use]
    pub fn key(secret: &str) -> String {
        key_of(secret)
    }

    /// Begins a session; `secret` is fresh random and becomes the cookie.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(super) async fn begin(&self, secret: &str, new: NewSession) -> Result<(), ActionError> {
        let key = key_of(secret);
        let kept = Kept::new(&new, self.clock.now());
        let mut puts = self.puts(&key, &kept, Expected::Absent);
        // Whoever signs in there again keeps what they keep from now on.
        puts.extend(kept.desk.iter().map(|desk| gone(desk, None)));
        if self.cabinet.change(puts).await?.is_made() {
            Ok(())
        } else {
            Err(ActionError::Busy)
        }
    }

    fn puts(&self, key: &str, kept: &Kept, expected: Expected) -> Vec<Put> {
        let put = |key: String, expected, value| Put {
            drawer: Drawer::Session,
            key,
            expected,
            value: Some(value),
            expires: kept.end(),
        };
        vec![
            put(
                main_key(key),
                expected,
                serde_json::to_vec(kept).unwrap_or_default(),
            ),
            put(list_key(&kept.holder, key), Expected::Any, Vec::new()),
        ]
    }

    fn drops(key: &str, holder: &str, expected: Expected) -> Vec<Put> {
        let drop = |key: String, expected| Put {
            drawer: Drawer::Session,
            key,
            expected,
            value: None,
            expires: None,
        };
        vec![
            drop(main_key(key), expected),
            drop(list_key(holder, key), Expected::Any),
        ]
    }

    /// The session of this cookie, if it lives; finding it counts as use.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn find(&self, secret: &str) -> Result<Option<OpenSession>, ActionError> {
        let (key, now) = (key_of(secret), self.clock.now());
        let Some(mut copied) = self.look(&key, now).await? else {
            return Ok(None);
        };
        if copied.kept.parked {
            return Ok(None);
        }
        if !copied.kept.lives(now) {
            self.end(&key, &copied.kept.holder).await?;
            return Ok(None);
        }
        copied.kept.used = copied.kept.used.max(now);
        let open = copied.kept.open(&key);
        let age = now.duration_since(copied.written).as_secs().unsigned_abs();
        if age >= copied.kept.touched_every() {
            let puts = self.puts(&key, &copied.kept, Expected::Version(copied.version));
            match self.cabinet.change(puts).await? {
                Taken::Made(versions) => {
                    copied.version = versions.first().copied().unwrap_or(0);
                    copied.written = now;
                }
                // Somebody else used it, changed it or ended it: the next look says which.
                Taken::Stale(_) => {
                    self.copies().remove(&key);
                    return Ok(open);
                }
            }
        }
        let mut copies = self.copies();
        if copies.len() >= COPIES {
            copies.retain(|_, copied| now.duration_since(copied.read) < COPY);
        }
        copies.insert(key, copied);
        Ok(open)
    }

    /// Whether the session of this cookie still lives. To ask is no use of it: a page that keeps itself up to date keeps nobody
    /// signed in.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn lives(&self, secret: &str) -> Result<bool, ActionError> {
        let now = self.clock.now();
        let found = self.look(&key_of(secret), now).await?;
        Ok(found.is_some_and(|copied| !copied.kept.parked && copied.kept.lives(now)))
    }

    async fn look(&self, key: &str, now: Timestamp) -> Result<Option<Copied>, ActionError> {
        let copied = self.copies().get(key).cloned();
        if let Some(copied) = &copied
            && now.duration_since(copied.read).abs() < COPY
        {
            return Ok(Some(copied.clone()));
        }
        let Some((mut kept, version)) = self.read(key).await? else {
            self.copies().remove(key);
            return Ok(None);
        };
        let written = kept.used;
        if let Some(copied) = copied {
            kept.used = kept.used.max(copied.kept.used);
        }
        Ok(Some(Copied {
            kept,
            version,
            read: now,
            written,
        }))
    }

    async fn read(&self, key: &str) -> Result<Option<(Kept, u64)>, ActionError> {
        let found = self.cabinet.get(Drawer::Session, &main_key(key)).await?;
        Ok(found.and_then(|found| {
            let kept = serde_json::from_slice(&found.value).ok()?;
            Some((kept, found.version))
        }))
    }

    /// Ends a session at once.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(super) async fn end(&self, key: &str, holder: &str) -> Result<(), ActionError> {
        self.copies().remove(key);
        self.cabinet
            .change(Sessions::drops(key, holder, Expected::Any))
            .await?;
        // A use that was under way may have put it back among the copies.
        self.copies().remove(key);
        Ok(())
    }

    /// As [`Sessions::end`], by somebody who is not in that browser: it is kept for a while that it was ended so.
    pub(super) async fn end_elsewhere(&self, key: &str, holder: &str) -> Result<(), ActionError> {
        let until = self.clock.now().checked_add(TOLD).ok();
        let desk = self.read(key).await?.and_then(|(kept, _)| kept.desk);
        let mut puts = vec![gone(key, until)];
        puts.extend(desk.iter().map(|desk| gone(desk, until)));
        self.cabinet.change(puts).await?;
        self.end(key, holder).await
    }

    /// Whether this browser, by the cookie of its session and by its own, was signed out by somebody who was not in it, and
    /// nobody signed in there since.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn was_ended_elsewhere(
        &self,
        secret: Option<&str>,
        device: Option<&str>,
    ) -> Result<bool, ActionError> {
        if let Some(secret) = secret
            && self.lives(secret).await?
        {
            return Ok(false);
        }
        for name in [secret.map(key_of), device.map(desk_of)].into_iter().flatten() {
            let found = self.cabinet.get(Drawer::Session, &gone_key(&name)).await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who acts in a session, open or parked.
    pub(super) async fn actor_of(&self, key: &str) -> Result<Option<Actor>, ActionError> {
        let kept = self.read(key).await?;
        Ok(kept.and_then(|(kept, _)| kept.open(key)).map(|open| open.actor))
    }

    pub(super) async fn keys(&self, holder: &str) -> Result<Vec<String>, ActionError> {
        let prefix = list_key(holder, "");
        let found = self.cabinet.list(Drawer::Session, &prefix, None, 1000).await?;
        let key = |key: &str| key.strip_prefix(&prefix).map(str::to_owned);
        Ok(found.iter().filter_map(|found| key(&found.key)).collect())
    }

    /// Somebody's sessions, those used last first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn of(&self, holder: &str) -> Result<Vec<SessionLine>, ActionError> {
        let (mut lines, now) = (Vec::new(), self.clock.now());
        for key in self.keys(holder).await? {
            if let Some((kept, _)) = self.read(&key).await?
                && kept.lives(now)
            {
                lines.push(kept.line(&key));
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.used));
        Ok(lines)
    }

    /// Goes on under a new secret, which becomes the cookie; the old one is good for nothing. False when the session has
    /// ended.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub(super) async fn renew(&self, key: &str, secret: &str, renewed: Renewed) -> Result<bool, ActionError> {
        self.move_to(key, secret, |kept| {
            if let Some((actor, words, idle, absolute)) = &renewed.role {
                kept.take_role(actor, words.clone(), *idle, *absolute);
            }
            kept.confirmed = renewed.confirmed.or(kept.confirmed);
        })
        .await
    }

    async fn move_to(
        &self,
        key: &str,
        secret: &str,
        change: impl Fn(&mut Kept),
    ) -> Result<bool, ActionError> {
        let (new, now) = (key_of(secret), self.clock.now());
        for _ in 0..8 {
            let Some((mut kept, version)) = self.read(key).await? else {
                return Ok(false);
            };
            change(&mut kept);
            kept.used = now;
            let mut puts = Sessions::drops(key, &kept.holder, Expected::Version(version));
            puts.extend(self.puts(&new, &kept, Expected::Absent));
            let made = self.cabinet.change(puts).await?.is_made();
            self.copies().remove(key);
            if made {
                return Ok(true);
            }
        }
        Err(ActionError::Busy)
    }

    /// Parks a session at its desk: nobody is in it until its holder signs in there again.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub async fn park(&self, key: &str) -> Result<(), ActionError> {
        for _ in 0..8 {
            let Some((mut kept, version)) = self.read(key).await? else {
                return Ok(());
            };
            kept.parked = true;
            let mut puts = self.puts(key, &kept, Expected::Version(version));
            puts.extend(kept.desk.iter().map(|desk| Put {
                drawer: Drawer::Session,
                key: left_key(desk),
                expected: Expected::Any,
                value: Some(Vec::new()),
                expires: self.clock.now().checked_add(LEFT).ok(),
            }));
            let made = self.cabinet.change(puts).await?.is_made();
            self.copies().remove(key);
            if made {
                return Ok(());
            }
        }
        Err(ActionError::Busy)
    }

    /// Whether somebody, no matter who, left this desk to others within a day.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(crate) async fn was_left(&self, desk: &str) -> Result<bool, ActionError> {
        let found = self.cabinet.get(Drawer::Session, &left_key(desk)).await?;
        Ok(found.is_some())
    }

    /// Whether somebody parked a session at this desk.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn is_parked(&self, holder: &str, desk: &str) -> Result<bool, ActionError> {
        for key in self.keys(holder).await? {
            if let Some((kept, _)) = self.read(&key).await?
                && kept.parked
                && kept.desk.as_deref() == Some(desk)
                && kept.lives(self.clock.now())
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Goes on with the session that its holder parked at this desk, if it `fits`, under a new secret; gives the key it had.
    /// None: there is none.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub async fn resume(
        &self,
        holder: &str,
        desk: &str,
        secret: &str,
        fits: impl Fn(&OpenSession) -> bool,
    ) -> Result<Option<String>, ActionError> {
        let now = self.clock.now();
        for key in self.keys(holder).await? {
            let Some((kept, _)) = self.read(&key).await? else {
                continue;
            };
            if !kept.parked || !kept.lives(now) || kept.desk.as_deref() != Some(desk) {
                continue;
            }
            if !kept.open(&key).is_some_and(|left| fits(&left)) {
                continue;
            }
            let resumed = self
                .move_to(&key, secret, |kept| {
                    kept.parked = false;
                    kept.confirmed = Some(now);
                })
                .await?;
            if resumed {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Takes out of the cabinet what has expired; gives how much. To be called now and then.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub async fn sweep(&self) -> Result<usize, ActionError> {
        Ok(self.cabinet.sweep().await?)
    }
}
