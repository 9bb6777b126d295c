-- Every statement of the journal, by name. Values are always parameters; lists are arrays.

-- name: facts
-- What is asked of a server before anything is entrusted to it (see `opening.Facts`).
SELECT current_setting('server_version_num')::INTEGER / 10000 AS version,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       pg_encoding_to_char(encoding) AS encoding,
       pg_is_in_recovery() AS replica
FROM pg_database WHERE datname = current_database();

-- name: lock_schema
-- Whoever migrates goes first, to the end of its transaction; the key is this program's own.
SELECT pg_advisory_xact_lock(4821377309157023);

-- name: create_migration
CREATE TABLE IF NOT EXISTS migration (
  number  INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  applied BIGINT NOT NULL DEFAULT extract(epoch FROM now())
);

-- name: migrated
SELECT coalesce(max(number), 0) FROM migration;

-- name: record_migration
INSERT INTO migration (number, name) VALUES ($1, $2);

-- name: clinic
SELECT shards, id FROM clinic;

-- name: adopt_clinic
-- Nobody has used this journal yet.
UPDATE clinic SET id = $1
WHERE NOT EXISTS (SELECT FROM lease) AND NOT EXISTS (SELECT FROM entry);

-- name: beat
INSERT INTO member (run, name, version, wants, since, expires)
SELECT $1, $2, $3, $4, now, now + $5::BIGINT
FROM (SELECT extract(epoch FROM clock_timestamp()) * 1000) AS clock (now)
ON CONFLICT (run) DO UPDATE SET wants = excluded.wants, expires = excluded.expires;

-- name: bury_members
-- Also who would live much longer than who beats: the clock was set back under them.
DELETE FROM member
WHERE expires NOT BETWEEN extract(epoch FROM clock_timestamp()) * 1000 + 1
                  AND extract(epoch FROM clock_timestamp()) * 1000 + $1::BIGINT;

-- name: now
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT;

-- name: members
SELECT run, name, version, wants, since FROM member WHERE expires > $1 ORDER BY since, run;

-- name: leases
SELECT shard, owner, epoch FROM lease ORDER BY shard;

-- name: take_lease
-- Rows are always locked in the order of the shards, so that nobody waits in a circle.
INSERT INTO lease (shard, owner, epoch)
SELECT wanted.shard, $1, 1 FROM unnest($2::INTEGER[]) AS wanted (shard)
GROUP BY wanted.shard ORDER BY wanted.shard
ON CONFLICT (shard) DO UPDATE
SET owner = excluded.owner, epoch = lease.epoch + 1
WHERE lease.owner IN ('', excluded.owner)
   OR lease.owner = ANY ($3::TEXT[])
   OR lease.owner NOT IN (
     SELECT run FROM member WHERE expires > extract(epoch FROM clock_timestamp()) * 1000)
RETURNING shard, epoch;

-- name: hand_over_lease
WITH mine AS (
  SELECT shard FROM lease WHERE shard = ANY ($2::INTEGER[]) AND owner = $1
  ORDER BY shard FOR UPDATE
)
UPDATE lease SET owner = $3, epoch = lease.epoch + 1
FROM mine WHERE lease.shard = mine.shard AND lease.owner = $1
RETURNING lease.shard, lease.epoch;

-- name: give_up_leases
WITH mine AS (SELECT shard FROM lease WHERE owner = $1 ORDER BY shard FOR UPDATE)
UPDATE lease SET owner = '' FROM mine WHERE lease.shard = mine.shard AND lease.owner = $1;

-- name: leave
DELETE FROM member WHERE run = $1;

-- name: give_up_every_lease
WITH each AS (SELECT shard FROM lease ORDER BY shard FOR UPDATE)
UPDATE lease SET owner = '' FROM each WHERE lease.shard = each.shard;

-- name: leave_all
DELETE FROM member;

