import { readMp4Layout } from "../../protocol/media/mp4-layout";
import { readMatroskaLayout } from "../../protocol/media/matroska";
import { ascii, startsWith } from "./bytes";
import { probeMatroska } from "./probe-matroska";
import { probeMp4 } from "./probe-mp4";
import { probeOther } from "./probe-other";
import { unreadable, type ProbeResult } from "./probe-result";
import { ObjectGone, rangeReader, ReadBudgetExceeded, type RangeBudget, type RangeReader } from "./range-reader";

/**
 * A fragmented MP4 without an index costs a read per fragment: enough for an hour and a half of fragments of four
 * seconds. Everything else needs below ten.
 */
export const PROBE_BUDGET: RangeBudget = { reads: 1500, bytesPerRead: 4 * 1024 * 1024 };

/**
 * Reads what the object `key` of `size` bytes is, by a few range reads: tracks, codecs, size, rate, duration, and whether
 * it is whole. Nothing that the uploader declared is believed. Memory stays under 8 MiB and reads under the budget
 * whatever the file claims.
 */
export async function probeMedia(bucket: R2Bucket, key: string, size: number, budget: RangeBudget = PROBE_BUDGET): Promise<ProbeResult> {
  return await probeWith(rangeReader(bucket, key, size, budget), size);
}

/** The same through a reader that the caller goes on to use. */
export async function probeWith(reader: RangeReader, size: number): Promise<ProbeResult> {
  if (size === 0) {
    return unreadable("empty");
  }
  try {
    const head = await reader.read(0, 512);
    const image = imageName(head);
    if (image !== undefined) {
      return unreadable("not-media", `This is an image (${image}), not a video.`);
    }
    if (startsWith(head, 0, [0x1a, 0x45, 0xdf, 0xa3])) {
      const layout = await readMatroskaLayout(reader.read, size);
      return layout === undefined ? unreadable(size < 4096 ? "cut-off" : "not-media") : await probeMatroska(reader.read, layout);
    }
    const layout = await readMp4Layout(reader.read, size, { stopAtFragments: true });
    return layout === undefined ? await probeOther(reader.read, size, head) : await probeMp4(reader.read, size, layout);
  } catch (error) {
    if (error instanceof ReadBudgetExceeded) {
      return unreadable("too-complex");
    }
    if (error instanceof ObjectGone) {
      return unreadable("gone");
    }
    throw error;
  }
}

function imageName(head: Uint8Array): string | undefined {
  const brand = startsWith(head, 4, ascii("ftyp")) ? String.fromCharCode(...head.subarray(8, 12)) : "";
  if (["avif", "avis", "heic", "heix", "mif1", "msf1"].includes(brand)) {
    return brand.startsWith("avi") ? "AVIF" : "HEIF";
  }
  const signatures: [string, number, number[]][] = [
    ["JPEG", 0, [0xff, 0xd8, 0xff]],
    ["PNG", 0, [0x89, ...ascii("PNG")]],
    ["GIF", 0, ascii("GIF8")],
    ["WebP", 8, ascii("WEBP")],
    ["BMP", 0, ascii("BM")],
    ["TIFF", 0, [...ascii("II"), 42, 0]],
    ["TIFF", 0, [...ascii("MM"), 0, 42]],
  ];
  return signatures.find(([, at, bytes]) => startsWith(head, at, bytes))?.[0];
}
