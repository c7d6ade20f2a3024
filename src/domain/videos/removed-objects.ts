import type { RemovedFiles } from "../../storage/d1/videos";
import { captionKey, thumbnailKey, torrentInfoKey, videoFileKey } from "../../storage/r2/keys";

/** The keys of all objects that a removed video leaves. */
export function objectsOf({ fileUuids, thumbnailFilenames, captionFilenames }: RemovedFiles): string[] {
  return [
    ...fileUuids.flatMap((uuid) => [videoFileKey(uuid), torrentInfoKey(uuid)]),
    ...thumbnailFilenames.map(thumbnailKey),
    ...captionFilenames.map(captionKey),
  ];
}
