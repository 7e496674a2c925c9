-- The twin of sqlite/0004_alias_and_destruction.sql.

-- A person or unit whose facts are read with a survivor's. In the bucket of the superseded one.
CREATE TABLE alias (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  survivor_bucket smallint NOT NULL,
  survivor_person bigint NOT NULL,
  at bigint NOT NULL,
  reason smallint NOT NULL,
  commit_id bytea NOT NULL,
  PRIMARY KEY (bucket, person)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('alias');

-- The same, from the survivor's side.
CREATE TABLE aliased (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  alias_bucket smallint NOT NULL,
  alias_person bigint NOT NULL,
  PRIMARY KEY (bucket, person, alias_bucket, alias_person)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('aliased');

-- People whose record may not be destroyed, and why (a registered number).
CREATE TABLE legal_hold (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  at bigint NOT NULL,
  reason smallint NOT NULL,
  actor text NOT NULL,
  PRIMARY KEY (bucket, person)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('legal_hold');

-- What was destroyed, on what ground (a registered number), and by which two people. Replayed after a
-- restore, where the mark says that the key is still that person's. Finished once freed space was written over.
CREATE TABLE destruction (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  mark bytea NOT NULL,
  at bigint NOT NULL,
  ground smallint NOT NULL,
  first_actor text NOT NULL,
  second_actor text NOT NULL,
  commit_id bytea NOT NULL,
  versions bigint NOT NULL,
  finished smallint NOT NULL,
  PRIMARY KEY (bucket, person, at)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('destruction');
