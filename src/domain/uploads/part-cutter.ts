import { createHash } from "node:crypto";
import type { StoredPart } from "../../storage/upload-object/upload-store";

/** Parts on their way to R2 while the next one fills: with that one, what an upload holds in memory. */
const PARTS_IN_FLIGHT = 2;
const PART_ATTEMPTS = 3;

/** Cuts a stream of bytes into parts of one size, whatever the sizes in which it comes. */
export interface PartCutter {
  /** Takes a copy of the bytes; waits where too many parts are on their way. Throws where a part can't be stored. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** The bytes that are in no part yet. */
  tail: () => Uint8Array;
  /** Waits until every full part is stored. */
  drain: () => Promise<void>;
  /** Makes the tail the last, shorter part, and waits until all are stored. */
  finish: () => Promise<void>;
  /** Waits for what is on its way, and forgets how it ends: a part that arrives late could overwrite a newer one. */
  abandon: () => Promise<void>;
}

export interface PartCutterOptions {
  partSize: number;
  pieceLength: number;
  /** How many parts there are already. */
  partCount: number;
  /** The bytes after them. */
  tail: Uint8Array[];
  uploadPart: (number: number, bytes: Uint8Array) => Promise<string>;
  /** Called for each stored part, in their order. */
  onPart: (part: StoredPart) => void;
}

interface PartInFlight {
  number: number;
  buffer: Uint8Array<ArrayBuffer>;
  size: number;
  pieces: Uint8Array;
  etag: Promise<string>;
}

export function createPartCutter(options: PartCutterOptions): PartCutter {
  const { partSize, pieceLength } = options;
  const inFlight: PartInFlight[] = [];
  const spare: Uint8Array<ArrayBuffer>[] = [];
  let nextNumber = options.partCount + 1;
  let filling: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;

  function fill(bytes: Uint8Array): number {
    filling ??= spare.pop() ?? new Uint8Array(partSize);
    const taken = Math.min(bytes.byteLength, partSize - filled);
    filling.set(taken === bytes.byteLength ? bytes : bytes.subarray(0, taken), filled);
    filled += taken;
    return taken;
  }

  for (const bytes of options.tail) {
    fill(bytes);
  }

  function send(): void {
    if (!filling) {
      return;
    }
    const number = nextNumber;
    const buffer = filling;
    const bytes = buffer.subarray(0, filled);
    const etag = attempt(() => options.uploadPart(number, bytes));
    // A failure is met where the part is awaited.
    etag.catch(() => undefined);
    inFlight.push({ number, buffer, size: filled, pieces: hashPieces(bytes, pieceLength), etag });
    nextNumber += 1;
    filling = undefined;
    filled = 0;
  }

  async function storeOldest(): Promise<void> {
    const part = inFlight[0];
    if (!part) {
      return;
    }
    const etag = await part.etag;
    inFlight.shift();
    spare.push(part.buffer);
    options.onPart({ number: part.number, etag, size: part.size, pieces: part.pieces });
  }

  async function drain(): Promise<void> {
    while (inFlight.length > 0) {
      await storeOldest();
    }
    // One is kept for the next chunk: a new one each time would be garbage faster than it is collected.
    spare.length = Math.min(spare.length, 1);
  }

  return {
    async write(bytes) {
      let rest = bytes;
      while (rest.byteLength > 0) {
        rest = rest.subarray(fill(rest));
        if (filled === partSize) {
          send();
          if (inFlight.length >= PARTS_IN_FLIGHT) {
            await storeOldest();
          }
        }
      }
    },
    tail() {
      return filling?.subarray(0, filled) ?? new Uint8Array(0);
    },
    drain,
    async finish() {
      send();
      await drain();
    },
    async abandon() {
      await Promise.allSettled(inFlight.map((part) => part.etag));
      inFlight.length = 0;
    },
  };
}

async function attempt(action: () => Promise<string>): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (tries === PART_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/** The SHA-1 of each piece, one after the other. */
export function hashPieces(bytes: Uint8Array, pieceLength: number): Uint8Array {
  const hashes = new Uint8Array(Math.ceil(bytes.byteLength / pieceLength) * 20);
  for (let start = 0, at = 0; start < bytes.byteLength; start += pieceLength, at += 20) {
    hashes.set(
      createHash("sha1")
        .update(bytes.subarray(start, start + pieceLength))
        .digest(),
      at,
    );
  }
  return hashes;
}
