-- A person or unit whose facts are read with a survivor's. In the bucket of the superseded one.
CREATE TABLE alias (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  survivor_bucket INTEGER NOT NULL,
  survivor_person INTEGER NOT NULL,
  at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  commit_id BLOB NOT NULL,
  PRIMARY KEY (bucket, person)
) WITHOUT ROWID;

-- The same, from the survivor's side.
CREATE TABLE aliased (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  alias_bucket INTEGER NOT NULL,
  alias_person INTEGER NOT NULL,
  PRIMARY KEY (bucket, person, alias_bucket, alias_person)
) WITHOUT ROWID;

-- People whose record may not be destroyed, and why (a registered number).
CREATE TABLE legal_hold (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  at INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (bucket, person)
) WITHOUT ROWID;

-- What was destroyed, on what ground (a registered number), and by which two people. Replayed after a
-- restore, where the mark says that the key is still that person's. Finished once freed space was written over.
CREATE TABLE destruction (
  bucket INTEGER NOT NULL,
  person INTEGER NOT NULL,
  mark BLOB NOT NULL,
  at INTEGER NOT NULL,
  ground INTEGER NOT NULL,
  first_actor TEXT NOT NULL,
  second_actor TEXT NOT NULL,
  commit_id BLOB NOT NULL,
  versions INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  PRIMARY KEY (bucket, person, at)
) WITHOUT ROWID;
