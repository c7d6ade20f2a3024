import { buildInfo } from "../../protocol/torrent/metainfo";
import type { NewFile } from "../../storage/d1/videos";
import { torrentInfoKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import type { MediaFacts } from "../media/probe-result";
import type { AssembledUpload } from "../uploads/assembled-upload";

/**
 * Names a file that arrived and was probed, makes its torrent's info dictionary and stores that; gives the row, which
 * the caller stores. Doing it again gives the same.
 */
export async function prepareFile(deps: Deps, assembled: AssembledUpload, facts: MediaFacts, kind: NewFile["kind"]): Promise<NewFile> {
  const filename = `${assembled.fileUuid}-${facts.resolution}${facts.extension}`;
  const { info, infoHash } = await buildInfo({
    name: filename,
    length: assembled.size,
    pieceLength: assembled.pieceLength,
    pieces: assembled.pieces,
  });
  await deps.media.put(torrentInfoKey(assembled.fileUuid), info);
  return {
    uuid: assembled.fileUuid,
    filename,
    kind,
    mimeType: facts.mimeType,
    size: assembled.size,
    etag: assembled.etag,
    resolution: facts.resolution,
    width: facts.width,
    height: facts.height,
    fps: facts.fps,
    durationMs: facts.durationMs,
    videoCodec: facts.videoCodec,
    audioCodec: facts.audioCodec,
    fragmented: facts.fragmented,
    infoHash,
    pieceLength: assembled.pieceLength,
    createdAt: deps.now(),
  };
}
