//! What an operator can set about the pages.

use std::time::Duration;

use actions::Role;
use actions::access::accounts::Passkeys;

use crate::staff::region::ShownRegion;

/// Settings of the pages. The defaults are for a demonstration on one machine.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// How others know this server, without a slash at the end.
    pub public_url: String,
    /// The name of the service, on every page.
    pub service: String,
    /// The name of the organisation that runs it, on every page. No logo is ever shown.
    pub organisation: String,
    /// Every page says "Synthetic data – not for clinical use".
    pub synthetic: bool,
    /// Every designed state of every page can be seen under `/gallery`: development and tests only.
    pub gallery: bool,
    /// The session cookie is sent over TLS only (`Secure`, `__Host-`). Off only on a development machine.
    pub secure_cookies: bool,
    /// A session ends when nothing was asked for so long.
    pub idle: Duration,
    /// The same for operators of the hub, who share desks.
    pub desk_idle: Duration,
    /// The same for citizens.
    pub citizen_idle: Duration,
    /// A session ends after so long in any case.
    pub absolute: Duration,
    /// The site that passkeys are for; none where browsers have none for its address.
    pub passkeys: Option<Passkeys>,
    /// The largest form that is read, in bytes.
    pub max_form_bytes: usize,
    /// The synthetic region that was grown into this record; none where its pages say so.
    pub region: Option<ShownRegion>,
}

impl Default for WebSettings {
    fn default() -> WebSettings {
        WebSettings {
            public_url: "http://127.0.0.1:8080".to_owned(),
            service: "Sarsen".to_owned(),
            organisation: "Example integrated care system".to_owned(),
            synthetic: true,
            gallery: false,
            secure_cookies: false,
            idle: Duration::from_secs(30 * 60),
            desk_idle: Duration::from_secs(10 * 60),
            citizen_idle: Duration::from_secs(15 * 60),
            passkeys: None,
            absolute: Duration::from_secs(12 * 60 * 60),
            max_form_bytes: 16 * 1024,
            region: None,
        }
    }
}

/// A citizen's session ends after so long in any case.
const CITIZEN_ABSOLUTE: Duration = Duration::from_secs(2 * 60 * 60);

impl WebSettings {
    /// For how long a session in this role lasts: idle, and in any case.
    pub(crate) fn times(&self, role: Role) -> (Duration, Duration) {
        match role {
            Role::Operator => (self.idle.min(self.desk_idle), self.absolute),
            Role::Citizen => (
                self.idle.min(self.citizen_idle),
                self.absolute.min(CITIZEN_ABSOLUTE),
            ),
            Role::Development
            | Role::Clinician
            | Role::Coordinator
            | Role::Administrator
            | Role::PrivacyOfficer
            | Role::System => (self.idle, self.absolute),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_session_lasts_goes_by_the_role() {
        let settings = WebSettings::default();
        let minutes = |role| {
            let (idle, absolute) = settings.times(role);
            (idle.as_secs() / 60, absolute.as_secs() / 60)
        };
        assert_eq!(minutes(Role::Clinician), (30, 720));
        assert_eq!(minutes(Role::PrivacyOfficer), (30, 720));
        assert_eq!(minutes(Role::Operator), (10, 720), "a desk that many use");
        assert_eq!(minutes(Role::Citizen), (15, 120), "a telephone that may be lost");
        // A deployment that asks for less gets less, whatever the role.
        let short = WebSettings {
            idle: Duration::from_secs(300),
            absolute: Duration::from_secs(600),
            ..WebSettings::default()
        };
        for role in [Role::Clinician, Role::Operator, Role::Citizen] {
            let times = (Duration::from_secs(300), Duration::from_secs(600));
            assert_eq!(short.times(role), times, "{role:?}");
        }
    }
}