-- name: write
-- All that a batch changes, in one go: whether it stands, and which shards are another's now.
-- Nothing is written unless all of it stands. Everything sees the tables as they were before.
WITH held AS MATERIALIZED (
  SELECT shard, epoch FROM lease
  WHERE shard = ANY ($1::INTEGER[]) AND owner <> ''
  ORDER BY shard FOR SHARE
),
lost AS MATERIALIZED (
  SELECT shard, epoch FROM unnest($1::INTEGER[], $2::BIGINT[]) AS claimed (shard, epoch)
  EXCEPT SELECT shard, epoch FROM held
),
verdict AS MATERIALIZED (
  SELECT NOT EXISTS (SELECT FROM lost)
     AND (cardinality($3::TEXT[]) = 0
          OR (SELECT count(*) FROM parcel WHERE id = ANY ($3::TEXT[])) = cardinality($3::TEXT[]))
     AS stands
),
entries AS (
  INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace, epoch)
  SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
  FROM unnest($4::TEXT[], $5::BIGINT[], $6::BIGINT[], $7::TEXT[], $8::BIGINT[], $9::BYTEA[],
              $10::BYTEA[], $11::TEXT[], $12::TEXT[], $13::BIGINT[]) WITH ORDINALITY
    AS new (actor, seq, count, cause, at, caller, events, command, trace, epoch, place)
  WHERE (SELECT stands FROM verdict) ORDER BY place
),
subjects AS (
  INSERT INTO about (subject, actor, seq)
  SELECT subject, actor, seq
  FROM unnest($14::TEXT[], $15::TEXT[], $16::BIGINT[]) AS new (subject, actor, seq)
  WHERE (SELECT stands FROM verdict)
),
parcels AS (
  INSERT INTO parcel (id, source, target, caller, body, at, trace, shard)
  SELECT id, source, target, caller, body, at, trace, shard
  FROM unnest($17::TEXT[], $18::TEXT[], $19::TEXT[], $20::BYTEA[], $21::BYTEA[], $22::BIGINT[],
              $23::TEXT[], $24::INTEGER[]) WITH ORDINALITY
    AS new (id, source, target, caller, body, at, trace, shard, place)
  WHERE (SELECT stands FROM verdict) ORDER BY place
),
settled AS (
  DELETE FROM parcel WHERE id = ANY ($25::TEXT[]) AND (SELECT stands FROM verdict)
),
fired AS (
  DELETE FROM alarm
  USING unnest($26::TEXT[], $27::TEXT[], $28::BIGINT[]) AS old (actor, name, due)
  WHERE alarm.actor = old.actor AND alarm.name = old.name
    AND (old.due IS NULL OR alarm.due = old.due) AND (SELECT stands FROM verdict)
),
alarms AS (
  INSERT INTO alarm (actor, name, due, body, caller, trace, shard)
  SELECT actor, name, due, body, caller, trace, shard
  FROM unnest($29::TEXT[], $30::TEXT[], $31::BIGINT[], $32::BYTEA[], $33::BYTEA[], $34::TEXT[],
              $35::INTEGER[]) AS new (actor, name, due, body, caller, trace, shard)
  WHERE (SELECT stands FROM verdict)
  ON CONFLICT (actor, name) DO UPDATE
  SET due = excluded.due, body = excluded.body, caller = excluded.caller,
      trace = excluded.trace, shard = excluded.shard
),
dead AS (
  INSERT INTO dead_letter
    (id, source, target, caller, body, at, trace, code, sentence, died_at, shard)
  SELECT id, source, target, caller, body, at, trace, code, sentence, died_at, shard
  FROM unnest($36::TEXT[], $37::TEXT[], $38::TEXT[], $39::BYTEA[], $40::BYTEA[], $41::BIGINT[],
              $42::TEXT[], $43::TEXT[], $44::TEXT[], $45::BIGINT[], $46::INTEGER[])
    WITH ORDINALITY
    AS new (id, source, target, caller, body, at, trace, code, sentence, died_at, shard, place)
  WHERE (SELECT stands FROM verdict) ORDER BY place
),
snapshots AS (
  INSERT INTO snapshot (actor, seq, schema, state)
  SELECT actor, seq, schema, state
  FROM unnest($47::TEXT[], $48::BIGINT[], $49::BIGINT[], $50::BYTEA[])
    AS new (actor, seq, schema, state)
  WHERE (SELECT stands FROM verdict)
  ON CONFLICT (actor) DO UPDATE
  SET seq = excluded.seq, schema = excluded.schema, state = excluded.state
  WHERE (excluded.seq, excluded.schema) > (snapshot.seq, snapshot.schema)
),
forgotten AS (
  DELETE FROM passage USING unnest($51::TEXT[], $52::BIGINT[]) AS old (actor, number)
  WHERE passage.actor = old.actor AND passage.number = old.number
    AND (SELECT stands FROM verdict)
),
passages AS (
  INSERT INTO passage (actor, number, at, text, folded, terms)
  SELECT actor, number, at, text, folded, array_to_tsvector(string_to_array(terms, ' '))
  FROM unnest($53::TEXT[], $54::BIGINT[], $55::BIGINT[], $56::BYTEA[], $57::TEXT[], $58::TEXT[])
    AS new (actor, number, at, text, folded, terms)
  WHERE (SELECT stands FROM verdict)
  ON CONFLICT (actor, number) DO UPDATE
  SET at = excluded.at, text = excluded.text, folded = excluded.folded, terms = excluded.terms
)
SELECT stands, ARRAY(SELECT shard FROM lost) AS lost_shards,
       ARRAY(SELECT epoch FROM lost) AS lost_epochs
