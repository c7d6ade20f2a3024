import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

// What federation adds to the main database (migrations/0003_federation.sql says what each column means).

export const actors = sqliteTable("actors", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  url: text("url").notNull(),
  type: text("type").notNull(),
  name: text("name").notNull(),
  host: text("host"),
  accountId: integer("account_id"),
  channelId: integer("channel_id"),
  inboxUrl: text("inbox_url").notNull(),
  sharedInboxUrl: text("shared_inbox_url"),
  outboxUrl: text("outbox_url"),
  followersUrl: text("followers_url"),
  playlistsUrl: text("playlists_url"),
  iconUrl: text("icon_url"),
  publicKeyId: text("public_key_id"),
  publicKeyPem: text("public_key_pem"),
  assertionKeyId: text("assertion_key_id"),
  assertionKeyMultibase: text("assertion_key_multibase"),
  keysChangedAt: integer("keys_changed_at").notNull(),
  fetchedAt: integer("fetched_at").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const follows = sqliteTable("follows", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  followerId: integer("follower_id").notNull(),
  targetId: integer("target_id").notNull(),
  state: text("state", { enum: ["pending", "accepted", "rejected"] }).notNull(),
  url: text("url"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const hosts = sqliteTable("hosts", {
  host: text("host").primaryKey(),
  score: integer("score").notNull().default(1000),
  failures: integer("failures").notNull().default(0),
  failingSince: integer("failing_since"),
  lastSuccessAt: integer("last_success_at"),
  lastFailureAt: integer("last_failure_at"),
  lastError: text("last_error"),
  restingUntil: integer("resting_until"),
  httpSignature: text("http_signature", { enum: ["cavage", "rfc9421"] })
    .notNull()
    .default("cavage"),
});

export const blockedHosts = sqliteTable("blocked_hosts", {
  host: text("host").primaryKey(),
  createdAt: integer("created_at").notNull(),
});

export const deliveries = sqliteTable("deliveries", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  actor: text("actor").notNull(),
  activityId: text("activity_id").notNull(),
  activityType: text("activity_type").notNull(),
  objectId: text("object_id"),
  host: text("host"),
  inboxes: text("inboxes").notNull(),
  attempts: integer("attempts").notNull().default(0),
  dueAt: integer("due_at"),
  queuedUntil: integer("queued_until"),
  sendingUntil: integer("sending_until"),
  lastError: text("last_error"),
  createdAt: integer("created_at").notNull(),
  deadAt: integer("dead_at"),
});

export const sentActivities = sqliteTable("sent_activities", {
  activityId: text("activity_id").primaryKey(),
  sentAt: integer("sent_at").notNull(),
});

export const federationTasks = sqliteTable("federation_tasks", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  kind: text("kind").notNull(),
  subject: text("subject").notNull(),
  payload: text("payload").notNull(),
  revision: integer("revision").notNull().default(1),
  attempts: integer("attempts").notNull().default(0),
  dueAt: integer("due_at").notNull(),
  lastError: text("last_error"),
  createdAt: integer("created_at").notNull(),
});

export const deadLetters = sqliteTable("dead_letters", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  queue: text("queue").notNull(),
  messageId: text("message_id").notNull(),
  body: text("body").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const federationEvents = sqliteTable("federation_events", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  kind: text("kind").notNull(),
  host: text("host"),
  note: text("note").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const actorHistories = sqliteTable("actor_histories", {
  actorId: integer("actor_id").primaryKey(),
  state: text("state", { enum: ["running", "done", "failed"] }).notNull(),
  nextPageUrl: text("next_page_url"),
  pagesRead: integer("pages_read").notNull().default(0),
  itemsRead: integer("items_read").notNull().default(0),
  totalItems: integer("total_items"),
  lastError: text("last_error"),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at"),
  reconcileAt: integer("reconcile_at"),
});

export const tombstones = sqliteTable("tombstones", {
  url: text("url").primaryKey(),
  deletedAt: integer("deleted_at").notNull(),
});

export const remoteVideos = sqliteTable("remote_videos", {
  videoId: integer("video_id").primaryKey(),
  likesUrl: text("likes_url"),
  dislikesUrl: text("dislikes_url"),
  sharesUrl: text("shares_url"),
  commentsUrl: text("comments_url"),
  chaptersUrl: text("chapters_url"),
  trackers: text("trackers").notNull().default("[]"),
  playlistUrl: text("playlist_url"),
  segmentsSha256Url: text("segments_sha256_url"),
  saidAt: integer("said_at").notNull(),
  fetchedAt: integer("fetched_at").notNull(),
  commentsReadAt: integer("comments_read_at"),
  revision: text("revision").notNull(),
});

export const remoteFiles = sqliteTable("remote_files", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  videoId: integer("video_id").notNull(),
  inPlaylist: integer("in_playlist", { mode: "boolean" }).notNull().default(false),
  url: text("url").notNull(),
  torrentUrl: text("torrent_url"),
  infoHash: text("info_hash"),
  metadataUrl: text("metadata_url"),
  mimeType: text("mime_type").notNull(),
  size: integer("size").notNull(),
  resolution: integer("resolution").notNull(),
  width: integer("width").notNull(),
  height: integer("height").notNull(),
  fps: integer("fps").notNull(),
  hasVideo: integer("has_video", { mode: "boolean" }).notNull().default(true),
  hasAudio: integer("has_audio", { mode: "boolean" }).notNull().default(true),
});

export const videoCaptions = sqliteTable("video_captions", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  videoId: integer("video_id").notNull(),
  language: text("language").notNull(),
  filename: text("filename").notNull(),
  automaticallyGenerated: integer("automatically_generated", { mode: "boolean" }).notNull().default(false),
  remoteUrl: text("remote_url"),
  createdAt: integer("created_at").notNull(),
});

export const videoChapters = sqliteTable(
  "video_chapters",
  {
    videoId: integer("video_id").notNull(),
    timecode: integer("timecode").notNull(),
    title: text("title").notNull(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.timecode] })],
);

