//! Workers of organisations: how many there are, what they do, and their invented names.
//!
//! A worker is a place within an organisation; name and role are a function of the seed and of that place, so that a
//! life can name one without the directory.

use super::id::Kind;
use super::organisation::Unit;
use crate::life::{ContactKind, Organisation};
use crate::parameters::Parameters;
use crate::place::{Place, ServiceKind, SiteKind};
use crate::random::{Random, Stream};

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Post {
    Doctor,
    PracticeNurse,
    Pharmacist,
    Receptionist,
    Consultant,
    WardNurse,
    SocialWorker,
    CallHandler,
    Paramedic,
    CommunityNurse,
    Therapist,
    Carer,
    MentalHealthNurse,
    Midwife,
    HospiceNurse,
    LinkWorker,
    ScreeningNurse,
}

impl Post {
    /// Code of the SDS job role, and words that a person would use.
    pub(super) fn role(self) -> (&'static str, &'static str) {
        match self {
            Post::Doctor => ("R8000", "General practitioner"),
            Post::PracticeNurse => ("R8001", "Practice nurse"),
            Post::Pharmacist => ("R8003", "Clinical pharmacist"),
            Post::Receptionist => ("R8009", "Receptionist"),
            Post::Consultant => ("R8000", "Consultant"),
            Post::WardNurse => ("R8001", "Staff nurse"),
            Post::SocialWorker => ("R1330", "Social worker"),
            Post::CallHandler => ("R8008", "Call handler"),
            Post::Paramedic => ("R8003", "Paramedic"),
            Post::CommunityNurse => ("R8001", "Community nurse"),
            Post::Therapist => ("R8003", "Therapist"),
            Post::Carer => ("R8008", "Care worker"),
            Post::MentalHealthNurse => ("R8001", "Community mental health nurse"),
            Post::Midwife => ("R8016", "Midwife"),
            Post::HospiceNurse => ("R8001", "Palliative care nurse"),
            Post::LinkWorker => ("R8008", "Link worker"),
            Post::ScreeningNurse => ("R8001", "Screening practitioner"),
        }
    }

    fn is_doctor(self) -> bool {
        matches!(self, Post::Doctor | Post::Consultant)
    }
}

/// Posts of an organisation and how many hold each, in the order of their places.
pub(super) fn posts(place: &Place, organisation: Organisation) -> [(Post, u32); 3] {
    match organisation {
        Organisation::Practice(at) => {
            let list = place
                .practices
                .get(usize::from(at))
                .map_or(8000.0, |practice| practice.list);
            [
                (Post::Doctor, (list / 2200.0).clamp(2.0, 10.0) as u32),
                (Post::PracticeNurse, (list / 4000.0).clamp(1.0, 4.0) as u32),
                (Post::Pharmacist, 1),
            ]
        }
        Organisation::Site(at) => {
            let kind = place.sites.get(usize::from(at)).map(|site| site.kind);
            let many = if kind == Some(SiteKind::Acute) { 16 } else { 3 };
            [
                (Post::Consultant, many),
                (Post::WardNurse, many / 2 + 2),
                (Post::Therapist, 2),
            ]
        }
        Organisation::Council(_) => [
            (Post::SocialWorker, 4),
            (Post::Therapist, 1),
            (Post::Receptionist, 1),
        ],
        Organisation::Service(at) => {
            let kind = place.services.get(usize::from(at)).map(|service| service.kind);
            of_service(kind.unwrap_or(ServiceKind::Hub))
        }
    }
}

fn of_service(kind: ServiceKind) -> [(Post, u32); 3] {
    let both = |one: Post, other: Post| [(one, 4), (other, 1), (Post::Receptionist, 1)];
    match kind {
        ServiceKind::Call111 | ServiceKind::Hub => both(Post::CallHandler, Post::CommunityNurse),
        ServiceKind::Ambulance => both(Post::Paramedic, Post::CallHandler),
        ServiceKind::RapidResponse => both(Post::Paramedic, Post::CommunityNurse),
        ServiceKind::Falls => both(Post::Therapist, Post::Paramedic),
        ServiceKind::DistrictNursing => both(Post::CommunityNurse, Post::Therapist),
        ServiceKind::Therapy | ServiceKind::Reablement => both(Post::Therapist, Post::Carer),
        ServiceKind::HomeCare | ServiceKind::CareHome => both(Post::Carer, Post::CommunityNurse),
        ServiceKind::MentalHealth => both(Post::MentalHealthNurse, Post::Therapist),
        ServiceKind::Maternity => both(Post::Midwife, Post::CommunityNurse),
        ServiceKind::Hospice => both(Post::HospiceNurse, Post::Therapist),
        ServiceKind::LinkWorkers | ServiceKind::Charity => both(Post::LinkWorker, Post::Carer),
        ServiceKind::Screening => both(Post::ScreeningNurse, Post::CallHandler),
    }
}

