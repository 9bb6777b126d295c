-- The journal: what was done, what is still to be sent, when to wake up, and who may write.

CREATE TABLE clinic (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  shards  INTEGER NOT NULL,
  created INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

INSERT INTO clinic (one, shards) VALUES (1, 256);

-- An empty owner means that the shard is free.
CREATE TABLE lease (
  shard   INTEGER PRIMARY KEY,
  owner   TEXT NOT NULL,
  epoch   INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

-- Raised with every change of an owner or an epoch, so that a writer may trust what it has read.
CREATE TABLE fence (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL
) STRICT;

INSERT INTO fence (one, version) VALUES (1, 0);

CREATE TABLE entry (
  pos     INTEGER PRIMARY KEY,
  actor   TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  count   INTEGER NOT NULL,
  cause   TEXT NOT NULL,
  at      INTEGER NOT NULL,
  caller  BLOB NOT NULL,
  events  BLOB NOT NULL,
  command TEXT NOT NULL,
  trace   TEXT NOT NULL,
  UNIQUE (actor, seq),
  UNIQUE (cause, actor) -- ids of one source grow, so that a batch touches few pages
) STRICT;

CREATE TABLE about (
  subject TEXT NOT NULL,
  actor   TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY (subject, actor, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcel (
  pos    INTEGER PRIMARY KEY,
  id     TEXT NOT NULL UNIQUE,
  shard  INTEGER NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  caller BLOB NOT NULL,
  body   BLOB NOT NULL,
  at     INTEGER NOT NULL,
  trace  TEXT NOT NULL
) STRICT;

CREATE TABLE alarm (
  actor  TEXT NOT NULL,
  name   TEXT NOT NULL,
  shard  INTEGER NOT NULL,
  due    INTEGER NOT NULL,
  body   BLOB NOT NULL,
  caller BLOB NOT NULL,
  trace  TEXT NOT NULL,
  PRIMARY KEY (actor, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX alarm_due ON alarm (due);

CREATE TABLE snapshot (
  actor  TEXT PRIMARY KEY,
  seq    INTEGER NOT NULL,
  schema INTEGER NOT NULL,
  state  BLOB NOT NULL
) STRICT;

CREATE TABLE dead_letter (
  pos      INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  shard    INTEGER NOT NULL,
  source   TEXT NOT NULL,
  target   TEXT NOT NULL,
  caller   BLOB NOT NULL,
  body     BLOB NOT NULL,
  at       INTEGER NOT NULL,
  trace    TEXT NOT NULL,
  code     TEXT NOT NULL,
  sentence TEXT NOT NULL,
  died_at  INTEGER NOT NULL
) STRICT;
