-- Under which epoch of its shard's lease an entry was committed; 0 says that nobody kept it.

ALTER TABLE entry ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
