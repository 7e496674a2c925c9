-- Every statement of the first program on PostgreSQL (programs.csv), as `record/src/sql.rs` had it.
-- LOCATE
SELECT home_bucket, home_person, unit FROM locator WHERE bucket = ?1 AND type = ?2 AND id = ?3;
-- PUT_LOCATOR
INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (bucket, type, id) DO UPDATE SET home_bucket = ?4, home_person = ?5, unit = ?6;
-- PUT_HOME
INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit) VALUES (?1, ?2, ?3, ?4, ?5, NULL) ON CONFLICT (bucket, type, id) DO UPDATE SET home_bucket = ?4, home_person = ?5;
-- PUT_UNIT
INSERT INTO locator (bucket, type, id, home_bucket, home_person, unit) VALUES (?1, ?2, ?3, NULL, NULL, ?4) ON CONFLICT (bucket, type, id) DO UPDATE SET unit = ?4;
-- PUT_PERSON
INSERT INTO person (bucket, person, type, id, access_version) VALUES (?1, ?2, ?3, ?4, 1);
-- RAISE_ACCESS
UPDATE person SET access_version = access_version + 1 WHERE bucket = ?1 AND person = ?2;
-- CURRENT
SELECT version, seq, deleted, members, entry FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- INSERT_CURRENT
INSERT INTO current (bucket, person, type, id, version, seq, updated, deleted, labels, members, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);
-- UPDATE_CURRENT
UPDATE current SET version = ?5, seq = ?6, updated = ?7, deleted = ?8, labels = ?9, members = ?10, entry = ?11 WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- DELETE_CURRENT
DELETE FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- INSERT_LOG
INSERT INTO log (seq, bucket, person, type, id, version, at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);
-- LAST_SEQ
SELECT coalesce(max(seq), 0) FROM log;
-- INSERT_HISTORY
INSERT INTO history (bucket, person, type, id, version, seq, log_bucket) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
-- MOVE_HISTORY
UPDATE history SET bucket = ?5, person = ?6 WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- INSERT_MEMBER
INSERT INTO member (bucket, person, type, id, home_bucket, home_person) VALUES (?1, ?2, ?3, ?4, ?5, ?6);
-- DELETE_MEMBER
DELETE FROM member WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- INSERT_VALUE
INSERT INTO value (bucket, number, key, person, type, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING;
-- DELETE_VALUE
DELETE FROM value WHERE bucket = ?1 AND number = ?2 AND key = ?3 AND person = ?4 AND type = ?5 AND id = ?6;
-- INSERT_IDENTITY
INSERT INTO identity (bucket, number, key, home_bucket, home_person, type, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING;
-- DELETE_IDENTITY
DELETE FROM identity WHERE bucket = ?1 AND number = ?2 AND key = ?3 AND home_bucket = ?4 AND home_person = ?5 AND type = ?6 AND id = ?7;
-- HEADS
SELECT bucket, position, updated, chain, next_person, seq FROM bucket_head;
-- PUT_HEAD
INSERT INTO bucket_head (bucket, position, updated, chain, next_person, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (bucket) DO UPDATE SET position = ?2, updated = ?3, chain = ?4, next_person = ?5, seq = ?6;
-- INSERT_FEED
INSERT INTO feed (bucket, position, commit_id, at, actor, role, purpose, source, buckets, first_seq, count, kinds, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);
-- FEED
SELECT position, commit_id, at, actor, role, purpose, source, buckets, first_seq, count, kinds, chain FROM feed WHERE bucket = ?1 AND position > ?2 ORDER BY position LIMIT ?3;
-- COMMIT_AT
SELECT commit_id FROM feed WHERE bucket = ?1 AND position = ?2;
-- FEED_CHAIN
SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2;
-- LOG_RANGE
SELECT seq, bucket, person, type, id, version, at, kind, body FROM log WHERE bucket = ?1 AND seq >= ?2 AND seq < ?3 ORDER BY seq;
-- IDEMPOTENT
SELECT digest, at, answer FROM idempotency WHERE bucket = ?1 AND client = ?2 AND key = ?3;
-- PUT_IDEMPOTENT
INSERT INTO idempotency (bucket, client, key, digest, at, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (bucket, client, key) DO UPDATE SET digest = ?4, at = ?5, answer = ?6;
-- EXPIRE_IDEMPOTENT
DELETE FROM idempotency WHERE (bucket, client, key) IN (SELECT bucket, client, key FROM idempotency WHERE bucket >= ?1 AND bucket < ?2 AND at < ?3 LIMIT ?4);
-- LAST_SEAL
SELECT number, hash FROM seal ORDER BY number DESC LIMIT 1;
-- LAST_SEALED_READS
SELECT reads FROM seal WHERE process = ?1 ORDER BY number DESC LIMIT 1;
-- SEALS
SELECT number, at, heads, reads, hash, signature, signer, process FROM seal ORDER BY number;
-- SEALS_AFTER
SELECT s.number, s.at, s.hash, g.public FROM seal s JOIN signer g ON g.number = s.signer WHERE s.number > ?1 ORDER BY s.number LIMIT ?2;
-- SEAL_HASH
SELECT hash FROM seal WHERE number = ?1;
-- SEALED_HEADS
SELECT bucket, position, chain FROM bucket_head ORDER BY bucket;
-- INSERT_SEAL
INSERT INTO seal (number, at, heads, reads, hash, signature, signer, process) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);
-- SIGNERS
SELECT number, public, at, signature FROM signer ORDER BY number;
-- INSERT_SIGNER
INSERT INTO signer (number, public, at, signature) VALUES (?1, ?2, ?3, ?4);
-- PUT_PROCESS
INSERT INTO process (id, release, generation, seen) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET release = ?2, generation = ?3, seen = ?4;
-- READ
SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, g.body, coalesce(g.id = c.id AND g.type = c.type AND g.version = c.version AND g.at = c.updated, false) FROM locator l JOIN current c ON c.bucket = l.home_bucket AND c.person = l.home_person AND c.type = l.type AND c.id = l.id LEFT JOIN log g ON g.bucket = c.bucket AND g.seq = c.seq WHERE l.bucket = ?1 AND l.type = ?2 AND l.id = ?3;
-- LOCATED
SELECT c.bucket, c.person, c.version, c.seq, c.updated, c.deleted, c.labels, c.entry FROM locator l JOIN current c ON c.bucket = l.home_bucket AND c.person = l.home_person AND c.type = l.type AND c.id = l.id WHERE l.bucket = ?1 AND l.type = ?2 AND l.id = ?3;
-- VERSION
SELECT g.seq, g.at, g.kind, g.body, g.id = h.id AND g.type = h.type AND g.version = h.version FROM history h JOIN log g ON g.bucket = h.log_bucket AND g.seq = h.seq WHERE h.bucket = ?1 AND h.person = ?2 AND h.type = ?3 AND h.id = ?4 AND h.version = ?5;
-- VERSIONS
SELECT h.version, g.seq, g.at, g.kind, g.body, g.id = h.id AND g.type = h.type AND g.version = h.version FROM history h JOIN log g ON g.bucket = h.log_bucket AND g.seq = h.seq WHERE h.bucket = ?1 AND h.person = ?2 AND h.type = ?3 AND h.id = ?4 AND h.version < ?5 ORDER BY h.version DESC LIMIT ?6;
-- COUNT_VERSIONS
SELECT count(*) FROM history WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- BODIES
SELECT seq, body, id, type, version, at FROM log WHERE bucket = ?1 AND seq >= ?2 AND seq <= ?3 ORDER BY seq;
-- OF_PERSON
SELECT type, id, version, seq, updated, labels, entry FROM current WHERE bucket = ?1 AND person = ?2 AND deleted = 0;
-- OF_PERSON_AND_TYPE
SELECT type, id, version, seq, updated, labels, entry FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND deleted = 0;
-- MEMBERS
SELECT c.bucket, c.person, c.type, c.id, c.version, c.seq, c.updated, c.labels, c.entry FROM member m JOIN current c ON c.bucket = m.home_bucket AND c.person = m.home_person AND c.type = m.type AND c.id = m.id WHERE m.bucket = ?1 AND m.person = ?2 AND c.deleted = 0;
-- CURRENT_ENTRY
SELECT version, seq, updated, deleted, labels, entry FROM current WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
-- VALUES
SELECT person, type, id FROM value WHERE bucket = ?1 AND number = ?2 AND key >= ?3 AND key < ?4 LIMIT ?5;
-- IDENTITIES
SELECT home_bucket, home_person, type, id FROM identity WHERE bucket = ?1 AND number = ?2 AND key >= ?3 AND key < ?4 LIMIT ?5;
-- HEAD_POSITION
SELECT position FROM bucket_head WHERE bucket = ?1;
-- OLDER_PROCESSES
SELECT count(*) FROM process WHERE generation < ?1 AND seen > ?2 AND id <> ?3;
-- FILLED
SELECT generation, person FROM index_state WHERE bucket = ?1;
-- ALL_FILLED
SELECT bucket, generation, person FROM index_state;
-- PUT_FILLED
INSERT INTO index_state (bucket, generation, person) VALUES (?1, ?2, ?3) ON CONFLICT (bucket) DO UPDATE SET generation = ?2, person = ?3;
-- TAKE_BACK
UPDATE index_state SET generation = ?1, person = ?2 WHERE generation > ?1;
-- NEXT_PEOPLE
SELECT bucket, next_person FROM bucket_head;
-- HOLD_HEAD
UPDATE bucket_head SET position = position WHERE bucket = ?1;
-- TO_FILL
SELECT person, type, id, version, seq, deleted, entry FROM current WHERE bucket = ?1 AND (person, type, id) > (?2, ?3, ?4) ORDER BY person, type, id LIMIT ?5;
-- STORED_BODY
SELECT body FROM log WHERE bucket = ?1 AND seq = ?2;
-- PUT_ENTRY
UPDATE current SET entry = ?5 WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4;
