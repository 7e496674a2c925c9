//! Every address of other systems' doors, for the OpenAPI document, for tests, and for whoever audits.

use crate::{fhir, smart};

/// One address with one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As HTTP writes it: "GET", "POST".
    pub method: &'static str,
    /// The address, with `{name}` where something varies.
    pub path: &'static str,
}

/// The routes of [`fhir::router_with`] and [`smart::router`], from the tables that these are made from.
pub fn routes() -> Vec<Route> {
    let fhir = fhir::table().into_iter().map(|(method, path, _)| (method, path));
    let smart = smart::table().into_iter().map(|(method, path, _)| (method, path));
    fhir.chain(smart)
        .map(|(method, path)| Route { method, path })
        .collect()
}
