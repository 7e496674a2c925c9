-- The twin of sqlite/0003_followers.sql.

-- Where a reactor stands in a bucket's feed, who holds it and until when (system clock), how often it failed here since
-- it last moved, and when it tries again. Every taking of the lease raises the fence; a commit names the fence it holds.
CREATE TABLE follower (
  bucket smallint NOT NULL,
  follower text NOT NULL,
  position bigint NOT NULL,
  fence bigint NOT NULL,
  holder bytea,
  until bigint NOT NULL,
  failures integer NOT NULL,
  error text,
  retry_at bigint NOT NULL,
  PRIMARY KEY (bucket, follower)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('follower');

-- What a reactor asked to be woken for: at this time of the care clock, about this resource. The note holds internal ids only.
CREATE TABLE due (
  bucket smallint NOT NULL,
  reactor text NOT NULL,
  key text NOT NULL,
  at bigint NOT NULL,
  person bigint NOT NULL,
  type smallint NOT NULL,
  id bytea NOT NULL,
  note bytea NOT NULL,
  PRIMARY KEY (bucket, reactor, key)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('due');

CREATE INDEX due_at ON due (reactor, at);

-- What is to leave the house: committed with its cause, sent by its channel, kept until the receiver has it. The key goes
-- with it, so that the receiver can tell a repetition. States: 1 waiting, 2 sent, 3 dead.
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

CREATE INDEX outbox_next ON outbox (state, next_at);

-- Feed entries that a reactor gave up on, until an operator replays or drops them. The error is a fixed word, never people's data.
CREATE TABLE dead_letter (
  bucket smallint NOT NULL,
  follower text NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL,
  PRIMARY KEY (bucket, follower, position)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('dead_letter');
