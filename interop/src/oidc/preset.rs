//! What the presets ask for, and what their claims are taken to mean.

use actions::access::{Fault, StaffRole, Who};
use codes::nhs_number::NhsNumber;
use codes::system;
use serde_json::Value;

use super::claims::NhsClaims;
use super::settings::Preset;

/// A vector of trust: how far an identity was proved, and by what somebody signed in.
/// Source: RFC 8485, with the components of NHS login: P0, P5, P9; Cp, Cd, Ck, Cm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vector {
    pub(super) identity: u8,
    credentials: Vec<String>,
}

impl Vector {
    pub(super) fn parse(text: &str) -> Option<Vector> {
        let mut identity = None;
        let mut credentials = Vec::new();
        for part in text.split('.') {
            match part {
                "P0" | "P5" | "P9" if identity.is_none() => identity = part[1..].parse().ok(),
                "Cp" | "Cd" | "Ck" | "Cm" => credentials.push(part.to_owned()),
                _ => return None,
            }
        }
        (!credentials.is_empty()).then_some(Vector {
            identity: identity?,
            credentials,
        })
    }

    /// Whether reaching this is reaching `asked`.
    fn reaches(&self, asked: &Vector) -> bool {
        self.identity >= asked.identity && asked.credentials.iter().all(|one| self.credentials.contains(one))
    }

    /// How surely somebody signed in: with a second factor, or by password alone.
    fn authentication(&self) -> u8 {
        let strong = |one: &String| matches!(one.as_str(), "Cd" | "Ck" | "Cm");
        if self.credentials.iter().any(strong) { 2 } else { 1 }
    }
}

impl Preset {
    /// The scopes it asks for, besides `openid`.
    pub(super) fn scopes(&self) -> &'static [&'static str] {
        match self {
            Preset::NhsCis2 => &["profile", "nationalrbacaccess", "associatedorgs", "selectedrole"],
            Preset::NhsLogin { .. } => &["profile"],
            Preset::Plain { .. } => &[],
        }
    }

    /// Whether what it says of people stands at the userinfo endpoint.
    pub(super) fn has_userinfo(&self) -> bool {
        !matches!(self, Preset::Plain { .. })
    }

    /// The vectors that are asked for.
    pub(super) fn vectors(&self, step_up: bool) -> Option<Vec<String>> {
        let Preset::NhsLogin { vectors } = self else {
            return None;
        };
        if !step_up {
            return Some(vectors.clone());
        }
        let proved = vectors.iter().filter(|one| one.starts_with("P9."));
        let proved: Vec<String> = proved.cloned().collect();
        if proved.is_empty() {
            return Some(["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"].map(str::to_owned).to_vec());
        }
        Some(proved)
    }

    /// The identifier by which the national directory knows a member of staff.
    pub(super) fn directory_id(&self, claims: &NhsClaims) -> Option<(&'static str, String)> {
        match self {
            Preset::NhsCis2 => claims.nhsid_useruid.clone().map(|id| (system::SDS_USER, id)),
            Preset::NhsLogin { .. } | Preset::Plain { .. } => None,
        }
    }

    /// Who these claims are about.
    ///
    /// # Errors
    /// [`Fault::Assurance`] when less was reached than was asked for, [`Fault::Answer`] when claims are missing or
    /// contradict each other.
    pub(super) fn who(&self, claims: NhsClaims, step_up: bool) -> Result<Who, Fault> {
        match self {
            Preset::NhsCis2 => cis2(claims),
            Preset::NhsLogin { .. } => {
                let asked = self.vectors(step_up).unwrap_or_default();
                nhs_login(&claims, &asked)
            }
            Preset::Plain {
                role,
                organisation,
                activities,
            } => Ok(Who::Staff {
                roles: vec![StaffRole {
                    id: "configured".to_owned(),
                    code: role.clone(),
                    label: String::new(),
                    organisation: (!organisation.is_empty()).then(|| organisation.clone()),
                    activities: activities.clone(),
                }],
                // The operator vouches for the directory, and for how people sign in there.
                identity: 3,
                authentication: 2,
            }),
        }
    }
}

