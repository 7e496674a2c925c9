-- The record. Every primary key but the log's opens with the bucket of people (0-1023). Ids are stored as
-- tag 0 + 16 bytes (a lower-case UUID) or tag 1 + text. Times are microseconds since 1970 UTC. `person` is the
-- number of a person or unit within its bucket. Numbers of types, kinds, roles, purposes and parameters come
-- from append-only registries.

-- Each version once, in arrival order: body store and feed in one.
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  body BLOB NOT NULL
);

-- The current version of every resource, clustered by person, with its packed index entry and the keys (8 bytes
-- each, big-endian) of the other people it belongs to.
CREATE TABLE current (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  labels INTEGER NOT NULL,
  members BLOB NOT NULL,
  entry BLOB NOT NULL,
  PRIMARY KEY (bucket, person, type, id)
) WITHOUT ROWID;

-- Where a resource lives (home), and the key it has when it is itself a person or unit (unit). In the bucket of
-- the id. Without a home the resource is only referred to so far.
CREATE TABLE locator (
  bucket INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  home_bucket INTEGER,
  home_person INTEGER,
  unit INTEGER,
  PRIMARY KEY (bucket, type, id)
) WITHOUT ROWID;

-- People and units that have a key.
CREATE TABLE person (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  access_version INTEGER NOT NULL,
  PRIMARY KEY (bucket, person)
) WITHOUT ROWID;

-- Superseded versions.
CREATE TABLE history (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (bucket, person, type, id, version)
) WITHOUT ROWID;

-- Resources that belong to a person besides the one whose record they live in.
CREATE TABLE member (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  home_bucket INTEGER NOT NULL,
  home_person INTEGER NOT NULL,
  PRIMARY KEY (bucket, person, type, id)
) WITHOUT ROWID;

-- Value-first rows of the parameters that may be searched across people, in the bucket of the person.
CREATE TABLE value (
  bucket INTEGER NOT NULL,
  number INTEGER NOT NULL,
  key BLOB NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (bucket, number, key, person, type, id)
) WITHOUT ROWID;

-- The same for identifiers, in the bucket of the key's hash, so that one look finds them.
CREATE TABLE identity (
  bucket INTEGER NOT NULL,
  number INTEGER NOT NULL,
  key BLOB NOT NULL,
  home_bucket INTEGER NOT NULL,
  home_person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (bucket, number, key, home_bucket, home_person, type, id)
) WITHOUT ROWID;

-- Where each bucket's feed stands.
CREATE TABLE bucket_head (
  bucket INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  chain BLOB NOT NULL,
  next_person INTEGER NOT NULL
);

-- One entry for each commit and bucket, chained by SHA-256.
CREATE TABLE feed (
  bucket INTEGER NOT NULL,
  position INTEGER NOT NULL,
  commit_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role INTEGER NOT NULL,
  purpose INTEGER NOT NULL,
  source TEXT NOT NULL,
  buckets BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  kinds INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (bucket, position)
) WITHOUT ROWID;

-- Answers to repeat to a client that repeats itself; kept 30 days. In the bucket of the client's hash.
CREATE TABLE idempotency (
  bucket INTEGER NOT NULL,
  client TEXT NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL,
  at INTEGER NOT NULL,
  answer BLOB NOT NULL,
  PRIMARY KEY (bucket, client, key)
) WITHOUT ROWID;

-- Signed seals over all heads, each chained to the one before.
CREATE TABLE seal (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  heads BLOB NOT NULL,
  reads BLOB NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB NOT NULL
);
