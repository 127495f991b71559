-- What a gateway of schema version 1 left: made from its own statements, with two transactions and an
-- outcome in it.
PRAGMA application_id=1262960980;
PRAGMA user_version=1;
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE codes (hash BLOB PRIMARY KEY, expires_ms INTEGER NOT NULL, used_ms INTEGER, public_key BLOB, kiosk TEXT REFERENCES kiosks, certificate TEXT) WITHOUT ROWID;
CREATE TABLE kiosks (id TEXT PRIMARY KEY, enrolled_ms INTEGER NOT NULL, revoked_ms INTEGER) WITHOUT ROWID;
CREATE TABLE certificates (id INTEGER PRIMARY KEY, kiosk TEXT NOT NULL REFERENCES kiosks, issued_ms INTEGER NOT NULL, pem TEXT NOT NULL);
CREATE TABLE transactions (seq INTEGER PRIMARY KEY AUTOINCREMENT, kiosk TEXT NOT NULL REFERENCES kiosks, txid TEXT NOT NULL, department TEXT NOT NULL, digest BLOB NOT NULL, accepted_ms INTEGER NOT NULL, sealed BLOB NOT NULL, receipt BLOB NOT NULL, resends INTEGER NOT NULL DEFAULT 0, UNIQUE (kiosk, txid));
CREATE INDEX transactions_inbox ON transactions (department, seq);
CREATE TABLE quarantine (seq INTEGER PRIMARY KEY, kiosk TEXT NOT NULL, txid TEXT NOT NULL, digest BLOB NOT NULL, received_ms INTEGER NOT NULL, sealed BLOB NOT NULL, UNIQUE (kiosk, txid, digest));
CREATE TABLE outcomes (seq INTEGER PRIMARY KEY AUTOINCREMENT, kiosk TEXT NOT NULL, txid TEXT NOT NULL, department TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, received_ms INTEGER NOT NULL, cms BLOB NOT NULL, FOREIGN KEY (kiosk, txid) REFERENCES transactions (kiosk, txid));
CREATE INDEX outcomes_kiosk ON outcomes (kiosk, seq);
CREATE INDEX outcomes_transaction ON outcomes (kiosk, txid, seq);
CREATE TABLE heartbeats (kiosk TEXT PRIMARY KEY REFERENCES kiosks, at_ms INTEGER NOT NULL, audit_size INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('salt', x'000102030405060708090a0b0c0d0e0f'), ('epoch', CAST ('0000000000000000000000old1' AS BLOB));
INSERT INTO kiosks VALUES ('k-one', 1, NULL);
INSERT INTO transactions VALUES (40, 'k-one', 't40', 'td', zeroblob (32), 1, x'01', x'02', 0);
INSERT INTO transactions VALUES (41, 'k-one', 't41', 'td', zeroblob (32), 1, x'01', x'02', 3);
INSERT INTO outcomes VALUES (7, 'k-one', 't41', 'td', 'granted', NULL, 2, x'03');