fn cis2(claims: NhsClaims) -> Result<Who, Fault> {
    let mut roles: Vec<StaffRole> = claims
        .nhsid_nrbac_roles
        .unwrap_or_default()
        .into_iter()
        .map(|role| StaffRole {
            id: role.person_roleid,
            code: role.role_code,
            label: role.role_name,
            organisation: role.org_code.filter(|code| !code.is_empty()),
            activities: role.activity_codes,
        })
        .collect();
    if let Some(selected) = &claims.selected_roleid {
        roles.retain(|role| role.id == *selected);
        if roles.is_empty() {
            return Err(Fault::Answer);
        }
    }
    Ok(Who::Staff {
        roles,
        identity: level(claims.idassurancelevel.as_ref()),
        authentication: level(claims.authentication_assurance_level.as_ref()),
    })
}

/// A level as a number or as its digits; 0 when there is none.
fn level(value: Option<&Value>) -> u8 {
    match value {
        Some(Value::Number(number)) => number.as_u64().and_then(|level| u8::try_from(level).ok()),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    }
    .filter(|level| *level <= 3)
    .unwrap_or(0)
}

fn nhs_login(claims: &NhsClaims, asked: &[String]) -> Result<Who, Fault> {
    let reached = claims
        .vot
        .as_deref()
        .and_then(Vector::parse)
        .ok_or(Fault::Answer)?;
    let said = claims.identity_proofing_level.as_deref();
    if said.is_some_and(|said| said != format!("P{}", reached.identity)) {
        return Err(Fault::Answer);
    }
    let any = asked
        .iter()
        .filter_map(|one| Vector::parse(one))
        .any(|one| reached.reaches(&one));
    // Less than P9 is told to the citizen with a way on; less than was asked for otherwise is the provider's fault.
    if !any && reached.identity >= 9 {
        return Err(Fault::Assurance);
    }
    let nhs_number = match &claims.nhs_number {
        // Below P9 the number is a guess from details; it is not even read.
        Some(number) if reached.identity >= 9 => Some(NhsNumber::parse(number).map_err(|_| Fault::Answer)?),
        _ => None,
    };
    Ok(Who::Citizen {
        nhs_number,
        identity: reached.identity,
        authentication: reached.authentication(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Vector, nhs_login};
    use crate::oidc::claims::NhsClaims;
    use actions::access::{Fault, Who};

    fn asked() -> Vec<String> {
        ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"].map(str::to_owned).to_vec()
    }

    fn reached(vot: &str, level: &str) -> Result<Who, Fault> {
        let claims = NhsClaims {
            vot: Some(vot.to_owned()),
            identity_proofing_level: Some(level.to_owned()),
            nhs_number: Some("9990548609".to_owned()),
            ..NhsClaims::default()
        };
        nhs_login(&claims, &asked())
    }

    #[test]
    fn a_vector_is_read_or_refused() {
        assert!(Vector::parse("P9.Cp.Cd").is_some());
        for wrong in ["", "P9", "Cp.Cd", "P7.Cp", "P9.P5.Cp", "P9.Cx", "P9..Cp", "p9.Cp"] {
            assert_eq!(Vector::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_was_reached_is_checked_against_what_was_asked() {
        assert!(matches!(
            reached("P9.Cp.Cd", "P9"),
            Ok(Who::Citizen {
                identity: 9,
                nhs_number: Some(_),
                ..
            })
        ));
        assert!(
            matches!(reached("P9.Cp", "P9"), Err(Fault::Assurance)),
            "a password alone was not asked for"
        );
        assert!(
            matches!(reached("P9.Cp.Cd", "P5"), Err(Fault::Answer)),
            "the two contradict each other"
        );
    }

    #[test]
    fn the_number_of_somebody_who_was_not_proved_is_not_even_read() {
        let who = reached("P5.Cp.Cd", "P5").expect("known, with a way on");
        assert!(matches!(
            who,
            Who::Citizen {
                identity: 5,
                nhs_number: None,
                ..
            }
        ));
    }
}
