//! Every statement of the record that changes or reads a row, in one text for all engines.

pub(crate) const LOCATE: &str =
    "SELECT home_bucket, home_person, unit FROM locator WHERE bucket = ?1 AND type = ?2 AND id = ?3";
pub(crate) const PUT_LOCATOR: &str = "INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (bucket, type, id) DO UPDATE SET home_bucket = ?4, home_person = ?5, unit = ?6";
pub(crate) const PUT_HOME: &str = "INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit)
    VALUES (?1, ?2, ?3, ?4, ?5, NULL)
    ON CONFLICT (bucket, type, id) DO UPDATE SET home_bucket = ?4, home_person = ?5";
pub(crate) const PUT_UNIT: &str = "INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit)
    VALUES (?1, ?2, ?3, NULL, NULL, ?4)
    ON CONFLICT (bucket, type, id) DO UPDATE SET unit = ?4";
pub(crate) const PUT_PERSON: &str =
    "INSERT INTO person (bucket, person, type, id, access_version) VALUES (?1, ?2, ?3, ?4, 1)";

pub(crate) const RAISE_ACCESS: &str =
    "UPDATE person SET access_version = access_version + 1 WHERE bucket = ?1 AND person = ?2";

pub(crate) const CURRENT: &str = "SELECT version, seq, deleted, members, entry, updated, labels FROM current
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
pub(crate) const INSERT_CURRENT: &str = "INSERT INTO current
    (bucket, person, type, id, version, seq, updated, deleted, labels, members, entry)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
pub(crate) const UPDATE_CURRENT: &str = "UPDATE current
    SET version = ?5, seq = ?6, updated = ?7, deleted = ?8, labels = ?9, members = ?10, entry = ?11
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
pub(crate) const DELETE_CURRENT: &str =
    "DELETE FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";

pub(crate) const INSERT_LOG: &str = "INSERT INTO log (seq, bucket, person, type, id, version, at, kind, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
// For an engine that numbers its log as one.
pub(crate) const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM bucket_head";

pub(crate) const INSERT_HISTORY: &str =
    "INSERT INTO history (bucket, person, type, id, version, seq, log_bucket)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(crate) const MOVE_HISTORY: &str = "UPDATE history SET bucket = ?5, person = ?6
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";

pub(crate) const INSERT_MEMBER: &str =
    "INSERT INTO member (bucket, person, type, id, home_bucket, home_person)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
pub(crate) const DELETE_MEMBER: &str =
    "DELETE FROM member WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";

pub(crate) const INSERT_VALUE: &str =
    "INSERT INTO value (bucket, number, key, person, type, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO NOTHING";
pub(crate) const DELETE_VALUE: &str = "DELETE FROM value
    WHERE bucket = ?1 AND number = ?2 AND key = ?3 AND person = ?4 AND type = ?5 AND id = ?6";
pub(crate) const INSERT_IDENTITY: &str =
    "INSERT INTO identity (bucket, number, key, home_bucket, home_person, type, id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
pub(crate) const DELETE_IDENTITY: &str = "DELETE FROM identity WHERE bucket = ?1 AND number = ?2 AND key = ?3
    AND home_bucket = ?4 AND home_person = ?5 AND type = ?6 AND id = ?7";

pub(crate) const HEADS: &str = "SELECT bucket, position, updated, chain, next_person, seq FROM bucket_head";
pub(crate) const PUT_HEAD: &str =
    "INSERT INTO bucket_head (bucket, position, updated, chain, next_person, seq)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (bucket) DO UPDATE SET position = ?2, updated = ?3, chain = ?4, next_person = ?5, seq = ?6";
pub(crate) const INSERT_FEED: &str =
    "INSERT INTO feed (bucket, position, commit_id, at, actor, role, purpose, source,
    buckets, first_seq, count, kinds, chain)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
pub(crate) const FEED: &str =
    "SELECT position, commit_id, at, actor, role, purpose, source, buckets, first_seq, count,
    kinds, chain FROM feed WHERE bucket = ?1 AND position > ?2 ORDER BY position LIMIT ?3";
pub(crate) const COMMIT_OF: &str =
    "SELECT first_seq, count, actor, role FROM feed WHERE bucket = ?1 AND position = ?2";
pub(crate) const FIRST_VERSION: &str = "SELECT log_bucket, seq FROM history
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4 AND version = 1";
pub(crate) const EARLIER_VERSIONS: &str = "SELECT log_bucket, seq FROM history
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
pub(crate) const COMMIT_AT: &str = "SELECT commit_id FROM feed WHERE bucket = ?1 AND position = ?2";
pub(crate) const FEED_CHAIN: &str = "SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2";
pub(crate) const LOG_RANGE: &str = "SELECT seq, bucket, person, type, id, version, at, kind, body FROM log
    WHERE bucket = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq";

