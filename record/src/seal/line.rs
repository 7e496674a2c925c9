//! The lines of a store's history (table `line`): the first begins with the store, each restore and each recovery begins
//! another, signed with the seal's key. What was sealed and left behind by one is found in no seal that followed; the line
//! tells why, so that an anchor of it is not taken for tampering.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::backup::item::Value;
use crate::backup::tables::LINE;
use crate::bytes::Writer;
use crate::dialect::{Connection, engine_error};
use crate::error::RecordError;
use crate::seal::anchor::Anchored;

/// A row of `line`.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) number: u64,
    /// The store's identity.
    pub(crate) store: [u8; 16],
    /// When it began, in microseconds.
    pub(crate) at: i64,
    /// The run that was restored, or that the server recovered it.
    pub(crate) run: String,
    /// The moment restored to, in microseconds.
    pub(crate) until: Option<i64>,
    /// The last seal that was kept.
    pub(crate) seal: u64,
    /// The last seal that was left behind, as far as is known, and its hash.
    pub(crate) left: (u64, Vec<u8>),
    pub(crate) signature: Vec<u8>,
}

impl Line {
    /// A line that begins now, signed.
    pub(crate) fn begin(mut line: Line, key: &SigningKey) -> Line {
        line.signature = key.sign(&line.said()).to_bytes().to_vec();
        line
    }

    /// A line that is not signed yet.
    pub(crate) fn unsigned(number: u64, store: [u8; 16], at: i64, run: String) -> Line {
        Line {
            number,
            store,
            at,
            run,
            until: None,
            seal: 0,
            left: (0, Vec::new()),
            signature: Vec::new(),
        }
    }

    /// What is signed.
    fn said(&self) -> Vec<u8> {
        let mut said = Writer::default();
        said.fixed(b"sarsen line 1")
            .number(self.number)
            .fixed(&self.store)
            .fixed(&self.at.to_be_bytes())
            .bytes(self.run.as_bytes())
            .fixed(&self.until.unwrap_or(i64::MAX).to_be_bytes())
            .fixed(&self.seal.cast_signed().to_be_bytes())
            .fixed(&self.left.0.cast_signed().to_be_bytes())
            .bytes(&self.left.1);
        said.0
    }

    pub(crate) fn is_signed(&self, by: &VerifyingKey) -> bool {
        Signature::from_slice(&self.signature)
            .is_ok_and(|signature| by.verify_strict(&self.said(), &signature).is_ok())
    }

    /// Whether a seal as it was anchored was left behind when this line began.
    pub(crate) fn left(&self, anchored: &Anchored) -> bool {
        anchored.number > self.seal
            && (anchored.at.as_microsecond() <= self.at
                || (anchored.number, &anchored.hash[..]) == (self.left.0, &self.left.1[..]))
    }

    /// Writes it down.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), RecordError> {
        let row = [
            Value::Integer(self.number.cast_signed()),
            Value::Blob(self.store.to_vec()),
            Value::Integer(self.at),
            Value::Text(self.run.clone()),
            self.until.map_or(Value::Null, Value::Integer),
            Value::Integer(self.seal.cast_signed()),
            Value::Integer(self.left.0.cast_signed()),
            Value::Blob(self.left.1.clone()),
            Value::Blob(self.signature.clone()),
        ];
        LINE.write(connection, &row)
    }

    fn load(row: &[Value]) -> Option<Line> {
        let number = |at: usize| row.get(at)?.integer();
        Some(Line {
            number: number(0)?.cast_unsigned(),
            store: row.get(1)?.blob()?.try_into().ok()?,
            at: number(2)?,
            run: row.get(3)?.text()?.to_owned(),
            until: number(4),
            seal: number(5)?.cast_unsigned(),
            left: (number(6)?.cast_unsigned(), row.get(7)?.blob()?.to_vec()),
            signature: row.get(8)?.blob()?.to_vec(),
        })
    }
}

/// Every line, in order.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Line>, RecordError> {
    let rows = connection
        .statement(LINE.select)
        .and_then(|mut statement| {
            statement
                .query_map(&[], |row| LINE.values(row))?
                .collect::<crate::dialect::Result<Vec<_>>>()
        })
        .map_err(|error| engine_error(&error))?;
    rows.iter()
        .map(|row| {
            Line::load(row).ok_or_else(|| RecordError::Corrupt {
                detail: "line: a row is malformed".to_owned(),
            })
        })
        .collect()
}
