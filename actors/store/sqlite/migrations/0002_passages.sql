-- What can be found again by its words. The last text of each number alone; nothing of what was
-- said before this migration, which no room had said could be found.

-- `folded` is the words of `text` (`actors.passages.words_of`) with one space between. In `terms`
-- each is the actor's own, so that a search costs what that actor has, not what the clinic has.
CREATE TABLE passage (
  pos    INTEGER PRIMARY KEY,
  actor  TEXT NOT NULL,
  number INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  text   TEXT NOT NULL,
  folded TEXT NOT NULL,
  terms  TEXT NOT NULL GENERATED ALWAYS AS
         (replace(' ' || folded, ' ', ' ' || hex(actor) || 'x')) VIRTUAL,
  UNIQUE (actor, number)
) STRICT;

-- `ascii` parts words at nothing but what is neither a letter, a digit nor beyond ASCII: at our
-- spaces. Kept up by statements, not by triggers: these may not write it (trusted_schema = OFF).
CREATE VIRTUAL TABLE passage_term USING fts5(
  terms, content = 'passage', content_rowid = 'pos', tokenize = 'ascii', detail = none,
  columnsize = 0
);
