/**
 * The MP4 with `padding` bytes that belong to no frame in the middle of its media: a file too large to be loaded at
 * once, of which a player that goes by ranges needs little. The MP4 has its `moov` first and one `mdat` last.
 */
export function padClip(clip: Buffer, padding: number): Buffer<ArrayBuffer> {
  const boxes = boxesOf(clip, 0, clip.length);
  const media = boxes.find((box) => box.type === "mdat");
  const movie = boxes.find((box) => box.type === "moov");
  if (media === undefined || movie === undefined || media.end !== clip.length) {
    throw new Error("padClip: not an MP4 with moov first and mdat last");
  }
  const offsets = chunkOffsets(clip, movie.start, movie.end);
  const places = offsets.map((at) => clip.readUInt32BE(at)).toSorted((a, b) => a - b);
  const middle = places.find((place) => place > (media.start + media.end) / 2) ?? media.end;
  const padded = Buffer.concat([clip.subarray(0, middle), Buffer.alloc(padding), clip.subarray(middle)]);
  for (const at of offsets) {
    const place = clip.readUInt32BE(at);
    padded.writeUInt32BE(place < middle ? place : place + padding, at);
  }
  if (media.long) {
    padded.writeBigUInt64BE(BigInt(media.end - media.start + 16 + padding), media.start - 8);
  } else {
    padded.writeUInt32BE(media.end - media.start + 8 + padding, media.start - 8);
  }
  return padded;
}

interface Box {
  type: string;
  /** Its size is written in 64 bits, at the end of its header. */
  long: boolean;
  /** Of what it holds. */
  start: number;
  end: number;
}

function boxesOf(bytes: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  let at = from;
  while (at + 8 <= to) {
    const long = bytes.readUInt32BE(at) === 1;
    const size = long ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at);
    boxes.push({ type: bytes.toString("latin1", at + 4, at + 8), long, start: at + (long ? 16 : 8), end: at + size });
    at += size;
  }
  return boxes;
}

/** Where in the file its tables name the places of chunks. */
function chunkOffsets(bytes: Buffer, from: number, to: number): number[] {
  return boxesOf(bytes, from, to).flatMap(({ type, start, end }) => {
    if (type === "stco") {
      return Array.from({ length: bytes.readUInt32BE(start + 4) }, (_, index) => start + 8 + 4 * index);
    }
    return ["trak", "mdia", "minf", "stbl"].includes(type) ? chunkOffsets(bytes, start, end) : [];
  });
}
