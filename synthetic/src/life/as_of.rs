//! A life as it was known on a day. Everything is in the order in which it became known, so that a day's view is the
//! beginning of each list and every place stays what it was; what had not ended yet is open.

use super::{Life, ReferralState};
use crate::day::Day;

/// Days before an appointment by which it is booked.
const BOOKED: i32 = 60;
/// Days before an appointment on which its reminder goes out.
pub(crate) const REMINDED: i32 = 2;
/// Days before a plan's review from which it is something to do.
pub(crate) const REVIEWED: i32 = 28;
/// Days for which a fall and a review of medicines count.
pub(crate) const YEAR: i32 = 365;

impl Life {
    /// Brings every list into the order in which things become known, and the places in them along.
    pub(super) fn order(&mut self) {
        let contacts = sort(&mut self.contacts, |one| one.start);
        for place in self.contacts.iter_mut().map(|one| &mut one.after) {
            follow(place, &contacts);
        }
        let measurements = sort(&mut self.measurements, |one| one.at);
        let problems = sort(&mut self.problems, |one| one.recorded);
        let referrals = sort(&mut self.referrals, |one| one.made);
        self.measurements
            .iter_mut()
            .for_each(|one| follow(&mut one.contact, &contacts));
        for panel in &mut self.panels {
            follow(&mut panel.contact, &contacts);
            for place in &mut panel.measurements {
                *place = measurements[*place as usize];
            }
        }
        for one in &mut self.procedures {
            follow(&mut one.contact, &contacts);
            follow(&mut one.problem, &problems);
        }
        self.courses
            .iter_mut()
            .for_each(|one| follow(&mut one.problem, &problems));
        self.letters
            .iter_mut()
            .for_each(|one| follow(&mut one.contact, &contacts));
        self.referrals
            .iter_mut()
            .for_each(|one| follow(&mut one.contact, &contacts));
        self.falls
            .iter_mut()
            .for_each(|one| follow(&mut one.contact, &contacts));
        for one in &mut self.appointments {
            follow(&mut one.contact, &contacts);
            follow(&mut one.referral, &referrals);
        }
        sort(&mut self.panels, |one| one.reported);
        sort(&mut self.courses, |one| one.start);
        sort(&mut self.allergies, |one| one.recorded);
        sort(&mut self.immunisations, |one| one.day);
        sort(&mut self.procedures, |one| one.at);
        sort(&mut self.appointments, |one| one.at);
        sort(&mut self.letters, |one| one.at.day.plus(i32::from(one.late)));
        sort(&mut self.falls, |one| one.at);
        sort(&mut self.plans, |one| one.start);
        sort(&mut self.packages, |one| one.start);
        sort(&mut self.forms, |one| one.at);
        sort(&mut self.faults, |one| one.day);
    }

    /// Whether a day brings anything: something that becomes known, or ends, or an appointment that is booked.
    #[must_use]
    pub fn changes_on(&self, day: Day) -> bool {
        let ends = |end: &Option<Day>| *end == Some(day);
        let person = &self.person;
        // Births and deaths; a death's notice is formal from the fifth day on.
        if person.birth == day || ends(&person.death) || ends(&person.death.map(|death| death.plus(5))) {
            return true;
        }
        if let Some(moving) = &person.moving
            && (moving.day == day || moving.practice.is_some_and(|(_, since)| since == day))
        {
            return true;
        }
        self.problems
            .iter()
            .any(|one| one.recorded == day || ends(&one.ended))
            || self.courses.iter().any(|one| {
                // The last day of a course is one of it: the day after tells that it ended.
                one.start == day || ends(&one.stop) || ends(&one.stop.map(|stop| stop.plus(1)))
            })
            || self.allergies.iter().any(|one| one.recorded == day)
            || self.contacts.iter().any(|one| {
                one.start.day == day
                    || one.end.is_some_and(|end| end.day == day)
                    || one.admission.is_some_and(|stay| ends(&stay.ready))
            })
            || self.measurements.iter().any(|one| one.at.day == day)
            || self.panels.iter().any(|one| one.reported.day == day)
            || self.immunisations.iter().any(|one| one.day == day)
            || self
                .procedures
                .iter()
                .any(|one| one.at.day == day || one.at.day == day.plus(-YEAR))
            || self
                .referrals
                .iter()
                .any(|one| one.made.day == day || ends(&one.answered))
            || self.appointments.iter().any(|one| {
                one.at.day == day || one.at.day == day.plus(BOOKED) || one.at.day == day.plus(REMINDED)
            })
            || self
                .letters
                .iter()
                .any(|one| one.at.day.plus(i32::from(one.late)) == day)
            || self
                .falls
                .iter()
                .any(|one| one.at.day == day || one.at.day == day.plus(-YEAR - 1))
            || self
                .plans
                .iter()
                .any(|one| one.start == day || ends(&one.end) || one.review == day.plus(REVIEWED))
            || self.packages.iter().any(|one| one.start == day || ends(&one.end))
            || self.forms.iter().any(|one| one.at.day == day)
            || self.faults.iter().any(|one| one.day == day)
    }

    /// Where the person lives and is registered at the end of a day.
    fn moved(&mut self, day: Day) {
        let person = &mut self.person;
        let Some(moving) = person.moving.take_if(|moving| moving.day <= day) else {
            return;
        };
        // The first day of registration stays: ids go by it.
        if let Some((practice, _)) = moving.practice.filter(|(_, since)| *since <= day) {
            person.practice = Some(practice);
        }
        let lines = std::mem::replace(&mut person.lines, moving.lines);
        let town = std::mem::replace(&mut person.town, moving.town);
        let postcode = std::mem::replace(&mut person.postcode, moving.postcode);
        person.earlier_address = Some((lines, town, postcode, moving.day));
        person.area = moving.area;
    }

