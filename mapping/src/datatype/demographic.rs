//! HumanName, Address, ContactPoint, Identifier.

use care::person::address::AddressUse;
use care::person::contact::TelecomUse;
use care::person::{Address, Channel, Identifier, Name, NameUse, Telecom};
use serde_json::{Value, json};

use super::{concept, date};
use crate::error::MappingError;
use crate::json::{Out, code, str_at, text, texts};

pub(crate) fn read_name(value: &Value) -> Result<Name, MappingError> {
    Ok(Name {
        kind: code(value, "use", NameUse::from_code)?,
        prefix: texts(value, "prefix"),
        given: texts(value, "given"),
        family: text(value, "family"),
        suffix: texts(value, "suffix"),
        text: text(value, "text"),
        period: date::period_at(value, "period")?,
    })
}

pub(crate) fn write_name(name: &Name) -> Value {
    let mut out = Out::new();
    out.put("use", name.kind.map(NameUse::code));
    out.text("text", name.text.as_ref());
    out.text("family", name.family.as_ref());
    out.list("given", &name.given, |part| json!(part));
    out.list("prefix", &name.prefix, |part| json!(part));
    out.list("suffix", &name.suffix, |part| json!(part));
    out.put("period", name.period.as_ref().map(date::write_period));
    out.value()
}

pub(crate) fn read_address(value: &Value) -> Result<Address, MappingError> {
    Ok(Address {
        kind: code(value, "use", AddressUse::from_code)?,
        lines: texts(value, "line"),
        city: text(value, "city"),
        district: text(value, "district"),
        state: text(value, "state"),
        postcode: text(value, "postalCode"),
        country: text(value, "country"),
        text: text(value, "text"),
        period: date::period_at(value, "period")?,
    })
}

pub(crate) fn write_address(address: &Address) -> Value {
    let mut out = Out::new();
    out.put("use", address.kind.map(AddressUse::code));
    out.text("text", address.text.as_ref());
    out.list("line", &address.lines, |line| json!(line));
    out.text("city", address.city.as_ref());
    out.text("district", address.district.as_ref());
    out.text("state", address.state.as_ref());
    out.text("postalCode", address.postcode.as_ref());
    out.text("country", address.country.as_ref());
    out.put("period", address.period.as_ref().map(date::write_period));
    out.value()
}

pub(crate) fn read_telecom(value: &Value) -> Result<Telecom, MappingError> {
    let rank = value.get("rank").and_then(Value::as_u64);
    Ok(Telecom {
        channel: code(value, "system", Channel::from_code)?,
        kind: code(value, "use", TelecomUse::from_code)?,
        value: text(value, "value"),
        rank: rank.and_then(|rank| u32::try_from(rank).ok()),
        period: date::period_at(value, "period")?,
    })
}

pub(crate) fn write_telecom(telecom: &Telecom) -> Value {
    let mut out = Out::new();
    out.put("system", telecom.channel.map(Channel::code));
    out.text("value", telecom.value.as_ref());
    out.put("use", telecom.kind.map(TelecomUse::code));
    out.put("rank", telecom.rank);
    out.put("period", telecom.period.as_ref().map(date::write_period));
    out.value()
}

pub(crate) fn read_identifier(value: &Value) -> Result<Identifier, MappingError> {
    Ok(Identifier {
        kind: text(value, "use"),
        sort: concept::at(value, "type"),
        system: text(value, "system"),
        value: text(value, "value"),
        assigner: value
            .get("assigner")
            .and_then(|assigner| str_at(assigner, "display"))
            .map(str::to_owned),
        period: date::period_at(value, "period")?,
    })
}

pub(crate) fn write_identifier(identifier: &Identifier) -> Value {
    let mut out = Out::new();
    out.text("use", identifier.kind.as_ref());
    out.put("type", identifier.sort.as_ref().map(concept::write));
    out.text("system", identifier.system.as_ref());
    out.text("value", identifier.value.as_ref());
    out.put("period", identifier.period.as_ref().map(date::write_period));
    out.put(
        "assigner",
        identifier
            .assigner
            .as_ref()
            .map(|name| json!({ "display": name })),
    );
    out.value()
}
