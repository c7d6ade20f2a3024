import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { probeMedia, probeWith } from "../../../src/domain/media/probe";
import { fixture, probeBytes } from "./fixtures";

const h264 = expect.stringMatching(/^avc1\.[0-9a-f]{6}$/);

describe("what a file is", () => {
  it.each([
    [
      "faststart.mp4",
      { container: "mp4", extension: ".mp4", faststart: true, fragmented: false, audioCodec: "mp4a.40.2", fps: 25, durationMs: 4000 },
    ],
    ["moov-at-end.mp4", { container: "mp4", faststart: false, fragmented: false, fps: 25, durationMs: 4000 }],
    ["fragmented.mp4", { container: "mp4", fragmented: true, fps: 25, durationMs: 4000 }],
    ["fragmented-sidx.mp4", { container: "mp4", fragmented: true, fps: 25, durationMs: 4000 }],
    ["no-audio.mp4", { hasAudio: false, audioCodec: null, fps: 12.5, durationMs: 2000 }],
    ["ntsc.mkv", { container: "matroska", extension: ".mkv", audioCodec: "mp4a.40.2", fps: 29.97 }],
  ])("%s", async (name, expected) => {
    expect(await probeBytes(await fixture(name))).toMatchObject({
      ok: true,
      value: { hasVideo: true, videoCodec: h264, width: 320, height: 180, resolution: 180, ...expected },
    });
  });

  it("reads WebM", async () => {
    expect(await probeBytes(await fixture("vp9-opus.webm"))).toMatchObject({
      ok: true,
      value: {
        container: "webm",
        extension: ".webm",
        videoCodec: expect.stringMatching(/^vp09\.00/),
        audioCodec: "opus",
        width: 320,
        height: 180,
        fps: 25,
      },
    });
  });

  it("turns a clip as the phone says", async () => {
    expect(await probeBytes(await fixture("rotated.mp4"))).toMatchObject({
      ok: true,
      value: { width: 180, height: 320, resolution: 180, fps: 25 },
    });
  });

  it("writes the MIME type with codecs", async () => {
    expect(await probeBytes(await fixture("faststart.mp4"))).toMatchObject({
      ok: true,
      value: { mimeType: expect.stringMatching(/^video\/mp4; codecs="avc1\.[0-9a-f]{6}, mp4a\.40\.2"$/) },
    });
  });

  it("takes sound alone, without a resolution", async () => {
    const sound = { hasVideo: false, hasAudio: true, resolution: 0, width: 0, height: 0, fps: 0, videoCodec: null };
    expect(await probeBytes(await fixture("sound-only.m4a"))).toMatchObject({
      ok: true,
      value: { ...sound, extension: ".m4a", mimeType: 'audio/mp4; codecs="mp4a.40.2"' },
    });
    expect(await probeBytes(await fixture("sound-only.mp3"))).toMatchObject({
      ok: true,
      value: { ...sound, extension: ".mp3", mimeType: "audio/mpeg" },
    });
  });

  it("reads a recording without a duration, as live recorders write WebM", async () => {
    const bytes = await fixture("vp9-opus.webm");
    // Duration (4489) becomes Void of the same length.
    const at = bytes.findIndex((byte, index) => byte === 0x44 && bytes[index + 1] === 0x89 && bytes[index + 2] === 0x88);
    expect(at).toBeGreaterThan(0);
    bytes.set([0xec, 0x89], at);
    const result = await probeBytes(bytes);
    expect(result.ok && Math.abs(result.value.durationMs - 2000)).toBeLessThan(60);
  });
});

