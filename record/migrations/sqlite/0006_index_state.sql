-- Up to which generation of search parameters (fhir/data/generations.registry.csv) the entries of a bucket are packed; a
-- bucket without a row is at the generation the store was made with.
CREATE TABLE index_state (
  bucket INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  person INTEGER NOT NULL,
  PRIMARY KEY (bucket)
) WITHOUT ROWID;
