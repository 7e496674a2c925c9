-- The twin of sqlite/0009_cabinet.sql. Keys are compared byte by byte, whatever the database's language.
CREATE TABLE cabinet (
  bucket smallint NOT NULL,
  drawer smallint NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  value bytea NOT NULL,
  expires bigint NOT NULL,
  PRIMARY KEY (bucket, drawer, key)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('cabinet');

CREATE INDEX cabinet_drawer ON cabinet (drawer, key);
CREATE INDEX cabinet_expires ON cabinet (expires);