    /// The life as it was known at the end of a day.
    #[must_use]
    pub fn as_of(mut self, day: Day) -> Life {
        let until = |end: &mut Option<Day>| *end = end.filter(|end| *end <= day);
        until(&mut self.person.death);
        self.moved(day);
        cut(&mut self.problems, |one| one.recorded <= day);
        cut(&mut self.measurements, |one| one.at.day <= day);
        cut(&mut self.panels, |one| one.reported.day <= day);
        cut(&mut self.courses, |one| one.start <= day);
        cut(&mut self.allergies, |one| one.recorded <= day);
        cut(&mut self.immunisations, |one| one.day <= day);
        cut(&mut self.procedures, |one| one.at.day <= day);
        cut(&mut self.contacts, |one| one.start.day <= day);
        cut(&mut self.referrals, |one| one.made.day <= day);
        cut(&mut self.appointments, |one| one.at.day <= day.plus(BOOKED));
        cut(&mut self.letters, |one| {
            one.at.day.plus(i32::from(one.late)) <= day
        });
        cut(&mut self.falls, |one| one.at.day <= day);
        cut(&mut self.plans, |one| one.start <= day);
        cut(&mut self.packages, |one| one.start <= day);
        cut(&mut self.forms, |one| one.at.day <= day);
        cut(&mut self.faults, |one| one.day <= day);
        self.problems.iter_mut().for_each(|one| until(&mut one.ended));
        self.courses.iter_mut().for_each(|one| until(&mut one.stop));
        self.plans.iter_mut().for_each(|one| until(&mut one.end));
        self.packages.iter_mut().for_each(|one| until(&mut one.end));
        for course in self.courses.iter_mut().filter(|course| course.stop.is_none()) {
            course.not_tolerated = false;
        }
        let contacts = self.contacts.len() as u32;
        for contact in &mut self.contacts {
            if contact.end.is_some_and(|end| end.day > day) {
                contact.end = None;
                if let Some(stay) = &mut contact.admission {
                    stay.nights = None;
                    stay.died = false;
                }
            }
            if let Some(stay) = &mut contact.admission {
                until(&mut stay.ready);
            }
        }
        for referral in &mut self.referrals {
            if referral.answered.is_some_and(|answered| answered > day) {
                referral.answered = None;
                referral.state = ReferralState::Waiting;
            }
        }
        let referrals = self.referrals.len() as u32;
        // An appointment is booked when its referral was made.
        self.appointments
            .retain(|one| one.referral.is_none_or(|place| place < referrals));
        for appointment in self.appointments.iter_mut().filter(|one| one.at.day > day) {
            appointment.missed = false;
            appointment.cancelled = false;
        }
        // What was booked for somebody who died is called off.
        if let Some(death) = self.person.death {
            for appointment in self.appointments.iter_mut().filter(|one| one.at.day > death) {
                appointment.cancelled = true;
            }
        }
        for place in self.appointments.iter_mut().map(|one| &mut one.contact) {
            *place = place.filter(|place| *place < contacts);
        }
        self.letters
            .retain(|one| one.contact.is_none_or(|place| place < contacts));
        self
    }
}

/// Sorts a list, and tells where each came to stand.
fn sort<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) -> Vec<u32> {
    let mut order: Vec<u32> = (0..list.len() as u32).collect();
    order.sort_by_key(|at| (key(&list[*at as usize]), *at));
    let mut places = vec![0; list.len()];
    for (place, from) in order.iter().enumerate() {
        places[*from as usize] = place as u32;
    }
    let mut taken: Vec<Option<T>> = list.drain(..).map(Some).collect();
    list.extend(order.iter().filter_map(|from| taken[*from as usize].take()));
    places
}

fn follow(place: &mut Option<u32>, places: &[u32]) {
    *place = place.and_then(|at| places.get(at as usize).copied());
}

/// Keeps the beginning of an ordered list.
fn cut<T>(list: &mut Vec<T>, known: impl Fn(&T) -> bool) {
    let end = list.partition_point(known);
    list.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::{Contact, Measurement, Panel};

    #[test]
    fn places_follow_what_they_point_at_and_the_end_of_a_list_is_cut() {
        let mut life = Life {
            contacts: vec![
                Contact {
                    start: Day(9).at(0),
                    end: Some(Day(12).at(0)),
                    ..Contact::default()
                },
                Contact {
                    start: Day(3).at(0),
                    ..Contact::default()
                },
            ],
            measurements: vec![
                Measurement {
                    test: 1,
                    at: Day(9).at(1),
                    value: 1.0,
                    second: None,
                    contact: Some(0),
                },
                Measurement {
                    test: 2,
                    at: Day(3).at(1),
                    value: 2.0,
                    second: None,
                    contact: Some(1),
                },
            ],
            panels: vec![Panel {
                name: "",
                measurements: vec![0],
                taken: Day(9).at(1),
                reported: Day(10).at(0),
                contact: Some(0),
            }],
            ..Life::default()
        };
        life.order();
        assert_eq!(life.contacts[1].start.day, Day(9));
        assert_eq!(life.measurements[1].contact, Some(1));
        assert_eq!(life.panels[0].measurements, vec![1]);
        let then = life.clone().as_of(Day(9));
        assert_eq!(
            (then.contacts.len(), then.contacts[1].end, then.panels.len()),
            (2, None, 0)
        );
        assert_eq!(life.as_of(Day(8)).measurements.len(), 1);
    }
}
