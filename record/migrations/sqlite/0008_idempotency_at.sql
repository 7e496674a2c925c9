-- Answers that are too old are dropped while commits wait: they are found by their age, not by reading every answer kept.
CREATE INDEX idempotency_at ON idempotency (bucket, at);
