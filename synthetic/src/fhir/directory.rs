//! The directory: Organization, Location, HealthcareService, Practitioner, PractitionerRole.

use codes::system::{ODS_ORGANISATION, ODS_SITE};
use serde_json::{Value, json};

use super::Rendered;
use super::datatype::{Draft, INVENTED, REAL_ORGANISATION, concept, pointer, reference, words};
use super::id::Kind;
use super::organisation::{Unit, is_acute, name, provider};
use super::referral::TREATMENT_FUNCTION;
use super::shift;
use super::worker::{Worker, workers};
use crate::life::Organisation;
use crate::parameters::Parameters;
use crate::place::{Place, ServiceKind, SiteKind};

/// Identifiers of what is invented: services and workers have no national ones.
const OWN: &str = "https://sarsen.example/Id/";
/// ONS codes of local authorities.
const ONS: &str = "https://sarsen.example/Id/ons-code";
const ODS_ROLE: &str =
    "https://digital.nhs.uk/services/organisation-data-service/CodeSystem/ODSOrganisationRole";
const JOB_ROLE: &str = "https://fhir.nhs.uk/England/CodeSystem/England-SDSJobRoleName";

struct Directory<'a> {
    place: &'a Place,
    parameters: &'a Parameters,
    seed: u64,
    rendered: Vec<Rendered>,
    page: Vec<u8>,
}

/// Organisations, places, services and workers; what is real keeps its national code, what is invented says so.
#[must_use]
pub fn directory(place: &Place, parameters: &Parameters, seed: u64) -> Vec<Rendered> {
    let mut directory = Directory {
        place,
        parameters,
        seed,
        rendered: Vec::new(),
        page: Vec::new(),
    };
    for at in 0..place.trusts.len() {
        directory.trust(at);
    }
    for at in 0..place.networks.len() {
        directory.network(at);
    }
    for at in 0..place.councils.len() {
        directory.council(at);
    }
    for at in 0..place.practices.len() {
        directory.practice(at);
    }
    for at in 0..place.sites.len() {
        directory.site(at);
    }
    for at in 0..place.services.len() {
        directory.service(at);
    }
    directory.rendered
}

