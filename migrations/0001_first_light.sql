-- First light: users, sign-in, accounts, channels, videos and their files.

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL                      -- JSON
);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE COLLATE NOCASE,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,             -- scrypt, PHC string
  role INTEGER NOT NULL,                   -- PeerTube's: 0 administrator, 1 moderator, 2 user
  blocked INTEGER NOT NULL DEFAULT 0,
  video_quota INTEGER NOT NULL DEFAULT -1, -- bytes, -1 without limit
  created_at INTEGER NOT NULL              -- every *_at: milliseconds since 1970, UTC
);

CREATE TABLE oauth_clients (
  client_id TEXT PRIMARY KEY,
  client_secret TEXT NOT NULL
);

CREATE TABLE oauth_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  access_token_hash TEXT NOT NULL UNIQUE,  -- SHA-256, hex: a copy of the database signs nobody in
  refresh_token_hash TEXT NOT NULL UNIQUE,
  access_expires_at INTEGER NOT NULL,
  refresh_expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX oauth_tokens_user ON oauth_tokens (user_id);
CREATE INDEX oauth_tokens_refresh_expiry ON oauth_tokens (refresh_expires_at);

-- Failed sign-ins per key (address, or user name) and window of time; only failures write here.
CREATE TABLE sign_in_failures (
  key TEXT NOT NULL,
  window_start INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  PRIMARY KEY (key, window_start)
) WITHOUT ROWID;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, -- NULL: remote
  name TEXT NOT NULL COLLATE NOCASE,
  host TEXT,                               -- NULL: local
  display_name TEXT NOT NULL,
  description TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX accounts_handle ON accounts (name, ifnull(host, ''));
CREATE INDEX accounts_user ON accounts (user_id);

CREATE TABLE channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  host TEXT,                               -- NULL: local
  display_name TEXT NOT NULL,
  description TEXT,
  support TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX channels_handle ON channels (name, ifnull(host, ''));
CREATE INDEX channels_account ON channels (account_id);

CREATE TABLE videos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  support TEXT,
  category INTEGER,
  licence INTEGER,
  language TEXT,
  nsfw INTEGER NOT NULL DEFAULT 0,
  privacy INTEGER NOT NULL,                -- 1 public, 2 unlisted, 3 private, 4 internal
  state INTEGER NOT NULL DEFAULT 1,        -- PeerTube's: 1 published
  comments_policy INTEGER NOT NULL DEFAULT 1,
  download_enabled INTEGER NOT NULL DEFAULT 1,
  wait_transcoding INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL,
  views INTEGER NOT NULL DEFAULT 0,
  likes INTEGER NOT NULL DEFAULT 0,
  dislikes INTEGER NOT NULL DEFAULT 0,
  upload_filename TEXT,                    -- as the uploader's machine called the source
  published_at INTEGER NOT NULL,
  originally_published_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX videos_newest ON videos (privacy, state, published_at DESC);
CREATE INDEX videos_channel ON videos (channel_id, published_at DESC);

CREATE TABLE video_tags (
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  tag TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (video_id, tag)
) WITHOUT ROWID;
CREATE INDEX video_tags_tag ON video_tags (tag);

-- One row per file of a video: the uploaded source and each rendition.
CREATE TABLE video_files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  uuid TEXT NOT NULL UNIQUE,               -- names the object in R2 and begins the file's name; fresh, never used again
  filename TEXT NOT NULL UNIQUE,           -- UUID-RESOLUTION.EXT: the last part of its public path, and the torrent's `name`
  kind TEXT NOT NULL CHECK (kind IN ('source', 'rendition')),
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,                   -- bytes
  etag TEXT NOT NULL,                      -- strong entity tag, without quotes
  resolution INTEGER NOT NULL,             -- the shorter side in pixels; 0 for sound alone
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  fps REAL NOT NULL,                       -- frames a second; 0 without video
  duration_ms INTEGER NOT NULL,
  video_codec TEXT,                        -- RFC 6381, such as avc1.64001f
  audio_codec TEXT,
  fragmented INTEGER NOT NULL DEFAULT 0,   -- fragmented MP4
  info_hash TEXT NOT NULL UNIQUE,          -- hex, of the info dictionary kept in R2
  piece_length INTEGER NOT NULL,           -- bytes
  created_at INTEGER NOT NULL
);
CREATE INDEX video_files_video ON video_files (video_id);

CREATE TABLE thumbnails (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('thumbnail', 'preview')),
  filename TEXT NOT NULL UNIQUE,
  mime_type TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX thumbnails_video_kind ON thumbnails (video_id, kind);
