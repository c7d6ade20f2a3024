import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readImageHeader } from "../../../src/protocol/media/image";

const fixture = async (name: string) => new Uint8Array(await readFile(new URL(`../../fixtures/${name}`, import.meta.url)));

function webp(chunk: string, content: number[]): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set(new TextEncoder().encode(`RIFF....WEBP${chunk}`));
  bytes.set(content, 20);
  return bytes;
}

describe("image headers", () => {
  it.each([
    ["picture.jpg", "image/jpeg"],
    ["picture.png", "image/png"],
    ["picture.webp", "image/webp"],
  ])("%s", async (name, mimeType) => {
    expect(readImageHeader(await fixture(name))).toMatchObject({ mimeType, width: 96, height: 64 });
  });

  it("reads the sizes of lossless and extended WebP", () => {
    // 14 bits each of width and height less one; then 24 bits each.
    expect(readImageHeader(webp("VP8L", [0x2f, 0x7f, 0xc2, 0x27, 0x00]))).toMatchObject({ width: 640, height: 160 });
    expect(readImageHeader(webp("VP8X", [0, 0, 0, 0, 0x7f, 0x07, 0x00, 0x37, 0x04, 0x00]))).toMatchObject({ width: 1920, height: 1080 });
  });

  it("is undefined for everything else, and for images without a size", async () => {
    const png = await fixture("picture.png");
    const flat = png.slice();
    flat.fill(0, 16, 20);
    for (const bytes of [
      new Uint8Array(),
      new TextEncoder().encode("<svg/>"),
      new TextEncoder().encode("GIF89a"),
      flat,
      png.slice(0, 20),
    ]) {
      expect(readImageHeader(bytes)).toBeUndefined();
    }
  });

  it("never throws on a file cut anywhere", async () => {
    for (const name of ["picture.jpg", "picture.png", "picture.webp"]) {
      const bytes = await fixture(name);
      for (let length = 0; length < bytes.length; length += 1) {
        expect(() => readImageHeader(bytes.subarray(0, length))).not.toThrow();
      }
    }
  });
});
