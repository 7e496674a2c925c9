//! One row a life: what the figures count, made once for all of them.

use crate::life::{ContactKind, Life, Organisation, PackageKind, ReferralState, Sex};
use crate::people::Skeleton;
use crate::region::Region;

/// What the figures count of one life.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row {
    /// Alive today.
    pub living: bool,
    /// Age today or at death.
    pub age: u8,
    /// Male.
    pub male: bool,
    /// Place of the area.
    pub area: u16,
    /// Place of the practice, `u16::MAX` for none.
    pub practice: u16,
    /// Ethnic group.
    pub ethnic: u8,
    /// Long-term conditions that are on record and go on, one bit each.
    pub conditions: u64,
    /// How many of them count as long-term conditions, physical and mental.
    pub physical: u8,
    /// Mental ones.
    pub mental: u8,
    /// Contacts with the practice in the last year.
    pub practice_contacts: u16,
    /// Of these, with a nurse.
    pub nurse: u16,
    /// Emergency stays that began in the last year.
    pub stays: u8,
    /// An emergency stay with a night in the first year that is counted.
    pub first_year_night: bool,
    /// Visits to emergency and urgent care in the last year, with or without a stay.
    pub visits: u8,
    /// Of these, by ambulance.
    pub ambulance: u8,
    /// Outpatient appointments in the last year, kept and not kept.
    pub outpatient: u8,
    /// Of these, not kept.
    pub missed: u8,
    /// Of these, the first of a referral.
    pub first: u8,
    /// Referrals that wait, and of these those within 18 weeks.
    pub waiting: [u8; 2],
    /// Births in the last three years, and of these by caesarean.
    pub births: [u8; 2],
    /// A hip fracture in the last three years.
    pub hip: bool,
    /// Fell in the last year.
    pub fell: bool,
    /// Cares without pay.
    pub carer: bool,
    /// Lives alone.
    pub alone: bool,
    /// Lives in a care home.
    pub care_home: bool,
    /// Smoking: 0 unknown, 1 never, 2 ex, 3 current.
    pub smoking: u8,
    /// Died in hospital.
    pub died_in_hospital: bool,
    /// Lives with very high health and care needs: by the definition at `very_high_needs` in `numbers.csv`.
    pub very_high_needs: bool,
}

/// An emergency stay that began in the last three years and has ended.
#[derive(Debug, Clone, Copy)]
pub struct Stay {
    /// Age when it began.
    pub age: u8,
    /// Nights.
    pub nights: u16,
    /// Long-term conditions of the person.
    pub long: u8,
}

/// The rows of a region, and what is counted by day.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// A row a life, in the order of the region.
    pub rows: Vec<Row>,
    /// Emergency stays.
    pub stays: Vec<Stay>,
    /// Visits by day since the calendar's first.
    pub visits_by_day: Vec<u32>,
    /// Emergency stays by day.
    pub stays_by_day: Vec<u32>,
    /// People whom the rounds found without criteria to reside, by day.
    pub waiting_by_day: Vec<u32>,
    /// People whom each site saw in the last year, in the order of the place.
    pub seen_by_site: Vec<u32>,
}

const MENTAL: [&str; 8] = [
    "depression",
    "anxiety",
    "schizophrenia",
    "bipolar",
    "dementia_alzheimer",
    "alcohol_dependence",
    "substance_misuse",
    "learning_disability",
];

