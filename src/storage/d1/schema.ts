import { integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

// The main database as Drizzle sees it. migrations/*.sql is what is applied, and says what each column means;
// test/worker/schema.test.ts holds the two together.

export const settings = sqliteTable("settings", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});

export const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  username: text("username").notNull(),
  email: text("email").notNull(),
  passwordHash: text("password_hash").notNull(),
  role: integer("role").notNull(),
  blocked: integer("blocked", { mode: "boolean" }).notNull().default(false),
  videoQuota: integer("video_quota").notNull().default(-1),
  createdAt: integer("created_at").notNull(),
});

export const oauthClients = sqliteTable("oauth_clients", {
  clientId: text("client_id").primaryKey(),
  clientSecret: text("client_secret").notNull(),
});

export const oauthTokens = sqliteTable("oauth_tokens", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  userId: integer("user_id").notNull(),
  accessTokenHash: text("access_token_hash").notNull(),
  refreshTokenHash: text("refresh_token_hash").notNull(),
  accessExpiresAt: integer("access_expires_at").notNull(),
  refreshExpiresAt: integer("refresh_expires_at").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const signInFailures = sqliteTable(
  "sign_in_failures",
  {
    key: text("key").notNull(),
    windowStart: integer("window_start").notNull(),
    failures: integer("failures").notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.windowStart] })],
);

export const signInAddresses = sqliteTable(
  "sign_in_addresses",
  {
    userId: integer("user_id").notNull(),
    addressKey: text("address_key").notNull(),
    lastSuccessAt: integer("last_success_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.addressKey] })],
);

export const accounts = sqliteTable("accounts", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  userId: integer("user_id"),
  name: text("name").notNull(),
  host: text("host"),
  displayName: text("display_name").notNull(),
  description: text("description"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  url: text("url"),
});

export const channels = sqliteTable("channels", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  accountId: integer("account_id").notNull(),
  name: text("name").notNull(),
  host: text("host"),
  displayName: text("display_name").notNull(),
  description: text("description"),
  support: text("support"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  url: text("url"),
});

export const videos = sqliteTable("videos", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  uuid: text("uuid").notNull(),
  channelId: integer("channel_id").notNull(),
  name: text("name").notNull(),
  description: text("description"),
  support: text("support"),
  category: integer("category"),
  licence: integer("licence"),
  language: text("language"),
  nsfw: integer("nsfw", { mode: "boolean" }).notNull().default(false),
  privacy: integer("privacy").notNull(),
  state: integer("state").notNull().default(1),
  commentsPolicy: integer("comments_policy").notNull().default(1),
  downloadEnabled: integer("download_enabled", { mode: "boolean" }).notNull().default(true),
  waitTranscoding: integer("wait_transcoding", { mode: "boolean" }).notNull().default(false),
  durationMs: integer("duration_ms").notNull(),
  views: integer("views").notNull().default(0),
  likes: integer("likes").notNull().default(0),
  dislikes: integer("dislikes").notNull().default(0),
  uploadFilename: text("upload_filename"),
  publishedAt: integer("published_at").notNull(),
  originallyPublishedAt: integer("originally_published_at"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  url: text("url"),
  comments: integer("comments").notNull().default(0),
  watchedSeconds: integer("watched_seconds").notNull().default(0),
});

export const videoTags = sqliteTable(
  "video_tags",
  {
    videoId: integer("video_id").notNull(),
    position: integer("position").notNull(),
    tag: text("tag").notNull(),
  },
  (table) => [primaryKey({ columns: [table.videoId, table.tag] })],
);

export const videoFiles = sqliteTable("video_files", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  videoId: integer("video_id").notNull(),
  uuid: text("uuid").notNull(),
  filename: text("filename").notNull(),
  kind: text("kind", { enum: ["source", "rendition"] }).notNull(),
  mimeType: text("mime_type").notNull(),
  size: integer("size").notNull(),
  etag: text("etag").notNull(),
  resolution: integer("resolution").notNull(),
  width: integer("width").notNull(),
  height: integer("height").notNull(),
  fps: real("fps").notNull(),
  durationMs: integer("duration_ms").notNull(),
  videoCodec: text("video_codec"),
  audioCodec: text("audio_codec"),
  fragmented: integer("fragmented", { mode: "boolean" }).notNull().default(false),
  infoHash: text("info_hash").notNull(),
  pieceLength: integer("piece_length").notNull(),
  createdAt: integer("created_at").notNull(),
});

export const thumbnails = sqliteTable("thumbnails", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  videoId: integer("video_id").notNull(),
  kind: text("kind", { enum: ["thumbnail", "preview"] }).notNull(),
  filename: text("filename").notNull(),
  mimeType: text("mime_type").notNull(),
  width: integer("width").notNull(),
  height: integer("height").notNull(),
  size: integer("size").notNull(),
  createdAt: integer("created_at").notNull(),
  remoteUrl: text("remote_url"),
});

export type UserRow = typeof users.$inferSelect;
export type TokenRow = typeof oauthTokens.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;
export type ChannelRow = typeof channels.$inferSelect;
export type VideoRow = typeof videos.$inferSelect;
export type VideoFileRow = typeof videoFiles.$inferSelect;
export type ThumbnailRow = typeof thumbnails.$inferSelect;
