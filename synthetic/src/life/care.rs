//! Care: meetings, stays, referrals, appointments, letters, plans, packages, and what is wrong with the data.

use crate::day::{Day, Moment};

/// Who gives the care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Organisation {
    /// A general practice: place in [`crate::place::Place::practices`].
    Practice(u16),
    /// A hospital or other site: place in [`crate::place::Place::sites`].
    Site(u16),
    /// A council: place in [`crate::place::Place::councils`].
    Council(u8),
    /// One of the region's services: place in [`crate::place::Place::services`] (111, 999, community, charities).
    Service(u8),
}

impl Default for Organisation {
    fn default() -> Organisation {
        Organisation::Practice(0)
    }
}

/// What kind of meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContactKind {
    /// In the practice, with a doctor.
    #[default]
    Doctor,
    /// In the practice, with a nurse or a healthcare assistant.
    Nurse,
    /// By telephone with the practice.
    Telephone,
    /// A visit to the home by the practice.
    HomeVisit,
    /// A call to 111.
    Call111,
    /// A call to 999 that an ambulance answered.
    Call999,
    /// An emergency department.
    Emergency,
    /// An urgent treatment centre or minor injury unit.
    UrgentTreatment,
    /// A stay that was an emergency.
    EmergencyAdmission,
    /// A stay or a day case that was planned.
    PlannedAdmission,
    /// A stay to give birth.
    MaternityAdmission,
    /// Outpatients.
    Outpatient,
    /// A visit by district nurses, therapists or reablement.
    Community,
    /// A visit by social care.
    SocialCare,
    /// Mental health services.
    MentalHealth,
    /// Midwife or health visitor.
    Maternity,
    /// Falls or rapid response.
    RapidResponse,
}

/// What was found in the emergency department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attendance {
    /// By ambulance.
    pub ambulance: bool,
    /// Minutes from arrival to departure.
    pub minutes: u16,
    /// Admitted from there.
    pub admitted: bool,
}

/// A discharge-to-assess pathway, 0 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pathway(pub u8);

/// A hospital stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Admission {
    /// Admission method of the NHS Data Dictionary: 21 emergency department, 22 GP, 11–13 elective, 31 maternity, 28 other.
    pub method: u8,
    /// Nights until discharge; stays that go on have none.
    pub nights: Option<u16>,
    /// First day without criteria to reside, when discharge waited for something.
    pub ready: Option<Day>,
    /// Place of the reason for the wait in the reference table of discharge delay reasons.
    pub delay_reason: u8,
    /// The pathway home.
    pub pathway: Pathway,
    /// Died in hospital.
    pub died: bool,
    /// A day case.
    pub day_case: bool,
}

/// A meeting with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contact {
    /// What kind.
    pub kind: ContactKind,
    /// When it began.
    pub start: Moment,
    /// When it ended; none while a stay goes on.
    pub end: Option<Moment>,
    /// Who gave it.
    pub organisation: Organisation,
    /// Place of the condition it was about, in the table of conditions.
    pub reason: Option<u8>,
    /// The visit to the emergency department.
    pub attendance: Option<Attendance>,
    /// The stay.
    pub admission: Option<Admission>,
    /// Place of the contact that led to it.
    pub after: Option<u32>,
}

/// What became of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferralState {
    /// The person waits.
    #[default]
    Waiting,
    /// Seen.
    Seen,
    /// Answered with advice.
    Advised,
    /// Withdrawn.
    Withdrawn,
}

/// A referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Referral {
    /// Place in the table of specialties.
    pub specialty: u8,
    /// When it was made.
    pub made: Moment,
    /// Urgent, for suspected cancer.
    pub urgent: bool,
    /// What became of it.
    pub state: ReferralState,
    /// When it was answered.
    pub answered: Option<Day>,
    /// Who receives it.
    pub to: Organisation,
    /// Place of the condition it is about, in the table of conditions.
    pub reason: Option<u8>,
    /// Place of the contact at which it was made.
    pub contact: Option<u32>,
}

/// An appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appointment {
    /// When.
    pub at: Moment,
    /// Minutes.
    pub minutes: u16,
    /// With whom.
    pub organisation: Organisation,
    /// Place in the table of specialties, when it is not with the practice.
    pub specialty: Option<u8>,
    /// Not kept.
    pub missed: bool,
    /// Cancelled.
    pub cancelled: bool,
    /// Place of the contact that it became.
    pub contact: Option<u32>,
    /// Place of the referral it came of.
    pub referral: Option<u32>,
}

