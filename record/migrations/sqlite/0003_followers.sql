-- Where a reactor stands in a bucket's feed, who holds it and until when (system clock), how often it failed here since
-- it last moved, and when it tries again. Every taking of the lease raises the fence; a commit names the fence it holds.
CREATE TABLE follower (
  bucket INTEGER NOT NULL,
  follower TEXT NOT NULL,
  position INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  holder BLOB,
  until INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  error TEXT,
  retry_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, follower)
) WITHOUT ROWID;

-- What a reactor asked to be woken for: at this time of the care clock, about this resource. The note holds internal ids only.
CREATE TABLE due (
  bucket INTEGER NOT NULL,
  reactor TEXT NOT NULL,
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  person INTEGER NOT NULL,
  type INTEGER NOT NULL,
  id BLOB NOT NULL,
  note BLOB NOT NULL,
  PRIMARY KEY (bucket, reactor, key)
) WITHOUT ROWID;

CREATE INDEX due_at ON due (reactor, at);

-- What is to leave the house: committed with its cause, sent by its channel, kept until the receiver has it. The key goes
-- with it, so that the receiver can tell a repetition. States: 1 waiting, 2 sent, 3 dead.
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

CREATE INDEX outbox_next ON outbox (state, next_at);

-- Feed entries that a reactor gave up on, until an operator replays or drops them. The error is a fixed word, never people's data.
CREATE TABLE dead_letter (
  bucket INTEGER NOT NULL,
  follower TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (bucket, follower, position)
) WITHOUT ROWID;
