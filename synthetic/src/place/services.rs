//! The region's services that no open data names: invented, and labelled as such wherever they are shown.

/// What kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServiceKind {
    /// NHS 111 and its clinical assessment service.
    Call111,
    /// Ambulance service: 999.
    Ambulance,
    /// The hub with the one telephone number.
    Hub,
    /// Rapid response crews.
    RapidResponse,
    /// Falls team.
    Falls,
    /// District nursing.
    DistrictNursing,
    /// Community therapy.
    Therapy,
    /// Reablement.
    Reablement,
    /// Home care.
    HomeCare,
    /// Community mental health team.
    MentalHealth,
    /// Midwives and health visitors.
    Maternity,
    /// Hospice.
    Hospice,
    /// Link workers.
    LinkWorkers,
    /// A charity.
    Charity,
    /// A care home.
    CareHome,
    /// Screening and immunisation.
    Screening,
}

/// A service of the region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Short key: the end of its identifier.
    pub key: &'static str,
    /// Name. Each is invented.
    pub name: &'static str,
    /// Kind.
    pub kind: ServiceKind,
    /// Place of the council whose area it serves; none when it serves all.
    pub council: Option<u8>,
}

/// All services, in a fixed order.
pub(super) fn services() -> Vec<Service> {
    use ServiceKind as Kind;
    let everywhere = |key, name, kind| Service {
        key,
        name,
        kind,
        council: None,
    };
    let mut services = vec![
        everywhere("call-111", "Invented NHS 111 service", Kind::Call111),
        everywhere("ambulance", "Invented ambulance service", Kind::Ambulance),
        everywhere("hub", "Sarsen Hub (invented)", Kind::Hub),
        everywhere(
            "screening",
            "Screening and immunisation service (invented)",
            Kind::Screening,
        ),
        everywhere("hospice", "Greywether Hospice (invented)", Kind::Hospice),
        everywhere(
            "maternity",
            "Midwives and health visitors (invented)",
            Kind::Maternity,
        ),
        everywhere(
            "charity-kettle",
            "The Kettle Club (invented charity)",
            Kind::Charity,
        ),
        everywhere(
            "charity-stride",
            "Second Stride (invented charity)",
            Kind::Charity,
        ),
        everywhere(
            "charity-carers",
            "Carers' Corner (invented charity)",
            Kind::Charity,
        ),
    ];
    const OF_COUNCIL: [(&str, [&str; 3], ServiceKind); 9] = [
        (
            "rapid-response",
            [
                "Avonside Rapid Response (invented)",
                "Ridgeway Rapid Response (invented)",
                "Plain Rapid Response (invented)",
            ],
            Kind::RapidResponse,
        ),
        (
            "falls",
            [
                "Avonside Falls Team (invented)",
                "Ridgeway Falls Team (invented)",
                "Plain Falls Team (invented)",
            ],
            Kind::Falls,
        ),
        (
            "district-nursing",
            [
                "Avonside District Nursing (invented)",
                "Ridgeway District Nursing (invented)",
                "Plain District Nursing (invented)",
            ],
            Kind::DistrictNursing,
        ),
        (
            "therapy",
            [
                "Avonside Therapy (invented)",
                "Ridgeway Therapy (invented)",
                "Plain Therapy (invented)",
            ],
            Kind::Therapy,
        ),
        (
            "reablement",
            [
                "Avonside Reablement (invented)",
                "Ridgeway Reablement (invented)",
                "Plain Reablement (invented)",
            ],
            Kind::Reablement,
        ),
        (
            "home-care",
            [
                "Avonside Home Care (invented)",
                "Ridgeway Home Care (invented)",
                "Plain Home Care (invented)",
            ],
            Kind::HomeCare,
        ),
        (
            "mental-health",
            [
                "Avonside Mental Health Team (invented)",
                "Ridgeway Mental Health Team (invented)",
                "Plain Mental Health Team (invented)",
            ],
            Kind::MentalHealth,
        ),
        (
            "link-workers",
            [
                "Avonside Link Workers (invented)",
                "Ridgeway Link Workers (invented)",
                "Plain Link Workers (invented)",
            ],
            Kind::LinkWorkers,
        ),
        (
            "care-home",
            [
                "Longbarrow House care home (invented)",
                "Coate Water House care home (invented)",
                "Downland House care home (invented)",
            ],
            Kind::CareHome,
        ),
    ];
    for (key, names, kind) in OF_COUNCIL {
        for (council, name) in names.into_iter().enumerate() {
            services.push(Service {
                key,
                name,
                kind,
                council: Some(council as u8),
            });
        }
    }
    services
}
