import { readFile } from "node:fs/promises";
import { BufferSource, BufferTarget, Conversion, Input, MP4, Mp4OutputFormat, Output } from "mediabunny";
import { describe, expect, it } from "vitest";
import { listFragments } from "../../../src/protocol/media/fragments";
import { readMp4Layout } from "../../../src/protocol/media/mp4-layout";
import type { ReadBytes } from "../../../src/protocol/media/mp4-boxes";
import { buildSidx, parseSidx, planSidx } from "../../../src/protocol/media/sidx";

const fixture = async (name: string) => new Uint8Array(await readFile(new URL(`../../fixtures/${name}`, import.meta.url)));

function reader(bytes: Uint8Array): ReadBytes & { reads: [number, number][] } {
  const reads: [number, number][] = [];
  const read = async (start: number, end: number) => {
    reads.push([start, end]);
    return bytes.slice(start, end);
  };
  return Object.assign(read, { reads });
}

/** The file as the studio makes it: mediabunny's fragments, the streams copied. */
async function fragmentedByMediabunny(source: Uint8Array): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(source), formats: [MP4] });
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: 1 }),
    target: new BufferTarget(),
  });
  const conversion = await Conversion.init({ input, output });
  await conversion.execute();
  return new Uint8Array(output.target.buffer ?? new ArrayBuffer(0));
}

async function withSidx(bytes: Uint8Array): Promise<Uint8Array> {
  const plan = await planSidx(reader(bytes), bytes.length);
  if (!plan.ok) {
    throw new Error(plan.error.reason);
  }
  const { insertAt, sidx, end } = plan.value;
  return new Uint8Array(Buffer.concat([bytes.subarray(0, insertAt), sidx, bytes.subarray(insertAt, end)]));
}

