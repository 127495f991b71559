-- The vault, version 1: records, the audit log and its checkpoints, keyed items.
PRAGMA application_id = 0x4B564C54; -- "KVLT"

CREATE TABLE leaf (
  idx INTEGER PRIMARY KEY,          -- 0, 1, 2 … without a gap
  data BLOB NOT NULL                -- JSON of an event that names no person
) STRICT;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,         -- leaves covered
  note TEXT NOT NULL                -- a signed note, C2SP tlog-checkpoint
) STRICT;

CREATE TABLE record (
  txid TEXT PRIMARY KEY,
  reference TEXT NOT NULL,
  service TEXT NOT NULL,
  sequence INTEGER NOT NULL UNIQUE,
  sealed_ms INTEGER NOT NULL,
  fee_cents INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  holder_tag BLOB NOT NULL CHECK (length(holder_tag) = 32),
  leaf INTEGER NOT NULL UNIQUE REFERENCES leaf (idx),
  receipt TEXT NOT NULL,
  sealed BLOB NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  gateway_receipt BLOB,
  outcome BLOB,
  outcome_code TEXT,
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX record_waiting ON record (sequence) WHERE state = 0;
CREATE INDEX record_holder ON record (holder_tag, sequence);

CREATE TABLE item (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: what must outlive the records themselves.
CREATE TABLE counter (
  id INTEGER PRIMARY KEY CHECK (id = 0),
  next_sequence INTEGER NOT NULL
) STRICT;
INSERT INTO counter VALUES (0, 1);
