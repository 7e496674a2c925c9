//! Open referrals of one person, each by the waiting-list rule of `care`: who is looked at sooner, and why. No probability is made.
//!
//! The record tells attendances alone, and only those that came here: fewer than the rule asks for are no answer, and stay missing.
//! Function, pain and days lost have no code that is known here; they are to be asked.

use care::partial_date::PartialDate;
use care::waiting_list::priority::{Facts, Limits, Priority, weigh};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

/// One open referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What for, in words.
    pub what: String,
    /// Since when; `None` when the referral does not say, or says a day to come.
    pub since: Option<Date>,
    /// How urgent whoever referred says it is, as sent.
    pub urgency: Option<String>,
    /// What the rule says of it.
    pub priority: Priority,
    /// The days of the attendances that are counted, the newest first.
    pub attended: Vec<Date>,
    /// The reader's role does not see attendances.
    pub unseen: bool,
}

/// Intents of a request that nobody has ordered.
const NO_ORDER: [&str; 4] = ["proposal", "plan", "option", "directive"];
const NOT_SAID: &str = "Referral, for what is not said";

/// The open referrals among a person's resources, who has waited longest first.
pub(super) fn waits(bodies: &[&[u8]], today: Date, sees_attendances: bool) -> Vec<Wait> {
    let resources: Vec<Value> = bodies
        .iter()
        .filter_map(|body| serde_json::from_slice(body).ok())
        .collect();
    let of_type = |name: &'static str| {
        resources
            .iter()
            .filter(move |resource| resource["resourceType"] == name)
    };
    let mut waits: Vec<Wait> = of_type("ServiceRequest")
        .filter(|request| is_waiting(request))
        .filter(|request| !of_type("Encounter").any(|encounter| is_answer(encounter, request)))
        .map(|request| {
            let problem = Problem::of(request, of_type("Condition"));
            let encounters = of_type("Encounter").filter(|encounter| problem.is_why(encounter));
            let mut attended: Vec<Date> = encounters
                .filter_map(attendance)
                .filter(|day| is_within_a_year(*day, today))
                .collect();
            attended.sort_unstable_by(|one, other| other.cmp(one));
            wait(request, attended, today, sees_attendances)
        })
        .collect();
    waits.sort_by_key(|wait| (wait.since.is_none(), wait.since));
    waits
}

fn wait(request: &Value, attended: Vec<Date>, today: Date, sees_attendances: bool) -> Wait {
    let count = u16::try_from(attended.len()).unwrap_or(u16::MAX);
    let limits = Limits::PROPOSED;
    let facts = Facts {
        // Fewer may be because others happened elsewhere.
        attendances: Some(count).filter(|count| *count >= limits.attendances.0),
        ..Facts::default()
    };
    Wait {
        what: words(&request["code"]).unwrap_or_else(|| NOT_SAID.to_owned()),
        since: day(&request["authoredOn"]).filter(|day| *day <= today),
        urgency: request["priority"].as_str().map(str::to_owned),
        priority: weigh(&facts, &limits),
        attended,
        unseen: !sees_attendances,
    }
}

fn is_waiting(request: &Value) -> bool {
    request["status"] == "active"
        && request["doNotPerform"] != true
        && !request["intent"]
            .as_str()
            .is_some_and(|intent| NO_ORDER.contains(&intent))
        && boards::risk::is_referral(request)
}

/// Whether somebody was seen because of the referral.
fn is_answer(encounter: &Value, request: &Value) -> bool {
    let Some(id) = request["id"].as_str() else {
        return false;
    };
    encounter["status"] == "finished"
        && references(&encounter["basedOn"]).any(|reference| is_of(reference, "ServiceRequest", id))
}

/// The day on which somebody came; nothing of what did not happen.
fn attendance(encounter: &Value) -> Option<Date> {
    let happened = matches!(
        encounter["status"].as_str(),
        Some("arrived" | "triaged" | "in-progress" | "onleave" | "finished")
    );
    day(&encounter["period"]["start"]).filter(|_| happened)
}

fn is_within_a_year(day: Date, today: Date) -> bool {
    day <= today && today.checked_sub(1.year()).is_ok_and(|from| day > from)
}

/// What a referral is for: conditions by reference, and codes.
struct Problem<'r> {
    conditions: Vec<&'r str>,
    codes: Vec<(&'r str, &'r str)>,
}

impl<'r> Problem<'r> {
    fn of(request: &'r Value, conditions: impl Iterator<Item = &'r Value>) -> Problem<'r> {
        let references: Vec<&str> = references(&request["reasonReference"]).collect();
        let mut codes: Vec<(&str, &str)> = codings(&request["reasonCode"]).collect();
        for condition in conditions {
            let named = condition["id"].as_str().is_some_and(|id| {
                references
                    .iter()
                    .any(|reference| is_of(reference, "Condition", id))
            });
            if named {
                codes.extend(codings_of(&condition["code"]));
            }
        }
        Problem {
            conditions: references,
            codes,
        }
    }

    /// Whether an encounter was for the same.
    fn is_why(&self, encounter: &Value) -> bool {
        let diagnoses = encounter["diagnosis"].as_array().into_iter().flatten();
        let diagnoses = diagnoses.filter_map(|one| one["condition"]["reference"].as_str());
        let mut named = references(&encounter["reasonReference"]).chain(diagnoses);
        named.any(|reference| self.conditions.contains(&reference))
            || codings(&encounter["reasonCode"]).any(|coding| self.codes.contains(&coding))
    }
}

