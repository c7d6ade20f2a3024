import type { Video, VideoDetails, VideoFile } from "../../contract/video";
import {
  COMMENTS_POLICIES,
  CommentsPolicy,
  labelled,
  VIDEO_CATEGORIES,
  VIDEO_LICENCES,
  VIDEO_PRIVACIES,
  VIDEO_STATES,
} from "../../contract/video-constants";
import { VIDEO_LANGUAGES } from "../../contract/video-languages";
import { paths, shortUuidOf } from "../../protocol/paths";
import { magnetUri } from "../../protocol/torrent/magnet";
import { trackerUrls } from "../../protocol/torrent/trackers";
import type { VideoFileRow } from "../../storage/d1/schema";
import type { VideoRecord } from "../../storage/d1/video-reads";
import { presentRemoteFiles } from "./remote-video";
import { presentAccount, presentAccountSummary } from "./account";
import { presentChannel, presentChannelSummary } from "./channel";

// A video as PeerTube's REST API shows it.

const TRUNCATED_DESCRIPTION_LENGTH = 250;

/** A video as lists show it. */
export function presentVideo(record: VideoRecord, publicUrl: string): Video {
  return {
    ...commonFields(record, publicUrl),
    description: truncate(record.video.description),
    account: presentAccountSummary(record.account, publicUrl),
    channel: presentChannelSummary(record.channel, publicUrl),
  };
}

/** A video as lists of its owner show it. */
export function presentOwnVideo(record: VideoRecord, publicUrl: string): Video {
  return {
    ...presentVideo(record, publicUrl),
    state: labelled(VIDEO_STATES, record.video.state),
    waitTranscoding: record.video.waitTranscoding,
    blacklisted: false,
    blacklistedReason: null,
  };
}

/** A video with its files, the highest resolution first. */
export function presentVideoDetails(record: VideoRecord, publicUrl: string): VideoDetails {
  const { video } = record;
  return {
    ...commonFields(record, publicUrl),
    description: video.description,
    account: presentAccount(record.account, publicUrl),
    channel: presentChannel(record.channel, record.account, publicUrl),
    blacklisted: false,
    blacklistedReason: null,
    support: video.support,
    descriptionPath: `/api/v1/videos/${video.uuid}/description`,
    tags: record.tags,
    commentsEnabled: video.commentsPolicy !== CommentsPolicy.disabled,
    commentsPolicy: labelled(COMMENTS_POLICIES, video.commentsPolicy),
    downloadEnabled: video.downloadEnabled,
    waitTranscoding: video.waitTranscoding,
    inputFileUpdatedAt: null,
    state: labelled(VIDEO_STATES, video.state),
    ...(record.remote === undefined
      ? {
          trackerUrls: trackerUrls(publicUrl, video.uuid),
          files: record.files.map((file) => presentFile(record, file, publicUrl)),
          streamingPlaylists: [],
        }
      : presentRemoteFiles(record, record.remote)),
  };
}

function commonFields(record: VideoRecord, publicUrl: string): Omit<Video, "account" | "channel" | "description"> {
  const { video } = record;
  const thumbnail = record.thumbnails.find((image) => image.kind === "thumbnail");
  const preview = record.thumbnails.find((image) => image.kind === "preview");
  const thumbnailPath = thumbnail === undefined ? null : paths.thumbnail(thumbnail.filename);
  const shape = [...record.files, ...(record.remote?.files ?? [])].find((file) => file.width > 0 && file.height > 0);
  return {
    id: video.id,
    uuid: video.uuid,
    shortUUID: shortUuidOf(video.uuid),
    url: video.url ?? publicUrl + paths.watchByUuid(video.uuid),
    name: video.name,
    category: labelled(VIDEO_CATEGORIES, video.category),
    licence: labelled(VIDEO_LICENCES, video.licence),
    language: labelled(VIDEO_LANGUAGES, video.language),
    privacy: labelled(VIDEO_PRIVACIES, video.privacy),
    nsfw: video.nsfw,
    truncatedDescription: truncate(video.description),
    isLocal: record.channel.host === null,
    isLive: false,
    duration: Math.round(video.durationMs / 1000),
    aspectRatio: shape === undefined ? null : Math.round((shape.width / shape.height) * 10_000) / 10_000,
    views: video.views,
    viewers: 0,
    likes: video.likes,
    dislikes: video.dislikes,
    comments: video.comments,
    thumbnailPath,
    previewPath: preview === undefined ? thumbnailPath : paths.preview(preview.filename),
    embedPath: paths.embed(video.uuid),
    createdAt: iso(video.createdAt),
    updatedAt: iso(video.updatedAt),
    publishedAt: iso(video.publishedAt),
    originallyPublishedAt: video.originallyPublishedAt === null ? null : iso(video.originallyPublishedAt),
  };
}

