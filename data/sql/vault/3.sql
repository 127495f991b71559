-- Personal codes that were used: each is good once.
CREATE TABLE spent_code (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32), -- of a phone's key, this kiosk and a nonce
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_code_expiry ON spent_code (expires_ms);

-- The latest time that was seen when one was used: a clock set back does not bring a code to life.
ALTER TABLE counter ADD COLUMN latest_ms INTEGER NOT NULL DEFAULT 0;
