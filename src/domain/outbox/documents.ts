import { PlaylistPrivacy } from "../../contract/playlist";
import { labelled, VIDEO_CATEGORIES, VIDEO_LICENCES, VideoPrivacy } from "../../contract/video-constants";
import { VIDEO_LANGUAGES } from "../../contract/video-languages";
import { privateAudience, publicAudience } from "../../protocol/activities/audience";
import { actorDocument as buildActor } from "../../protocol/activitystreams/actor-document";
import { chaptersDocument as buildChapters } from "../../protocol/activitystreams/chapters-document";
import { actorUrls, INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import { noteDocument as buildNote, tombstoneDocument } from "../../protocol/activitystreams/note-document";
import { playlistDocument as buildPlaylist } from "../../protocol/activitystreams/playlist-document";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { videoDocument as buildVideo } from "../../protocol/activitystreams/video-document";
import type { VideoFileParts } from "../../protocol/activitystreams/video-links";
import { renderMarkdown } from "../../protocol/markdown";
import { paths, webSocketUrl } from "../../protocol/paths";
import { listCaptions } from "../../storage/d1/captions";
import { listChapters } from "../../storage/d1/chapters";
import type { AccountRow, ChannelRow, VideoFileRow, VideoRow } from "../../storage/d1/schema";
import type { ActorRow, CommentRow, PlaylistRow } from "../../storage/d1/schema-federation";
import type { VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { getSettings } from "../settings";

// Rows of here as the documents that others read. Each has its own @context.

/** What is shown where a video has no JPEG of its own; PeerTube takes no video without one. public/ has them. */
const DEFAULT_ICONS = [
  { path: "/default-thumbnail.jpg", width: 280, height: 157 },
  { path: "/default-preview.jpg", width: 850, height: 480 },
];
/** PeerTube makes no thumbnail of anything smaller. */
const SMALLEST_ICON_PIXELS = 150;

/** A local video that others may see. */
export async function videoDocument(deps: Deps, record: VideoRecord): Promise<JsonObject> {
  const { video, account, channel } = record;
  const { publicUrl } = deps;
  const captions = await listCaptions(deps.database, video.id);
  const accountUrls = actorUrls(publicUrl, { kind: "account", name: account.name });
  const channelUrls = actorUrls(publicUrl, { kind: "channel", name: channel.name });
  const shape = record.files.find((file) => file.width > 0 && file.height > 0);
  const images = record.thumbnails.filter(({ mimeType, width }) => mimeType === "image/jpeg" && width > SMALLEST_ICON_PIXELS);
  return buildVideo({
    id: publicUrl + paths.watchByUuid(video.uuid),
    uuid: video.uuid,
    name: video.name,
    durationSeconds: video.durationMs / 1000,
    category: video.category === null ? null : labelled(VIDEO_CATEGORIES, video.category),
    licence: video.licence === null ? null : labelled(VIDEO_LICENCES, video.licence),
    language: video.language === null ? null : labelled(VIDEO_LANGUAGES, video.language),
    views: video.views,
    sensitive: video.nsfw,
    waitTranscoding: video.waitTranscoding,
    state: video.state,
    commentsPolicy: video.commentsPolicy,
    downloadEnabled: video.downloadEnabled,
    publishedAt: video.publishedAt,
    originallyPublishedAt: video.originallyPublishedAt,
    updatedAt: video.updatedAt,
    tags: record.tags,
    description: video.description,
    support: video.support,
    captions: captions.map((caption) => ({
      language: caption.language,
      label: labelled(VIDEO_LANGUAGES, caption.language).label,
      url: publicUrl + paths.caption(caption.filename),
      automaticallyGenerated: caption.automaticallyGenerated,
    })),
    icons:
      images.length > 0
        ? images.map(({ filename, width, height }) => ({ url: publicUrl + paths.thumbnail(filename), width, height }))
        : DEFAULT_ICONS.map(({ path, width, height }) => ({ url: publicUrl + path, width, height })),
    aspectRatio: shape === undefined ? null : Math.round((shape.width / shape.height) * 10_000) / 10_000,
    // Of two files alike the first is named: a rendition plays everywhere.
    files: [...record.files.filter(({ kind }) => kind === "rendition"), ...record.files.filter(({ kind }) => kind === "source")].map(
      (file) => fileParts(publicUrl, video, file),
    ),
    trackers: { http: `${publicUrl}/tracker/announce`, webSocket: webSocketUrl(publicUrl, paths.tracker) },
    pageUrl: publicUrl + paths.watch(video.uuid),
    account: accountUrls.url,
    channel: channelUrls.url,
    // Who fetches an unlisted video by its address learns that it is unlisted: PeerTube takes any addressee for the public.
    audience: video.privacy === VideoPrivacy.public ? publicAudience([accountUrls.followers, channelUrls.followers]) : privateAudience(),
  });
}

function fileParts(publicUrl: string, video: VideoRow, file: VideoFileRow): VideoFileParts {
  return {
    url: publicUrl + paths.webVideo(file.filename),
    torrentUrl: publicUrl + paths.torrent(file.filename),
    metadataUrl: `${publicUrl}/api/v1/videos/${video.uuid}/metadata/${file.id}`,
    infoHash: file.infoHash,
    mimeType: file.videoCodec === null && file.mimeType.startsWith("video/mp4") ? "audio/mp4" : file.mimeType,
    size: file.size,
    resolution: file.resolution,
    width: file.width,
    fps: file.fps,
    hasAudio: file.audioCodec !== null,
    hasVideo: file.videoCodec !== null,
  };
}

/** A local video's chapters. */
export async function chaptersDocument(deps: Deps, video: VideoRow): Promise<JsonObject> {
  const chapters = await listChapters(deps.database, video.id);
  const id = `${deps.publicUrl}${paths.watchByUuid(video.uuid)}/chapters`;
  return buildChapters(id, chapters, Math.ceil(video.durationMs / 1000));
}

/** A local actor: what the database says of it, and its row with the keys. */
export async function actorDocument(
  deps: Deps,
  row: ActorRow,
  of: { account: AccountRow } | { channel: ChannelRow; owner: AccountRow } | { instance: true },
): Promise<JsonObject> {
  const { publicUrl } = deps;
  const keys = { publicKeyPem: row.publicKeyPem ?? "", assertionKeyMultibase: row.assertionKeyMultibase ?? "" };
  if ("account" in of) {
    const { account } = of;
    return buildActor({
      actor: { kind: "account", name: account.name },
      publicUrl,
      displayName: account.displayName,
      description: account.description,
      support: null,
      pageUrl: publicUrl + paths.account(account.name),
      ownerUrl: null,
      publishedAt: account.createdAt,
      manuallyApprovesFollowers: false,
      ...keys,
    });
  }
  if ("channel" in of) {
    const { channel, owner } = of;
    return buildActor({
      actor: { kind: "channel", name: channel.name },
      publicUrl,
      displayName: channel.displayName,
      description: channel.description,
      support: channel.support,
      pageUrl: publicUrl + paths.channel(channel.name),
      ownerUrl: actorUrls(publicUrl, { kind: "account", name: owner.name }).url,
      publishedAt: channel.createdAt,
      manuallyApprovesFollowers: false,
      ...keys,
    });
  }
  const { instance, followers } = await getSettings(deps);
  return buildActor({
    actor: INSTANCE_ACTOR,
    publicUrl,
    displayName: instance.name,
    description: instance.shortDescription,
    support: null,
    pageUrl: `${publicUrl}/`,
    ownerUrl: null,
    publishedAt: row.createdAt,
    manuallyApprovesFollowers: followers.manualApproval,
    ...keys,
  });
}

export interface NoteRecord {
  comment: CommentRow;
  author: AccountRow;
  video: VideoRow;
  channel: ChannelRow;
  /** The video's. */
  owner: AccountRow;
  parent: CommentRow | null;
  parentAuthor: AccountRow | null;
}

/** The id of an account's or channel's actor, of here or elsewhere. */
export function actorUrlOf(publicUrl: string, row: Pick<AccountRow, "name" | "url">, kind: "account" | "channel"): string {
  return row.url ?? actorUrls(publicUrl, { kind, name: row.name }).url;
}

/** The id of a video, of here or elsewhere. */
export function videoUrlOf(publicUrl: string, video: Pick<VideoRow, "uuid" | "url">): string {
  return video.url ?? publicUrl + paths.watchByUuid(video.uuid);
}

/** The id of a comment, of here or elsewhere. */
export function commentUrlOf(publicUrl: string, comment: Pick<CommentRow, "id" | "url">, video: Pick<VideoRow, "uuid">): string {
  return comment.url ?? publicUrl + paths.comment(video.uuid, comment.id);
}

/** A local user's comment, or its tombstone. */
export function noteDocument(deps: Pick<Deps, "publicUrl">, record: NoteRecord): JsonObject {
  const { publicUrl } = deps;
  const { comment, author, video, channel, owner, parent, parentAuthor } = record;
  const id = commentUrlOf(publicUrl, comment, video);
  const inReplyTo = parent === null ? videoUrlOf(publicUrl, video) : commentUrlOf(publicUrl, parent, video);
  const times = { publishedAt: comment.createdAt, updatedAt: comment.updatedAt };
  if (comment.deletedAt !== null) {
    return tombstoneDocument({ id, inReplyTo, ...times, deletedAt: comment.deletedAt });
  }
  const followers = [
    actorUrls(publicUrl, { kind: "account", name: author.name }).followers,
    ...(channel.host === null
      ? [
          actorUrls(publicUrl, { kind: "account", name: owner.name }).followers,
          actorUrls(publicUrl, { kind: "channel", name: channel.name }).followers,
          actorUrls(publicUrl, INSTANCE_ACTOR).followers,
        ]
      : []),
  ];
  const answered = parentAuthor ?? owner;
  const mentions =
    answered.id === author.id
      ? []
      : [
          {
            url: actorUrlOf(publicUrl, answered, "account"),
            handle: `@${answered.name}@${answered.host ?? new URL(publicUrl).host}`,
          },
        ];
  return buildNote({
    id,
    author: actorUrlOf(publicUrl, author, "account"),
    source: comment.text,
    html: comment.isHtml ? comment.text : renderMarkdown(comment.text),
    inReplyTo,
    audience: publicAudience(
      followers,
      [actorUrlOf(publicUrl, owner, "account"), ...mentions.map(({ url }) => url)].filter(
        (url) => url !== actorUrlOf(publicUrl, author, "account"),
      ),
    ),
    mentions,
    approval: comment.approvalUrl ?? (channel.host === null && !comment.held ? `${id}/approve-reply` : null),
    pageUrl: id,
    ...times,
  });
}

/** A local user's playlist; `totalItems` are those whose videos are there. */
export function playlistDocument(
  deps: Pick<Deps, "publicUrl">,
  { playlist, owner, channel, elements }: { playlist: PlaylistRow; owner: AccountRow; channel: ChannelRow | null; elements: number },
): JsonObject {
  const { publicUrl } = deps;
  const account: LocalActor = { kind: "account", name: owner.name };
  return buildPlaylist({
    id: publicUrl + paths.playlist(playlist.uuid),
    uuid: playlist.uuid,
    name: playlist.name,
    description: playlist.description,
    totalItems: elements,
    channel: channel === null ? null : actorUrls(publicUrl, { kind: "channel", name: channel.name }).url,
    audience: playlist.privacy === PlaylistPrivacy.public ? publicAudience([actorUrls(publicUrl, account).followers]) : privateAudience(),
    publishedAt: playlist.createdAt,
    updatedAt: playlist.updatedAt,
  });
}