FROM verdict;

-- name: load
-- The snapshot first, if there is one of that schema mark; its state stands in `events`.
SELECT actor, seq, -1::BIGINT AS count, '' AS cause, schema AS at, ''::BYTEA AS caller,
       state AS events, '' AS command, '' AS trace, 0::BIGINT AS epoch
FROM snapshot WHERE actor = $1 AND schema = $2
UNION ALL
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry
WHERE actor = $1 AND seq > coalesce(
  (SELECT seq FROM snapshot WHERE actor = $1 AND schema = $2), 0)
ORDER BY seq;

-- name: entries
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry
WHERE actor = $1
  AND seq >= coalesce(
    (SELECT max(seq) FROM entry WHERE actor = $1 AND seq <= $2), 0)
  AND seq + count - 1 > $2
ORDER BY seq
LIMIT $3;

-- name: find
SELECT actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry WHERE actor = $1 AND cause = $2;

-- name: about
SELECT entry.actor, entry.seq, count, cause, at, caller, events, command, trace, epoch
FROM about JOIN entry USING (actor, seq)
WHERE subject = $1
ORDER BY pos;

-- name: search
-- $1 is an array of full-text expressions, one for each actor; $2 has the words that are too long
-- to be whole in `terms`.
SELECT actor, number, text, at
FROM unnest($1::TEXT[]) AS wanted (expression)
  JOIN passage ON terms @@ wanted.expression::TSQUERY
WHERE ($3::BIGINT = 0 OR number < $3)
  AND NOT EXISTS (
    SELECT FROM unnest($2::TEXT[]) AS long (word) WHERE strpos(' ' || folded, ' ' || word) = 0)
ORDER BY CASE WHEN $4::BOOLEAN THEN at ELSE 0 END DESC, number DESC, actor
LIMIT $5;

-- name: parcels
SELECT id, source, target, caller, body, at, trace
FROM parcel WHERE shard = ANY ($1::INTEGER[])
ORDER BY pos;

-- name: alarms
SELECT actor, name, due, body, caller, trace
FROM alarm WHERE shard = ANY ($1::INTEGER[])
ORDER BY due, actor, name;

-- name: dead_letters
SELECT id, source, target, caller, body, at, trace, code, sentence, died_at
FROM dead_letter ORDER BY pos;

-- name: revive
WITH letter AS (
  DELETE FROM dead_letter WHERE id = $1
  RETURNING id, source, target, caller, body, at, trace, shard
)
INSERT INTO parcel (id, source, target, caller, body, at, trace, shard)
SELECT id, source, target, caller, body, at, trace, shard FROM letter
RETURNING id, source, target, caller, body, at, trace;

-- name: drop
DELETE FROM dead_letter WHERE id = $1 RETURNING id;

-- name: counts
SELECT (SELECT count(*) FROM entry) AS entries,
       (SELECT count(*) FROM parcel) AS parcels,
       (SELECT count(*) FROM alarm) AS alarms,
       (SELECT count(*) FROM dead_letter) AS dead_letters,
       (SELECT count(*) FROM snapshot) AS snapshots;

-- name: clinic_row
SELECT shards, id, created FROM clinic;

-- name: is_untouched
-- Whether nothing was ever kept here, and nobody ever worked here.
SELECT NOT EXISTS (SELECT FROM entry) AND NOT EXISTS (SELECT FROM lease)
   AND NOT EXISTS (SELECT FROM member) AND NOT EXISTS (SELECT FROM parcel);

