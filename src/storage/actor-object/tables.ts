// The SQLite of one Actor object: its keys, what it said, who follows it and whom it follows.

const TABLES = `
  CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rsa_private BLOB NOT NULL,               -- PKCS8
    public_key_pem TEXT NOT NULL,            -- SPKI
    ed25519_seed BLOB NOT NULL,
    assertion_key_multibase TEXT NOT NULL,
    born_at INTEGER NOT NULL,
    told INTEGER NOT NULL                    -- others were told of them; of the newest they may not be yet
  );

  CREATE TABLE IF NOT EXISTS activities (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL,                      -- as it is sent, byte for byte
    listed INTEGER NOT NULL,                 -- stands in the outbox collection
    keys_id INTEGER,                         -- the older keys that sign it; NULL: the newest
    created_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS activities_listed ON activities (seq) WHERE listed = 1;
  CREATE INDEX IF NOT EXISTS activities_unlisted ON activities (created_at) WHERE listed = 0;

  CREATE TABLE IF NOT EXISTS followers (
    url TEXT PRIMARY KEY,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    state TEXT NOT NULL,                     -- pending, accepted, rejected
    follow_id TEXT NOT NULL,
    said_at INTEGER NOT NULL,                -- time of the newest Follow or Undo, as the follower gave it
    removed INTEGER NOT NULL DEFAULT 0,      -- undone; kept for its time
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    dirty INTEGER NOT NULL DEFAULT 1         -- the index in D1 doesn't say it yet
  );
  CREATE INDEX IF NOT EXISTS followers_state ON followers (state, created_at) WHERE removed = 0;
  CREATE INDEX IF NOT EXISTS followers_dirty ON followers (url) WHERE dirty = 1;

  CREATE TABLE IF NOT EXISTS following (
    url TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    follow_id TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    dirty INTEGER NOT NULL DEFAULT 1
  );
  CREATE INDEX IF NOT EXISTS following_state ON following (state, created_at) WHERE removed = 0;
  CREATE INDEX IF NOT EXISTS following_dirty ON following (url) WHERE dirty = 1;

  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Makes the tables where they aren't there yet. */
export function createTables(storage: DurableObjectStorage): void {
  storage.sql.exec(TABLES);
}

/** A number that is kept under a name and only grows: the larger of `least` and one more than the last. */
export function nextCount(storage: DurableObjectStorage, name: string, least: number): number {
  return storage.sql
    .exec<{ value: number }>(
      `INSERT INTO counters (name, value) VALUES (?1, ?2)
       ON CONFLICT (name) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value`,
      name,
      least,
    )
    .one().value;
}
