-- Where a reactor stands in a bucket's feed, who holds it, how often it failed at the next entry, and when it tries
-- again (system clock). Every taking of the lease raises the fence; a commit names the fence it holds.
CREATE TABLE follower (
  bucket INTEGER NOT NULL,
  follower TEXT NOT NULL,
  position INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  holder BLOB,
  failures INTEGER NOT NULL,
  error TEXT,
  retry_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, follower)
) WITHOUT ROWID;

-- Who runs a reactor, and until when that is believed without hearing of them again (system clock): one row each,
-- however many buckets they hold. In the bucket of the follower's hash.
CREATE TABLE follower_holder (
  bucket INTEGER NOT NULL,
  follower TEXT NOT NULL,
  holder BLOB NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (bucket, follower, holder)
) WITHOUT ROWID;

-- What a reactor asked to be woken for: at this time of the care clock, about this resource. The note holds internal
-- ids only; the cause is the commit that asked. States: 1 waiting, 2 dead.
CREATE TABLE due (
  bucket INTEGER NOT NULL,
  reactor TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  note BLOB NOT NULL,
  cause BLOB NOT NULL,
  state INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  error TEXT,
  retry_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, reactor, key)
) WITHOUT ROWID;

CREATE INDEX due_at ON due (reactor, state, at);

-- What is to leave the house: committed with its cause, sent by its channel, kept until the receiver has it. The key goes
-- with it, so that the receiver can tell a repetition. States: 1 waiting, 2 sent, 3 dead, 4 dropped.
CREATE TABLE outbox (
  bucket INTEGER NOT NULL,
  key TEXT NOT NULL,
  reactor TEXT NOT NULL,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  person INTEGER NOT NULL,
  body BLOB NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  error TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) WITHOUT ROWID;

CREATE INDEX outbox_next ON outbox (channel, state, next_at);

-- Feed entries that a reactor gave up on, until an operator replays or drops them. The error is a fixed word, never
-- people's data. States: 1 dead, 2 to be replayed.
CREATE TABLE dead_letter (
  bucket INTEGER NOT NULL,
  follower TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  state INTEGER NOT NULL,
  PRIMARY KEY (bucket, follower, position)
) WITHOUT ROWID;