impl Directory<'_> {
    fn open(&self, resource_type: &'static str, unit: Unit, kind: Kind, ordinal: u32, tag: &str) -> Draft {
        Draft::open(
            resource_type,
            unit.id(self.seed, kind, ordinal),
            resource_type,
            tag,
        )
    }

    fn keep(&mut self, draft: Draft) {
        let rendered = draft.finish(&mut self.page);
        self.rendered.push(rendered);
    }

    fn reference(&self, unit: Unit) -> Value {
        let to = format!("Organization/{}", unit.id(self.seed, Kind::Organization, 0));
        reference(&to, name(self.place, unit))
    }

    fn organisation(&mut self, unit: Unit, told: Told<'_>) {
        let tag = if told.real { REAL_ORGANISATION } else { INVENTED };
        let mut draft = self.open("Organization", unit, Kind::Organization, 0, tag);
        let (system, code) = told.identifier;
        if !code.is_empty() {
            draft.put("identifier", json!([{ "system": system, "value": code }]));
        }
        draft.put("active", true);
        let (role, role_words) = told.role;
        let kind = if role.is_empty() {
            words(role_words)
        } else {
            concept(ODS_ROLE, role, role_words)
        };
        draft.put("type", vec![kind]);
        draft.put("name", name(self.place, unit));
        draft.put_some("address", told.address.map(|address| vec![address]));
        draft.put_some("partOf", told.part_of.map(|unit| self.reference(unit)));
        self.keep(draft);
    }

    fn trust(&mut self, at: usize) {
        let trust = &self.place.trusts[at];
        let told = Told {
            identifier: (ODS_ORGANISATION, &trust.code),
            role: ("RO197", "NHS trust"),
            real: true,
            address: None,
            part_of: None,
        };
        self.organisation(Unit::Trust(at as u8), told);
    }

    fn network(&mut self, at: usize) {
        let network = &self.place.networks[at];
        let told = Told {
            identifier: (ODS_ORGANISATION, &network.code),
            role: ("RO272", "Primary care network"),
            real: true,
            address: None,
            part_of: None,
        };
        self.organisation(Unit::Network(at as u16), told);
    }

    fn council(&mut self, at: usize) {
        let council = &self.place.councils[at];
        let told = Told {
            identifier: (ONS, &council.code),
            role: ("RO141", "Local authority"),
            real: true,
            address: None,
            part_of: None,
        };
        self.organisation(Unit::Council(at as u8), told);
        self.workers(Organisation::Council(at as u8));
    }

    fn practice(&mut self, at: usize) {
        let practice = &self.place.practices[at];
        let unit = Unit::Practice(at as u16);
        let address = json!({
            "use": "work", "line": practice.lines, "postalCode": practice.postcode, "country": "GBR"
        });
        let told = Told {
            identifier: (ODS_ORGANISATION, &practice.code),
            role: ("RO76", "GP practice"),
            real: true,
            address: Some(address.clone()),
            part_of: practice.network.map(Unit::Network),
        };
        self.organisation(unit, told);
        self.location(
            unit,
            unit,
            (ODS_SITE, &practice.code),
            practice.position,
            Some(address),
        );
        self.healthcare_service(unit, unit, 0, &words("General practice"), REAL_ORGANISATION, None);
        self.workers(Organisation::Practice(at as u16));
    }

    fn site(&mut self, at: usize) {
        let site = &self.place.sites[at];
        let unit = Unit::Site(at as u16);
        let organisation = Organisation::Site(at as u16);
        let owner = provider(self.place, organisation);
        if owner == unit {
            // No trust of the place runs it: it stands for itself.
            let role = match site.kind {
                SiteKind::Independent => ("RO172", "Independent sector healthcare provider"),
                SiteKind::Acute
                | SiteKind::Community
                | SiteKind::MentalHealth
                | SiteKind::Elective
                | SiteKind::Urgent
                | SiteKind::OutOfArea => ("", "Hospital or urgent care centre"),
            };
            let told = Told {
                identifier: (ODS_ORGANISATION, &site.code),
                role,
                real: true,
                address: None,
                part_of: None,
            };
            self.organisation(unit, told);
        }
        let address = (!site.postcode.is_empty())
            .then(|| json!({ "use": "work", "postalCode": site.postcode, "country": "GBR" }));
        self.location(unit, owner, (ODS_SITE, &site.code), site.position, address);
        if is_acute(self.place, organisation) {
            for (ordinal, specialty) in self.parameters.specialties.iter().enumerate() {
                let kind = concept(TREATMENT_FUNCTION, &specialty.code, &specialty.name);
                let titled = format!("{}, {}", specialty.name, site.name);
                let ordinal = ordinal as u32;
                self.healthcare_service(unit, owner, ordinal, &kind, REAL_ORGANISATION, Some(titled));
            }
        }
        self.workers(organisation);
    }

    fn service(&mut self, at: usize) {
        let service = self.place.services[at];
        let unit = Unit::Service(at as u8);
        let key = match service
            .council
            .and_then(|council| self.place.councils.get(usize::from(council)))
        {
            Some(council) => format!("{}-{}", service.key, council.code),
            None => service.key.to_owned(),
        };
        let told = Told {
            identifier: (&format!("{OWN}invented-service"), &key),
            role: ("", words_of(service.kind)),
            real: false,
            address: None,
            part_of: None,
        };
        self.organisation(unit, told);
        self.healthcare_service(unit, unit, 0, &words(words_of(service.kind)), INVENTED, None);
        self.workers(Organisation::Service(at as u8));
    }

    fn location(
        &mut self,
        unit: Unit,
        owner: Unit,
        identifier: (&str, &str),
        position: (f64, f64),
        address: Option<Value>,
    ) {
        let mut draft = self.open("Location", unit, Kind::Location, 0, REAL_ORGANISATION);
        if !identifier.1.is_empty() {
            draft.put(
                "identifier",
                json!([{ "system": identifier.0, "value": identifier.1 }]),
            );
        }
        draft.put("status", "active");
        draft.put("name", name(self.place, unit));
        draft.put("mode", "instance");
        draft.put_some("address", address);
        draft.put(
            "position",
            json!({ "longitude": position.0, "latitude": position.1 }),
        );
        draft.put("managingOrganization", self.reference(owner));
        self.keep(draft);
    }

    fn healthcare_service(
        &mut self,
        unit: Unit,
        owner: Unit,
        ordinal: u32,
        kind: &Value,
        tag: &str,
        titled: Option<String>,
    ) {
        let mut draft = self.open("HealthcareService", unit, Kind::HealthcareService, ordinal, tag);
        draft.put("active", true);
        draft.put("providedBy", self.reference(owner));
        let element = if kind.get("coding").is_some() {
            "specialty"
        } else {
            "type"
        };
        draft.put(element, vec![kind.clone()]);
        if matches!(unit, Unit::Practice(_) | Unit::Site(_)) {
            let to = format!("Location/{}", unit.id(self.seed, Kind::Location, 0));
            draft.put("location", vec![reference(&to, name(self.place, unit))]);
        }
        draft.put(
            "name",
            titled.unwrap_or_else(|| name(self.place, unit).to_owned()),
        );
        self.keep(draft);
    }

    fn workers(&mut self, organisation: Organisation) {
        for worker in workers(self.place, organisation) {
            self.practitioner(worker);
            self.role(worker);
        }
    }

    fn practitioner(&mut self, worker: Worker) {
        let unit = Unit::from(worker.organisation);
        let mut draft = self.open("Practitioner", unit, Kind::Practitioner, worker.ordinal, INVENTED);
        let number = format!("{:06x}-{:02}", unit.owner(), worker.ordinal);
        draft.put(
            "identifier",
            json!([{ "system": format!("{OWN}invented-worker"), "value": number }]),
        );
        draft.put("active", true);
        let (title, given, family) = worker.name(self.parameters, self.seed);
        let name = json!([{ "use": "official", "family": family, "given": [given], "prefix": [title] }]);
        draft.put("name", name);
        let skills: Vec<Value> = shift::skills(worker.post, worker.ordinal)
            .into_iter()
            .map(|skill| json!({ "code": words(skill) }))
            .collect();
        draft.put("qualification", skills);
        self.keep(draft);
    }

    fn role(&mut self, worker: Worker) {
        let unit = Unit::from(worker.organisation);
        let mut draft = self.open(
            "PractitionerRole",
            unit,
            Kind::PractitionerRole,
            worker.ordinal,
            INVENTED,
        );
        draft.put("active", true);
        let to = format!("Practitioner/{}", worker.practitioner_id(self.seed));
        draft.put(
            "practitioner",
            reference(&to, &worker.display(self.parameters, self.seed)),
        );
        draft.put(
            "organization",
            self.reference(provider(self.place, worker.organisation)),
        );
        let (code, text) = worker.post.role();
        draft.put(
            "code",
            json!([{ "coding": [{ "system": JOB_ROLE, "code": code }], "text": text }]),
        );
        if matches!(unit, Unit::Practice(_) | Unit::Site(_)) {
            let to = format!("Location/{}", unit.id(self.seed, Kind::Location, 0));
            draft.put("location", vec![pointer(&to)]);
        }
        draft.put("availableTime", shift::available(worker.post, worker.ordinal));
        self.keep(draft);
    }
}

/// What is told of an organisation besides its name.
struct Told<'a> {
    identifier: (&'a str, &'a str),
    role: (&'a str, &'a str),
    real: bool,
    address: Option<Value>,
    part_of: Option<Unit>,
}

fn words_of(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Call111 => "NHS 111",
        ServiceKind::Ambulance => "Ambulance service",
        ServiceKind::Hub => "Single point of access",
        ServiceKind::RapidResponse => "Urgent community response",
        ServiceKind::Falls => "Falls team",
        ServiceKind::DistrictNursing => "District nursing",
        ServiceKind::Therapy => "Community therapy",
        ServiceKind::Reablement => "Reablement",
        ServiceKind::HomeCare => "Home care",
        ServiceKind::MentalHealth => "Community mental health team",
        ServiceKind::Maternity => "Midwifery and health visiting",
        ServiceKind::Hospice => "Hospice",
        ServiceKind::LinkWorkers => "Social prescribing",
        ServiceKind::Charity => "Charity",
        ServiceKind::CareHome => "Care home",
        ServiceKind::Screening => "Screening and immunisation",
    }
}
