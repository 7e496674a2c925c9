//! `sarsen synth publish`: what invented people's monitors show, to an MQTT broker (5.0, QoS 1).
//!
//! A batch of lives is marked once the broker has acknowledged every reading of it; a run that was cut short goes on from
//! there. What the broker has and the mark does not know of is sent again under the same id.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{ConnectReturnCode, Packet, PubAckReason, PublishProperties};
use rumqttc::v5::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, StateError};
use sha2::{Digest as _, Sha256};
use synthetic::mqtt::{Message, messages};

use super::files::lock;
use super::options::{Kept, write_whole};
use super::{RegionArguments, pour};
use crate::house::say;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    region: RegionArguments,
    /// The broker: mqtt://HOST:PORT.
    #[arg(long, default_value = "mqtt://127.0.0.1:1883", value_name = "BROKER")]
    broker: String,
    /// The user's name at the broker; the password is read from SARSEN_MQTT_PASSWORD. [default: none]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// What topics begin with.
    #[arg(long, default_value = "sarsen/synthetic", value_name = "PREFIX")]
    topic: String,
    /// How many days are sent: today and those before it, 1 to 1,096.
    #[arg(
        long,
        default_value = "28",
        value_name = "DAYS",
        allow_negative_numbers = true
    )]
    days: String,
    /// The folder that keeps how far it is; made when it is not there.
    #[arg(long, default_value = "synth-published", value_name = "FOLDER")]
    folder: PathBuf,
}

/// Lives in a batch.
const BATCH: usize = 50;
/// Readings that may wait for their acknowledgement.
const UNDER_WAY: u16 = 20;
/// How long the broker may say nothing while readings wait.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the password is read.
const PASSWORD: &str = "SARSEN_MQTT_PASSWORD";

/// What was sent.
#[derive(Debug, Default)]
struct Sent {
    readings: u64,
    /// Of them, those that nobody had subscribed to when they came.
    unheard: u64,
}

