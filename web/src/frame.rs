//! What stands around every page: names, the notice about synthetic data, who is signed in.

use crate::assets;
use crate::settings::WebSettings;

/// Who is signed in, as the header says it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The role in words; never a name or an id.
    pub(crate) role: String,
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
        }
    }

    /// The frame of a sample: the default settings, signed in or not.
    pub(crate) fn sample(signed_in: bool) -> Frame {
        let account = signed_in.then(|| Account {
            role: "Development".to_owned(),
            operates: true,
            teaches: true,
            csrf: "sample-token".to_owned(),
        });
        Frame::new(&WebSettings::default(), account)
    }
}
