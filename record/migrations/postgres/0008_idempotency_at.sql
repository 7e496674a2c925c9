-- The twin of sqlite/0008_idempotency_at.sql: answers that are too old are found by their age.
CREATE INDEX idempotency_at ON idempotency (bucket, at);
