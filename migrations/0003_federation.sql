-- Federation: actors, follows, deliveries, what other instances' videos and people are known by, comments, ratings, playlists.
-- Every `url` is an ActivityPub id in normal form (protocol/activitystreams/ids.ts); NULL where the row is local and its id is derived.

-- Every actor that this instance has or knows. Local ones are here once their keys are born (in their Actor object).
CREATE TABLE actors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,                      -- Person, Group, Application, Service, Organization
  name TEXT NOT NULL COLLATE NOCASE,       -- preferredUsername
  host TEXT,                               -- with its port; NULL: local
  account_id INTEGER UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
  channel_id INTEGER UNIQUE REFERENCES channels (id) ON DELETE CASCADE,
  inbox_url TEXT NOT NULL,
  shared_inbox_url TEXT,
  outbox_url TEXT,
  followers_url TEXT,
  playlists_url TEXT,
  icon_url TEXT,                           -- the largest avatar, where it lives
  public_key_id TEXT,
  public_key_pem TEXT,                     -- RSA, SPKI
  assertion_key_id TEXT,                   -- Ed25519 (FEP-521a)
  assertion_key_multibase TEXT,
  keys_changed_at INTEGER NOT NULL,        -- when the keys here were born, or last seen to be others
  fetched_at INTEGER NOT NULL,             -- when the document was last read from its origin
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX actors_handle ON actors (name, ifnull(host, ''));
CREATE INDEX actors_host ON actors (host);
CREATE INDEX actors_public_key ON actors (public_key_id);
CREATE INDEX actors_assertion_key ON actors (assertion_key_id);

ALTER TABLE accounts ADD COLUMN url TEXT;
ALTER TABLE channels ADD COLUMN url TEXT;
CREATE UNIQUE INDEX accounts_url ON accounts (url) WHERE url IS NOT NULL;
CREATE UNIQUE INDEX channels_url ON channels (url) WHERE url IS NOT NULL;

-- The index of who follows whom; each side's truth is in its Actor object, which writes here.
CREATE TABLE follows (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  follower_id INTEGER NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
  target_id INTEGER NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected')),
  url TEXT,                                -- the Follow's id
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (follower_id, target_id)
);
CREATE INDEX follows_target ON follows (target_id, state);

-- What is known of other instances' health, and how to sign for them. No row: never failed.
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  score INTEGER NOT NULL DEFAULT 1000,     -- falls with failures, rises with success; at 0 its followers are dropped
  failures INTEGER NOT NULL DEFAULT 0,     -- in a row
  failing_since INTEGER,
  last_success_at INTEGER,
  last_failure_at INTEGER,
  last_error TEXT,
  resting_until INTEGER,                   -- nothing is sent before
  http_signature TEXT NOT NULL DEFAULT 'cavage' CHECK (http_signature IN ('cavage', 'rfc9421'))
) WITHOUT ROWID;

-- The blacklist of instances.
CREATE TABLE blocked_hosts (
  host TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The ledger of what is still to be sent: the queue's messages only name rows of it, so a lost message loses nothing.
-- A first try has up to 25 inboxes; each that failed becomes a row of its own.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  actor TEXT NOT NULL,                     -- whose object keeps the activity and signs: accounts/NAME or video-channels/NAME
  activity_id TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  object_id TEXT,                          -- what it is about: a newer Update or a Delete of it replaces what waits
  host TEXT,                               -- where there is one inbox
  inboxes TEXT NOT NULL,                   -- JSON list of URLs
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER,                          -- the sweep sends what is due; NULL: given up (a dead letter)
  queued_until INTEGER,                    -- a message that names it is on the way: the sweep sends none before
  sending_until INTEGER,                   -- an invocation has it: no other takes it before
  last_error TEXT,
  created_at INTEGER NOT NULL,
  dead_at INTEGER
);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_object ON deliveries (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX deliveries_host ON deliveries (host) WHERE host IS NOT NULL;
CREATE INDEX deliveries_dead ON deliveries (dead_at) WHERE dead_at IS NOT NULL;

-- Ids of activities whose deliveries were written: a task that runs again doesn't send again what was settled. Forgotten after a
-- month. (What is told by comparing, federated_objects, needs none.)
CREATE TABLE sent_activities (
  activity_id TEXT PRIMARY KEY,
  sent_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Work to be done for federation: written with the change that asks for it, so that a crash loses nothing; the queue's
-- messages only name rows. Of one kind and subject there is one row: changes of one object collapse.
CREATE TABLE federation_tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,                   -- JSON (domain/tasks/task.ts)
  revision INTEGER NOT NULL DEFAULT 1,     -- grows when it is asked for again: then a run in progress doesn't end it
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (kind, subject)
);
CREATE INDEX federation_tasks_due ON federation_tasks (due_at);

-- Messages of queues that were given up.
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  message_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,                      -- JSON
  created_at INTEGER NOT NULL
);

