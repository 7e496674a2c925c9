//! Jasek, 48: a knee that hurts, a plan on his phone, the scan, the decision that is his, and the way back to work.

mod knee;
mod operation;
mod scan;

use super::people::Person;
use super::{Step, Story, minutes};

const PLACE: &str = "Care model, “How care could be different: elective care”";

const JASEK: Person = Person {
    given: "Jasek",
    family: "Zaremski",
    prefix: "Mr",
    gender: "male",
    nhs_number: "9997999940",
    telephone: "07700 900562",
    lines: ["31 Longbarrow Drove"],
    town: "Swindon",
    postcode: "SN3 4MO",
};

// The places of the steps that later ones refer to.
const REFERRAL: u16 = 0;
const PLAN: u16 = 2;
const SCANS: u16 = 6;
const RESULT: u16 = 7;
const ONWARD: u16 = 8;
const DECISION: u16 = 9;
const SURGERY: u16 = 11;

/// The story.
pub(super) const STORY: Story = Story {
    key: "jasek",
    number: 2,
    name: "Jasek Zaremski",
    age: 48,
    summary: "A builder whose knee has hurt more each year since he injured it. He is not sure that he wants an operation, cannot easily miss work, and worries what it means for his wife.",
    source: PLACE,
    steps: &[
        Step {
            key: "referral",
            title: "Referred for his knee",
            words: "Jasek's GP examines the knee, hears what he can no longer do, and refers him to the community musculoskeletal service.",
            after: 0,
            place: "Community musculoskeletal service",
            resources: knee::referral,
        },
        Step {
            key: "flag",
            title: "Flagged by a rule that gives its reasons",
            words: "The waiting list has a rule that anybody can read: attendances, function, pain and work lost. Jasek meets it, so he is brought forward, and the reasons stand beside his name. No score is made up.",
            after: minutes(1, 0, 0),
            place: "Risk stratification",
            resources: knee::flag,
        },
        Step {
            key: "plan",
            title: "A care plan on his phone",
            words: "A physiotherapist of the service makes a plan with him. He reads it on his phone, adds his own goal, and sees what to do when it gets worse.",
            after: minutes(12, 2, 0),
            place: "Care plan",
            resources: knee::plan,
        },
        Step {
            key: "chat",
            title: "Questions by chat",
            words: "In the evening Jasek asks what he would have waited weeks to ask. The service answers within the hour, and the answer stays in his record.",
            after: minutes(14, 11, 0),
            place: "Virtual chat service",
            resources: knee::chat,
        },
        Step {
            key: "classes",
            title: "Classes around his working day",
            words: "The plan opens his local gym to him: a knee class in person, and a virtual one for the days on which a job runs late.",
            after: minutes(16, 1, 0),
            place: "Gym and virtual sessions",
            resources: knee::classes,
        },
        Step {
            key: "physiotherapy",
            title: "Physiotherapy near home",
            words: "The community physiotherapy team sees him, measures what the knee can do and changes his exercises.",
            after: minutes(30, 2, 0),
            place: "Community physiotherapy",
            resources: knee::physiotherapy,
        },
        Step {
            key: "scans",
            title: "Worse again: CT and MRI",
            words: "Some months later the knee is much worse. Jasek books his scans himself, at the community diagnostic hub, after the safety questions were asked.",
            after: minutes(150, 1, 0),
            place: "Community diagnostic hub",
            resources: scan::scans,
        },
        Step {
            key: "result",
            title: "The scans are read",
            words: "Both scans are done on one visit. The report says that the cartilage on the inner side is nearly gone.",
            after: minutes(160, 3, 0),
            place: "Community diagnostic hub",
            resources: scan::result,
        },
        Step {
            key: "onward",
            title: "The radiographer refers him on",
            words: "He is not sent back to the beginning. The radiographer refers him straight to an orthopaedic surgeon, and he keeps his place in the queue.",
            after: minutes(160, 4, 0),
            place: "Radiographer to surgeon",
            resources: scan::onward,
        },
        Step {
            key: "decision",
            title: "A decision by video, made together",
            words: "The surgeon and Jasek talk by video, his wife beside him: what can be done, what each way brings and risks, how long he would be off work. He decides for the operation.",
            after: minutes(175, 2, 0),
            place: "Virtual consultation and shared decision",
            resources: operation::decision,
        },
        Step {
            key: "booked",
            title: "Booked for after his holiday",
            words: "On his phone Jasek marks the two weeks in which he is away and takes a day after them at the local treatment centre.",
            after: minutes(176, 8, 0),
            place: "Local treatment centre",
            resources: operation::booked,
        },
        Step {
            key: "surgery",
            title: "The operation",
            words: "Jasek has part of his knee replaced at the local treatment centre and is home the next day.",
            after: minutes(211, 0, 0),
            place: "Local treatment centre",
            resources: operation::surgery,
        },
        Step {
            key: "rehabilitation",
            title: "A plan for getting well",
            words: "He leaves with a rehabilitation plan: what to do each week, what is normal, and whom to ask. Its questions go to the same chat as before.",
            after: minutes(212, 2, 0),
            place: "Rehabilitation plan",
            resources: operation::rehabilitation,
        },
        Step {
            key: "follow-up",
            title: "He asks for the follow-up himself",
            words: "No appointment was fixed that he might not need. When the knee stays stiff, Jasek asks the chat and then books one himself, at the community hospital, on a day that suits his work.",
            after: minutes(240, 1, 0),
            place: "Patient-initiated follow-up",
            resources: operation::follow_up,
        },
    ],
};