pub(crate) const IDEMPOTENT: &str =
    "SELECT digest, at, answer FROM idempotency WHERE bucket = ?1 AND client = ?2 AND key = ?3";
pub(crate) const PUT_IDEMPOTENT: &str = "INSERT INTO idempotency (bucket, client, key, digest, at, answer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (bucket, client, key) DO UPDATE SET digest = ?4, at = ?5, answer = ?6";
// Bucket by bucket, so that the index leads to those that are too old.
pub(crate) const EXPIRE_IDEMPOTENT: &str = "DELETE FROM idempotency WHERE (bucket, client, key) IN
    (WITH RECURSIVE house (number) AS
      (SELECT CAST(?1 AS integer) UNION ALL SELECT number + 1 FROM house WHERE number + 1 < ?2)
    SELECT i.bucket, i.client, i.key FROM house h JOIN idempotency i ON i.bucket = h.number AND i.at < ?3
    LIMIT ?4)";

pub(crate) const LAST_SEAL: &str = "SELECT number, hash FROM seal ORDER BY number DESC LIMIT 1";
pub(crate) const LAST_SEALED_READS: &str =
    "SELECT reads FROM seal WHERE process = ?1 ORDER BY number DESC LIMIT 1";
pub(crate) const SEALS: &str =
    "SELECT number, at, heads, reads, hash, signature, signer, process FROM seal ORDER BY number";
pub(crate) const SEALS_AFTER: &str = "SELECT s.number, s.at, s.hash, g.public FROM seal s
    JOIN signer g ON g.number = s.signer WHERE s.number > ?1 ORDER BY s.number LIMIT ?2";
pub(crate) const SEAL_HASH: &str = "SELECT hash FROM seal WHERE number = ?1";
pub(crate) const SEALED_HEADS: &str = "SELECT bucket, position, chain FROM bucket_head ORDER BY bucket";
pub(crate) const INSERT_SEAL: &str =
    "INSERT INTO seal (number, at, heads, reads, hash, signature, signer, process)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(crate) const SIGNERS: &str = "SELECT number, public, at, signature FROM signer ORDER BY number";
pub(crate) const INSERT_SIGNER: &str =
    "INSERT INTO signer (number, public, at, signature) VALUES (?1, ?2, ?3, ?4)";
pub(crate) const PUT_PROCESS: &str =
    "INSERT INTO process (id, release, generation, seen) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET release = ?2, generation = ?3, seen = ?4";

// What `current` points at must say that it is what was asked for: a damaged pointer is a fault, not another's body.
pub(crate) const READ: &str = "SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, g.body,
    coalesce(g.id = c.id AND g.type = c.type AND g.version = c.version AND g.at = c.updated, false)
    FROM locator l
    JOIN current c ON c.bucket = l.home_bucket AND c.person = l.home_person AND c.type = l.type AND c.id = l.id
    LEFT JOIN log g ON g.bucket = c.bucket AND g.seq = c.seq
    WHERE l.bucket = ?1 AND l.type = ?2 AND l.id = ?3";
/// As [`READ`], of a resource whose home is in the bucket of its id, with how often access to the person changed. Each table is named
/// with its bucket: a server looks at one partition of each.
pub(crate) const READ_HERE: &str =
    "SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, g.body,
    coalesce(g.id = c.id AND g.type = c.type AND g.version = c.version AND g.at = c.updated, false),
    p.access_version, p.type
    FROM locator l
    JOIN current c ON c.bucket = ?1 AND c.person = l.home_person AND c.type = ?2 AND c.id = ?3
    LEFT JOIN log g ON g.bucket = ?1 AND g.seq = c.seq
    LEFT JOIN person p ON p.bucket = ?1 AND p.person = c.person
    WHERE l.bucket = ?1 AND l.type = ?2 AND l.id = ?3 AND l.home_bucket = ?1";
/// The same, of a resource whose home is known.
pub(crate) const READ_AT: &str =
    "SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, g.body,
    coalesce(g.id = c.id AND g.type = c.type AND g.version = c.version AND g.at = c.updated, false),
    p.access_version, p.type
    FROM current c
    LEFT JOIN log g ON g.bucket = ?1 AND g.seq = c.seq
    LEFT JOIN person p ON p.bucket = ?1 AND p.person = ?2
    WHERE c.bucket = ?1 AND c.person = ?2 AND c.type = ?3 AND c.id = ?4";
pub(crate) const LOCATED: &str = "SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, c.entry
    FROM locator l
    JOIN current c ON c.bucket = l.home_bucket AND c.person = l.home_person AND c.type = l.type AND c.id = l.id
    WHERE l.bucket = ?1 AND l.type = ?2 AND l.id = ?3";
