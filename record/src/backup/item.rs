//! What stands in an encrypted file, one item after the other: tables and their columns, rows, pieces of files, the end.
//! Each item is its length and its bytes (numbers as in [`crate::bytes`]); the first number says which it is.

use std::io::{self, Read, Write};

use crate::bytes::{Reader, Writer};
use crate::dialect::{self, Bind};

/// The longest item that is read: a body and what goes with it.
const MOST: u64 = 128 << 20;

const TABLE: u64 = 1;
const ROW: u64 = 2;
const FILE: u64 = 3;
const END: u64 = 4;

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl Bind for Value {
    fn value(&self) -> dialect::Result<dialect::Value<'_>> {
        Ok(match self {
            Value::Null => dialect::Value::Null,
            Value::Integer(number) => dialect::Value::Integer(*number),
            Value::Text(text) => dialect::Value::Text(text),
            Value::Blob(bytes) => dialect::Value::Blob(bytes),
        })
    }
}

impl Value {
    /// The integer, when it is one.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            Value::Null | Value::Text(_) | Value::Blob(_) => None,
        }
    }

    /// The bytes, when they are some.
    pub(crate) fn blob(&self) -> Option<&[u8]> {
        match self {
            Value::Blob(bytes) => Some(bytes),
            Value::Null | Value::Integer(_) | Value::Text(_) => None,
        }
    }

    /// The text, when it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::Integer(_) | Value::Blob(_) => None,
        }
    }

    fn store(&self, to: &mut Writer) {
        match self {
            Value::Null => to.number(0),
            Value::Integer(number) => to.number(1).fixed(&number.to_be_bytes()),
            Value::Text(text) => to.number(2).bytes(text.as_bytes()),
            Value::Blob(bytes) => to.number(3).bytes(bytes),
        };
    }

    fn load(from: &mut Reader<'_>) -> Option<Value> {
        Some(match from.number()? {
            0 => Value::Null,
            1 => Value::Integer(i64::from_be_bytes(from.array()?)),
            2 => Value::Text(from.text()?),
            3 => Value::Blob(from.bytes()?.to_vec()),
            _ => return None,
        })
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// The rows that follow under this number are of this table.
    Table {
        number: u64,
        name: String,
        columns: Vec<String>,
    },
    /// A row of the table with this number.
    Row { table: u64, values: Vec<Value> },
    /// Bytes of a file of the data directory.
    File {
        path: String,
        offset: u64,
        bytes: Vec<u8>,
    },
    /// Nothing follows; so many items came before.
    End { items: u64 },
}

impl Item {
    /// Appends it.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<u64> {
        let mut bytes = Writer::default();
        match self {
            Item::Table {
                number,
                name,
                columns,
            } => {
                bytes.number(TABLE).number(*number).bytes(name.as_bytes());
                bytes.number(columns.len() as u64);
                for column in columns {
                    bytes.bytes(column.as_bytes());
                }
            }
            Item::Row { table, values } => {
                bytes.number(ROW).number(*table).number(values.len() as u64);
                for value in values {
                    value.store(&mut bytes);
                }
            }
            Item::File {
                path,
                offset,
                bytes: content,
            } => {
                bytes
                    .number(FILE)
                    .bytes(path.as_bytes())
                    .number(*offset)
                    .bytes(content);
            }
            Item::End { items } => {
                bytes.number(END).number(*items);
            }
        }
        let mut length = Writer::default();
        length.number(bytes.0.len() as u64);
        to.write_all(&length.0)?;
        to.write_all(&bytes.0)?;
        Ok((length.0.len() + bytes.0.len()) as u64)
    }

    /// Reads the next one.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Item> {
        let length = read_number(from)?;
        if length > MOST {
            return Err(malformed());
        }
        let mut bytes = Vec::new();
        from.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length {
            return Err(malformed());
        }
        Item::load(&bytes).ok_or_else(malformed)
    }

    fn load(bytes: &[u8]) -> Option<Item> {
        let mut reader = Reader(bytes);
        let item = match reader.number()? {
            TABLE => {
                let (number, name) = (reader.number()?, reader.text()?);
                let columns = (0..reader.number()?)
                    .map(|_| reader.text())
                    .collect::<Option<_>>()?;
                Item::Table {
                    number,
                    name,
                    columns,
                }
            }
            ROW => {
                let table = reader.number()?;
                let values = (0..reader.number()?)
                    .map(|_| Value::load(&mut reader))
                    .collect::<Option<_>>()?;
                Item::Row { table, values }
            }
            FILE => Item::File {
                path: reader.text()?,
                offset: reader.number()?,
                bytes: reader.bytes()?.to_vec(),
            },
            END => Item::End {
                items: reader.number()?,
            },
            _ => return None,
        };
        reader.is_empty().then_some(item)
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an item is malformed")
}

fn read_number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(10);
    while bytes.len() < 10 {
        let mut byte = [0];
        from.read_exact(&mut byte)?;
        bytes.extend_from_slice(&byte);
        if byte[0] & 0x80 == 0 {
            return Reader(&bytes).number().ok_or_else(malformed);
        }
    }
    Err(malformed())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            ".{0,12}".prop_map(Value::Text),
            any::<Vec<u8>>().prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn an_item_is_read_back(values in prop::collection::vec(value(), 0..9), table: u64, path in "[a-z/]{1,9}") {
            let items = [
                Item::Table { number: table, name: path.clone(), columns: vec![path.clone(), "b".to_owned()] },
                Item::Row { table, values },
                Item::File { path, offset: table, bytes: vec![1, 2] },
                Item::End { items: 3 },
            ];
            let mut bytes = Vec::new();
            for item in &items {
                item.write(&mut bytes).expect("written");
            }
            let mut from = &bytes[..];
            for item in items {
                prop_assert_eq!(Item::read(&mut from).expect("read"), item);
            }
            prop_assert!(from.is_empty());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let mut from = &bytes[..];
            while Item::read(&mut from).is_ok() {}
        }
    }
}
