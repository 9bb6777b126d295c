-- Under which epoch of its shard's lease an entry was committed; 0 says that nobody kept it, as do
-- nodes of the release before while an upgrade rolls on.

ALTER TABLE entry ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