pub(crate) const VERSION: &str =
    "SELECT g.seq, g.at, g.kind, g.body, g.id = h.id AND g.type = h.type AND g.version = h.version
    FROM history h JOIN log g ON g.bucket = h.log_bucket AND g.seq = h.seq
    WHERE h.bucket = ?1 AND h.person = ?2 AND h.type = ?3 AND h.id = ?4 AND h.version = ?5";
pub(crate) const VERSIONS: &str =
    "SELECT h.version, g.seq, g.at, g.kind, g.body, g.id = h.id AND g.type = h.type AND g.version = h.version
    FROM history h JOIN log g ON g.bucket = h.log_bucket AND g.seq = h.seq
    WHERE h.bucket = ?1 AND h.person = ?2 AND h.type = ?3 AND h.id = ?4 AND h.version < ?5
    ORDER BY h.version DESC LIMIT ?6";
pub(crate) const COUNT_VERSIONS: &str =
    "SELECT count(*) FROM history WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
pub(crate) const BODIES: &str = "SELECT seq, body, id, type, version, at FROM log
    WHERE bucket = ?1 AND seq >= ?2 AND seq <= ?3 ORDER BY seq";
pub(crate) const OF_PERSON: &str = "SELECT type, id, version, seq, updated, labels, entry FROM current
    WHERE bucket = ?1 AND person = ?2 AND deleted = 0";
pub(crate) const PLACES_OF_PERSON: &str = "SELECT type, id, version, seq, updated, labels FROM current
    WHERE bucket = ?1 AND person = ?2 AND deleted = 0";
pub(crate) const OF_PERSON_AND_TYPE: &str =
    "SELECT type, id, version, seq, updated, labels, entry FROM current
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND deleted = 0";
pub(crate) const MEMBERS: &str = "SELECT c.bucket, c.person, c.type, c.id, c.version, c.seq, c.updated, c.labels, c.entry
    FROM member m
    JOIN current c ON c.bucket = m.home_bucket AND c.person = m.home_person AND c.type = m.type AND c.id = m.id
    WHERE m.bucket = ?1 AND m.person = ?2 AND c.deleted = 0";
/// Where the current resources stand that [`MEMBERS`] gives.
pub(crate) const MEMBER_PLACES: &str =
    "SELECT home_bucket, home_person, type, id FROM member WHERE bucket = ?1 AND person = ?2";
pub(crate) const CURRENT_ENTRY: &str = "SELECT version, seq, updated, deleted, labels, entry FROM current
    WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
pub(crate) const VALUES: &str = "SELECT person, type, id FROM value WHERE bucket = ?1 AND number = ?2 AND key >= ?3 AND key < ?4 LIMIT ?5";
pub(crate) const IDENTITIES: &str = "SELECT home_bucket, home_person, type, id FROM identity
    WHERE bucket = ?1 AND number = ?2 AND key >= ?3 AND key < ?4 LIMIT ?5";
pub(crate) const HEAD_POSITION: &str = "SELECT position FROM bucket_head WHERE bucket = ?1";

pub(crate) const OLDER_PROCESSES: &str =
    "SELECT count(*) FROM process WHERE generation < ?1 AND seen > ?2 AND id <> ?3";
pub(crate) const FILLED: &str = "SELECT generation, person FROM index_state WHERE bucket = ?1";
pub(crate) const ALL_FILLED: &str = "SELECT bucket, generation, person FROM index_state";
pub(crate) const PUT_FILLED: &str = "INSERT INTO index_state (bucket, generation, person) VALUES (?1, ?2, ?3)
    ON CONFLICT (bucket) DO UPDATE SET generation = ?2, person = ?3";
pub(crate) const TAKE_BACK: &str =
    "UPDATE index_state SET generation = ?1, person = ?2 WHERE generation > ?1";
pub(crate) const NEXT_PEOPLE: &str = "SELECT bucket, next_person FROM bucket_head";
// Takes the bucket's order, as a commit does: on an engine with many writers none can come between.
pub(crate) const HOLD_HEAD: &str = "UPDATE bucket_head SET position = position WHERE bucket = ?1";
pub(crate) const TO_FILL: &str = "SELECT person, type, id, version, seq, deleted, entry FROM current
    WHERE bucket = ?1 AND (person, type, id) > (?2, ?3, ?4) ORDER BY person, type, id LIMIT ?5";
pub(crate) const STORED_BODY: &str = "SELECT body FROM log WHERE bucket = ?1 AND seq = ?2";
pub(crate) const PUT_ENTRY: &str =
    "UPDATE current SET entry = ?5 WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4";
