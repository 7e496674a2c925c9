//! By what people are told apart: each way has a word for addresses and files, and groups with a key and words of their own.

use care::risk::funnel::{Stage, Step};
use care::score::efi::Frailty;
use care::segment::{LifeStage, SNEE};
use codes::clinical::segmentation::{CONDITION_LABELS, CONDITIONS};

use super::Places;

/// The group of those of whom it is not known.
pub const UNKNOWN: &str = "unknown";

/// A way to tell people apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    Sex,
    /// Age in bands of five years.
    FiveYears,
    /// Age in broad bands.
    Ages,
    /// How many long-term conditions.
    Conditions,
    /// Which long-term conditions: somebody may have several.
    Condition,
    /// Fifth of deprivation of the small area of the home.
    Deprivation,
    /// Segment of the region's model.
    Segment,
    /// The segment a month ago.
    SegmentBefore,
    Stage,
    /// Band of the frailty index, of those for whose age it was made.
    Frailty,
    /// Small area of the home.
    Area,
    /// Network of the practice.
    Network,
    /// How far somebody came from being found to an outcome.
    Help,
    /// With which cohort somebody was sent to work.
    Work,
    /// The month at whose end segments are told; it tells nobody apart by itself.
    Month,
    /// How far somebody came at least: a stage of the funnel.
    CameTo,
    /// A group of the fairness table: who of it is on the list.
    OnList,
    /// The same: who of it was reached.
    Reached,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub key: String,
    pub words: String,
}

impl Group {
    fn new(key: impl Into<String>, words: impl Into<String>) -> Group {
        Group {
            key: key.into(),
            words: words.into(),
        }
    }
}

/// The first ages of the broad bands; each ends before the next begins.
pub(super) const BROAD: [u8; 6] = [0, 18, 45, 65, 75, 85];
/// The first age of the last band of five years.
pub(super) const OLDEST: u8 = 90;
/// From so many conditions on they are told apart no more.
pub(super) const MANY: usize = 4;

impl By {
    /// Every way.
    pub const ALL: [By; 18] = [
        By::Sex,
        By::FiveYears,
        By::Ages,
        By::Conditions,
        By::Condition,
        By::Deprivation,
        By::Segment,
        By::SegmentBefore,
        By::Stage,
        By::Frailty,
        By::Area,
        By::Network,
        By::Help,
        By::Work,
        By::Month,
        By::CameTo,
        By::OnList,
        By::Reached,
    ];

