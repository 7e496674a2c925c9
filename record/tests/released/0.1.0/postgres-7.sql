-- The twin of sqlite/0001_record.sql. Every primary key opens with the bucket of people (0-1023), which is the
-- partition key (and the distribution column of a sharding extension). Ids are stored as
-- tag 0 + 16 bytes (a lower-case UUID) or tag 1 + text. Times are microseconds since 1970 UTC. `person` is the
-- number of a person or unit within its bucket. Numbers of types, kinds, roles, purposes and parameters come
-- from append-only registries.

-- Each version once, in arrival order: body store and feed in one.
CREATE TABLE log (
  seq bigint NOT NULL,
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  version bigint NOT NULL,
  at bigint NOT NULL,
  kind smallint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (bucket, seq)
) PARTITION BY RANGE (bucket);

-- The current version of every resource, clustered by person, with its packed index entry and the keys (8 bytes
-- each, big-endian) of the other people it belongs to.
CREATE TABLE current (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  updated bigint NOT NULL,
  deleted smallint NOT NULL,
  labels bigint NOT NULL,
  members bytea NOT NULL,
  entry bytea NOT NULL,
  PRIMARY KEY (bucket, person, type, id)
) PARTITION BY RANGE (bucket);

-- Where a resource lives (home), and the key it has when it is itself a person or unit (unit). In the bucket of
-- the id. Without a home the resource is only referred to so far.
CREATE TABLE locator (
  bucket smallint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  home_bucket smallint,
  home_person bigint,
  unit bigint,
  PRIMARY KEY (bucket, type, id)
) PARTITION BY RANGE (bucket);

-- People and units that have a key.
CREATE TABLE person (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  access_version bigint NOT NULL,
  PRIMARY KEY (bucket, person)
) PARTITION BY RANGE (bucket);

-- Superseded versions.
CREATE TABLE history (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  version bigint NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (bucket, person, type, id, version)
) PARTITION BY RANGE (bucket);

-- Resources that belong to a person besides the one whose record they live in.
CREATE TABLE member (
  bucket smallint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  home_bucket smallint NOT NULL,
  home_person bigint NOT NULL,
  PRIMARY KEY (bucket, person, type, id)
) PARTITION BY RANGE (bucket);

-- Value-first rows of the parameters that may be searched across people, in the bucket of the person.
CREATE TABLE value (
  bucket smallint NOT NULL,
  number smallint NOT NULL,
  key bytea NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  PRIMARY KEY (bucket, number, key, person, type, id)
) PARTITION BY RANGE (bucket);

-- The same for identifiers, in the bucket of the key's hash, so that one look finds them.
CREATE TABLE identity (
  bucket smallint NOT NULL,
  number smallint NOT NULL,
  key bytea NOT NULL,
  home_bucket smallint NOT NULL,
  home_person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  PRIMARY KEY (bucket, number, key, home_bucket, home_person, type, id)
) PARTITION BY RANGE (bucket);

-- Where each bucket's feed stands.
CREATE TABLE bucket_head (
  bucket smallint PRIMARY KEY,
  position bigint NOT NULL,
  updated bigint NOT NULL,
  chain bytea NOT NULL,
  next_person bigint NOT NULL
) PARTITION BY RANGE (bucket);

-- One entry for each commit and bucket, chained by SHA-256.
CREATE TABLE feed (
  bucket smallint NOT NULL,
  position bigint NOT NULL,
  commit_id bytea NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  role smallint NOT NULL,
  purpose smallint NOT NULL,
  source text NOT NULL,
  buckets bytea NOT NULL,
  first_seq bigint NOT NULL,
  count integer NOT NULL,
  kinds smallint NOT NULL,
  chain bytea NOT NULL,
  PRIMARY KEY (bucket, position)
) PARTITION BY RANGE (bucket);

-- Answers to repeat to a client that repeats itself; kept 30 days. In the bucket of the client's hash.
CREATE TABLE idempotency (
  bucket smallint NOT NULL,
  client text NOT NULL,
  key text NOT NULL,
  digest bytea NOT NULL,
  at bigint NOT NULL,
  answer bytea NOT NULL,
  PRIMARY KEY (bucket, client, key)
) PARTITION BY RANGE (bucket);

-- Signed seals over all heads, each chained to the one before.
CREATE TABLE seal (
  number bigint PRIMARY KEY,
  at bigint NOT NULL,
  heads bytea NOT NULL,
  reads bytea NOT NULL,
  hash bytea NOT NULL,
  signature bytea NOT NULL
);

-- Splits a table into equal ranges of buckets: sixteen, or as many as the setting sarsen.partitions says. A larger house
-- splits them further without touching a row's key.
CREATE FUNCTION partition_by_bucket(house text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  parts integer := coalesce(nullif(current_setting('sarsen.partitions', true), ''), '16')::integer;
  part integer;
BEGIN
  FOR part IN 0..parts - 1 LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
                   house || '_' || part, house, part * 1024 / parts, (part + 1) * 1024 / parts);
  END LOOP;
END
$$;
SELECT partition_by_bucket(house) FROM unnest(ARRAY['log', 'current', 'locator', 'person', 'history', 'member',
  'value', 'identity', 'bucket_head', 'feed', 'idempotency']) AS house;
