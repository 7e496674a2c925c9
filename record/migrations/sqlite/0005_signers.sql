-- The keys that seals were signed with. Each but the first is introduced by a signature of the one before it.
CREATE TABLE signer (
  number INTEGER PRIMARY KEY,
  public BLOB NOT NULL,
  at INTEGER NOT NULL,
  signature BLOB NOT NULL
);

-- Which key signed a seal, and whose read audit it covers (each process keeps its own).
ALTER TABLE seal ADD COLUMN signer INTEGER NOT NULL DEFAULT 1;
ALTER TABLE seal ADD COLUMN process BLOB NOT NULL DEFAULT x'';

-- The processes that have written here, which release they are, up to which generation of search parameters they pack,
-- and when they were last heard of (system clock).
CREATE TABLE process (
  id BLOB PRIMARY KEY,
  release TEXT NOT NULL,
  generation INTEGER NOT NULL,
  seen INTEGER NOT NULL
) WITHOUT ROWID;
