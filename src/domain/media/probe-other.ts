import { CustomSource } from "mediabunny";
import type { ReadBytes } from "../../protocol/media/mp4-boxes";
import { ascii, startsWith } from "./bytes";
import { finishFacts } from "./facts";
import { unreadable, type ProbeResult } from "./probe-result";
import { ObjectGone, ReadBudgetExceeded } from "./range-reader";
import { openInput, readTracks } from "./tracks";

const CACHE_BYTES = 2 * 1024 * 1024;
const RATE_PACKETS = 120;

/** The first bytes of the kinds below; without one of them text or noise could pass for MP3, which has no header. */
function isKnown(head: Uint8Array): boolean {
  const at0 = (bytes: number[]) => startsWith(head, 0, bytes);
  return (
    at0(ascii("OggS")) ||
    at0(ascii("fLaC")) ||
    at0(ascii("ID3")) ||
    (at0(ascii("RIFF")) && startsWith(head, 8, ascii("WAVE"))) ||
    // MPEG audio and ADTS: eleven bits set.
    (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) ||
    // MPEG transport stream: a packet of 188 (or 192) bytes begins with 0x47.
    (at0([0x47]) && head[188] === 0x47) ||
    (head[4] === 0x47 && head[196] === 0x47)
  );
}

/** Reads sound files and MPEG transport streams. mediabunny reads them by itself, within the reader's budget. */
export async function probeOther(read: ReadBytes, size: number, head: Uint8Array): Promise<ProbeResult> {
  if (!isKnown(head)) {
    return unreadable("not-media");
  }
  const input = openInput(new CustomSource({ getSize: () => size, read, maxCacheSize: CACHE_BYTES, prefetchProfile: "none" }));
  try {
    if (!(await input.canRead())) {
      return unreadable("not-media");
    }
    const tracks = await readTracks(input);
    if (!tracks.hasVideo && !tracks.hasAudio) {
      return unreadable("nothing-to-play");
    }
    const duration = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
    const video = await input.getPrimaryVideoTrack();
    const fps = video === null ? 0 : (await video.computePacketStats(RATE_PACKETS)).averagePacketRate;
    return finishFacts({ ...tracks, duration, fps, fragmented: false, faststart: true });
  } catch (error) {
    if (error instanceof ReadBudgetExceeded || error instanceof ObjectGone) {
      throw error;
    }
    return unreadable("too-complex");
  } finally {
    input.dispose();
  }
}