/// A worker, by the place within the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worker {
    pub(super) organisation: Organisation,
    pub(super) ordinal: u32,
    pub(super) post: Post,
}

/// All workers of an organisation.
pub(super) fn workers(place: &Place, organisation: Organisation) -> Vec<Worker> {
    let mut workers = Vec::new();
    for (post, count) in posts(place, organisation) {
        for _ in 0..count {
            let ordinal = workers.len() as u32;
            workers.push(Worker {
                organisation,
                ordinal,
                post,
            });
        }
    }
    workers
}

/// The worker whom a person meets: of the first post, or of the second when `second`; the same for the same `choice`.
pub(super) fn whom(place: &Place, organisation: Organisation, second: bool, choice: u32) -> Worker {
    let posts = posts(place, organisation);
    let (post, count) = posts[usize::from(second)];
    let before = if second { posts[0].1 } else { 0 };
    Worker {
        organisation,
        ordinal: before + choice % count.max(1),
        post,
    }
}

/// The ids of the Practitioner and the PractitionerRole of somebody who works for an organisation: of the first post there, or of
/// the second when `second`.
#[must_use]
pub fn worker_ids(place: &Place, seed: u64, organisation: Organisation, second: bool) -> (String, String) {
    let worker = whom(place, organisation, second, 0);
    (worker.practitioner_id(seed), worker.role_id(seed))
}

/// Whether a nurse or another second post gives this kind of contact.
pub(super) fn is_second(kind: ContactKind) -> bool {
    matches!(kind, ContactKind::Nurse)
}

impl Worker {
    /// The id of the Practitioner.
    pub(super) fn practitioner_id(self, seed: u64) -> String {
        Unit::from(self.organisation).id(seed, Kind::Practitioner, self.ordinal)
    }

    /// The id of the PractitionerRole.
    pub(super) fn role_id(self, seed: u64) -> String {
        Unit::from(self.organisation).id(seed, Kind::PractitionerRole, self.ordinal)
    }

    /// Title, given name and family name.
    pub(super) fn name(
        self,
        parameters: &Parameters,
        seed: u64,
    ) -> (&'static str, &'static str, &'static str) {
        let subject = u64::from(Unit::from(self.organisation).owner()) << 18 | u64::from(self.ordinal);
        let mut random = Random::new(seed, Stream::Worker, subject);
        // Shares of the five groups among the health workforce, roughly: an assumption that only colours names.
        let group = random.weighted(&[0.15, 0.08, 0.03, 0.71, 0.03]) as u8;
        let female = random.chance(if self.post.is_doctor() { 0.5 } else { 0.8 });
        let born = random.between(1964, 1998) as i16;
        let given = &parameters.names.given;
        let fits = |name: &(u8, bool, i16, i16, &'static str)| {
            name.0 == group && name.1 == female && (name.2..=name.3).contains(&born)
        };
        let given = one_that(given, &mut random, fits).map_or("Alex", |name| name.4);
        let family = one_that(&parameters.names.family, &mut random, |name| name.0 == group);
        let title = match (self.post.is_doctor(), female) {
            (true, _) => "Dr",
            (false, true) => "Ms",
            (false, false) => "Mr",
        };
        (title, given, family.map_or("Walker", |name| name.1))
    }

    /// The name as it is shown.
    pub(super) fn display(self, parameters: &Parameters, seed: u64) -> String {
        let (title, given, family) = self.name(parameters, seed);
        format!("{title} {given} {family}")
    }
}

/// One that fits, by trial: tables of names are long, and a list of those that fit would be made for each worker.
fn one_that<'a, T>(of: &'a [T], random: &mut Random, fits: impl Fn(&T) -> bool) -> Option<&'a T> {
    for _ in 0..64 {
        let one = of.get(random.below(of.len()))?;
        if fits(one) {
            return Some(one);
        }
    }
    of.iter().find(|one| fits(one))
}
