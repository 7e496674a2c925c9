//! Clara, 85: home after a fall, the plan that is hers, the sensor that rings, and the crew in her kitchen.

mod alarm;
mod home;
mod later;
mod plan;

use super::people::Person;
use super::{Step, Story, minutes};

const PLACE: &str = "Care model, “How care could be different: ageing well”";

const CLARA: Person = Person {
    given: "Clara",
    family: "Harebourne",
    prefix: "Mrs",
    gender: "female",
    nhs_number: "9998999979",
    telephone: "01632 960185",
    lines: ["12 Greywether Row"],
    town: "Trowbridge",
    postcode: "BA14 7KV",
};

// The places of the steps that later ones refer to.
const HOME: u16 = 0;
const ASSESSMENT: u16 = 2;
const ADAPTATIONS: u16 = 3;
const PLAN: u16 = 4;
const MONITORS: u16 = 5;
const FALL: u16 = 6;
const CASE: u16 = 7;
const VISIT: u16 = 8;

/// The story.
pub(super) const STORY: Story = Story {
    key: "clara",
    number: 1,
    name: "Clara Harebourne",
    age: 85,
    summary: "A retired bookkeeper who lives alone, has fallen before and wants to stay in her own home. Her family wants to know that somebody will come.",
    source: PLACE,
    steps: &[
        Step {
            key: "home",
            title: "Home from hospital",
            words: "Clara was in hospital for three days after a fall in her hallway. She is well enough to leave, so what she needs is worked out at home and not on the ward: the discharge team sends her home with support on pathway 1.",
            after: 0,
            place: "Discharge to assess",
            resources: home::home,
        },
        Step {
            key: "risk",
            title: "Found to be at high risk",
            words: "Her GP and the care coordinator look through the people whose risk is rising. Clara is among them, and the list says why: her falls, her infections, and that she lives alone. They recommend that her home be monitored.",
            after: minutes(1, 1, 0),
            place: "Risk stratification",
            resources: home::risk,
        },
        Step {
            key: "assessment",
            title: "A trusted assessment at home",
            words: "The care coordinator and a social worker visit Clara and her daughter together. One assessment is made, and health and social care both rely on it, so nobody asks her the same questions again.",
            after: minutes(2, 2, 30),
            place: "Trusted assessment",
            resources: home::assessment,
        },
        Step {
            key: "adaptations",
            title: "Small changes to the house",
            words: "Three small jobs come out of the visit. Each has somebody who owns it and a day by which it is fitted and checked.",
            after: minutes(2, 4, 0),
            place: "Small adaptations",
            resources: home::adaptations,
        },
        Step {
            key: "plan",
            title: "A care plan that is hers",
            words: "Clara says what matters to her, and the plan begins with it. Its escalation page says what she does, whom she calls and who comes when something goes wrong. She decides who may see it.",
            after: minutes(4, 1, 0),
            place: "Care plan and escalation",
            resources: plan::plan,
        },
        Step {
            key: "monitors",
            title: "Monitors are fitted",
            words: "A fall sensor to wear and one in the hallway are put in, and the house is ready: the rails are up and checked. Clara agreed to each sensor, and she can pause them.",
            after: minutes(6, 3, 0),
            place: "Monitoring devices",
            resources: plan::monitors,
        },
        Step {
            key: "fall",
            title: "Clara falls, and the sensor rings",
            words: "In the early evening Clara trips on the way to the kitchen. She cannot get up. The sensor she wears notices and raises the alarm at the hub; she does not have to reach a telephone.",
            after: minutes(20, 8, 0),
            place: "Monitoring devices",
            resources: alarm::fall,
        },
        Step {
            key: "case",
            title: "The hub opens a case",
            words: "The operator sees who it is and reads the escalation page of her plan first. Clara answers through the sensor: she is awake, her hip does not hurt, she cannot stand. A team is to be with her within two hours, and that clock runs.",
            after: minutes(20, 8, 3),
            place: "Community hub, day and night",
            resources: alarm::case,
        },
        Step {
            key: "visit",
            title: "The rapid response team arrives",
            words: "A paramedic and an occupational therapist come to the house. They help Clara up and examine her. The first contact stops the clock.",
            after: minutes(20, 8, 41),
            place: "Rapid response team",
            resources: alarm::visit,
        },
        Step {
            key: "kitchen",
            title: "Her record, read and written in the kitchen",
            words: "At the kitchen table the team reads her shared record, sees the new tablet and the infection in spring, and writes down what they found. The case is closed at home; her GP, the coordinator and her daughter know the same evening.",
            after: minutes(20, 9, 30),
            place: "Shared care record",
            resources: alarm::kitchen,
        },
        Step {
            key: "clinic",
            title: "The frailty clinic",
            words: "The community frailty team knows her story already. They see her at the hub, where blood tests and a heart tracing are done on the same morning. Should she become unwell, they could look after her on the virtual ward at home.",
            after: minutes(22, 1, 0),
            place: "Community frailty team",
            resources: later::clinic,
        },
        Step {
            key: "centre",
            title: "Back among friends",
            words: "Being with other people is part of her wellbeing plan. A link worker asks a charity to bring Clara to the community centre on Thursdays, and the charity answers that it will.",
            after: minutes(29, 2, 0),
            place: "Third sector and wellbeing plan",
            resources: later::centre,
        },
        Step {
            key: "virtual",
            title: "The next review, without a journey",
            words: "Clara does not want to depend on a lift each time. Her next review with the frailty team is by video, with her daughter beside her.",
            after: minutes(36, 2, 0),
            place: "Virtual appointments",
            resources: later::virtual_review,
        },
    ],
};
