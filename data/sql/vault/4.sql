-- Tries of staff PINs, by card: counted before a PIN is judged.
CREATE TABLE pin_try (
  card BLOB PRIMARY KEY CHECK (length(card) = 32), -- SHA-256 of its certificate
  wrong INTEGER NOT NULL,                          -- since the last right one
  until_ms INTEGER NOT NULL,                       -- no try before
  unlock INTEGER NOT NULL,                         -- of the staff bundle when it was counted: a higher one forgives
  known INTEGER NOT NULL,                          -- the bundle lists it: never forgotten to make room
  tried_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
