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
