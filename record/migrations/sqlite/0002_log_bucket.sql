-- Where a superseded version stands in the log, by bucket and number, since a resource may have moved between people;
-- and the last log number of every bucket.
ALTER TABLE history ADD COLUMN log_bucket INTEGER NOT NULL DEFAULT 0;
UPDATE history SET log_bucket = coalesce((SELECT g.bucket FROM log g WHERE g.seq = history.seq), bucket);
ALTER TABLE bucket_head ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE bucket_head SET seq = coalesce((SELECT f.first_seq + f.count - 1 FROM feed f
  WHERE f.bucket = bucket_head.bucket AND f.position = bucket_head.position), 0);
