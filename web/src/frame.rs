//! What stands around every page: names, the notice about synthetic data, who is signed in.

use actions::access::{StandingTo, Way};

use crate::assets;
use crate::settings::WebSettings;

/// Who is signed in, as the header says it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The role in words; never a name or an id.
    pub(crate) role: String,
    /// The organisation that they work for now, by its ODS code; the role's words may name it too.
    pub(crate) organisation: Option<String>,
    /// Since when they are here, in London time; of staff, for whom it is their shift at this desk.
    pub(crate) since: Option<String>,
    /// A citizen, for whom the pages of staff are not there.
    pub(crate) citizen: bool,
    /// Whether the operators' pages are there for them.
    pub(crate) operates: bool,
    /// Whether the academy is there for them.
    pub(crate) teaches: bool,
    /// The token that every form of this session carries.
    pub(crate) csrf: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) service: String,
    pub(crate) organisation: String,
    pub(crate) synthetic: bool,
    /// The folder of the assets, named by the hash of what it holds.
    pub(crate) assets: &'static str,
    pub(crate) account: Option<Account>,
    /// What the care clock shows, when that is not the time of day.
    pub(crate) care_clock: Option<String>,
    /// That the record was opened with a reason, and until when: on every page of it.
    pub(crate) opened: Option<String>,
    /// Why the record is open to this reader.
    pub(crate) because: Option<String>,
}

impl Frame {
    pub(crate) fn new(settings: &WebSettings, account: Option<Account>) -> Frame {
        Frame {
            service: settings.service.clone(),
            organisation: settings.organisation.clone(),
            synthetic: settings.synthetic,
            assets: assets::folder(),
            account,
            care_clock: None,
            opened: None,
            because: None,
        }
    }

    /// The same around a page of a person's record, to whom the reader stands so.
    pub(crate) fn opened(self, standing: &StandingTo) -> Frame {
        let time = |until: jiff::Timestamp| {
            let until = until
                .in_tz("Europe/London")
                .map(|until| until.strftime("%H:%M").to_string());
            until.unwrap_or_default()
        };
        Frame {
            opened: standing.opened.map(|(way, until)| match way {
                Way::BreakGlass => format!("Opened in an emergency until {}", time(until)),
                Way::Claim => format!("Opened with a reason until {}", time(until)),
            }),
            because: (!standing.ties.is_empty()).then(|| {
                let ties: Vec<&str> = standing.ties.iter().map(|tie| tie_words(tie)).collect();
                format!("You see this record because of: {}", ties.join(", "))
            }),
            ..self
        }
    }

    /// The token that forms of the page carry; empty when nobody is signed in.
    pub(crate) fn csrf(&self) -> String {
        let token = self.account.as_ref().map(|account| account.csrf.clone());
        token.unwrap_or_default()
    }

    /// Whether a citizen is signed in.
    pub(crate) fn is_citizen(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.citizen)
    }

    /// Whether somebody is signed in who works here.
    pub(crate) fn is_staff(&self) -> bool {
        self.account.as_ref().is_some_and(|account| !account.citizen)
    }

    /// The frame of a sample of a citizen's page.
    pub(crate) fn sample_citizen() -> Frame {
        let account = Account {
            role: "Clara, for herself".to_owned(),
            organisation: None,
            since: None,
            citizen: true,
            operates: false,
            teaches: false,
            csrf: "sample-token".to_owned(),
        };
        Frame::new(&WebSettings::default(), Some(account))
    }

    /// The frame of a sample: the default settings, signed in or not.
    pub(crate) fn sample(signed_in: bool) -> Frame {
        let account = signed_in.then(|| Account {
            role: "Development".to_owned(),
            organisation: Some("RVJ".to_owned()),
            since: Some("07:58".to_owned()),
            citizen: false,
            operates: true,
            teaches: true,
            csrf: "sample-token".to_owned(),
        });
        Frame::new(&WebSettings::default(), account)
    }
}

/// A tie in the words of a reader.
fn tie_words(tie: &str) -> &str {
    match tie {
        "practice" => "their practice",
        "care-team" => "their care team",
        "caseload" => "your caseload",
        "admission" => "their stay with you",
        "contact" => "an appointment or contact",
        "referral" => "a referral",
        "task" => "a task of yours",
        "hub-case" => "an open case",
        "claimed" => "the reason you gave",
        "break-glass" => "the emergency you gave",
        other => other,
    }
}
