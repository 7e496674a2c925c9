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