-- What the administrator should know of: followers that were dropped, hosts that were rested, activities that were given up.
CREATE TABLE federation_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  host TEXT,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX federation_events_newest ON federation_events (created_at);

-- Where the reading of a followed actor's outbox stands.
CREATE TABLE actor_histories (
  actor_id INTEGER PRIMARY KEY REFERENCES actors (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  next_page_url TEXT,
  pages_read INTEGER NOT NULL DEFAULT 0,
  items_read INTEGER NOT NULL DEFAULT 0,
  total_items INTEGER,
  last_error TEXT,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  reconcile_at INTEGER                     -- when its outbox is next compared with what is here
);
CREATE INDEX actor_histories_reconcile ON actor_histories (reconcile_at) WHERE reconcile_at IS NOT NULL;

-- Ids of what was deleted or undone, so that what arrives late isn't taken for new.
CREATE TABLE tombstones (
  url TEXT PRIMARY KEY,
  deleted_at INTEGER NOT NULL              -- the time of the activity, as its author gave it
) WITHOUT ROWID;
CREATE INDEX tombstones_deleted ON tombstones (deleted_at);

ALTER TABLE videos ADD COLUMN url TEXT;
ALTER TABLE videos ADD COLUMN comments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE videos ADD COLUMN watched_seconds INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX videos_url ON videos (url) WHERE url IS NOT NULL;

-- What else is known of another instance's video.
CREATE TABLE remote_videos (
  video_id INTEGER PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
  likes_url TEXT,
  dislikes_url TEXT,
  shares_url TEXT,
  comments_url TEXT,
  chapters_url TEXT,
  trackers TEXT NOT NULL DEFAULT '[]',     -- JSON list of announce URLs
  playlist_url TEXT,                       -- the HLS master playlist
  segments_sha256_url TEXT,
  said_at INTEGER NOT NULL,                -- time of the newest Create or Update that was applied
  fetched_at INTEGER NOT NULL,             -- when it was last applied or read from its origin
  comments_read_at INTEGER,                -- when its collection of comments was last read
  revision TEXT NOT NULL                   -- of the transaction that wrote it last: by it its own statements know that they are to write
);

CREATE TABLE remote_files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  in_playlist INTEGER NOT NULL DEFAULT 0,  -- of the HLS playlist; else a web video
  url TEXT NOT NULL,
  torrent_url TEXT,
  info_hash TEXT,                          -- hex
  metadata_url TEXT,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,                   -- bytes, as its origin says
  resolution INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  fps INTEGER NOT NULL,
  has_video INTEGER NOT NULL DEFAULT 1,
  has_audio INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX remote_files_video ON remote_files (video_id);

-- Images of other instances' videos are fetched when they are first asked for.
ALTER TABLE thumbnails ADD COLUMN remote_url TEXT;

CREATE TABLE video_captions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  filename TEXT NOT NULL UNIQUE,
  automatically_generated INTEGER NOT NULL DEFAULT 0,
  remote_url TEXT,                         -- fetched when first asked for
  created_at INTEGER NOT NULL,
  UNIQUE (video_id, language)
);

