import { VideoPrivacy } from "../../contract/video-constants";
import { haveSameHost } from "../../protocol/activitystreams/ids";
import type { RemoteVideo } from "../../protocol/objects/video";
import type { RemoteFile } from "../../protocol/objects/video-files";
import type { RemoteVideoParts } from "../../storage/d1/remote-videos";
import { plainTextOf } from "../../protocol/sanitize";

const IMAGE_EXTENSIONS: Record<string, string> = { "image/png": ".png", "image/webp": ".webp" };

export interface VideoFacts {
  channelId: number;
  saidAt: number;
  now: number;
  /** When it was asked of its origin, where it was. */
  askedAt: number | undefined;
}

/** A video of elsewhere as the rows it is kept in; file names are fresh, and used where an address is new. */
export function remoteVideoParts(video: RemoteVideo, { channelId, saidAt, now, askedAt }: VideoFacts): RemoteVideoParts {
  const { webVideos, playlist, trackers } = video.files;
  return {
    video: {
      url: video.id,
      uuid: video.uuid,
      channelId,
      name: video.name,
      description: video.description !== null && video.isHtml ? plainTextOf(video.description) : video.description,
      support: video.support,
      category: video.category,
      licence: video.licence,
      language: video.language,
      nsfw: video.nsfw,
      privacy: video.isPublic ? VideoPrivacy.public : VideoPrivacy.unlisted,
      state: video.state,
      commentsPolicy: video.commentsPolicy,
      downloadEnabled: video.downloadEnabled,
      waitTranscoding: video.waitTranscoding,
      durationMs: video.durationMs,
      views: video.views,
      publishedAt: video.publishedAt,
      originallyPublishedAt: video.originallyPublishedAt,
      createdAt: now,
      updatedAt: video.updatedAt,
    },
    tags: video.tags,
    images: video.images.map(({ kind, url, mimeType, width, height }) => ({
      kind,
      filename: crypto.randomUUID() + (IMAGE_EXTENSIONS[mimeType] ?? ".jpg"),
      mimeType,
      width,
      height,
      size: 0,
      createdAt: now,
      remoteUrl: url,
    })),
    captions: video.captions.map(({ language, url, automaticallyGenerated }) => ({
      language,
      filename: `${crypto.randomUUID()}-${language}.vtt`,
      remoteUrl: url,
      automaticallyGenerated,
    })),
    details: {
      likesUrl: ofHost(video.likes, video.id),
      dislikesUrl: ofHost(video.dislikes, video.id),
      sharesUrl: ofHost(video.shares, video.id),
      commentsUrl: ofHost(video.comments, video.id),
      chaptersUrl: ofHost(video.chapters, video.id),
      trackers: JSON.stringify(trackers),
      playlistUrl: playlist?.url ?? null,
      segmentsSha256Url: playlist?.segmentsSha256Url ?? null,
      saidAt,
      fetchedAt: now,
    },
    files: [...webVideos.map((file) => fileRow(file, false)), ...(playlist?.files ?? []).map((file) => fileRow(file, true))],
    revision: crypto.randomUUID(),
    askedAt,
  };
}

/** What is read for a video is its own host's: nobody has us ask a third one. */
function ofHost(url: string | undefined, videoUrl: string): string | null {
  return url !== undefined && haveSameHost(url, videoUrl) ? url : null;
}

function fileRow(file: RemoteFile, inPlaylist: boolean): RemoteVideoParts["files"][number] {
  const { torrentUrl, infoHash, metadataUrl, ...rest } = file;
  return {
    ...rest,
    inPlaylist,
    torrentUrl: torrentUrl ?? null,
    infoHash: infoHash ?? null,
    metadataUrl: metadataUrl ?? null,
  };
}
