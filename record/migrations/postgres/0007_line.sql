-- The lines of this store's history: the first begins when the store is made, each restore from a backup begins another.
-- What a restore left behind (entries and seals that the backup knew of, but that lie after the moment restored to) is
-- named by its last seal, so that an anchor of the line before is recognised as such. Signed with the seal's key.
CREATE TABLE line (
  number bigint PRIMARY KEY,
  store bytea NOT NULL,
  at bigint NOT NULL,
  run text NOT NULL,
  until bigint,
  seal bigint NOT NULL,
  left_seal bigint NOT NULL,
  left_hash bytea NOT NULL,
  signature bytea NOT NULL
);

INSERT INTO line (number, store, at, run, until, seal, left_seal, left_hash, signature)
  VALUES (1, uuid_send(gen_random_uuid()), 0, '', NULL, 0, 0, '', '');
