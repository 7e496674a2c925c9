//! An explicit rule for who on a waiting list is looked at sooner, with its reasons: attendances, function, pain, and days
//! of work, study or caring lost. For people such as Jasek of the care model: 48, an outpatient, a knee.
//!
//! It is a rule that people wrote, not a score and not a probability: no publication stands behind its limits, which are a
//! proposal to be approved where it is used ([`Limits::PROPOSED`]). It only ever adds a look: a clinician's priority comes
//! before it, nobody is moved behind their own waiting time by it within the same level, and who has waited longest allowed
//! is never overtaken. What is not known makes nobody later: it is named, so that somebody asks.

use std::cmp::Ordering;

use jiff::civil::Date;

/// How urgent a clinician says it is, as the national clinical prioritisation has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clinical {
    /// P1: emergency, within 72 hours.
    P1,
    /// P2: within a month.
    P2,
    /// P3: within three months.
    P3,
    /// P4: may wait longer than three months.
    P4,
}

/// What somebody can still do, in their own judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// As before.
    AsBefore,
    /// Some things are harder.
    SomeLimits,
    /// Much cannot be done.
    MuchLimited,
    /// Needs help each day because of it.
    NeedsHelpDaily,
}

/// What is known of somebody who waits. None of it is taken from anything but the person's own answers and record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Since when.
    pub since: Date,
    /// A clinician's priority.
    pub clinical: Clinical,
    /// Attendances for the same problem in the last 12 months, wherever.
    pub attendances: Option<u16>,
    /// What can still be done.
    pub function: Option<Function>,
    /// Worst pain of the last week, 0 to 10.
    pub pain: Option<u8>,
    /// Days of paid work, study, volunteering or unpaid caring lost in the last 28: who has no employer is not behind.
    pub days_lost: Option<u8>,
}

/// What the rule weighs, apart from when and how urgently somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Facts {
    /// Attendances for the same problem in the last 12 months, wherever.
    pub attendances: Option<u16>,
    /// What can still be done.
    pub function: Option<Function>,
    /// Worst pain of the last week, 0 to 10.
    pub pain: Option<u8>,
    /// Days lost of the last 28, as in [`Waiting`].
    pub days_lost: Option<u8>,
}

/// From which value each fact is a reason, and from which it is a strong one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Version of the rule.
    pub version: &'static str,
    /// Who approved it clinically; nothing while it is a proposal.
    pub approved_by: Option<&'static str>,
    /// Attendances in 12 months: reason, strong reason.
    pub attendances: (u16, u16),
    /// Function: reason, strong reason.
    pub function: (Function, Function),
    /// Pain: reason, strong reason.
    pub pain: (u8, u8),
    /// Days lost of 28: reason, strong reason.
    pub days_lost: (u8, u8),
    /// Weeks of waiting from which nobody is overtaken.
    pub never_overtaken_from: u16,
}

impl Limits {
    /// A proposal: not for clinical use until it is approved where it is used.
    pub const PROPOSED: Limits = Limits {
        version: "proposal 1",
        approved_by: None,
        attendances: (3, 6),
        function: (Function::MuchLimited, Function::NeedsHelpDaily),
        pain: (6, 8),
        days_lost: (5, 14),
        never_overtaken_from: 52,
    };
}

/// What the rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// A clinician looks now: two strong reasons, or a strong one with two more.
    Now,
    /// Looked at before others of the same clinical priority: a strong reason, or two.
    Sooner,
    /// In turn.
    InTurn,
}

impl Look {
    /// Its name in files.
    pub const fn code(self) -> &'static str {
        match self {
            Look::Now => "now",
            Look::Sooner => "sooner",
            Look::InTurn => "in-turn",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Look::Now => "A clinician looks now",
            Look::Sooner => "Looked at sooner",
            Look::InTurn => "In turn",
        }
    }
}

/// Why: the fact, how strong a reason it is, and words that a person may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The fact's name.
    pub fact: &'static str,
    /// Whether it is a strong reason.
    pub strong: bool,
    /// In words.
    pub words: String,
}

/// What the rule says of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// What it asks for.
    pub look: Look,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What is not known and should be asked.
    pub missing: Vec<&'static str>,
    /// What was given and cannot be right.
    pub refused: Vec<&'static str>,
    /// By which version of the rule.
    pub version: &'static str,
    /// Whether that version is approved.
    pub approved: bool,
}

/// What the rule says of somebody who waits.
pub fn priority(waiting: &Waiting, limits: &Limits) -> Priority {
    let facts = Facts {
        attendances: waiting.attendances,
        function: waiting.function,
        pain: waiting.pain,
        days_lost: waiting.days_lost,
    };
    weigh(&facts, limits)
}

/// What the rule says of these facts.
pub fn weigh(waiting: &Facts, limits: &Limits) -> Priority {
    let mut reasons = Vec::new();
    let mut missing = Vec::new();
    let mut refused = Vec::new();
    let mut add = |fact, strength: Option<Option<bool>>, words: String| match strength {
        None => missing.push(fact),
        Some(None) => {}
        Some(Some(strong)) => reasons.push(Reason { fact, strong, words }),
    };
    let pain = waiting.pain.filter(|pain| *pain <= 10);
    let days = waiting.days_lost.filter(|days| *days <= 28);
    add(
        "attendances",
        waiting
            .attendances
            .map(|count| strength(count, limits.attendances)),
        format!(
            "attended {} times in 12 months for the same problem",
            waiting.attendances.unwrap_or(0)
        ),
    );
    add(
        "function",
        waiting
            .function
            .map(|function| strength(function, limits.function)),
        match waiting.function {
            Some(Function::NeedsHelpDaily) => "needs help each day because of it",
            _ => "much cannot be done because of it",
        }
        .to_owned(),
    );
    add(
        "pain",
        pain.map(|pain| strength(pain, limits.pain)),
        format!("worst pain of the week {} of 10", pain.unwrap_or(0)),
    );
    add(
        "days_lost",
        days.map(|days| strength(days, limits.days_lost)),
        format!("{} of 28 days of work, study or caring lost", days.unwrap_or(0)),
    );
    if pain != waiting.pain {
        refused.push("pain");
    }
    if days != waiting.days_lost {
        refused.push("days_lost");
    }
    let strong = reasons.iter().filter(|reason| reason.strong).count();
    let look = match (strong, reasons.len()) {
        (2.., _) | (1, 3..) => Look::Now,
        (1, _) | (_, 2..) => Look::Sooner,
        _ => Look::InTurn,
    };
    Priority {
        look,
        reasons,
        missing,
        refused,
        version: limits.version,
        approved: limits.approved_by.is_some(),
    }
}

fn strength<T: PartialOrd + Copy>(value: T, (reason, strong): (T, T)) -> Option<bool> {
    if value >= strong {
        Some(true)
    } else if value >= reason {
        Some(false)
    } else {
        None
    }
}

/// The order in which people are looked at on a day: clinical priority; then who has waited so long that nobody overtakes
/// them, the longest first; then what the rule asks for; then how long they waited.
pub fn order(a: (&Waiting, &Priority), b: (&Waiting, &Priority), limits: &Limits, on: Date) -> Ordering {
    let key = |(waiting, priority): (&Waiting, &Priority)| {
        let long = weeks(waiting.since, on) >= i64::from(limits.never_overtaken_from);
        let look = if long { Look::Now } else { priority.look };
        (waiting.clinical, !long, look, waiting.since)
    };
    key(a).cmp(&key(b))
}

fn weeks(since: Date, on: Date) -> i64 {
    on.since(since).map_or(0, |span| i64::from(span.get_days()) / 7)
}
