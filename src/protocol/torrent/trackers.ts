import { paths, webSocketUrl } from "../paths";

/**
 * The announce addresses of a video's torrents: the video's own socket. The bare `/tracker/socket` isn't among them:
 * it leads to the same object, and a client that reads two addresses opens both sockets and makes every WebRTC offer twice.
 */
export function trackerUrls(publicUrl: string, videoUuid: string): string[] {
  return [webSocketUrl(publicUrl, paths.videoTracker(videoUuid))];
}