pub(super) async fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.region.options(None)?;
    let days = days(&arguments.days)?;
    let prefix = prefix(&arguments.topic)?;
    let (host, port) = broker(&arguments.broker)?;
    std::fs::create_dir_all(&arguments.folder)
        .with_context(|| format!("{} cannot be made", arguments.folder.display()))?;
    let lock = lock(&arguments.folder)?;
    let kept = Kept::of(&arguments.folder, &arguments.region)?;
    let region = kept.grow()?;
    let key = format!("{} {days} {} {prefix}", kept.key(), arguments.broker);
    let mark = arguments.folder.join("region-published.txt");
    let begun = begun(&mark, &key).min(region.lives());
    let mut publisher = Publisher::new(arguments, &host, port, &key);
    let bar = pour::bar(region.lives() as u64);
    bar.set_position(begun as u64);
    let today = region.options.today;
    let mut sent = Sent::default();
    if begun < region.lives() {
        publisher.connect().await?;
    }
    for from in (begun..region.lives()).step_by(BATCH) {
        let to = (from + BATCH).min(region.lives());
        let batch: Vec<Message> = (from..to)
            .flat_map(|index| messages(&region, &region.life(index), today.plus(1 - days), today))
            .collect();
        // Lives without readings are passed over: they are made again in no time.
        if batch.is_empty() && to < region.lives() {
            continue;
        }
        if let Err(error) = publisher.send(&prefix, batch, &mut sent).await {
            bar.finish_and_clear();
            return Err(error.context(format!(
                "the broker at {host}:{port} has acknowledged {} readings of this run; the same command goes on from life {from}",
                sent.readings
            )));
        }
        write_whole(&mark, format!("{key} {to}\n").as_bytes())?;
        bar.set_position(to as u64);
        bar.set_message(format!("{} readings", sent.readings));
    }
    publisher.leave().await;
    bar.finish_and_clear();
    drop(lock);
    say(&format!(
        "{} readings of invented people's monitors are with the broker at {host}:{port}, under {prefix}/; {} lives were done by an earlier run",
        sent.readings, begun
    ));
    if sent.unheard > 0 {
        say(&format!(
            "nobody had subscribed to {} of them: a broker keeps such readings for nobody",
            sent.unheard
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// How many lives an earlier run sent to the same broker.
fn begun(mark: &Path, key: &str) -> usize {
    let text = std::fs::read_to_string(mark).unwrap_or_default();
    text.trim()
        .rsplit_once(' ')
        .filter(|(of, _)| *of == key)
        .and_then(|(_, count)| count.parse().ok())
        .unwrap_or(0)
}

fn days(text: &str) -> anyhow::Result<i32> {
    text.parse()
        .ok()
        .filter(|days| (1..=1096).contains(days))
        .ok_or_else(|| anyhow!("--days: \"{text}\" is not a whole number from 1 to 1096"))
}

/// A topic that messages may be published to: MQTT 5.0, section 4.7.
fn prefix(text: &str) -> anyhow::Result<String> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.is_empty()
        || trimmed.len() > 200
        || trimmed.contains(['+', '#', '\0', ' '])
        || trimmed.starts_with('$')
    {
        bail!("--topic: \"{text}\" is not 1 to 200 characters without +, #, spaces and a $ in front");
    }
    Ok(trimmed.to_owned())
}

fn broker(text: &str) -> anyhow::Result<(String, u16)> {
    let wanted = || anyhow!("--broker: \"{text}\" is not an address such as mqtt://127.0.0.1:1883");
    let url: url::Url = text.parse().map_err(|_| wanted())?;
    match url.scheme() {
        "mqtt" => {}
        "mqtts" => bail!(
            "--broker: TLS is not spoken to a broker yet; publish to one on this machine, which may pass on by TLS (a bridge)"
        ),
        _ => return Err(wanted()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        bail!("--broker: no user or password in the address; use --user and {PASSWORD}");
    }
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or_else(wanted)?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err(wanted());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok((host.to_owned(), url.port().unwrap_or(1883)))
}

/// The connection to the broker.
struct Publisher {
    client: AsyncClient,
    events: EventLoop,
    at: String,
    connected: bool,
}

impl Publisher {
    fn new(arguments: &Arguments, host: &str, port: u16, key: &str) -> Publisher {
        // One name for one pour: a second one of the same pour ends the first.
        let digest = Sha256::digest(key.as_bytes());
        let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let mut options = MqttOptions::new(format!("sarsen-synth-{name}"), host, port);
        options
            .set_keep_alive(Duration::from_secs(20))
            .set_clean_start(true)
            .set_connection_timeout(10)
            .set_outgoing_inflight_upper_limit(UNDER_WAY)
            .set_request_channel_capacity(usize::from(UNDER_WAY));
        if let Some(user) = &arguments.user {
            options.set_credentials(user.clone(), std::env::var(PASSWORD).unwrap_or_default());
        }
        let (client, events) = AsyncClient::new(options, usize::from(UNDER_WAY));
        Publisher {
            client,
            events,
            at: format!("{host}:{port}"),
            connected: false,
        }
    }

    async fn connect(&mut self) -> anyhow::Result<()> {
        while !self.connected {
            self.acknowledged().await?;
        }
        Ok(())
    }

    /// Sends messages, and waits until each is acknowledged.
    async fn send(&mut self, prefix: &str, batch: Vec<Message>, sent: &mut Sent) -> anyhow::Result<()> {
        let mut waiting = batch.len();
        let mut asked = 0;
        let mut next = batch.into_iter().peekable();
        while waiting > 0 {
            // The first of a run goes alone: a broker that refuses it says why before it hangs up.
            while let Some(message) = next.peek().filter(|_| sent.readings > 0 || asked == 0) {
                let properties = PublishProperties {
                    payload_format_indicator: Some(1),
                    content_type: Some("application/fhir+json".to_owned()),
                    user_properties: vec![
                        ("synthetic".to_owned(), "true".to_owned()),
                        ("id".to_owned(), message.id.clone()),
                    ],
                    ..PublishProperties::default()
                };
                let topic = format!("{prefix}/{}", message.topic);
                let body = message.body.clone();
                // A full channel: what waits goes first.
                if self
                    .client
                    .try_publish_with_properties(topic, QoS::AtLeastOnce, false, body, properties)
                    .is_err()
                {
                    break;
                }
                next.next();
                asked += 1;
            }
            if let Some(reason) = self.acknowledged().await? {
                match reason {
                    PubAckReason::Success => {}
                    PubAckReason::NoMatchingSubscribers => sent.unheard += 1,
                    PubAckReason::NotAuthorized => bail!(
                        "the broker at {} does not let this user publish under {prefix}/ (not authorised)",
                        self.at
                    ),
                    other => bail!("the broker at {} refused a reading: {other:?}", self.at),
                }
                sent.readings += 1;
                waiting -= 1;
            }
        }
        Ok(())
    }

    /// The next thing that happens: an acknowledgement, or something else.
    async fn acknowledged(&mut self) -> anyhow::Result<Option<PubAckReason>> {
        let event = tokio::time::timeout(PATIENCE, self.events.poll())
            .await
            .map_err(|_| anyhow!("the broker at {} says nothing any more", self.at))?;
        match event {
            Ok(Event::Incoming(Packet::PubAck(ack))) => Ok(Some(ack.reason)),
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                self.connected = true;
                Ok(None)
            }
            Ok(_) => Ok(None),
            // A broker may say why and hang up in one breath: what it said stands before the end.
            Err(error) => match self.refusal() {
                Some(reason) => Ok(Some(reason)),
                None => Err(self.words(error)),
            },
        }
    }

    /// A refusal that was read and not looked at yet.
    fn refusal(&self) -> Option<PubAckReason> {
        let mut unseen = self.events.state.events.iter();
        unseen.find_map(|event| match event {
            Event::Incoming(Packet::PubAck(ack))
                if !matches!(
                    ack.reason,
                    PubAckReason::Success | PubAckReason::NoMatchingSubscribers
                ) =>
            {
                Some(ack.reason)
            }
            _ => None,
        })
    }

    fn words(&self, error: ConnectionError) -> anyhow::Error {
        let at = &self.at;
        match error {
            ConnectionError::ConnectionRefused(code)
            | ConnectionError::MqttState(StateError::ConnFail { reason: code }) => match code {
                ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized => anyhow!(
                    "the broker at {at} refused this user: it wants another --user, or another password in {PASSWORD}"
                ),
                ConnectReturnCode::RefusedProtocolVersion | ConnectReturnCode::UnsupportedProtocolVersion => {
                    anyhow!("the broker at {at} does not speak MQTT 5.0")
                }
                code => anyhow!("the broker at {at} refused the connection: {code:?}"),
            },
            ConnectionError::Timeout(_) => anyhow!("the broker at {at} does not answer"),
            error if self.connected => {
                anyhow!(error).context(format!("the connection to the broker at {at} was cut"))
            }
            error => anyhow!(error).context(format!("there is no broker at {at}")),
        }
    }

    /// Says goodbye; everything is acknowledged already, so that a broker that is gone changes nothing.
    async fn leave(&mut self) {
        if self.connected && self.client.try_disconnect().is_ok() {
            let goodbye = async { while self.events.poll().await.is_ok() {} };
            let _ = tokio::time::timeout(Duration::from_secs(2), goodbye).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brokers_topics_and_days_are_read_or_refused_with_words() {
        assert_eq!(broker("mqtt://[::1]").expect("read"), ("::1".to_owned(), 1883));
        assert_eq!(broker("mqtt://host:99/").expect("read"), ("host".to_owned(), 99));
        for (text, words) in [
            ("host:1883", "is not an address"),
            ("http://host", "is not an address"),
            ("mqtt://host/topic", "is not an address"),
            ("mqtts://host", "TLS"),
            ("mqtt://me:word@host", "SARSEN_MQTT_PASSWORD"),
        ] {
            let error = broker(text).expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        assert_eq!(prefix("a/b/").expect("read"), "a/b");
        assert!(prefix("a/#").is_err() && prefix("").is_err() && prefix("$SYS").is_err());
        assert_eq!(days("28").expect("read"), 28);
        assert!(days("0").is_err() && days("1097").is_err() && days("-3").is_err());
    }
}
