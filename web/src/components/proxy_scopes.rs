//! What somebody may do who acts for a person: a box for each, to be ticked.

use actions::sharing::SCOPES;
use askama::Template;

/// The boxes as a form sends them: one that is not ticked is not sent. A form flattens it into itself.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(crate) struct TickedScopes {
    see_summary: Option<String>,
    see_record: Option<String>,
    see_appointments: Option<String>,
    manage_appointments: Option<String>,
    see_plan: Option<String>,
    send_messages: Option<String>,
}

impl TickedScopes {
    fn has(&self, scope: &str) -> bool {
        let boxes = [
            (codes::access::SEE_SUMMARY, &self.see_summary),
            (codes::access::SEE_RECORD, &self.see_record),
            (codes::access::SEE_APPOINTMENTS, &self.see_appointments),
            (codes::access::MANAGE_APPOINTMENTS, &self.manage_appointments),
            (codes::access::SEE_PLAN, &self.see_plan),
            (codes::access::SEND_MESSAGES, &self.send_messages),
        ];
        boxes
            .iter()
            .any(|(code, ticked)| *code == scope && ticked.is_some())
    }

    /// The codes that were ticked.
    pub(crate) fn codes(&self) -> Vec<String> {
        let ticked = SCOPES.iter().filter(|(code, _)| self.has(code));
        ticked.map(|(code, _)| (*code).to_owned()).collect()
    }

    /// The plan alone, for samples of pages.
    pub(crate) fn sample() -> TickedScopes {
        TickedScopes {
            see_plan: Some("1".to_owned()),
            ..TickedScopes::default()
        }
    }
}

#[derive(Debug, Clone)]
struct Choice {
    code: &'static str,
    words: &'static str,
    ticked: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/proxy_scopes.html")]
pub(crate) struct ProxyScopes {
    legend: &'static str,
    choices: Vec<Choice>,
    error: Option<String>,
}

impl askama::filters::HtmlSafe for ProxyScopes {}

impl ProxyScopes {
    /// The id of the first box, where an error's link goes.
    pub(crate) const FIRST: &'static str = codes::access::SEE_SUMMARY;

    /// In the person's own words, or in those that `words` has for each code.
    pub(crate) fn new(
        legend: &'static str,
        words: Option<fn(&str) -> &'static str>,
        ticked: &TickedScopes,
        error: Option<String>,
    ) -> ProxyScopes {
        let choices = SCOPES.iter().map(|(code, own)| Choice {
            code,
            words: words.map_or(*own, |words| words(code)),
            ticked: ticked.has(code),
        });
        ProxyScopes {
            legend,
            choices: choices.collect(),
            error,
        }
    }
}
