//! Values on their way to the server and back, in its binary form. The server says which type a parameter has; a number
//! that does not fit is an error here, before anything is sent.

use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::dialect::error::{Error, Result};
use crate::dialect::value::{Column, Params, Value};

type Refused = Box<dyn StdError + Sync + Send>;

/// A value for a parameter. It never shows itself in logs.
pub(super) struct Bound<'a>(Value<'a>);

impl std::fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Refused> {
        encode(self.0, ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The parameters as the protocol takes them.
pub(super) fn bound(params: Params<'_>) -> Result<Vec<Bound<'_>>> {
    params.iter().map(|param| param.value().map(Bound)).collect()
}

/// A value that outlives its statement: what is sent later.
pub(super) enum Owned {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl std::fmt::Debug for Owned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Owned {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Refused> {
        let value = match self {
            Owned::Null => Value::Null,
            Owned::Integer(number) => Value::Integer(*number),
            Owned::Text(text) => Value::Text(text),
            Owned::Blob(bytes) => Value::Blob(bytes),
        };
        encode(value, ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The parameters, copied.
pub(super) fn owned(params: Params<'_>) -> Result<Vec<Owned>> {
    params
        .iter()
        .map(|param| {
            Ok(match param.value()? {
                Value::Null => Owned::Null,
                Value::Integer(number) => Owned::Integer(number),
                Value::Text(text) => Owned::Text(text.to_owned()),
                Value::Blob(bytes) => Owned::Blob(bytes.to_vec()),
            })
        })
        .collect()
}

/// The parameters as bytes to compare.
pub(super) fn fingerprint(params: Params<'_>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for param in params {
        let (tag, content): (u8, &[u8]) = match param.value()? {
            Value::Null => (0, &[]),
            Value::Integer(number) => {
                bytes.push(1);
                bytes.extend_from_slice(&number.to_be_bytes());
                continue;
            }
            Value::Text(text) => (2, text.as_bytes()),
            Value::Blob(bytes) => (3, bytes),
        };
        bytes.push(tag);
        bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
        bytes.extend_from_slice(content);
    }
    Ok(bytes)
}

fn encode(value: Value<'_>, ty: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Refused> {
    match value {
        Value::Null => return Ok(IsNull::Yes),
        Value::Integer(number) => match *ty {
            Type::INT2 => out.put_i16(number.try_into()?),
            Type::INT4 => out.put_i32(number.try_into()?),
            Type::INT8 => out.put_i64(number),
            Type::BOOL => out.put_u8(u8::from(number != 0)),
            _ => return Err(format!("a number for a parameter of type {ty}").into()),
        },
        Value::Text(text) => match *ty {
            Type::TEXT | Type::VARCHAR => out.put_slice(text.as_bytes()),
            _ => return Err(format!("a text for a parameter of type {ty}").into()),
        },
        Value::Blob(bytes) => match *ty {
            Type::BYTEA => out.put_slice(bytes),
            _ => return Err(format!("bytes for a parameter of type {ty}").into()),
        },
    }
    Ok(IsNull::No)
}

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Column<'a>, Refused> {
        Ok(match *ty {
            Type::INT2 => Column::Integer(i16::from_be_bytes(raw.try_into()?).into()),
            Type::INT4 => Column::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT8 => Column::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::BOOL => Column::Integer(i64::from(raw != [0])),
            Type::BYTEA => Column::Blob(raw),
            Type::TEXT | Type::VARCHAR | Type::NAME => Column::Text(raw),
            _ => return Err(format!("a column of type {ty}").into()),
        })
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Column<'a>, Refused> {
        Ok(Column::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A column where it lies.
pub(in crate::dialect) fn column<'r>(row: &'r tokio_postgres::Row, index: usize) -> Result<Column<'r>> {
    row.try_get(index)
        .map_err(|_| Error::Column("anything that is ever stored"))
}
