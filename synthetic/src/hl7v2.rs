//! HL7 v2.4 of a life: what a hospital's administration system would have sent. ADT^A28 when a person became known,
//! A01 and A03 at the ends of a stay, A04 for emergency departments and outpatients, A31 with the death.
//!
//! Segments end with a carriage return, messages with an empty line; fields are escaped as HL7 2.4 chapter 2.10 says.

use std::fmt::Write as _;

use crate::day::{Day, Moment};
use crate::life::{Contact, ContactKind, Life, Organisation, Sex};
use crate::region::Region;

/// Years of messages that are written.
const YEARS: i32 = 2;

/// All messages of a life, by time.
#[must_use]
pub fn messages(region: &Region, life: &Life) -> String {
    let last = life.person.death.unwrap_or(region.options.today);
    let since = last.plus(-365 * YEARS).max(life.person.birth);
    let mut events: Vec<(Moment, &str, Option<&Contact>)> = vec![(since.at(7 * 60), "A28", None)];
    for contact in life
        .contacts
        .iter()
        .filter(|contact| contact.start.day >= since && contact.start.day <= last)
    {
        match contact.kind {
            ContactKind::EmergencyAdmission
            | ContactKind::PlannedAdmission
            | ContactKind::MaternityAdmission => {
                events.push((contact.start, "A01", Some(contact)));
                if let Some(end) = contact.end {
                    events.push((end, "A03", Some(contact)));
                }
            }
            ContactKind::Emergency | ContactKind::UrgentTreatment | ContactKind::Outpatient => {
                events.push((contact.start, "A04", Some(contact)));
            }
            _ => {}
        }
    }
    if let Some(death) = life.person.death {
        events.push((death.at(1439), "A31", None));
    }
    events.sort_by_key(|(at, event, _)| (*at, *event));
    let mut text = String::new();
    for (number, (at, event, contact)) in events.into_iter().enumerate() {
        message(&mut text, region, life, number, at, event, contact);
    }
    text
}

fn message(
    text: &mut String,
    region: &Region,
    life: &Life,
    number: usize,
    at: Moment,
    event: &str,
    contact: Option<&Contact>,
) {
    let person = &life.person;
    let sender = contact.map_or_else(
        || "SARSEN".to_owned(),
        |contact| organisation(region, contact.organisation),
    );
    let sender = escaped(&sender);
    // Writing into a string does not fail.
    let _ = write!(
        text,
        "MSH|^~\\&|SYNTHETIC|{sender}|SARSEN|BSW|{0}||ADT^{event}|{1}-{number}|T|2.4\rEVN|{event}|{0}\r",
        stamp(at),
        person.index
    );
    let number = if person.nhs_number.is_empty() {
        String::new()
    } else {
        format!("{}^^^NHS^NH~", person.nhs_number)
    };
    let address = match (person.lines.first(), person.restricted) {
        (Some(line), false) => format!(
            "{}^{}^{}^^{}",
            escaped(line),
            escaped(person.lines.get(1).map_or("", |line| line)),
            escaped(&person.town),
            escaped(&person.postcode)
        ),
        _ => String::new(),
    };
    let telephone = if person.mobile.is_empty() {
        &person.telephone
    } else {
        &person.mobile
    };
    let _ = write!(
        text,
        "PID|1||{number}S{}^^^SYNTHETIC^PI||{}^{}^{}^^{}||{}|{}|||{address}||{}|||||||||{}|||||||{}|{}\r",
        person.index,
        escaped(&person.name.family),
        escaped(person.name.given.first().unwrap_or(&"")),
        escaped(&person.name.given.get(1..).unwrap_or_default().join(" ")),
        person.name.title,
        day(person.birth),
        if person.sex == Sex::Female { "F" } else { "M" },
        escaped(telephone),
        person.ethnicity.category,
        person.death.filter(|_| event == "A31").map_or(String::new(), day),
        if event == "A31" { "Y" } else { "N" },
    );
    if let Some(contact) = contact {
        let class = match contact.kind {
            ContactKind::Emergency | ContactKind::UrgentTreatment => "E",
            ContactKind::Outpatient => "O",
            _ => "I",
        };
        let method = contact
            .admission
            .map_or(String::new(), |stay| stay.method.to_string());
        let end = contact
            .end
            .filter(|_| event == "A03")
            .map_or(String::new(), stamp);
        let _ = write!(
            text,
            "PV1|1|{class}|^^^{sender}|{method}|||||||||||||||{0}-{1}|||||||||||||||||||||||||{2}|{end}\r",
            person.index,
            contact.start.day.0,
            stamp(contact.start)
        );
    }
    text.push('\n');
}

fn organisation(region: &Region, of: Organisation) -> String {
    match of {
        Organisation::Practice(place) => region.place.practices[usize::from(place)].code.clone(),
        Organisation::Site(place) => region.place.sites[usize::from(place)].code.clone(),
        Organisation::Council(place) => region.place.councils[usize::from(place)].code.clone(),
        Organisation::Service(place) => region.place.services[usize::from(place)].key.to_owned(),
    }
}

fn day(of: Day) -> String {
    of.date().strftime("%Y%m%d").to_string()
}

fn stamp(at: Moment) -> String {
    format!("{}{:02}{:02}", day(at.day), at.minute / 60, at.minute % 60)
}

/// Text with the delimiters escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' => out.push_str("\\F\\"),
            '^' => out.push_str("\\S\\"),
            '~' => out.push_str("\\R\\"),
            '&' => out.push_str("\\T\\"),
            '\\' => out.push_str("\\E\\"),
            '\r' | '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::place::Files;

    #[test]
    fn delimiters_are_escaped() {
        assert_eq!(
            escaped("Smith & ^Sons|~\\"),
            "Smith \\T\\ \\S\\Sons\\F\\\\R\\\\E\\"
        );
    }

    /// The fields of the first segment of a kind, by their places.
    fn fields(message: &str, kind: &str) -> Vec<String> {
        let segment = message
            .split('\r')
            .find(|segment| segment.trim_start().starts_with(kind));
        segment
            .unwrap_or_default()
            .split('|')
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn fields_stand_where_hl7_has_them() {
        let region = Region::grow(Options {
            seed: 3,
            people: 400,
            today: Day::ymd(2026, 11, 1),
            files: Files::Bsw,
        })
        .unwrap();
        let (mut deaths, mut discharges) = (0, 0);
        for index in 0..region.lives() {
            let life = region.life_on(index, region.options.today);
            for message in messages(&region, &life).split_inclusive("\r\n") {
                // The separator itself is the first field of MSH, so its places are one less here.
                let (header, person) = (fields(message, "MSH"), fields(message, "PID"));
                assert_eq!((header[1].as_str(), header[11].as_str()), ("^~\\&", "2.4"));
                assert_eq!(person[7], day(life.person.birth));
                assert_eq!(person[8].len(), 1);
                assert_eq!(person[22], life.person.ethnicity.category.to_string());
                assert_eq!(person.len(), 31);
                let died = header[8] == "ADT^A31";
                assert_eq!(person[30], if died { "Y" } else { "N" });
                assert_eq!(!person[29].is_empty(), died);
                deaths += usize::from(died);
                if header[8] == "ADT^A03" {
                    let visit = fields(message, "PV1");
                    assert_eq!((visit[2].as_str(), visit.len()), ("I", 46));
                    assert!(visit[19].starts_with(&life.person.index.to_string()));
                    assert!(visit[44] <= visit[45] && visit[45].len() == 12, "{visit:?}");
                    discharges += 1;
                }
            }
        }
        assert!(deaths > 5 && discharges > 50, "{deaths} {discharges}");
    }
}
