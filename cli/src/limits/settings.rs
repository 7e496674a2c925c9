//! `[limits]`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::bucket::Allowance;

/// How much may be asked for in a short time. A rate of 0 is no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Requests a second of one signed-in person or system, at each door.
    pub(crate) actor_rate: u32,
    /// As many may come at once.
    pub(crate) actor_burst: u32,
    /// Requests a second from one address for which nobody is signed in.
    pub(crate) address_rate: u32,
    /// As many may come at once.
    pub(crate) address_burst: u32,
    /// Ways that are begun, a second, from one address: to a provider, or an app's to its consent. The record keeps each for
    /// minutes, whether somebody comes back or not.
    pub(crate) beginning_rate: u32,
    /// As many may come at once.
    pub(crate) beginning_burst: u32,
    /// The addresses of proxies whose `X-Forwarded-For` is believed. Empty: it is believed of nobody.
    pub(crate) trusted_proxies: Vec<IpAddr>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            actor_rate: 500,
            actor_burst: 5_000,
            address_rate: 50,
            address_burst: 1_000,
            beginning_rate: 10,
            beginning_burst: 300,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Settings {
    pub(super) fn of_actor(&self) -> Option<Allowance> {
        Allowance::new(self.actor_rate, self.actor_burst)
    }

    pub(super) fn of_address(&self) -> Option<Allowance> {
        Allowance::new(self.address_rate, self.address_burst)
    }

    pub(super) fn of_beginnings(&self) -> Option<Allowance> {
        Allowance::new(self.beginning_rate, self.beginning_burst)
    }
}