-- The twin of sqlite/0002_log_bucket.sql. Log numbers rise by one within a bucket here. Every bucket has its head from the
-- beginning, so that it can be locked before anything is in it.
ALTER TABLE history ADD COLUMN log_bucket smallint NOT NULL DEFAULT 0;
ALTER TABLE bucket_head ADD COLUMN seq bigint NOT NULL DEFAULT 0;
INSERT INTO bucket_head (bucket, position, updated, chain, next_person, seq)
  SELECT number, 0, 0, decode(repeat('00', 32), 'hex'), 1, 0 FROM generate_series(0, 1023) AS number
  ON CONFLICT DO NOTHING;
-- The twin of sqlite/0003_followers.sql.

-- Where a reactor stands in a bucket's feed, who holds it, how often it failed at the next entry, and when it tries
-- again (system clock). Every taking of the lease raises the fence; a commit names the fence it holds.
CREATE TABLE follower (
  bucket smallint NOT NULL,
  follower text NOT NULL,
  position bigint NOT NULL,
  fence bigint NOT NULL,
  holder bytea,
  failures integer NOT NULL,
  error text,
  retry_at bigint NOT NULL,
  PRIMARY KEY (bucket, follower)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('follower');

-- Who runs a reactor, and until when that is believed without hearing of them again (system clock): one row each,
-- however many buckets they hold. In the bucket of the follower's hash.
CREATE TABLE follower_holder (
  bucket smallint NOT NULL,
  follower text NOT NULL,
  holder bytea NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (bucket, follower, holder)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('follower_holder');

-- What a reactor asked to be woken for: at this time of the care clock, about this resource. The note holds internal
-- ids only; the cause is the commit that asked. States: 1 waiting, 2 dead.
CREATE TABLE due (
  bucket smallint NOT NULL,
  reactor text NOT NULL,
  key text NOT NULL,
  at bigint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  note bytea NOT NULL,
  cause bytea NOT NULL,
  state smallint NOT NULL,
  failures integer NOT NULL,
  error text,
  retry_at bigint NOT NULL,
  PRIMARY KEY (bucket, reactor, key)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('due');

CREATE INDEX due_at ON due (reactor, state, at);

-- What is to leave the house: committed with its cause, sent by its channel, kept until the receiver has it. The key goes
-- with it, so that the receiver can tell a repetition. States: 1 waiting, 2 sent, 3 dead, 4 dropped.
CREATE TABLE outbox (
  bucket smallint NOT NULL,
  key text NOT NULL,
  reactor text NOT NULL,
  channel text NOT NULL,
  address text NOT NULL,
  person bigint NOT NULL,
  body bytea NOT NULL,
  state smallint NOT NULL,
  attempts integer NOT NULL,
  next_at bigint NOT NULL,
  error text,
  at bigint NOT NULL,
  PRIMARY KEY (bucket, key)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('outbox');

CREATE INDEX outbox_next ON outbox (channel, state, next_at);

-- Feed entries that a reactor gave up on, until an operator replays or drops them. The error is a fixed word, never
-- people's data. States: 1 dead, 2 to be replayed.
CREATE TABLE dead_letter (
  bucket smallint NOT NULL,
  follower text NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL,
  state smallint NOT NULL,
  PRIMARY KEY (bucket, follower, position)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('dead_letter');
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
-- The twin of sqlite/0005_signers.sql.

CREATE TABLE signer (
  number bigint PRIMARY KEY,
  public bytea NOT NULL,
  at bigint NOT NULL,
  signature bytea NOT NULL
);

ALTER TABLE seal ADD COLUMN signer bigint NOT NULL DEFAULT 1;
ALTER TABLE seal ADD COLUMN process bytea NOT NULL DEFAULT '';

CREATE TABLE process (
  id bytea PRIMARY KEY,
  release text NOT NULL,
  generation integer NOT NULL,
  seen bigint NOT NULL
);
-- The twin of sqlite/0006_index_state.sql.

-- Up to which generation of search parameters (fhir/data/generations.registry.csv) the entries of a bucket are packed; a
-- bucket without a row is at the generation the store was made with.
CREATE TABLE index_state (
  bucket smallint NOT NULL,
  generation integer NOT NULL,
  person bigint NOT NULL,
  PRIMARY KEY (bucket)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('index_state');
-- The lines of this store's history: the first begins when the store is made, each restore from a backup begins another.
-- What a restore left behind (entries and seals that the backup knew of, but that lie after the moment restored to) is
-- named by its last seal, so that an anchor of the line before is recognised as such. Signed with the seal's key.
CREATE TABLE line (
  number bigint PRIMARY KEY,
  store bytea NOT NULL,
  at bigint NOT NULL,
  run text NOT NULL,
  until bigint,
  seal bigint NOT NULL,
  left_seal bigint NOT NULL,
  left_hash bytea NOT NULL,
  signature bytea NOT NULL
);

INSERT INTO line (number, store, at, run, until, seal, left_seal, left_hash, signature)
  VALUES (1, uuid_send(gen_random_uuid()), 0, '', NULL, 0, 0, '', '');
