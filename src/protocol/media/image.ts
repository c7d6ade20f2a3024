import { viewOf } from "./mp4-boxes";

export interface ImageHeader {
  mimeType: "image/jpeg" | "image/png" | "image/webp";
  /** With its dot. */
  extension: ".jpg" | ".png" | ".webp";
  /** Pixels. */
  width: number;
  height: number;
}

/** What an image is by its own bytes: JPEG, PNG or WebP with a size above zero. Undefined for everything else. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const header = readJpeg(bytes) ?? readPng(bytes) ?? readWebp(bytes);
  return header !== undefined && header.width > 0 && header.height > 0 ? header : undefined;
}

function textAt(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function readPng(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 33 || textAt(bytes, 0, 8) !== "\x89PNG\r\n\x1a\n" || textAt(bytes, 12, 16) !== "IHDR") {
    return undefined;
  }
  const view = viewOf(bytes);
  return { mimeType: "image/png", extension: ".png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** Walks the segments to the frame header (SOF0 to SOF15, without DHT, JPG and DAC, which share its range). */
function readJpeg(bytes: Uint8Array): ImageHeader | undefined {
  if (textAt(bytes, 0, 3) !== "\xff\xd8\xff") {
    return undefined;
  }
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { mimeType: "image/jpeg", extension: ".jpg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function readWebp(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 30 || textAt(bytes, 0, 4) !== "RIFF" || textAt(bytes, 8, 12) !== "WEBP") {
    return undefined;
  }
  const view = viewOf(bytes);
  const size = webpSize(view, textAt(bytes, 12, 16));
  return size && { mimeType: "image/webp", extension: ".webp", ...size };
}

function webpSize(view: DataView, chunk: string): { width: number; height: number } | undefined {
  const uint24 = (at: number) => view.getUint8(at) + view.getUint16(at + 1, true) * 256;
  switch (chunk) {
    case "VP8 ":
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    default:
      return undefined;
  }
}
