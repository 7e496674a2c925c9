-- Small documents of the house itself that are no FHIR: accounts, sessions, grants. In the bucket of the hash of drawer and
-- key. A drawer is a number of drawers.registry.csv. The version is raised by every change; what is past `expires` (system
-- clock, microseconds) counts as absent until it is swept.
CREATE TABLE cabinet (
  bucket INTEGER NOT NULL,
  drawer INTEGER NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  value BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (bucket, drawer, key)
) WITHOUT ROWID;

CREATE INDEX cabinet_drawer ON cabinet (drawer, key);
CREATE INDEX cabinet_expires ON cabinet (expires);
