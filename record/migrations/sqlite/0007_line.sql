-- The lines of this store's history: the first begins when the store is made, each restore from a backup begins another.
-- What a restore left behind (entries and seals that the backup knew of, but that lie after the moment restored to) is
-- named by its last seal, so that an anchor of the line before is recognised as such. Signed with the seal's key.
CREATE TABLE line (
  number INTEGER PRIMARY KEY,
  store BLOB NOT NULL,
  at INTEGER NOT NULL,
  run TEXT NOT NULL,
  until INTEGER,
  seal INTEGER NOT NULL,
  left_seal INTEGER NOT NULL,
  left_hash BLOB NOT NULL,
  signature BLOB NOT NULL
);

INSERT INTO line (number, store, at, run, until, seal, left_seal, left_hash, signature)
  VALUES (1, randomblob(16), 0, '', NULL, 0, 0, x'', x'');
