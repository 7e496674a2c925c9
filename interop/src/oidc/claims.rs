//! What tokens say beyond OpenID Connect's own claims, as NHS CIS2 and NHS login say it. Never logged.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The claims of both presets; each is absent where a provider does not make it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NhsClaims {
    /// The id of the token.
    pub(super) jti: Option<String>,
    /// NHS login: the vector of trust that was reached.
    pub(super) vot: Option<String>,
    /// NHS login: the citizen's number.
    pub(super) nhs_number: Option<String>,
    /// NHS login: `P0`, `P5`, `P9`.
    pub(super) identity_proofing_level: Option<String>,
    /// NHS CIS2: how surely the identity was proved, a number or its digits.
    pub(super) idassurancelevel: Option<Value>,
    /// NHS CIS2: how surely they signed in.
    pub(super) authentication_assurance_level: Option<Value>,
    /// NHS CIS2: the member of staff.
    pub(super) nhsid_useruid: Option<String>,
    /// NHS CIS2: the roles they hold.
    pub(super) nhsid_nrbac_roles: Option<Vec<NrbacRole>>,
    /// NHS CIS2: the role they chose there, by its `person_roleid`.
    pub(super) selected_roleid: Option<String>,
}

impl std::fmt::Debug for NhsClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NhsClaims").finish_non_exhaustive()
    }
}

impl AdditionalClaims for NhsClaims {}

/// One role of a member of staff.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NrbacRole {
    pub(super) org_code: Option<String>,
    pub(super) person_roleid: String,
    pub(super) role_code: String,
    pub(super) role_name: String,
    pub(super) activity_codes: Vec<String>,
}

impl NhsClaims {
    /// These claims, filled up from those of the userinfo endpoint; nothing when the two contradict each other about who
    /// somebody is.
    pub(super) fn with(self, more: NhsClaims) -> Option<NhsClaims> {
        let differ = |one: &Option<String>, other: &Option<String>| matches!((one, other), (Some(one), Some(other)) if one != other);
        if differ(&self.nhs_number, &more.nhs_number)
            || differ(&self.identity_proofing_level, &more.identity_proofing_level)
            || differ(&self.nhsid_useruid, &more.nhsid_useruid)
            || differ(&self.selected_roleid, &more.selected_roleid)
        {
            return None;
        }
        Some(NhsClaims {
            // What was reached stands in the signed token alone.
            jti: self.jti,
            vot: self.vot,
            nhs_number: self.nhs_number.or(more.nhs_number),
            identity_proofing_level: self.identity_proofing_level.or(more.identity_proofing_level),
            idassurancelevel: self.idassurancelevel.or(more.idassurancelevel),
            authentication_assurance_level: self
                .authentication_assurance_level
                .or(more.authentication_assurance_level),
            nhsid_useruid: self.nhsid_useruid.or(more.nhsid_useruid),
            nhsid_nrbac_roles: self.nhsid_nrbac_roles.or(more.nhsid_nrbac_roles),
            selected_roleid: self.selected_roleid.or(more.selected_roleid),
        })
    }
}