/// What kind of letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LetterKind {
    /// Discharge summary.
    #[default]
    Discharge,
    /// Outpatient letter.
    Outpatient,
    /// Emergency department summary.
    Emergency,
    /// Report of a 111 call.
    Report111,
    /// Social care assessment.
    SocialCare,
    /// Letter of a charity or link worker.
    Charity,
}

/// A letter or a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Letter {
    /// What kind.
    pub kind: LetterKind,
    /// When it was written.
    pub at: Moment,
    /// Days until it came to the record.
    pub late: u16,
    /// Place of the contact it tells of.
    pub contact: Option<u32>,
    /// It tells of somebody else: the wrong record.
    pub misfiled: bool,
}

/// A fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fall {
    /// When.
    pub at: Moment,
    /// Hurt.
    pub injured: bool,
    /// Place of the contact that it led to, if somebody was called.
    pub contact: Option<u32>,
}

/// What kind of plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PlanKind {
    /// Personalised care and support plan for a long-term condition.
    #[default]
    Support,
    /// Plan of somebody who is frail, with its escalation.
    Frailty,
    /// Preferences for the end of life.
    EndOfLife,
    /// Health action plan with a learning disability.
    LearningDisability,
    /// Mental health care plan with its crisis plan.
    MentalHealth,
    /// Maternity plan.
    Maternity,
    /// Rehabilitation or reablement.
    Rehabilitation,
}

/// A plan of care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// What kind.
    pub kind: PlanKind,
    /// Begun.
    pub start: Day,
    /// Ended.
    pub end: Option<Day>,
    /// Next review.
    pub review: Day,
    /// Place of the statement of what matters, in the table of what people say.
    pub matters: u16,
    /// Preferred place of care or death when it is one of end of life: 0 home, 1 care home, 2 hospice, 3 hospital.
    pub preferred_place: u8,
    /// A recommendation about resuscitation is part of it: 0 none, 1 not for attempt, 2 for attempt.
    pub resuscitation: u8,
}

/// What kind of package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PackageKind {
    /// District nursing.
    #[default]
    DistrictNursing,
    /// Home care, visits a day.
    HomeCare,
    /// Reablement, up to six weeks.
    Reablement,
    /// A place in a care home.
    CareHome,
    /// Therapy.
    Therapy,
    /// Support by a charity or link worker.
    SocialPrescribing,
    /// Equipment or a small adaptation at home.
    Equipment,
    /// Mental health team.
    MentalHealthTeam,
    /// Palliative care.
    Palliative,
    /// Monitoring at home, by a [`super::Programme`].
    Monitoring,
}

/// Care that goes on for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Package {
    /// What kind.
    pub kind: PackageKind,
    /// Begun.
    pub start: Day,
    /// Ended.
    pub end: Option<Day>,
    /// Visits a week.
    pub weekly: u8,
    /// Who gives it.
    pub organisation: Organisation,
    /// Place of the item in the table of equipment; of monitoring, the number of its programme.
    pub item: u8,
}

/// What kind of questionnaire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FormKind {
    /// Home assessment: who lives there, stairs, washing, dressing, meals, shopping.
    #[default]
    HomeAssessment,
    /// A carer's assessment.
    CarersAssessment,
    /// A wish for how to be reached and what to adjust.
    Communication,
}

/// A questionnaire that was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form {
    /// What kind.
    pub kind: FormKind,
    /// When.
    pub at: Moment,
    /// Answers: each 0 (no difficulty) to 3 (cannot).
    pub answers: [u8; 6],
}

/// What is wrong with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// A second Patient for the same person, with the name spelled otherwise and no verified number.
    Duplicate,
    /// The family name is spelled otherwise by another source.
    TwoSpellings,
    /// An NHS number that was superseded by another.
    MergedNumber,
    /// The practice's system went silent on this day: nothing of it after that.
    SilentSource,
    /// A letter of another person.
    WrongLetter,
    /// A fact that came long after it happened.
    LateEntry,
    /// A fact without a code.
    MissingCode,
}

/// A fault of the data, with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Since when.
    pub day: Day,
}
