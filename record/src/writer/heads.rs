//! Where each bucket's feed stands, in memory. Where the engine has one writer, it alone moves the heads: they are read
//! once. Where it has many, a group of commits locks the heads it needs and reads them under the lock. What a group
//! changes lies over what is committed, and is dropped when the group is rolled back.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dialect::{self, Connection, Row, params};
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

/// For proofs that the order of the feed can fail.
static COUNTER: AtomicU64 = AtomicU64::new(1);

/// The heads, and how the log is numbered.
pub(crate) struct Heads {
    committed: Vec<Head>,
    changed: BTreeMap<Bucket, Head>,
    numbers: Numbers,
    /// The heads that are locked; `None` when all are this writer's.
    locked: Option<BTreeSet<Bucket>>,
    /// Heads that were asked for and are not locked.
    missed: RefCell<BTreeSet<Bucket>>,
}

/// How rows of the log are numbered.
enum Numbers {
    /// As one, in the whole store.
    OfStore { committed: i64, last: i64 },
    /// In each bucket.
    OfBucket,
}

impl Heads {
    /// No head yet: see [`Heads::read_locked`].
    pub(crate) fn unlocked() -> Heads {
        Heads {
            committed: vec![EMPTY; usize::from(BUCKETS)],
            changed: BTreeMap::new(),
            numbers: Numbers::OfBucket,
            locked: Some(BTreeSet::new()),
            missed: RefCell::default(),
        }
    }

    /// Reads the heads that this transaction has locked.
    pub(crate) fn read_locked(
        &mut self,
        connection: &Connection,
        buckets: &BTreeSet<Bucket>,
    ) -> dialect::Result<()> {
        self.changed.clear();
        self.missed.borrow_mut().clear();
        let committed = &mut self.committed;
        dialect::locked_heads(connection, buckets, |row| read(row, committed))?;
        self.locked = Some(buckets.clone());
        Ok(())
    }

    /// Takes the next positions from a counter, and locks nothing; see [`crate::Order::Unlocked`].
    pub(crate) fn count_on(&mut self, buckets: &BTreeSet<Bucket>) {
        self.changed.clear();
        self.missed.borrow_mut().clear();
        for bucket in buckets {
            let next = COUNTER.fetch_add(1, Ordering::Relaxed);
            self.committed[usize::from(bucket.number())] = Head {
                position: next,
                next_person: next,
                // Room for the rows of one commit.
                seq: i64::try_from(next).unwrap_or(i64::MAX >> 11) << 10,
                ..EMPTY
            };
        }
        self.locked = Some(buckets.clone());
    }

    /// Heads that were asked for though they are not locked: what was decided does not hold.
    pub(crate) fn missed(&self) -> BTreeSet<Bucket> {
        self.missed.borrow().clone()
    }

    /// Reads the heads.
    pub(crate) fn load(connection: &Connection) -> dialect::Result<Heads> {
        let mut committed = vec![EMPTY; usize::from(BUCKETS)];
        let mut statement = connection.statement(sql::HEADS)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            read(&row, &mut committed)?;
        }
        let seq = connection
            .statement(sql::LAST_SEQ)?
            .query_row(params![], |row| row.get(0))?;
        Ok(Heads {
            committed,
            changed: BTreeMap::new(),
            numbers: Numbers::OfStore {
                committed: seq,
                last: seq,
            },
            locked: None,
            missed: RefCell::default(),
        })
    }

    /// The head of a bucket as this group left it.
    pub(crate) fn get(&self, bucket: Bucket) -> Head {
        if self
            .locked
            .as_ref()
            .is_some_and(|locked| !locked.contains(&bucket))
        {
            self.missed.borrow_mut().insert(bucket);
        }
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
        let mut head = self.get(bucket);
        head.seq = match &mut self.numbers {
            Numbers::OfStore { last, .. } => {
                *last += 1;
                *last
            }
            Numbers::OfBucket => head.seq + 1,
        };
        self.set(bucket, head);
        head.seq
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
        if let Numbers::OfStore { committed, last } = &mut self.numbers {
            *committed = *last;
        }
    }

    /// The group was rolled back.
    pub(crate) fn roll_back(&mut self) {
        self.changed.clear();
        self.missed.borrow_mut().clear();
        if let Numbers::OfStore { committed, last } = &mut self.numbers {
            *last = *committed;
        }
    }
}

/// Puts the head in a row of `bucket, position, updated, chain, next_person, seq` where it belongs.
fn read(row: &Row<'_>, heads: &mut [Head]) -> dialect::Result<()> {
    let bucket: usize = row.get(0)?;
    if let Some(head) = heads.get_mut(bucket) {
        *head = Head {
            position: row.get(1)?,
            updated: row.get(2)?,
            chain: row.get(3)?,
            next_person: row.get(4)?,
            seq: row.get(5)?,
        };
    }
    Ok(())
}
