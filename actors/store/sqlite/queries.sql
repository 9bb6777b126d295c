-- Every statement of the journal, by name. Values are always parameters.

-- name: checks
-- One row of the settings that every connection must have (see `opening.SETTINGS`).
SELECT journal_mode, synchronous, foreign_keys, trusted_schema, timeout, locking_mode
FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_trusted_schema,
     pragma_busy_timeout, pragma_locking_mode;

-- name: lax_tables
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite\_%' ESCAPE '\';

-- name: quick_check
SELECT quick_check FROM pragma_quick_check(1);

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: savepoint
SAVEPOINT one_commit;

-- name: release_savepoint
RELEASE one_commit;

-- name: rollback_savepoint
ROLLBACK TO one_commit;

-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE);

-- name: create_migration
CREATE TABLE IF NOT EXISTS migration (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  applied INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

-- name: migrated
SELECT coalesce(max(number), 0) FROM migration;

-- name: record_migration
INSERT INTO migration (number, name) VALUES (?, ?);

-- name: clinic
SELECT shards, id FROM clinic;

-- name: adopt_clinic
-- Nobody has used this journal yet.
UPDATE clinic SET id = ?
WHERE NOT EXISTS (SELECT 1 FROM lease) AND NOT EXISTS (SELECT 1 FROM entry);

-- name: fence_version
SELECT version FROM fence;

-- name: raise_fence
UPDATE fence SET version = version + 1;

-- name: fences
SELECT shard, epoch FROM lease WHERE owner <> '';

-- name: beat
INSERT INTO member (run, name, version, wants, since, expires)
VALUES (:run, :name, :version, :wants, :now, :until)
ON CONFLICT (run) DO UPDATE SET wants = excluded.wants, expires = excluded.expires;

-- name: bury_members
-- Also who would live much longer than who beats: the clock was set back under them.
DELETE FROM member WHERE expires <= :now OR expires > :far;

-- name: members
SELECT run, name, version, wants, since FROM member WHERE expires > :now ORDER BY since, run;

-- name: leases
SELECT shard, owner, epoch FROM lease ORDER BY shard;

-- name: take_lease
-- `gone` is an array of runs.
INSERT INTO lease (shard, owner, epoch) VALUES (:shard, :run, 1)
ON CONFLICT (shard) DO UPDATE
SET owner = excluded.owner, epoch = lease.epoch + 1
WHERE lease.owner IN ('', excluded.owner)
   OR lease.owner IN (SELECT value FROM json_each(:gone))
   OR lease.owner NOT IN (SELECT run FROM member WHERE expires > :now)
RETURNING epoch;

-- name: hand_over_lease
UPDATE lease SET owner = :heir, epoch = epoch + 1 WHERE shard = :shard AND owner = :run
RETURNING epoch;

-- name: give_up_leases
UPDATE lease SET owner = '' WHERE owner = :run;

-- name: leave
DELETE FROM member WHERE run = :run;

-- name: give_up_every_lease
UPDATE lease SET owner = '';

-- name: leave_all
DELETE FROM member;

-- name: insert_entry
INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace, epoch)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_about
INSERT OR IGNORE INTO about (subject, actor, seq) VALUES (?, ?, ?);

-- name: insert_parcel
INSERT INTO parcel (id, source, target, caller, body, at, trace, shard)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: delete_parcel
DELETE FROM parcel WHERE id = ?;

-- name: waiting_parcels
SELECT count(*) FROM json_each(?) AS asked JOIN parcel ON parcel.id = asked.value;

-- name: clear_fired_alarm
DELETE FROM alarm WHERE actor = ? AND name = ? AND due = ?;

-- name: clear_alarm
DELETE FROM alarm WHERE actor = ? AND name = ?;

-- name: set_alarm
INSERT OR REPLACE INTO alarm (actor, name, due, body, caller, trace, shard)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: insert_dead_letter
INSERT INTO dead_letter
  (id, source, target, caller, body, at, trace, code, sentence, died_at, shard)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: keep_snapshot
INSERT INTO snapshot (actor, seq, schema, state) VALUES (?, ?, ?, ?)
ON CONFLICT (actor) DO UPDATE
SET seq = excluded.seq, schema = excluded.schema, state = excluded.state
WHERE (excluded.seq, excluded.schema) > (snapshot.seq, snapshot.schema);

-- name: unindex_passage
-- Before a passage is changed: the index is told what it is to forget.
INSERT INTO passage_term (passage_term, rowid, terms)
SELECT 'delete', pos, terms FROM passage WHERE actor = ? AND number = ?;

