-- The twin of sqlite/0002_log_bucket.sql. Log numbers rise by one within a bucket here. Every bucket has its head from the
-- beginning, so that it can be locked before anything is in it.
ALTER TABLE history ADD COLUMN log_bucket smallint NOT NULL DEFAULT 0;
ALTER TABLE bucket_head ADD COLUMN seq bigint NOT NULL DEFAULT 0;
INSERT INTO bucket_head (bucket, position, updated, chain, next_person, seq)
  SELECT number, 0, 0, decode(repeat('00', 32), 'hex'), 1, 0 FROM generate_series(0, 1023) AS number
  ON CONFLICT DO NOTHING;