fn references(list: &Value) -> impl Iterator<Item = &str> {
    let members = list.as_array().into_iter().flatten();
    members.filter_map(|member| member["reference"].as_str())
}

fn is_of(reference: &str, kind: &str, id: &str) -> bool {
    let mut parts = reference.rsplit('/');
    parts.next() == Some(id) && parts.next() == Some(kind)
}

fn codings(concepts: &Value) -> impl Iterator<Item = (&str, &str)> {
    concepts.as_array().into_iter().flatten().flat_map(codings_of)
}

fn codings_of(concept: &Value) -> impl Iterator<Item = (&str, &str)> {
    let codings = concept["coding"].as_array().into_iter().flatten();
    codings.filter_map(|coding| Some((coding["system"].as_str()?, coding["code"].as_str()?)))
}

fn words(concept: &Value) -> Option<String> {
    let displays = concept["coding"].as_array().into_iter().flatten();
    let mut displays = displays.filter_map(|coding| coding["display"].as_str());
    concept["text"]
        .as_str()
        .or_else(|| displays.next())
        .map(str::to_owned)
}

fn day(value: &Value) -> Option<Date> {
    PartialDate::parse(value.as_str()?)?.day()
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::waiting_list::priority::Look;
    use serde_json::json;

    const TODAY: Date = Date::constant(2026, 11, 28);

    fn knee() -> Value {
        json!({ "resourceType": "ServiceRequest", "id": "r", "status": "active", "intent": "order",
            "category": [{ "text": "Referral" }], "code": { "text": "Referral to the knee clinic" },
            "authoredOn": "2026-07-01", "priority": "routine", "reasonReference": [{ "reference": "Condition/knee" }] })
    }

    fn visit(id: &str, on: &str) -> Value {
        json!({ "resourceType": "Encounter", "id": id, "status": "finished", "period": { "start": on },
            "reasonReference": [{ "reference": "Condition/knee" }] })
    }

    fn of(resources: &[Value], sees_attendances: bool) -> Vec<Wait> {
        let bodies: Vec<Vec<u8>> = resources
            .iter()
            .map(|resource| resource.to_string().into_bytes())
            .collect();
        let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        waits(&bodies, TODAY, sees_attendances)
    }

    #[test]
    fn three_attendances_for_the_same_problem_are_a_reason_and_two_are_no_answer() {
        let mut all = vec![knee(), visit("a", "2026-01-02"), visit("b", "2026-05-02")];
        let two = of(&all, true);
        assert_eq!(two[0].priority.reasons, []);
        assert_eq!(
            two[0].priority.missing,
            ["attendances", "function", "pain", "days_lost"]
        );
        // One outside the twelve months, one that did not happen and one for something else are no third.
        let mut cancelled = visit("d", "2026-06-02");
        cancelled["status"] = json!("cancelled");
        let mut other = visit("e", "2026-06-02");
        other["reasonReference"][0]["reference"] = json!("Condition/cough");
        all.extend([visit("c", "2025-11-28"), cancelled, other]);
        assert_eq!(of(&all, true)[0].attended.len(), 2);
        all.push(visit("f", "2026-11-28"));
        let three = &of(&all, true)[0];
        assert_eq!(three.priority.reasons.len(), 1);
        assert_eq!(three.priority.look, Look::InTurn);
        assert_eq!(three.attended[0], TODAY);
        assert_eq!(three.priority.missing, ["function", "pain", "days_lost"]);
    }

    #[test]
    fn the_same_code_is_the_same_problem() {
        let coding = json!({ "coding": [{ "system": codes::system::SNOMED_CT, "code": "239873007" }] });
        let condition = json!({ "resourceType": "Condition", "id": "knee", "code": coding });
        let mut all = vec![knee(), condition];
        for (id, on) in [("a", "2026-01-02"), ("b", "2026-02-02"), ("c", "2026-03-02")] {
            all.push(
                json!({ "resourceType": "Encounter", "id": id, "status": "finished", "period": { "start": on },
                "reasonCode": [coding] }),
            );
        }
        assert_eq!(of(&all, true)[0].attended.len(), 3);
    }

    #[test]
    fn what_is_closed_proposed_answered_or_no_referral_does_not_wait() {
        let with = |key: &str, value: Value| {
            let mut request = knee();
            request[key] = value;
            request
        };
        assert_eq!(of(&[knee()], true).len(), 1);
        for request in [
            with("status", json!("completed")),
            with("intent", json!("proposal")),
            with("doNotPerform", json!(true)),
        ] {
            assert_eq!(of(&[request], true), []);
        }
        let mut test = with("category", json!([{ "text": "Laboratory" }]));
        test["code"] = json!({ "text": "Blood count" });
        assert_eq!(of(&[test], true), []);
        let mut seen = visit("a", "2026-10-02");
        seen["basedOn"] = json!([{ "reference": "ServiceRequest/r" }]);
        assert_eq!(of(&[knee(), seen], true), []);
        let unseen = &of(&[with("authoredOn", json!("2027-01-01"))], false)[0];
        assert!(unseen.unseen && unseen.since.is_none());
    }
}
