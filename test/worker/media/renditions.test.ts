import { beforeEach, describe, expect, it } from "vitest";
import { addRendition } from "../../../src/domain/videos/add-rendition";
import { makeUser, setUpInstance, testDeps } from "../users/support";
import { fixture } from "./fixtures";
import { assemble, countRows, publishFixture, rendition, storedKeys, userNamed } from "./support";

beforeEach(setUpInstance);

async function add(videoUuid: string, bytes: Uint8Array<ArrayBuffer>, username = "root") {
  const assembled = await assemble(bytes);
  return await addRendition(testDeps(), { videoUuid, assembled, user: await userNamed(username) });
}

describe("adding a rendition", () => {
  it("takes what the studio makes: mediabunny's fragments with our index", async () => {
    const video = await publishFixture("faststart.mp4");
    const result = await add(video.uuid, await rendition());
    expect(result).toMatchObject({
      ok: true,
      value: { videoId: video.id, resolution: 180, filename: expect.stringMatching(/-180\.mp4$/) },
    });
    expect(await countRows("video_files")).toBe(2);
    expect(await storedKeys()).toHaveLength(4);
  });

  it("takes ffmpeg's indexed fragments as well", async () => {
    const video = await publishFixture("faststart.mp4");
    expect(await add(video.uuid, await fixture("fragmented-sidx.mp4"))).toMatchObject({ ok: true });
  });

  it("is the same the second time", async () => {
    const video = await publishFixture("faststart.mp4");
    const addition = { videoUuid: video.uuid, assembled: await assemble(await rendition()), user: await userNamed("root") };
    const first = await addRendition(testDeps(), addition);
    expect(await addRendition(testDeps(), addition)).toEqual(first);
    expect(await countRows("video_files")).toBe(2);
  });

  it("keeps one of two that race for a resolution, and no bytes of the other", async () => {
    const video = await publishFixture("faststart.mp4");
    const bytes = await rendition();
    const results = await Promise.all([add(video.uuid, bytes), add(video.uuid, bytes)]);
    expect(results.map((result) => result.ok).toSorted()).toEqual([false, true]);
    expect(results.find((result) => !result.ok)).toMatchObject({ error: { reason: "already-there" } });
    expect(await countRows("video_files")).toBe(2);
    expect(await storedKeys()).toHaveLength(4);
  });

  it.each([
    ["fragments without an index", "faststart.mp4", async () => await fixture("fragmented.mp4"), /sidx/],
    ["an MP4 without fragments", "faststart.mp4", async () => await fixture("faststart.mp4"), /fragmented/],
    ["WebM", "faststart.mp4", async () => await fixture("vp9-opus.webm"), /fragmented/],
    ["text", "faststart.mp4", async () => new TextEncoder().encode("no film".repeat(99)), /isn't a video/],
    ["a file cut off", "faststart.mp4", async () => (await rendition()).slice(0, -10), /cut off/],
    ["a part of the video", "faststart.mp4", async () => await rendition("no-audio.mp4"), /sound/],
    ["another video: half as long", "no-audio.mp4", async () => await rendition("faststart.mp4"), /long/],
    ["another shape", "rotated.mp4", async () => await rendition("no-audio.mp4"), /shape/],
  ])("refuses %s, and its bytes are gone", async (_what, source, make, sentence) => {
    const video = await publishFixture(source);
    const result = await add(video.uuid, new Uint8Array(await make()));
    expect(result).toMatchObject({ ok: false, error: { reason: "unfit", detail: expect.stringMatching(sentence) } });
    expect(await countRows("video_files")).toBe(1);
    expect(await storedKeys()).toHaveLength(2);
  });

  it("refuses an index whose entries don't begin at key frames", async () => {
    const video = await publishFixture("faststart.mp4");
    const bytes = await rendition();
    // The second reference begins eight bytes late.
    const at = bytes.findIndex((byte, index) => byte === 0x73 && String.fromCharCode(...bytes.subarray(index, index + 4)) === "sidx") - 4;
    const view = new DataView(bytes.buffer);
    view.setUint32(at + 40, view.getUint32(at + 40) + 8);
    view.setUint32(at + 52, view.getUint32(at + 52) - 8);
    expect(await add(video.uuid, bytes)).toMatchObject({ ok: false, error: { reason: "unfit" } });
  });

  it("refuses somebody else's, and one of a video that is gone", async () => {
    await makeUser("alice", "alice-password");
    const video = await publishFixture("faststart.mp4");
    expect(await add(video.uuid, await rendition(), "alice")).toMatchObject({ ok: false, error: { reason: "forbidden" } });
    expect(await add(crypto.randomUUID(), await rendition())).toMatchObject({ ok: false, error: { reason: "unknown-video" } });
    expect(await storedKeys()).toHaveLength(2);
  });
});
