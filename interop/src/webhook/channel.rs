//! The channel `webhook`: a letter's address is the name of a configured receiver.

use std::collections::BTreeMap;
use std::sync::Arc;

use actions::outbox::{Channel, Delivery};
use actions::subscription::{Receiver, Secret};
use record::Posted;
use record::clock::SystemClock;

use crate::webhook::address::Address;
use crate::webhook::post::{Message, post};
use crate::webhook::sign::signature;
use crate::webhook::trusted::Trusted;

/// Posts letters to receivers.
pub struct Webhook {
    receivers: BTreeMap<String, Known>,
    clock: Arc<dyn SystemClock>,
}

/// A receiver, ready to be told.
struct Known {
    address: Address,
    /// Whose certificates are believed; none where it is told by http.
    trusted: Option<Arc<Trusted>>,
    secret: Secret,
}

impl Webhook {
    /// The channel to these receivers.
    ///
    /// # Errors
    /// The setting that cannot be used and the rule it breaks.
    pub fn new(receivers: &[Receiver], clock: Arc<dyn SystemClock>) -> Result<Webhook, String> {
        let mut known = BTreeMap::new();
        // What the operating system trusts is many files: they are read once for all.
        let mut of_system = None;
        for receiver in receivers {
            let address = Address::parse(&receiver.url)
                .map_err(|rule| format!("webhooks.url of {}: {rule}", receiver.name))?;
            let trusted = match (&address.certified, &receiver.roots, &of_system) {
                (None, None, _) => None,
                (None, Some(_), _) => {
                    return Err(format!(
                        "webhooks.roots of {}: only with an address by https",
                        receiver.name
                    ));
                }
                (Some(_), Some(_), _) | (Some(_), None, None) => Some(Arc::new(trusted(receiver)?)),
                (Some(_), None, Some(read)) => Some(Arc::clone(read)),
            };
            if receiver.roots.is_none() && of_system.is_none() {
                of_system.clone_from(&trusted);
            }
            let entry = Known {
                address,
                trusted,
                secret: receiver.secret.clone(),
            };
            if known.insert(receiver.name.clone(), entry).is_some() {
                return Err(format!("webhooks.name: {} stands twice", receiver.name));
            }
        }
        Ok(Webhook {
            receivers: known,
            clock,
        })
    }
}

/// Whom a receiver's certificate has to be vouched for by.
fn trusted(receiver: &Receiver) -> Result<Trusted, String> {
    Trusted::read(
        receiver.roots.as_deref(),
        format!("webhooks.roots of {}", receiver.name),
    )
}

impl Channel for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, letter: &Posted) -> Delivery {
        let Some(receiver) = self.receivers.get(&letter.address) else {
            return Delivery::Refused("no-such-receiver");
        };
        let seconds = self.clock.now().as_second();
        let Some(signature) = signature(receiver.secret.bytes(), seconds, &letter.body) else {
            return Delivery::Refused("not-signed");
        };
        let message = Message {
            key: letter.key.clone(),
            signature,
            body: letter.body.clone().into(),
        };
        let trusted = receiver.trusted.as_ref().map(|trusted| trusted.now());
        match post(&receiver.address, trusted.as_ref(), message).await {
            Ok(status) => judged(status),
            Err(word) => Delivery::Failed(word),
        }
    }
}

/// What a status means for a letter.
fn judged(status: u16) -> Delivery {
    match status {
        200..=299 => Delivery::Delivered,
        408 | 409 | 425 | 429 => Delivery::Failed("not-now"),
        400..=499 => Delivery::Refused("refused"),
        300..=399 => Delivery::Failed("redirected"),
        _ => Delivery::Failed("receiver-failed"),
    }
}
