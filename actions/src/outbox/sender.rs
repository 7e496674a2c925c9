//! The sender of one channel: it holds its share of the buckets like any follower, and serves each address by itself, so
//! that one that does not answer holds up nobody else.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use ::record::{Changed, Holder, Posted, Record, RecordError, Sent, Start};
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use crate::Actions;
use crate::outbox::channel::{Channel, Delivery};
use crate::reactors::{Settings, wait_or_stop};

/// How many letters are read for an address at a time.
const MOST_LETTERS: usize = 32;
/// How many addresses are served at the same time.
const MOST_ADDRESSES: usize = 8;
/// How long sent letters are remembered (without their text).
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How often those that are older are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// The least time between two looks.
const BREATH: Duration = Duration::from_millis(20);

/// Runs the sender of a channel until told to stop.
pub(crate) async fn run<C: Channel>(
    actions: Actions,
    channel: Arc<C>,
    settings: Settings,
    mut stop: watch::Receiver<bool>,
) {
    let record = actions.record.clone();
    let name = format!("outbox/{}", channel.name());
    while let Err(error) = record.register_follower(&name, Start::Now).await {
        tracing::error!(sender = name, %error, "a sender could not start");
        if wait_or_stop(settings.poll, &mut stop).await {
            return;
        }
    }
    let now = Instant::now();
    let mut sender = Sender {
        holder: record.new_holder(),
        changed: record.changed(),
        record,
        channel,
        settings,
        name,
        stopped: stop.clone(),
        tasks: JoinSet::new(),
        busy: HashMap::new(),
        next_round: now,
        next_forget: now,
    };
    while !*stop.borrow() {
        if let Err(error) = sender.turn().await {
            tracing::warn!(sender = sender.name, %error, "letters could not be read");
        }
        tokio::select! {
            () = sender.wait() => {}
            _ = stop.changed() => {}
        }
    }
    while sender.tasks.join_next().await.is_some() {}
    if let Err(error) = sender.record.leave(&sender.name, sender.holder).await {
        tracing::warn!(sender = sender.name, %error, "leases could not be given back");
    }
}

struct Sender<C> {
    record: Record,
    channel: Arc<C>,
    settings: Settings,
    name: String,
    holder: Holder,
    changed: Changed,
    stopped: watch::Receiver<bool>,
    tasks: JoinSet<()>,
    /// Addresses being served, by the task that does it.
    busy: HashMap<Id, String>,
    next_round: Instant,
    next_forget: Instant,
}

impl<C: Channel> Sender<C> {
    async fn turn(&mut self) -> Result<(), RecordError> {
        let now = Instant::now();
        if now >= self.next_round {
            self.next_round = now + self.settings.poll;
            let lease = self.settings.lease;
            let round = self.record.lease_round(&self.name, self.holder, lease).await?;
            let held = round.held.len() + round.taken.len();
            if held > round.share {
                let beyond = round
                    .held
                    .iter()
                    .skip(round.share)
                    .map(|(bucket, _)| *bucket)
                    .collect();
                self.record.give_back(&self.name, self.holder, beyond).await?;
            }
            if held >= round.share {
                self.next_round = now + lease / 3;
            }
        }
        if now >= self.next_forget {
            self.next_forget = now + FORGET_EVERY;
            self.record
                .forget_letters(self.channel.name(), REMEMBERED)
                .await?;
        }
        let served: HashSet<&String> = self.busy.values().collect();
        let channel = self.channel.name();
        let addresses = self.record.addresses(channel, &self.name, self.holder).await?;
        let free: Vec<String> = addresses
            .into_iter()
            .filter(|address| !served.contains(address))
            .collect();
        for address in free {
            if self.tasks.len() >= MOST_ADDRESSES {
                break;
            }
            let letters = self
                .record
                .letters(channel, &self.name, self.holder, &address, MOST_LETTERS)
                .await?;
            let (record, channel) = (self.record.clone(), Arc::clone(&self.channel));
            let (settings, stopped) = (self.settings.clone(), self.stopped.clone());
            let serving = serve(record, channel, settings, stopped, letters);
            self.busy.insert(self.tasks.spawn(serving).id(), address);
        }
        Ok(())
    }

    async fn wait(&mut self) {
        tokio::time::sleep(BREATH).await;
        tokio::select! {
            done = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => {
                let id = match done {
                    Some(Ok((id, ()))) => id,
                    Some(Err(error)) => error.id(),
                    None => return,
                };
                self.busy.remove(&id);
            }
            _ = self.changed.wait(self.settings.poll) => {}
        }
    }
}

/// Sends the letters of one address, one after the other, until one does not arrive: the others would not either.
async fn serve<C: Channel>(
    record: Record,
    channel: Arc<C>,
    settings: Settings,
    stopped: watch::Receiver<bool>,
    letters: Vec<Posted>,
) {
    for letter in letters {
        if *stopped.borrow() {
            return;
        }
        let sending = tokio::time::timeout(settings.patience, channel.send(&letter));
        let delivery = sending.await.unwrap_or(Delivery::Failed("timed-out"));
        let sent = match delivery {
            Delivery::Delivered => Sent::Delivered,
            Delivery::Failed(word) if letter.attempts + 1 < settings.letter_attempts => Sent::Again {
                error: word.to_owned(),
                wait: settings.letter_wait_after(letter.attempts),
            },
            Delivery::Failed(word) | Delivery::Refused(word) => Sent::Dead {
                error: word.to_owned(),
            },
        };
        if let Delivery::Failed(word) | Delivery::Refused(word) = delivery {
            tracing::warn!(
                channel = channel.name(),
                letter = letter.key,
                word,
                "a letter was not delivered"
            );
        }
        let outcome = vec![(letter.bucket, letter.key, sent)];
        if let Err(error) = record.letters_sent(outcome).await {
            // It is sent again under the same key.
            tracing::warn!(channel = channel.name(), %error, "what became of a letter could not be noted");
            return;
        }
        if matches!(delivery, Delivery::Failed(_)) {
            return;
        }
    }
}
