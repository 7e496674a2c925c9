-- The twin of sqlite/0002_log_bucket.sql. Log numbers rise by one within a bucket here.
ALTER TABLE history ADD COLUMN log_bucket smallint NOT NULL DEFAULT 0;
UPDATE history SET log_bucket = coalesce((SELECT g.bucket FROM log g WHERE g.seq = history.seq
  AND g.bucket = history.bucket), bucket);
ALTER TABLE bucket_head ADD COLUMN seq bigint NOT NULL DEFAULT 0;
UPDATE bucket_head SET seq = coalesce((SELECT f.first_seq + f.count - 1 FROM feed f
  WHERE f.bucket = bucket_head.bucket AND f.position = bucket_head.position), 0);
