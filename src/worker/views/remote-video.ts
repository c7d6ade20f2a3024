import type { StreamingPlaylist, VideoDetails, VideoFile } from "../../contract/video";
import { hostOfId } from "../../protocol/activitystreams/ids";
import { magnetUri } from "../../protocol/torrent/magnet";
import type { RemoteFileRow } from "../../storage/d1/schema-federation";
import type { VideoRecord } from "../../storage/d1/video-reads";

const HLS = 1;

/** The files of a video of elsewhere: they stay at its origin, whose tracker and WebSeeds they are played by. */
export function presentRemoteFiles(
  record: VideoRecord,
  { details, files }: NonNullable<VideoRecord["remote"]>,
): Pick<VideoDetails, "trackerUrls" | "files" | "streamingPlaylists"> {
  const trackers = originTrackers(record.video.url, details.trackers);
  const present = (file: RemoteFileRow) => presentRemoteFile(record.video.name, file, trackers);
  const playlist: StreamingPlaylist[] =
    details.playlistUrl === null
      ? []
      : [
          {
            id: record.video.id,
            type: HLS,
            playlistUrl: details.playlistUrl,
            segmentsSha256Url: details.segmentsSha256Url,
            redundancies: [],
            files: files.filter(({ inPlaylist }) => inPlaylist).map(present),
          },
        ];
  return { trackerUrls: trackers, files: files.filter(({ inPlaylist }) => !inPlaylist).map(present), streamingPlaylists: playlist };
}

/** As the origin names them; a PeerTube's is at a path that is known. */
function originTrackers(videoUrl: string | null, named: string): string[] {
  const trackers = (JSON.parse(named) as string[]).filter((tracker) => /^wss?:/.test(tracker));
  if (trackers.length > 0 || videoUrl === null) {
    return trackers;
  }
  return [`${videoUrl.startsWith("http:") ? "ws" : "wss"}://${hostOfId(videoUrl)}/tracker/socket`];
}

function presentRemoteFile(videoName: string, file: RemoteFileRow, trackers: string[]): VideoFile {
  const torrentUrl = file.torrentUrl ?? "";
  return {
    id: file.id,
    resolution: { id: file.resolution, label: `${file.resolution}p` },
    width: file.width,
    height: file.height,
    size: file.size,
    fps: file.fps,
    hasAudio: file.hasAudio,
    hasVideo: file.hasVideo,
    magnetUri:
      file.infoHash === null
        ? ""
        : magnetUri({ infoHash: file.infoHash, displayName: videoName, trackers, webSeeds: [file.url], torrentUrl }),
    torrentUrl,
    torrentDownloadUrl: torrentUrl,
    fileUrl: file.url,
    fileDownloadUrl: file.url,
    metadataUrl: file.metadataUrl ?? "",
    storage: 0,
    mimeType: file.mimeType,
  };
}