CREATE TABLE video_chapters (
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  timecode INTEGER NOT NULL,               -- seconds
  title TEXT NOT NULL,
  PRIMARY KEY (video_id, timecode)
) WITHOUT ROWID;

-- Who announced a video.
CREATE TABLE video_shares (
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  actor_id INTEGER NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
  url TEXT NOT NULL UNIQUE,                -- the Announce's id
  shared INTEGER NOT NULL DEFAULT 1,       -- 0: undone; kept for its time
  said_at INTEGER NOT NULL,
  PRIMARY KEY (video_id, actor_id)
);

CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT UNIQUE,                         -- NULL: local, ORIGIN/videos/watch/UUID/comments/ID
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE, -- NULL: a tombstone whose author isn't known any more
  in_reply_to_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
  thread_id INTEGER,                       -- the first comment of its thread; NULL: it is the first
  text TEXT NOT NULL,                      -- as its author wrote it: Markdown of here, sanitised HTML of elsewhere
  is_html INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,         -- waits for the approval of the video's owner
  approval_url TEXT,                       -- the ApproveReply's id
  said_at INTEGER NOT NULL,                -- time of the newest activity about it that was applied
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX comments_threads ON comments (video_id, thread_id, created_at);
CREATE INDEX comments_thread ON comments (thread_id, created_at) WHERE thread_id IS NOT NULL;
CREATE INDEX comments_account ON comments (account_id);

CREATE TABLE video_rates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,    -- a local rating's is in its activity's id, so a new rating has a new row
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  rating INTEGER NOT NULL CHECK (rating IN (-1, 0, 1)), -- 0: taken back; kept for its time
  url TEXT,                                -- the Like's or Dislike's id, of a remote account
  said_at INTEGER NOT NULL,
  UNIQUE (account_id, video_id)
);
CREATE INDEX video_rates_video ON video_rates (video_id, rating);

CREATE TABLE playlists (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  url TEXT UNIQUE,
  account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  channel_id INTEGER REFERENCES channels (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  description TEXT,
  privacy INTEGER NOT NULL,                -- PeerTube's: 1 public, 2 unlisted, 3 private
  said_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX playlists_account ON playlists (account_id, updated_at);
CREATE INDEX playlists_channel ON playlists (channel_id, updated_at);

CREATE TABLE playlist_elements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  video_id INTEGER REFERENCES videos (id) ON DELETE SET NULL,
  position INTEGER NOT NULL,
  start_timestamp INTEGER,                 -- seconds
  stop_timestamp INTEGER
);
CREATE INDEX playlist_elements_order ON playlist_elements (playlist_id, position);
CREATE INDEX playlist_elements_video ON playlist_elements (video_id);

CREATE TABLE abuses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT UNIQUE,                         -- the Flag's id, from elsewhere
  reporter_account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
  video_id INTEGER REFERENCES videos (id) ON DELETE CASCADE,
  comment_id INTEGER REFERENCES comments (id) ON DELETE CASCADE,
  account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE, -- where an account is reported
  reason TEXT NOT NULL,
  predefined_reasons TEXT NOT NULL DEFAULT '[]', -- JSON list of PeerTube's names
  start_at INTEGER,                        -- seconds into the video
  end_at INTEGER,
  state INTEGER NOT NULL DEFAULT 1,        -- PeerTube's: 1 pending, 2 rejected, 3 accepted
  moderation_comment TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX abuses_newest ON abuses (created_at);

-- What other instances were last told of an object of here, so that the next change sends what is missing: Create, Update,
-- Delete, Undo. It outlives the object.
CREATE TABLE federated_objects (
  kind TEXT NOT NULL,                      -- a task's kind: video, comment, rate, playlist, actor
  subject TEXT NOT NULL,
  snapshot TEXT NOT NULL,                  -- JSON: what a Delete or Undo will need
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
