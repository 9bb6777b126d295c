-- Nodes that live, by this store's clock. A lease lives as long as its owner does.

CREATE TABLE member (
  run     TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  version TEXT NOT NULL,
  wants   INTEGER NOT NULL,
  since   INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE lease DROP COLUMN expires;

-- What tells this clinic from every other.
ALTER TABLE clinic ADD COLUMN id TEXT NOT NULL DEFAULT '';

UPDATE clinic SET id = lower(hex(randomblob(16)));
