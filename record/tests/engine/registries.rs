//! The numbers that are stored stand in the registries as the code has them.

use record::audit::{ReadKind, ReadResult};
use record::{Drawer, Kind, Purpose, Reason, Role};

fn registry(name: &str) -> Vec<(u16, String)> {
    let path = format!("data/{name}.registry.csv");
    let text = std::fs::read_to_string(path).expect("a registry");
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.map(|(number, code)| (number.parse().expect("a number"), code.to_owned()))
        .collect()
}

#[test]
fn every_stored_number_is_in_its_registry() {
    let roles = Role::ALL.map(|role| (role.number(), role.code().to_owned()));
    assert_eq!(registry("roles"), roles);
    let purposes = Purpose::ALL.map(|purpose| (purpose.number(), purpose.code().to_owned()));
    assert_eq!(registry("purposes"), purposes);
    let kinds = Kind::ALL.map(|kind| (u16::from(kind.number()), kind.code().to_owned()));
    assert_eq!(registry("kinds"), kinds);
    let reads = ReadKind::ALL.map(|kind| (u16::from(kind.number()), kind.code().to_owned()));
    assert_eq!(registry("read-kinds"), reads);
    let results = ReadResult::ALL.map(|result| (u16::from(result.number()), result.code().to_owned()));
    assert_eq!(registry("read-results"), results);
    let drawers = Drawer::ALL.map(|drawer| (drawer.number(), drawer.code().to_owned()));
    assert_eq!(registry("drawers"), drawers);
    let reasons = Reason::ALL.map(|why| (why.number(), format!("{},{}", why.deed().code(), why.code())));
    assert_eq!(registry("reasons"), reasons);
}