-- name: is_lived_in
-- Whether nodes have worked here.
SELECT EXISTS (SELECT FROM member);

-- name: become_clinic
UPDATE clinic SET shards = $1, id = $2, created = $3;

-- name: count_on
-- New rows come after those that were put here with their places.
SELECT setval(pg_get_serial_sequence('entry', 'pos'),
              coalesce((SELECT max(pos) FROM entry), 0) + 1, false),
       setval(pg_get_serial_sequence('parcel', 'pos'),
              coalesce((SELECT max(pos) FROM parcel), 0) + 1, false),
       setval(pg_get_serial_sequence('dead_letter', 'pos'),
              coalesce((SELECT max(pos) FROM dead_letter), 0) + 1, false),
       setval(pg_get_serial_sequence('passage', 'pos'),
              coalesce((SELECT max(pos) FROM passage), 0) + 1, false);

-- name: analyze
ANALYZE;

-- name: put_passage
INSERT INTO passage (pos, actor, number, at, text, folded, terms)
VALUES ($1, $2, $3, $4, $5, $6, array_to_tsvector(string_to_array($7, ' ')));

-- name: put_lease
INSERT INTO lease (shard, owner, epoch)
VALUES ($1, $2, $3);

-- name: put_entry
INSERT INTO entry (pos, actor, seq, count, cause, at, caller, events, command, trace, epoch)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: put_about
INSERT INTO about (subject, actor, seq)
VALUES ($1, $2, $3);

-- name: put_parcel
INSERT INTO parcel (pos, id, shard, source, target, caller, body, at, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: put_alarm
INSERT INTO alarm (actor, name, shard, due, body, caller, trace)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: put_snapshot
INSERT INTO snapshot (actor, seq, schema, state)
VALUES ($1, $2, $3, $4);

-- name: put_dead_letter
INSERT INTO dead_letter (pos, id, shard, source, target, caller, body, at, trace, code, sentence, died_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: page_lease
SELECT shard, owner, epoch
FROM lease WHERE shard > $1 ORDER BY shard LIMIT $2;

-- name: page_entry
SELECT pos, actor, seq, count, cause, at, caller, events, command, trace, epoch
FROM entry WHERE pos > $1 ORDER BY pos LIMIT $2;

-- name: page_about
SELECT subject, actor, seq
FROM about WHERE (subject, actor, seq) > ($1, $2, $3) ORDER BY subject, actor, seq LIMIT $4;

-- name: page_parcel
SELECT pos, id, shard, source, target, caller, body, at, trace
FROM parcel WHERE pos > $1 ORDER BY pos LIMIT $2;

-- name: page_alarm
SELECT actor, name, shard, due, body, caller, trace
FROM alarm WHERE (actor, name) > ($1, $2) ORDER BY actor, name LIMIT $3;

-- name: page_snapshot
SELECT actor, seq, schema, state
FROM snapshot WHERE actor > $1 ORDER BY actor LIMIT $2;

-- name: page_dead_letter
SELECT pos, id, shard, source, target, caller, body, at, trace, code, sentence, died_at
FROM dead_letter WHERE pos > $1 ORDER BY pos LIMIT $2;

-- name: page_passage
SELECT pos, actor, number, at, text, folded
FROM passage WHERE pos > $1 ORDER BY pos LIMIT $2;

-- name: last_lease
SELECT shard FROM lease ORDER BY shard DESC LIMIT 1;

-- name: last_entry
SELECT pos FROM entry ORDER BY pos DESC LIMIT 1;

-- name: last_about
SELECT subject, actor, seq FROM about ORDER BY subject DESC, actor DESC, seq DESC LIMIT 1;

-- name: last_parcel
SELECT pos FROM parcel ORDER BY pos DESC LIMIT 1;

-- name: last_alarm
SELECT actor, name FROM alarm ORDER BY actor DESC, name DESC LIMIT 1;

-- name: last_snapshot
SELECT actor FROM snapshot ORDER BY actor DESC LIMIT 1;

-- name: last_dead_letter
SELECT pos FROM dead_letter ORDER BY pos DESC LIMIT 1;

-- name: last_passage
SELECT pos FROM passage ORDER BY pos DESC LIMIT 1;