impl Rows {
    /// Makes every life and keeps its row.
    #[must_use]
    pub fn of(region: &Region, threads: usize) -> Rows {
        let lives = region.lives();
        let each = lives.div_ceil(threads.max(1)).max(1);
        let parts: Vec<Rows> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..lives)
                .step_by(each)
                .map(|from| scope.spawn(move || Rows::part(region, from, (from + each).min(lives))))
                .collect();
            workers
                .into_iter()
                .filter_map(|worker| worker.join().ok())
                .collect()
        });
        let mut all = Rows::default();
        for part in parts {
            all.rows.extend(part.rows);
            all.stays.extend(part.stays);
            add(&mut all.visits_by_day, &part.visits_by_day);
            add(&mut all.stays_by_day, &part.stays_by_day);
            add(&mut all.waiting_by_day, &part.waiting_by_day);
            add(&mut all.seen_by_site, &part.seen_by_site);
        }
        all
    }

    fn part(region: &Region, from: usize, to: usize) -> Rows {
        let days = (region.calendar.end.0 - region.calendar.first.0).max(0) as usize;
        let mut mental = 0u64;
        let mut long = 0u64;
        for (place, condition) in region
            .parameters
            .conditions
            .iter()
            .take(region.parameters.chronic)
            .enumerate()
        {
            if MENTAL.contains(&condition.key.as_str()) {
                mental |= 1 << place;
            }
            // What stands in another's place counts as that.
            if condition.long_term
                || matches!(condition.register, crate::parameters::Register::Instead { .. })
            {
                long |= 1 << place;
            }
        }
        let mut part = Rows {
            rows: Vec::with_capacity(to - from),
            visits_by_day: vec![0; days],
            stays_by_day: vec![0; days],
            waiting_by_day: vec![0; days],
            seen_by_site: vec![0; region.place.sites.len()],
            ..Rows::default()
        };
        for index in from..to {
            let life = region.life_on(index, region.options.today);
            let row = row(region, &region.people[index], &life, mental, long);
            part.rows.push(row);
            part.count(region, index as u32, &life, &row);
        }
        part
    }

    fn count(&mut self, region: &Region, index: u32, life: &Life, row: &Row) {
        let first = region.calendar.first.0;
        let days = self.visits_by_day.len() as i32;
        let last = life.person.death.unwrap_or(region.options.today);
        let mut seen: Vec<u16> = life
            .contacts
            .iter()
            .filter(|contact| row.living && last.0 - contact.start.day.0 < 365)
            .filter_map(|contact| match contact.organisation {
                Organisation::Site(site) => Some(site),
                _ => None,
            })
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for site in seen {
            self.seen_by_site[usize::from(site)] += 1;
        }
        for contact in &life.contacts {
            let day = contact.start.day.0 - first;
            if !(0..days).contains(&day) {
                continue;
            }
            match contact.kind {
                ContactKind::Emergency | ContactKind::UrgentTreatment => {
                    self.visits_by_day[day as usize] += 1;
                }
                ContactKind::EmergencyAdmission => {
                    self.stays_by_day[day as usize] += 1;
                    let stay = contact.admission.unwrap_or_default();
                    if let Some(nights) = stay.nights
                        && last.0 - contact.start.day.0 < 1096
                    {
                        self.stays.push(Stay {
                            age: contact.start.day.years_since(life.person.birth),
                            nights,
                            long: row.physical + row.mental,
                        });
                    }
                    if let Some(ready) = stay.ready {
                        let end = contact.end.map_or(last, |end| end.day);
                        for day in ready.0..end.0 {
                            let at = day - first;
                            if (0..days).contains(&at) && region.calendar.found(index, crate::day::Day(day)) {
                                self.waiting_by_day[at as usize] += 1;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn add(all: &mut Vec<u32>, part: &[u32]) {
    all.resize(all.len().max(part.len()), 0);
    for (sum, count) in all.iter_mut().zip(part) {
        *sum += count;
    }
}

fn row(region: &Region, bones: &Skeleton, life: &Life, mental: u64, long: u64) -> Row {
    let today = region.options.today;
    let last = bones.last(today);
    let year = |day: crate::day::Day| last.0 - day.0 < 365 && day <= last;
    let three = |day: crate::day::Day| last.0 - day.0 < 1096 && day <= last;
    let mut row = Row {
        living: bones.death.is_none(),
        age: bones.age(today),
        male: bones.sex == Sex::Male,
        area: bones.area,
        practice: bones.practice,
        ethnic: bones.ethnic,
        carer: life.person.carer.is_some(),
        alone: life.person.alone,
        care_home: bones.care_home,
        ..Row::default()
    };
    for problem in &life.problems {
        let place = usize::from(problem.condition);
        if place < region.parameters.chronic && problem.ended.is_none() && problem.recorded <= last {
            row.conditions |= 1 << place;
        }
        if region.parameters.conditions[place].key == "fragility_fracture_hip" && three(problem.onset) {
            row.hip = true;
        }
    }
    row.physical = (row.conditions & long & !mental).count_ones() as u8;
    row.mental = (row.conditions & long & mental).count_ones() as u8;
    for contact in &life.contacts {
        if !year(contact.start.day) {
            continue;
        }
        match contact.kind {
            ContactKind::Doctor | ContactKind::Telephone | ContactKind::HomeVisit => {
                row.practice_contacts += 1;
            }
            ContactKind::Nurse => {
                row.practice_contacts += 1;
                row.nurse += 1;
            }
            ContactKind::EmergencyAdmission => {
                row.stays = row.stays.saturating_add(1);
            }
            ContactKind::Emergency | ContactKind::UrgentTreatment => {
                row.visits = row.visits.saturating_add(1);
                row.ambulance += u8::from(contact.attendance.is_some_and(|visit| visit.ambulance));
            }
            _ => {}
        }
    }
    for appointment in life
        .appointments
        .iter()
        .filter(|one| one.specialty.is_some() && year(one.at.day))
    {
        row.outpatient = row.outpatient.saturating_add(1);
        row.missed += u8::from(appointment.missed);
        let first = appointment
            .referral
            .and_then(|place| life.referrals.get(place as usize))
            .is_some_and(|referral| referral.answered == Some(appointment.at.day));
        row.first += u8::from(first && !appointment.missed);
    }
    for referral in life
        .referrals
        .iter()
        .filter(|one| one.state == ReferralState::Waiting)
    {
        row.waiting[0] = row.waiting[0].saturating_add(1);
        row.waiting[1] += u8::from(last.0 - referral.made.day.0 <= 126);
    }
    let caesarean = region.parameters.procedure("caesarean");
    for contact in life
        .contacts
        .iter()
        .filter(|one| one.kind == ContactKind::MaternityAdmission && three(one.start.day))
    {
        row.births[0] += 1;
        let by = life
            .procedures
            .iter()
            .any(|one| Some(one.procedure) == caesarean && one.at == contact.start);
        row.births[1] += u8::from(by);
    }
    row.first_year_night = life.contacts.iter().any(|contact| {
        let day = contact.start.day.0 - region.calendar.first.0;
        contact.kind == ContactKind::EmergencyAdmission
            && (0..365).contains(&day)
            && contact.admission.is_some_and(|stay| stay.nights != Some(0))
    });
    row.fell = life.falls.iter().any(|fall| year(fall.at.day));
    if let Some(test) = region.parameters.test("smoking_status") {
        let latest = life
            .measurements
            .iter()
            .filter(|one| one.test == test)
            .max_by_key(|one| one.at);
        row.smoking = latest.map_or(0, |one| one.value as u8 + 1);
    }
    row.very_high_needs = very_high_needs(region, &row, life);
    row.died_in_hospital = life
        .contacts
        .iter()
        .any(|contact| contact.admission.is_some_and(|stay| stay.died));
    row
}

/// Conditions that make for very high needs by themselves.
const HIGH: [&str; 6] = [
    "palliative_care",
    "dementia_alzheimer",
    "dementia_vascular",
    "schizophrenia",
    "bipolar",
    "learning_disability",
];

fn very_high_needs(region: &Region, row: &Row, life: &Life) -> bool {
    let high = HIGH
        .iter()
        .filter_map(|key| region.parameters.condition(key))
        .any(|place| row.conditions >> place & 1 == 1);
    let going = |kinds: &[PackageKind]| {
        life.packages
            .iter()
            .any(|one| kinds.contains(&one.kind) && one.end.is_none_or(|end| end > region.options.today))
    };
    let much = going(&[
        PackageKind::HomeCare,
        PackageKind::MentalHealthTeam,
        PackageKind::Palliative,
    ]);
    let some = going(&[PackageKind::DistrictNursing, PackageKind::Reablement]);
    row.care_home || high || much || (row.physical + row.mental >= 4 && (row.stays > 0 || some))
}