describe("what is refused, and why", () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const half = async (name: string) => {
    const bytes = await fixture(name);
    return bytes.slice(0, Math.floor(bytes.length / 2));
  };

  it.each([
    ["an empty file", async () => new Uint8Array(), "empty"],
    ["text", async () => bytesOf("Dear diary, this is no film. ".repeat(200)), "not-media"],
    ["short text", async () => bytesOf("hi"), "not-media"],
    ["noise", async () => crypto.getRandomValues(new Uint8Array(60_000)).fill(0x61, 0, 8), "not-media"],
    ["noise that begins like MP3", async () => crypto.getRandomValues(new Uint8Array(60_000)).fill(0xff, 0, 2), "not-media"],
    ["a JPEG", async () => await fixture("picture.jpg"), "not-media"],
    ["a PNG", async () => await fixture("picture.png"), "not-media"],
    ["a faststart MP4 cut off in its media", async () => await half("faststart.mp4"), "cut-off"],
    ["a faststart MP4 that lacks one byte", async () => (await fixture("faststart.mp4")).slice(0, -1), "cut-off"],
    ["an MP4 cut off before its index", async () => await half("moov-at-end.mp4"), "cut-off"],
    ["a fragmented MP4 cut off", async () => await half("fragmented.mp4"), "cut-off"],
    ["an indexed fragmented MP4 cut off", async () => await half("fragmented-sidx.mp4"), "cut-off"],
    ["a Matroska file cut off", async () => await half("ntsc.mkv"), "cut-off"],
    ["a WebM file cut off", async () => await half("vp9-opus.webm"), "cut-off"],
    ["the head of an MP4", async () => (await fixture("moov-at-end.mp4")).slice(0, 40), "no-index"],
  ])("%s", async (_what, make, reason) => {
    const result = await probeBytes(new Uint8Array(await make()));
    expect(result).toMatchObject({ ok: false, error: { reason, detail: expect.stringMatching(/^[A-Z].*\.$/) } });
  });

  it("an MP4 whose index is cut inside: the media are there, the index isn't whole", async () => {
    const bytes = await fixture("moov-at-end.mp4");
    expect(await probeBytes(bytes.slice(0, -100))).toMatchObject({ ok: false, error: { reason: "cut-off" } });
  });
});

it("says so where the bytes are gone", async () => {
  expect(await probeMedia(env.MEDIA, "nowhere", 1000)).toMatchObject({ ok: false, error: { reason: "gone" } });
});

describe("what a hostile file may cost", () => {
  /** The bucket, with reads counted. */
  function countedBucket() {
    const counts = { reads: 0, bytes: 0 };
    const bucket = new Proxy(env.MEDIA, {
      get(target, property) {
        if (property !== "get") {
          return Reflect.get(target, property);
        }
        return async (key: string, options: R2GetOptions & { range: { length: number } }) => {
          counts.reads += 1;
          counts.bytes += options.range.length;
          return await target.get(key, options);
        };
      },
    });
    return { bucket, counts };
  }

  it.each(["faststart.mp4", "moov-at-end.mp4", "fragmented-sidx.mp4", "ntsc.mkv", "vp9-opus.webm"])("%s takes one read", async (name) => {
    const bytes = await fixture(name);
    await env.MEDIA.put("counted", bytes);
    const { bucket, counts } = countedBucket();
    await probeMedia(bucket, "counted", bytes.length);
    expect(counts.reads).toBe(1);
  });

  it("an index that claims two gigabytes of tables isn't read into memory", async () => {
    const bytes = await fixture("faststart.mp4");
    // stsz: a size for each of four billion samples.
    const at = bytes.findIndex((byte, index) => byte === 0x73 && String.fromCharCode(...bytes.subarray(index, index + 4)) === "stts");
    new DataView(bytes.buffer).setUint32(at + 8, 0xffffffff);
    await env.MEDIA.put("hostile", bytes);
    const { bucket, counts } = countedBucket();
    await probeMedia(bucket, "hostile", bytes.length);
    expect(counts.bytes).toBeLessThan(200_000);
  });

  it("a chain of a million empty boxes ends with the budget", async () => {
    const bytes = new Uint8Array(8 * 1024 * 1024);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += 8) {
      view.setUint32(at, 8);
      bytes.set([0x66, 0x72, 0x65, 0x65], at + 4);
    }
    bytes.set([0x66, 0x74, 0x79, 0x70], 4);
    await env.MEDIA.put("chain", bytes);
    const { bucket, counts } = countedBucket();
    expect(await probeMedia(bucket, "chain", bytes.length, { reads: 10, bytesPerRead: 1024 * 1024 })).toMatchObject({ ok: false });
    expect(counts.reads).toBeLessThanOrEqual(10);
  });

  it("never throws, whatever byte is wrong in a header", async () => {
    // A fixed series of numbers, so that a failure comes back.
    let state = 20_261_123;
    const below = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    for (const name of ["faststart.mp4", "fragmented-sidx.mp4", "ntsc.mkv"]) {
      const bytes = (await fixture(name)).slice(0, 12_000);
      for (let round = 0; round < 100; round += 1) {
        const broken = bytes.slice();
        for (let change = 0; change < 3; change += 1) {
          broken[below(4000)] = below(256);
        }
        const reader = { read: async (start: number, end: number) => broken.slice(start, end), reads: () => 0 };
        await expect(probeWith(reader, broken.length), `${name}, round ${round}`).resolves.toHaveProperty("ok");
      }
    }
  });
});
