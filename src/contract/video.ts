// A video as PeerTube's REST API shows it. Field names and units are the interface's; times are ISO 8601, durations
// whole seconds.

export interface Labelled<Id extends number | string | null = number | null> {
  id: Id;
  label: string;
}

export interface ActorImage {
  path: string;
  fileUrl: string;
  width: number | null;
  createdAt: string;
  updatedAt: string;
}

export interface AccountSummary {
  id: number;
  name: string;
  displayName: string;
  url: string;
  host: string;
  avatars: ActorImage[];
}

export interface ChannelSummary extends AccountSummary {}

export interface Account extends AccountSummary {
  hostRedundancyAllowed: boolean;
  followingCount: number;
  followersCount: number;
  createdAt: string;
  updatedAt: string;
  description: string | null;
  userId?: number;
}

export interface Channel extends AccountSummary {
  hostRedundancyAllowed: boolean;
  followingCount: number;
  followersCount: number;
  createdAt: string;
  updatedAt: string;
  description: string | null;
  support: string | null;
  isLocal: boolean;
  banners: ActorImage[];
  ownerAccount: Account;
}

/** A video in a list. */
export interface Video {
  id: number;
  uuid: string;
  shortUUID: string;
  url: string;
  name: string;
  category: Labelled;
  licence: Labelled;
  language: Labelled<string | null>;
  privacy: Labelled<number>;
  nsfw: boolean;
  /** At most 250 characters of the description; deprecated upstream, still read. */
  truncatedDescription: string | null;
  description: string | null;
  isLocal: boolean;
  isLive: boolean;
  /** Seconds. */
  duration: number;
  /** Width by height; null without video. */
  aspectRatio: number | null;
  views: number;
  viewers: number;
  likes: number;
  dislikes: number;
  comments: number;
  thumbnailPath: string | null;
  previewPath: string | null;
  embedPath: string;
  createdAt: string;
  updatedAt: string;
  publishedAt: string;
  originallyPublishedAt: string | null;
  state?: Labelled<number>;
  waitTranscoding?: boolean;
  blacklisted?: boolean;
  blacklistedReason?: string | null;
  account: AccountSummary;
  channel: ChannelSummary;
}

export interface VideoFile {
  id: number;
  resolution: Labelled<number>;
  width: number;
  height: number;
  /** Bytes. */
  size: number;
  fps: number;
  hasAudio: boolean;
  hasVideo: boolean;
  magnetUri: string;
  torrentUrl: string;
  torrentDownloadUrl: string;
  fileUrl: string;
  fileDownloadUrl: string;
  metadataUrl: string;
  storage: number;
  /** Ours: RFC 6381 MIME type with codecs, so that a player can choose without probing. */
  mimeType: string;
}

/** An HLS playlist with the files it plays. */
export interface StreamingPlaylist {
  id: number;
  /** PeerTube's: 1 is HLS. */
  type: number;
  playlistUrl: string;
  segmentsSha256Url: string | null;
  redundancies: { baseUrl: string }[];
  files: VideoFile[];
}

/** One video with its files: `GET /api/v1/videos/{id}`. */
export interface VideoDetails extends Omit<Video, "account" | "channel"> {
  account: Account;
  channel: Channel;
  support: string | null;
  descriptionPath: string;
  tags: string[];
  commentsEnabled: boolean;
  commentsPolicy: Labelled<number>;
  downloadEnabled: boolean;
  waitTranscoding: boolean;
  inputFileUpdatedAt: string | null;
  state: Labelled<number>;
  trackerUrls: string[];
  files: VideoFile[];
  streamingPlaylists: StreamingPlaylist[];
}

export interface ListResponse<T> {
  total: number;
  data: T[];
}

/** What an upload answers. */
export interface CreatedVideo {
  video: { id: number; uuid: string; shortUUID: string };
}
