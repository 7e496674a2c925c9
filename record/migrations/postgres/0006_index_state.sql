-- The twin of sqlite/0006_index_state.sql.

-- Up to which generation of search parameters (fhir/data/generations.registry.csv) the entries of a bucket are packed; a
-- bucket without a row is at the generation the store was made with.
CREATE TABLE index_state (
  bucket smallint NOT NULL,
  generation integer NOT NULL,
  person bigint NOT NULL,
  PRIMARY KEY (bucket)
) PARTITION BY RANGE (bucket);
SELECT partition_by_bucket('index_state');