-- name: remove_passage
DELETE FROM passage WHERE actor = ? AND number = ?;

-- name: keep_passage
INSERT INTO passage (actor, number, at, text, folded) VALUES (?, ?, ?, ?, ?);

-- name: index_passage
INSERT INTO passage_term (rowid, terms)
SELECT pos, terms FROM passage WHERE actor = ? AND number = ?;

-- name: load
-- The snapshot first, if there is one of that schema mark; its state stands in `events`.
SELECT actor, seq, -1 AS count, '' AS cause, schema AS at, x'' AS caller, state AS events,
       '' AS command, '' AS trace, 0 AS epoch
FROM snapshot WHERE actor = ?1 AND schema = ?2
UNION ALL
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry
WHERE actor = ?1 AND seq > coalesce(
  (SELECT seq FROM snapshot WHERE actor = ?1 AND schema = ?2), 0)
ORDER BY seq;

-- name: entries
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry
WHERE actor = ?1
  AND seq >= coalesce(
    (SELECT max(seq) FROM entry WHERE actor = ?1 AND seq <= ?2), 0)
  AND seq + count - 1 > ?2
ORDER BY seq
LIMIT ?3;

-- name: find
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry WHERE actor = ? AND cause = ?;

-- name: about
SELECT entry.actor, entry.seq, count, cause, at, caller, events, command, trace, epoch
FROM about JOIN entry USING (actor, seq)
WHERE subject = ?
ORDER BY pos;

-- name: search
-- `wanted` is an array of full-text expressions, one for each actor.
SELECT passage.actor, number, text, at
FROM json_each(?1) AS wanted
  JOIN passage_term ON passage_term MATCH wanted.value
  JOIN passage ON passage.pos = passage_term.rowid
WHERE ?2 = 0 OR number < ?2
ORDER BY iif(?3, at, 0) DESC, number DESC, passage.actor
LIMIT ?4;

-- name: parcels
SELECT id, source, target, caller, body, at, trace
FROM parcel WHERE shard IN (SELECT value FROM json_each(?))
ORDER BY pos;

-- name: alarms
SELECT actor, name, due, body, caller, trace
FROM alarm WHERE shard IN (SELECT value FROM json_each(?))
ORDER BY due, actor, name;

-- name: dead_letters
SELECT id, source, target, caller, body, at, trace, code, sentence, died_at
FROM dead_letter ORDER BY pos;

-- name: revive
INSERT INTO parcel (id, source, target, caller, body, at, trace, shard)
SELECT id, source, target, caller, body, at, trace, shard FROM dead_letter WHERE id = ?
RETURNING id, source, target, caller, body, at, trace;

-- name: drop
DELETE FROM dead_letter WHERE id = ? RETURNING id;

-- name: counts
-- Entries are never removed, so the last place is their number.
SELECT coalesce((SELECT max(pos) FROM entry), 0) AS entries,
       (SELECT count(*) FROM parcel) AS parcels,
       (SELECT count(*) FROM alarm) AS alarms,
       (SELECT count(*) FROM dead_letter) AS dead_letters,
       (SELECT count(*) FROM snapshot) AS snapshots;

-- name: clinic_row
SELECT shards, id, created FROM clinic;

-- name: page_lease
SELECT shard, owner, epoch
FROM lease WHERE shard > ?1 ORDER BY shard LIMIT ?2;

-- name: page_entry
SELECT pos, actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry WHERE pos > ?1 ORDER BY pos LIMIT ?2;

-- name: page_about
SELECT subject, actor, seq
FROM about WHERE (subject, actor, seq) > (?1, ?2, ?3) ORDER BY subject, actor, seq LIMIT ?4;

-- name: page_parcel
SELECT pos, id, shard, source, target, caller, body, at, trace
FROM parcel WHERE pos > ?1 ORDER BY pos LIMIT ?2;

-- name: page_alarm
SELECT actor, name, shard, due, body, caller, trace
FROM alarm WHERE (actor, name) > (?1, ?2) ORDER BY actor, name LIMIT ?3;

-- name: page_snapshot
SELECT actor, seq, schema, state
FROM snapshot WHERE actor > ?1 ORDER BY actor LIMIT ?2;

-- name: page_dead_letter
SELECT pos, id, shard, source, target, caller, body, at, trace, code, sentence, died_at
FROM dead_letter WHERE pos > ?1 ORDER BY pos LIMIT ?2;

-- name: page_passage
SELECT pos, actor, number, at, text, folded
FROM passage WHERE pos > ?1 ORDER BY pos LIMIT ?2;
