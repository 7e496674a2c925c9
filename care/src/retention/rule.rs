//! The rules, one for each kind of record that a person can have.

/// What a house keeps of its people: which rules can apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kept {
    /// Health records that are nothing else: of adults and of children.
    Health,
    /// Adult social care.
    SocialCare,
    /// Mental health.
    MentalHealth,
    /// Maternity.
    Maternity,
    /// A general practice's record.
    Gp,
}

impl Kept {
    /// Every kind.
    pub const ALL: [Kept; 5] = [
        Kept::Health,
        Kept::SocialCare,
        Kept::MentalHealth,
        Kept::Maternity,
        Kept::Gp,
    ];

    /// Its name in settings and on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Kept::Health => "health",
            Kept::SocialCare => "social-care",
            Kept::MentalHealth => "mental-health",
            Kept::Maternity => "maternity",
            Kept::Gp => "gp",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Kept> {
        Kept::ALL.into_iter().find(|kept| kept.code() == code)
    }
}

/// A rule of the code, as `data/retention/retention.csv` words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// 8 years after discharge or last seen.
    AdultHealth,
    /// 8 years after the end of care or last seen.
    AdultSocialCare,
    /// To the 25th birthday; the 26th if 17 when treatment ended.
    Child,
    /// 20 years after last seen, or 10 years after death.
    MentalHealth,
    /// 25 years after the birth of the last child.
    Maternity,
    /// 10 years after death.
    GpDeceased,
    /// 100 years after leaving, when the record went nowhere.
    GpDeregistered,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 7] = [
        Rule::AdultHealth,
        Rule::AdultSocialCare,
        Rule::Child,
        Rule::MentalHealth,
        Rule::Maternity,
        Rule::GpDeceased,
        Rule::GpDeregistered,
    ];

    /// The kind of record, as the table names it.
    #[must_use]
    pub fn record(self) -> &'static str {
        match self {
            Rule::AdultHealth => "Adult health record (not otherwise listed)",
            Rule::AdultSocialCare => "Adult social care record",
            Rule::Child => "Children and young people",
            Rule::MentalHealth => "Mental health record",
            Rule::Maternity => "Maternity record",
            Rule::GpDeceased => "GP record, patient deceased",
            Rule::GpDeregistered => "GP record, deregistered (not transferred)",
        }
    }

    /// The shortest time, as the table words it.
    #[must_use]
    pub fn minimum(self) -> &'static str {
        match self {
            Rule::AdultHealth => "8 years after discharge or last seen",
            Rule::AdultSocialCare => "8 years after end of care or last seen (from memory)",
            Rule::Child => "to 25th birthday; 26th if 17 when treatment ended",
            Rule::MentalHealth => "20 years after last seen, or 10 years after death",
            Rule::Maternity => "25 years after birth of last child (incl.)",
            Rule::GpDeceased => "10 years after death",
            Rule::GpDeregistered => "100 years",
        }
    }

    /// Its name in lists.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Rule::AdultHealth => "adult-health",
            Rule::AdultSocialCare => "adult-social-care",
            Rule::Child => "child",
            Rule::MentalHealth => "mental-health",
            Rule::Maternity => "maternity",
            Rule::GpDeceased => "gp-deceased",
            Rule::GpDeregistered => "gp-deregistered",
        }
    }
}
