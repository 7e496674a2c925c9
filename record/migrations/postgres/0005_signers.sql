-- The twin of sqlite/0005_signers.sql.

CREATE TABLE signer (
  number bigint PRIMARY KEY,
  public bytea NOT NULL,
  at bigint NOT NULL,
  signature bytea NOT NULL
);

ALTER TABLE seal ADD COLUMN signer bigint NOT NULL DEFAULT 1;
ALTER TABLE seal ADD COLUMN process bytea NOT NULL DEFAULT '';

CREATE TABLE process (
  id bytea PRIMARY KEY,
  release text NOT NULL,
  generation integer NOT NULL,
  seen bigint NOT NULL
);
