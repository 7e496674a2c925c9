//! The rules put together.

use jiff::civil::Date;

use super::dates::{age_on, years_after};
use super::facts::Facts;
use super::rule::{Kept, Rule};

/// How long a record is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retention {
    /// It may be reviewed, and destroyed if nobody needs it, from that day on.
    Until(Due),
    /// No day can be told: it is kept.
    Kept(&'static str),
}

/// The rule that keeps a record longest, and its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The first day on which it may be destroyed.
    pub on: Date,
    /// By which rule.
    pub rule: Rule,
    /// Why that day, in words that name nobody.
    pub why: String,
}

/// Of all rules that apply, the one that keeps the record longest.
///
/// Source: *Records Management Code of Practice* (`data/retention/retention.csv`). Two of its lines leave room, and are read
/// so that the record stays longer: a mental-health record of somebody who died is kept for 20 years after they were last seen *and*
/// 10 years after death, and whoever was under 18 when last seen is kept as a child whatever else the record is.
/// (Both to be confirmed by an information-governance lead.)
#[must_use]
pub fn retention(facts: &Facts) -> Retention {
    if facts.kept.is_empty() {
        return Retention::Kept("no kind of record is named");
    }
    let mut all = Vec::new();
    for kept in &facts.kept {
        match by_kind(*kept, facts) {
            Ok(due) => all.extend(due),
            Err(why) => return Retention::Kept(why),
        }
    }
    match all.into_iter().max_by_key(|due| due.on) {
        Some(due) => Retention::Until(due),
        None => Retention::Kept("no rule applies"),
    }
}

/// The days by one kind of record.
///
/// # Errors
/// Why no day can be told.
fn by_kind(kept: Kept, facts: &Facts) -> Result<Vec<Due>, &'static str> {
    const NOT_SEEN: &str = "when they were last seen is not known";
    if kept == Kept::Gp {
        return gp(facts).map(|due| vec![due]);
    }
    let seen = facts.last_contact.ok_or(NOT_SEEN)?;
    let after = |rule, years, of: Date, what: &str| {
        due(
            rule,
            years_after(of, years),
            format!("{years} years after {what} on {of}"),
        )
    };
    let mut all = Vec::new();
    let as_child = child(facts, seen);
    match kept {
        Kept::Health if as_child.is_none() => {
            all.push(after(Rule::AdultHealth, 8, seen, "they were last seen"));
        }
        Kept::SocialCare => all.push(after(Rule::AdultSocialCare, 8, seen, "they were last seen")),
        Kept::MentalHealth => {
            all.push(after(Rule::MentalHealth, 20, seen, "they were last seen"));
            if facts.has_died {
                let died = facts.died.ok_or("they have died, and when is not known")?;
                all.push(after(Rule::MentalHealth, 10, died, "they died"));
            }
        }
        Kept::Maternity => all.push(match facts.last_child_born {
            Some(born) => after(Rule::Maternity, 25, born, "the last child was born"),
            None => after(
                Rule::Maternity,
                25,
                seen,
                "they were last seen (when a last child was born is not known)",
            ),
        }),
        Kept::Health | Kept::Gp => {}
    }
    all.extend(as_child);
    Ok(all)
}

/// Whoever was under 18 when last seen, or may have been.
fn child(facts: &Facts, seen: Date) -> Option<Due> {
    let Some(born) = facts.born else {
        let words = format!("25 years after they were last seen on {seen}, when they may have been newborn");
        return Some(due(Rule::Child, years_after(seen, 25), words));
    };
    match age_on(born, seen) {
        18.. => None,
        17 => Some(due(
            Rule::Child,
            years_after(born, 26),
            "their 26th birthday, as they were 17 when last seen".to_owned(),
        )),
        _ => Some(due(
            Rule::Child,
            years_after(born, 25),
            "their 25th birthday".to_owned(),
        )),
    }
}

fn gp(facts: &Facts) -> Result<Due, &'static str> {
    if facts.has_died {
        let died = facts.died.ok_or("they have died, and when is not known")?;
        let words = format!("10 years after they died on {died}");
        return Ok(due(Rule::GpDeceased, years_after(died, 10), words));
    }
    let left = facts
        .deregistered
        .ok_or("a practice's record of somebody living")?;
    let words = format!("100 years after they left the practice on {left}");
    Ok(due(Rule::GpDeregistered, years_after(left, 100), words))
}

fn due(rule: Rule, on: Date, why: String) -> Due {
    Due { on, rule, why }
}