    /// Its word in addresses and files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            By::Sex => "sex",
            By::FiveYears => "five-years",
            By::Ages => "ages",
            By::Conditions => "conditions",
            By::Condition => "condition",
            By::Deprivation => "deprivation",
            By::Segment => "segment",
            By::SegmentBefore => "segment-before",
            By::Stage => "stage",
            By::Frailty => "frailty",
            By::Area => "area",
            By::Network => "network",
            By::Help => "help",
            By::Work => "work",
            By::Month => "month",
            By::CameTo => "came-to",
            By::OnList => "on-list",
            By::Reached => "reached",
        }
    }

    /// The way with a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.code() == code)
    }

    /// Its words: the heading of a column.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            By::Sex => "Sex",
            By::FiveYears | By::Ages => "Age",
            By::Conditions => "Long-term conditions",
            By::Condition => "Long-term condition",
            By::Deprivation => "Deprivation of the area",
            By::Segment => "Segment",
            By::SegmentBefore => "Segment a month before",
            By::Stage => "Stage of life",
            By::Frailty => "Frailty",
            By::Area => "Area",
            By::Network => "Network",
            By::Help => "Help",
            By::Work => "Sent to work",
            By::Month => "Month",
            By::CameTo => "Came so far at least",
            By::OnList => "On the risk list",
            By::Reached => "Reached",
        }
    }

    /// Whether each person is in one group at most, so that groups add up.
    #[must_use]
    pub const fn parts(self) -> bool {
        !matches!(
            self,
            By::Condition | By::Month | By::CameTo | By::OnList | By::Reached
        )
    }

    /// Whether a list by it is behind a number that stands by itself, so that no further group narrows it: what is hidden would be told by
    /// what is beside it.
    #[must_use]
    pub const fn stands_alone(self) -> bool {
        matches!(self, By::CameTo | By::OnList | By::Reached)
    }

    /// Its groups, in order; none of cohorts that were sent to work and of months, which have identifiers.
    #[must_use]
    pub fn groups(self, places: &Places) -> Vec<Group> {
        let not_known = |words: &str| Group::new(UNKNOWN, words);
        match self {
            By::Sex => vec![
                Group::new("female", "Female"),
                Group::new("male", "Male"),
                Group::new("other", "Other"),
                not_known("Not recorded"),
            ],
            By::FiveYears => (0..OLDEST)
                .step_by(5)
                .map(|from| Group::new(format!("{from}-{}", from + 4), format!("{from}–{}", from + 4)))
                .chain([Group::new(format!("{OLDEST}-"), format!("{OLDEST} and over"))])
                .chain([not_known("Not known")])
                .collect(),
            By::Ages => BROAD
                .windows(2)
                .map(|pair| {
                    let (from, to) = (pair[0], pair[1] - 1);
                    Group::new(format!("{from}-{to}"), format!("{from} to {to}"))
                })
                .chain([Group::new("85-", "85 and over"), not_known("Age not known")])
                .collect(),
            By::Conditions => (0..MANY)
                .map(|count| Group::new(count.to_string(), count.to_string()))
                .chain([Group::new("4-", "4 or more")])
                .collect(),
            By::Condition => CONDITIONS
                .iter()
                .zip(CONDITION_LABELS.iter())
                .map(|(name, label)| Group::new(*name, *label))
                .collect(),
            By::Deprivation => [
                "1 (most deprived fifth)",
                "2",
                "3",
                "4",
                "5 (least deprived fifth)",
            ]
            .into_iter()
            .zip(1..)
            .map(|(words, key): (&str, u8)| Group::new(key.to_string(), words))
            .chain([not_known("Area not known")])
            .collect(),
            By::Segment | By::SegmentBefore => SNEE
                .segments()
                .iter()
                .map(|segment| Group::new(segment.name.as_str(), segment.label.as_str()))
                .chain([not_known("Under 18, or age not known")])
                .collect(),
            By::Stage => LifeStage::ALL
                .into_iter()
                .map(|stage| Group::new(stage.name(), stage.label()))
                .chain([not_known("Age not known")])
                .collect(),
            By::Frailty => BANDS
                .into_iter()
                .map(|(band, words)| Group::new(band.name(), words))
                .collect(),
            By::Area => places
                .areas
                .iter()
                .map(|(code, area)| Group::new(code.as_str(), area.name.as_str()))
                .chain([not_known("Not known, or of another region")])
                .collect(),
            By::Network => places
                .networks
                .iter()
                .map(|(code, network)| Group::new(code.as_str(), network.name.as_str()))
                .chain([not_known("Of no network, or practice not known")])
                .collect(),
            By::Help => Step::ALL
                .into_iter()
                .map(|step| Group::new(step.code(), step.words()))
                .collect(),
            By::CameTo => Stage::ALL
                .into_iter()
                .map(|stage| Group::new(stage.code(), stage.words()))
                .collect(),
            By::OnList | By::Reached => crate::risk::fair_groups()
                .map(|(key, words)| Group::new(key, words))
                .collect(),
            By::Work | By::Month => Vec::new(),
        }
    }
}

/// The bands of the frailty index with their words.
pub(super) const BANDS: [(Frailty, &str); 4] = [
    (Frailty::Fit, "Fit"),
    (Frailty::Mild, "Mild frailty"),
    (Frailty::Moderate, "Moderate frailty"),
    (Frailty::Severe, "Severe frailty"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_has_a_word_of_its_own_and_every_group_a_key() {
        let places = Places::default();
        for by in By::ALL {
            assert_eq!(By::from_code(by.code()), Some(by));
            let groups = by.groups(&places);
            let mut keys: Vec<&str> = groups.iter().map(|group| group.key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), groups.len(), "{}", by.code());
        }
        assert_eq!(By::FiveYears.groups(&places).len(), 20);
        assert_eq!(By::Condition.groups(&places).len(), 15);
        assert_eq!(By::Segment.groups(&places).len(), 7);
    }
}
