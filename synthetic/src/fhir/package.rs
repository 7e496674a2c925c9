//! EpisodeOfCare of packages of care; Device and DeviceUseStatement of equipment.

use serde_json::{Value, json};

use super::datatype::{period, pointer, words};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use super::worker::whom;
use crate::life::{Package, PackageKind, Programme};

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, package) in life.packages.iter().enumerate() {
        if package.kind == PackageKind::Equipment {
            equipment(rendering, at, package);
        } else {
            episode(rendering, at, package);
        }
    }
}

/// What a package is called.
pub(super) fn title(kind: PackageKind) -> &'static str {
    match kind {
        PackageKind::DistrictNursing => "District nursing",
        PackageKind::HomeCare => "Home care",
        PackageKind::Reablement => "Reablement",
        PackageKind::CareHome => "Care home",
        PackageKind::Therapy => "Therapy",
        PackageKind::SocialPrescribing => "Social prescribing",
        PackageKind::Equipment => "Equipment",
        PackageKind::MentalHealthTeam => "Community mental health",
        PackageKind::Palliative => "Palliative care",
        PackageKind::Monitoring => "Monitoring at home",
    }
}

/// The worker who leads a package.
pub(super) fn worker(rendering: &Rendering<'_>, at: usize, package: &Package) -> Value {
    let choice = rendering.life.person.index.wrapping_add(at as u32);
    rendering.worker(whom(rendering.place, package.organisation, false, choice))
}

fn has_ended(rendering: &Rendering<'_>, package: &Package) -> bool {
    package.end.is_some_and(|end| end <= rendering.today)
}

fn episode(rendering: &mut Rendering<'_>, at: usize, package: &Package) {
    let day = package.start;
    let mut draft = rendering.open("EpisodeOfCare", "EpisodeOfCare", Kind::EpisodeOfCare, at, day);
    let status = match (day > rendering.today, has_ended(rendering, package)) {
        (true, _) => "planned",
        (false, true) => "finished",
        (false, false) => "active",
    };
    draft.put("status", status);
    let mut types = vec![words(title(package.kind))];
    if package.kind == PackageKind::Monitoring {
        types.extend(Programme::of(package.item).map(|programme| words(programme.name())));
    }
    if package.weekly > 0 {
        types.push(words(&format!("{} visits a week", package.weekly)));
    }
    draft.put("type", types);
    draft.put("patient", rendering.person());
    draft.put(
        "managingOrganization",
        rendering.organisation(package.organisation),
    );
    draft.put("period", period(Some(date(day)), package.end.map(date)));
    draft.put("careManager", worker(rendering, at, package));
    rendering.keep(draft);
}

fn equipment(rendering: &mut Rendering<'_>, at: usize, package: &Package) {
    let day = package.start;
    let item = rendering
        .parameters
        .equipment
        .get(usize::from(package.item))
        .copied()
        .unwrap_or("Equipment");
    let ended = has_ended(rendering, package);
    let mut draft = rendering.open("Device", "Device", Kind::Device, at, day);
    draft.put("status", if ended { "inactive" } else { "active" });
    draft.put(
        "deviceName",
        json!([{ "name": item, "type": "user-friendly-name" }]),
    );
    draft.put("type", words(item));
    draft.put("patient", rendering.person());
    draft.put("owner", rendering.organisation(package.organisation));
    rendering.keep(draft);
    let device = rendering.id(Kind::Device, at as u32, day);
    let mut draft = rendering.open("DeviceUseStatement", "", Kind::DeviceUseStatement, at, day);
    draft.put("status", if ended { "completed" } else { "active" });
    draft.put("subject", rendering.person());
    draft.put("timingPeriod", period(Some(date(day)), package.end.map(date)));
    draft.put("recordedOn", date(day));
    draft.put("device", pointer(&format!("Device/{device}")));
    rendering.keep(draft);
}