function presentFile(record: VideoRecord, file: VideoFileRow, publicUrl: string): VideoFile {
  const fileUrl = publicUrl + paths.webVideo(file.filename);
  const torrentUrl = publicUrl + paths.torrent(file.filename);
  return {
    id: file.id,
    // «0p» is how clients know sound alone.
    resolution: { id: file.resolution, label: `${file.resolution}p` },
    width: file.width,
    height: file.height,
    size: file.size,
    fps: Math.round(file.fps),
    hasAudio: file.audioCodec !== null,
    hasVideo: file.videoCodec !== null,
    magnetUri: magnetUri({
      infoHash: file.infoHash,
      displayName: record.video.name,
      trackers: trackerUrls(publicUrl, record.video.uuid),
      webSeeds: [fileUrl],
      torrentUrl,
    }),
    torrentUrl,
    torrentDownloadUrl: publicUrl + paths.torrentDownload(file.filename),
    fileUrl,
    fileDownloadUrl: publicUrl + paths.webVideoDownload(file.filename),
    metadataUrl: `${publicUrl}/api/v1/videos/${record.video.uuid}/metadata/${file.id}`,
    storage: 0,
    mimeType: mimeTypeWithCodecs(file),
  };
}

/** RFC 6381: `video/mp4; codecs="avc1.64001f, mp4a.40.2"`. */
export function mimeTypeWithCodecs(file: Pick<VideoFileRow, "mimeType" | "videoCodec" | "audioCodec">): string {
  const codecs = [file.videoCodec, file.audioCodec].filter((codec) => codec !== null);
  return codecs.length === 0 || file.mimeType.includes("codecs=") ? file.mimeType : `${file.mimeType}; codecs="${codecs.join(", ")}"`;
}

/** What is known of a file in ffprobe's words: `GET /api/v1/videos/{id}/metadata/{fileId}`. */
export function presentFileMetadata(file: VideoFileRow): unknown {
  const seconds = file.durationMs / 1000;
  return {
    format: {
      size: file.size,
      duration: seconds,
      bit_rate: seconds > 0 ? Math.round((file.size * 8) / seconds) : 0,
      format_name: file.mimeType.replace(/^\w+\/|;.*$/g, ""),
      tags: {},
    },
    streams: [
      ...(file.videoCodec === null
        ? []
        : [
            {
              codec_type: "video",
              codec_name: file.videoCodec,
              width: file.width,
              height: file.height,
              avg_frame_rate: String(file.fps),
              duration: seconds,
            },
          ]),
      ...(file.audioCodec === null ? [] : [{ codec_type: "audio", codec_name: file.audioCodec, duration: seconds }]),
    ],
    chapters: [],
  };
}

function truncate(description: string | null): string | null {
  if (description === null || description.length <= TRUNCATED_DESCRIPTION_LENGTH) {
    return description;
  }
  return `${description.slice(0, TRUNCATED_DESCRIPTION_LENGTH - 3).trimEnd()}...`.toWellFormed();
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