export const videoShares = sqliteTable(
  "video_shares",
  {
    videoId: integer("video_id").notNull(),
    actorId: integer("actor_id").notNull(),
    url: text("url").notNull(),
    shared: integer("shared", { mode: "boolean" }).notNull().default(true),
    saidAt: integer("said_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.actorId] })],
);

export const comments = sqliteTable("comments", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  url: text("url"),
  videoId: integer("video_id").notNull(),
  accountId: integer("account_id"),
  inReplyToId: integer("in_reply_to_id"),
  threadId: integer("thread_id"),
  text: text("text").notNull(),
  isHtml: integer("is_html", { mode: "boolean" }).notNull().default(false),
  held: integer("held", { mode: "boolean" }).notNull().default(false),
  approvalUrl: text("approval_url"),
  saidAt: integer("said_at").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  deletedAt: integer("deleted_at"),
});

export const videoRates = sqliteTable("video_rates", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  accountId: integer("account_id").notNull(),
  videoId: integer("video_id").notNull(),
  rating: integer("rating").notNull(),
  url: text("url"),
  saidAt: integer("said_at").notNull(),
});

export const playlists = sqliteTable("playlists", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  uuid: text("uuid").notNull(),
  url: text("url"),
  accountId: integer("account_id").notNull(),
  channelId: integer("channel_id"),
  name: text("name").notNull(),
  description: text("description"),
  privacy: integer("privacy").notNull(),
  saidAt: integer("said_at").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

export const playlistElements = sqliteTable("playlist_elements", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  playlistId: integer("playlist_id").notNull(),
  videoId: integer("video_id"),
  position: integer("position").notNull(),
  startTimestamp: integer("start_timestamp"),
  stopTimestamp: integer("stop_timestamp"),
});

export const abuses = sqliteTable("abuses", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  url: text("url"),
  reporterAccountId: integer("reporter_account_id"),
  videoId: integer("video_id"),
  commentId: integer("comment_id"),
  accountId: integer("account_id"),
  reason: text("reason").notNull(),
  predefinedReasons: text("predefined_reasons").notNull().default("[]"),
  startAt: integer("start_at"),
  endAt: integer("end_at"),
  state: integer("state").notNull().default(1),
  moderationComment: text("moderation_comment"),
  createdAt: integer("created_at").notNull(),
});

export const federatedObjects = sqliteTable(
  "federated_objects",
  {
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    snapshot: text("snapshot").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.subject] })],
);

export type ActorRow = typeof actors.$inferSelect;
export type FollowRow = typeof follows.$inferSelect;
export type HostRow = typeof hosts.$inferSelect;
export type BlockedHostRow = typeof blockedHosts.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type FederationTaskRow = typeof federationTasks.$inferSelect;
export type DeadLetterRow = typeof deadLetters.$inferSelect;
export type FederationEventRow = typeof federationEvents.$inferSelect;
export type ActorHistoryRow = typeof actorHistories.$inferSelect;
export type TombstoneRow = typeof tombstones.$inferSelect;
export type RemoteVideoRow = typeof remoteVideos.$inferSelect;
export type RemoteFileRow = typeof remoteFiles.$inferSelect;
export type VideoCaptionRow = typeof videoCaptions.$inferSelect;
export type VideoChapterRow = typeof videoChapters.$inferSelect;
export type VideoShareRow = typeof videoShares.$inferSelect;
export type CommentRow = typeof comments.$inferSelect;
export type VideoRateRow = typeof videoRates.$inferSelect;
export type PlaylistRow = typeof playlists.$inferSelect;
export type PlaylistElementRow = typeof playlistElements.$inferSelect;
export type AbuseRow = typeof abuses.$inferSelect;