describe("layout of an MP4", () => {
  it.each([
    ["faststart.mp4", { faststart: true, fragmented: false, damage: undefined }],
    ["moov-at-end.mp4", { faststart: false, fragmented: false, damage: undefined }],
    ["fragmented.mp4", { faststart: true, fragmented: true, damage: undefined }],
    ["fragmented-sidx.mp4", { faststart: true, fragmented: true, damage: undefined }],
  ])("%s", async (name, expected) => {
    const bytes = await fixture(name);
    expect(await readMp4Layout(reader(bytes), bytes.length)).toMatchObject(expected);
  });

  it("sees a file that was cut off: in the media, and before its index", async () => {
    const faststart = (await fixture("faststart.mp4")).slice(0, -1);
    expect((await readMp4Layout(reader(faststart), faststart.length))?.damage).toBe("cut");
    const atEnd = await fixture("moov-at-end.mp4");
    const layout = await readMp4Layout(reader(atEnd), atEnd.length);
    const withoutMoov = atEnd.slice(0, layout?.moov?.start);
    expect((await readMp4Layout(reader(withoutMoov), withoutMoov.length))?.damage).toBe("no-index");
  });

  it("reads little: headers, never the media", async () => {
    const bytes = await fixture("faststart.mp4");
    const read = reader(bytes);
    await readMp4Layout(read, bytes.length);
    expect(read.reads.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(2000);
  });

  it("is undefined for what is no MP4, and stops at the limit on boxes", async () => {
    const text = new TextEncoder().encode("This is a letter, not a film. ".repeat(10));
    expect(await readMp4Layout(reader(text), text.length)).toBeUndefined();
    const boxes = new Uint8Array(8 * 1000);
    for (let at = 0; at < boxes.length; at += 8) {
      boxes.set([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65], at);
    }
    const layout = await readMp4Layout(reader(boxes), boxes.length, { maxBoxes: 100 });
    expect(layout).toMatchObject({ walkedAll: false, damage: "no-index" });
    expect(layout?.boxes).toHaveLength(100);
  });

  it("lists fragments with their times and key frames", async () => {
    const bytes = await fixture("fragmented.mp4");
    const layout = await readMp4Layout(reader(bytes), bytes.length);
    const fragments = layout ? await listFragments(reader(bytes), layout) : [];
    expect(
      fragments.map(({ start, duration, startsWithKeyFrame }) => ({
        start,
        duration,
        startsWithKeyFrame,
      })),
    ).toEqual(
      // Two frames of 25 a second: the encoder's reordering, which this file has no edit list to take back.
      [0.08, 1.08, 2.08, 3.08].map((start) => ({ start, duration: 1, startsWithKeyFrame: true })),
    );
    expect(fragments.map(({ offset }) => String.fromCharCode(...bytes.subarray(offset + 4, offset + 8)))).toEqual([
      "moof",
      "moof",
      "moof",
      "moof",
    ]);
  });
});

describe("segment index", () => {
  it("agrees with the index that ffmpeg writes for the same fragments", async () => {
    const ours = parseSidx(await planned(await fixture("fragmented.mp4")));
    const theirFile = await fixture("fragmented-sidx.mp4");
    const layout = await readMp4Layout(reader(theirFile), theirFile.length);
    const theirs = parseSidx(theirFile.subarray(layout?.sidx?.start, layout?.sidx?.end));
    expect(ours?.references.map(({ duration }) => duration)).toEqual(theirs?.references.map(({ duration }) => duration));
    expect(ours?.references.every(({ startsWithKeyFrame }) => startsWithKeyFrame)).toBe(true);
    expect(ours?.references.map(({ size }) => size)).toEqual(theirs?.references.map(({ size }) => size));
    expect(ours).toMatchObject({ referenceId: theirs?.referenceId, timescale: theirs?.timescale });
  });

  it("makes every reference end where the next fragment begins, and the last at the file's end", async () => {
    const file = await withSidx(await fragmentedByMediabunny(await fixture("faststart.mp4")));
    const layout = await readMp4Layout(reader(file), file.length);
    expect(layout?.boxes.map(({ type }) => type)).toEqual([
      "ftyp",
      "moov",
      "sidx",
      ...Array.from({ length: 4 }, () => ["moof", "mdat"]).flat(),
    ]);
    const index = parseSidx(file.subarray(layout?.sidx?.start, layout?.sidx?.end));
    let at = layout?.sidx?.end ?? 0;
    for (const reference of index?.references ?? []) {
      expect(String.fromCharCode(...file.subarray(at + 4, at + 8))).toBe("moof");
      at += reference.size;
    }
    expect(at).toBe(file.length);
    expect(index?.references.map(({ duration }) => duration / (index?.timescale ?? 1))).toEqual([1, 1, 1, 1]);
  });

  it("still plays to the end for a reader: the packets are those of the source", async () => {
    const source = await fixture("faststart.mp4");
    const file = await withSidx(await fragmentedByMediabunny(source));
    const duration = async (bytes: Uint8Array) =>
      await (await new Input({ source: new BufferSource(bytes), formats: [MP4] }).getPrimaryVideoTrack())?.computeDuration();
    expect(await duration(file)).toBeCloseTo((await duration(source)) ?? 0, 3);
  });

  it.each([
    ["faststart.mp4", "not-fragmented"],
    ["fragmented-sidx.mp4", "indexed"],
    ["vp9-opus.webm", "not-fragmented"],
  ])("refuses %s: %s", async (name, reason) => {
    const bytes = await fixture(name);
    expect(await planSidx(reader(bytes), bytes.length)).toEqual({ ok: false, error: { reason } });
  });

  it("refuses a fragmented file that was cut off", async () => {
    const bytes = (await fixture("fragmented.mp4")).slice(0, 15_000);
    expect(await planSidx(reader(bytes), bytes.length)).toEqual({
      ok: false,
      error: { reason: "damaged" },
    });
  });

  it("is read back as written", () => {
    const index = {
      referenceId: 7,
      timescale: 90_000,
      earliestPresentationTime: 2 ** 40,
      firstOffset: 12,
      references: [
        { size: 2 ** 31 - 1, duration: 5, startsWithKeyFrame: true },
        { size: 1, duration: 2 ** 32 - 1, startsWithKeyFrame: false },
      ],
    };
    expect(parseSidx(buildSidx(index))).toEqual(index);
    expect(parseSidx(buildSidx(index).subarray(0, 50))).toBeUndefined();
  });
});

async function planned(bytes: Uint8Array): Promise<Uint8Array> {
  const plan = await planSidx(reader(bytes), bytes.length);
  return plan.ok ? plan.value.sidx : new Uint8Array();
}
