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

-- Sixteen partitions of 64 buckets each; a larger house splits them further without touching a row's key.
DO $$
DECLARE
  house text;
  part integer;
BEGIN
  FOREACH house IN ARRAY ARRAY['log', 'current', 'locator', 'person', 'history', 'member', 'value', 'identity',
                               'bucket_head', 'feed', 'idempotency'] LOOP
    FOR part IN 0..15 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
                     house || '_' || part, house, part * 64, part * 64 + 64);
    END LOOP;
  END LOOP;
END
$$;
