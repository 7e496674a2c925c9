//! When a worker works and what they can do: shifts and skills by post (assumptions: common patterns of such teams).

use serde_json::{Value, json};

use super::worker::Post;

/// Times of a week: days, from, to.
type Shift = (&'static [&'static str], &'static str, &'static str);

const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri"];
const EARLY_WEEK: &[&str] = &["mon", "tue", "wed", "thu"];
const LATE_WEEK: &[&str] = &["thu", "fri", "sat", "sun"];
const AFTER_EARLY: &[&str] = &["tue", "wed", "thu", "fri"];
const AFTER_LATE: &[&str] = &["fri", "sat", "sun", "mon"];

/// The pattern of the n-th worker of a post; who works around the clock goes round early, late and night. A night is told as
/// its two parts, since FHIR's times do not pass midnight.
fn shifts(post: Post, ordinal: u32) -> &'static [Shift] {
    const OFFICE: [&[Shift]; 2] = [
        &[(WEEKDAYS, "08:30:00", "17:00:00")],
        &[(EARLY_WEEK, "08:00:00", "18:30:00")],
    ];
    const AROUND_THE_CLOCK: [&[Shift]; 6] = [
        &[(EARLY_WEEK, "07:00:00", "15:00:00")],
        &[(EARLY_WEEK, "14:30:00", "22:00:00")],
        &[
            (EARLY_WEEK, "21:30:00", "23:59:59"),
            (AFTER_EARLY, "00:00:00", "07:30:00"),
        ],
        &[(LATE_WEEK, "07:00:00", "15:00:00")],
        &[(LATE_WEEK, "14:30:00", "22:00:00")],
        &[
            (LATE_WEEK, "21:30:00", "23:59:59"),
            (AFTER_LATE, "00:00:00", "07:30:00"),
        ],
    ];
    let around = matches!(
        post,
        Post::CallHandler
            | Post::Paramedic
            | Post::WardNurse
            | Post::Carer
            | Post::CommunityNurse
            | Post::Consultant
    );
    let patterns: &[&[Shift]] = if around { &AROUND_THE_CLOCK } else { &OFFICE };
    patterns[ordinal as usize % patterns.len()]
}

/// `PractitionerRole.availableTime`.
pub(super) fn available(post: Post, ordinal: u32) -> Value {
    let times = shifts(post, ordinal).iter();
    times
        .map(|(days, from, to)| json!({ "daysOfWeek": days, "availableStartTime": from, "availableEndTime": to }))
        .collect()
}

/// Skills of a post; each worker has most of them, the first one always.
pub(super) fn skills(post: Post, ordinal: u32) -> Vec<&'static str> {
    let all: &[&str] = match post {
        Post::Doctor => &[
            "General practice",
            "Minor surgery",
            "Contraceptive implants",
            "Training of GPs",
        ],
        Post::PracticeNurse => &[
            "Immunisation",
            "Cervical sampling",
            "Diabetes review",
            "Respiratory review",
        ],
        Post::Pharmacist => &["Medication review", "Independent prescribing"],
        Post::Receptionist => &["Care navigation"],
        Post::Consultant => &["Ward rounds", "Advice and guidance"],
        Post::WardNurse => &["Intravenous medicines", "Discharge planning", "Dementia care"],
        Post::SocialWorker => &[
            "Care Act assessment",
            "Mental capacity assessment",
            "Safeguarding",
        ],
        Post::CallHandler => &["Telephone triage", "Polish", "British Sign Language relay"],
        Post::Paramedic => &[
            "Falls lift",
            "Wound closure",
            "Electrocardiogram",
            "Verification of death",
        ],
        Post::CommunityNurse => &["Wound care", "Catheter care", "Syringe driver", "Insulin"],
        Post::Therapist => &[
            "Home falls assessment",
            "Equipment and adaptations",
            "Moving and handling of two",
        ],
        Post::Carer => &[
            "Personal care",
            "Moving and handling",
            "Medicines prompt",
            "Driving",
        ],
        Post::MentalHealthNurse => &["Crisis assessment", "Clozapine monitoring"],
        Post::Midwife => &["Home birth", "Perinatal mental health"],
        Post::HospiceNurse => &["Syringe driver", "Advance care planning"],
        Post::LinkWorker => &[
            "Social prescribing",
            "Benefits and housing",
            "Motivational interviewing",
        ],
        Post::ScreeningNurse => &["Retinal imaging", "Ultrasound of the aorta"],
    };
    all.iter()
        .enumerate()
        .filter(|(at, _)| *at == 0 || !(ordinal as usize + at).is_multiple_of(3))
        .map(|(_, skill)| *skill)
        .collect()
}
