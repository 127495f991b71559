-- When the department decided, so that a record can be erased once its purpose has ended.
ALTER TABLE record ADD COLUMN settled_ms INTEGER;
CREATE INDEX record_settled ON record (settled_ms) WHERE state = 2;
