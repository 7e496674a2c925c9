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

/// Posts letters to receivers.
pub struct Webhook {
    receivers: BTreeMap<String, (Address, Secret)>,
    clock: Arc<dyn SystemClock>,
}

impl Webhook {
    /// The channel to these receivers.
    ///
    /// # Errors
    /// The setting that cannot be used and the rule it breaks.
    pub fn new(receivers: &[Receiver], clock: Arc<dyn SystemClock>) -> Result<Webhook, String> {
        let mut known = BTreeMap::new();
        for receiver in receivers {
            let address = Address::parse(&receiver.url)
                .map_err(|rule| format!("webhooks.url of {}: {rule}", receiver.name))?;
            let entry = (address, receiver.secret.clone());
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

impl Channel for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, letter: &Posted) -> Delivery {
        let Some((address, secret)) = self.receivers.get(&letter.address) else {
            return Delivery::Refused("no-such-receiver");
        };
        let seconds = self.clock.now().as_second();
        let Some(signature) = signature(secret.bytes(), seconds, &letter.body) else {
            return Delivery::Refused("not-signed");
        };
        let message = Message {
            key: letter.key.clone(),
            signature,
            body: letter.body.clone().into(),
        };
        match post(address, message).await {
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
