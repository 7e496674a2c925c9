//! Where each bucket's feed stands, in memory: the one writer is the only one to move it. What a group changes lies
//! over what is committed, and is dropped when the group is rolled back.

use std::collections::BTreeMap;

use crate::dialect::{self, Connection, params};
use crate::ids::{BUCKETS, Bucket, PersonKey};
use crate::sql;

/// The head of one bucket's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Position of the last entry; 0 when there is none.
    pub(crate) position: u64,
    /// Time of the last entry in microseconds.
    pub(crate) updated: i64,
    /// Chain hash of the last entry.
    pub(crate) chain: [u8; 32],
    /// The number that the next person or unit gets.
    pub(crate) next_person: u64,
    /// The last number of the bucket's rows in the log; 0 when there is none.
    pub(crate) seq: i64,
}

const EMPTY: Head = Head {
    position: 0,
    updated: 0,
    chain: [0; 32],
    next_person: 1,
    seq: 0,
};

/// The heads of all buckets and the last number in the log.
pub(crate) struct Heads {
    committed: Vec<Head>,
    changed: BTreeMap<Bucket, Head>,
    committed_seq: i64,
    seq: i64,
}

impl Heads {
    /// Reads the heads.
    pub(crate) fn load(connection: &Connection) -> dialect::Result<Heads> {
        let mut committed = vec![EMPTY; usize::from(BUCKETS)];
        let mut statement = connection.statement(sql::HEADS)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let bucket: usize = row.get(0)?;
            if let Some(head) = committed.get_mut(bucket) {
                *head = Head {
                    position: row.get(1)?,
                    updated: row.get(2)?,
                    chain: row.get(3)?,
                    next_person: row.get(4)?,
                    seq: row.get(5)?,
                };
            }
        }
        let seq = connection
            .statement(sql::LAST_SEQ)?
            .query_row(params![], |row| row.get(0))?;
        Ok(Heads {
            committed,
            changed: BTreeMap::new(),
            committed_seq: seq,
            seq,
        })
    }

    /// The head of a bucket as this group left it.
    pub(crate) fn get(&self, bucket: Bucket) -> Head {
        self.changed
            .get(&bucket)
            .copied()
            .unwrap_or_else(|| self.committed[usize::from(bucket.number())])
    }

    /// Puts a bucket's head.
    pub(crate) fn set(&mut self, bucket: Bucket, head: Head) {
        self.changed.insert(bucket, head);
    }

    /// A key for a new person or unit.
    pub(crate) fn allot(&mut self, bucket: Bucket) -> PersonKey {
        let mut head = self.get(bucket);
        let key = PersonKey::new(bucket, head.next_person);
        head.next_person += 1;
        self.set(bucket, head);
        key
    }

    /// The number of the next row of a bucket in the log.
    pub(crate) fn next_seq(&mut self, bucket: Bucket) -> i64 {
        self.seq += 1;
        let mut head = self.get(bucket);
        head.seq = self.seq;
        self.set(bucket, head);
        self.seq
    }

    /// Writes the heads that this group changed.
    pub(crate) fn write(&self, connection: &Connection) -> dialect::Result<()> {
        let mut statement = connection.statement(sql::PUT_HEAD)?;
        for (bucket, head) in &self.changed {
            statement.put(params![
                bucket.number(),
                head.position,
                head.updated,
                head.chain,
                head.next_person,
                head.seq
            ])?;
        }
        Ok(())
    }

    /// The group was committed.
    pub(crate) fn commit(&mut self) {
        for (bucket, head) in std::mem::take(&mut self.changed) {
            self.committed[usize::from(bucket.number())] = head;
        }
        self.committed_seq = self.seq;
    }

    /// The group was rolled back.
    pub(crate) fn roll_back(&mut self) {
        self.changed.clear();
        self.seq = self.committed_seq;
    }
}
