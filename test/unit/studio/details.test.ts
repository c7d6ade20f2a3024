import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatRemaining, titleOfFile } from "../../../src/client/studio/format";
import { isAtWork, isFinished, resumed, type Job } from "../../../src/client/studio/job";
import { detailsForm, parseTags, validateDetails } from "../../../src/client/studio/validate";
import { openVideoUploadSchema } from "../../../src/contract/upload";

const details = {
  name: "A title",
  channelId: 1,
  privacy: 1,
  description: "",
  category: undefined,
  licence: undefined,
  language: undefined,
  tags: [],
  nsfw: false,
};

describe("what the user tells of a video", () => {
  it.each([
    [{ name: " ab " }, "name"],
    [{ name: "x".repeat(121) }, "name"],
    [{ channelId: 0 }, "channelId"],
    [{ description: "x".repeat(10_001) }, "description"],
    [{ tags: ["one", "two", "three", "four", "five", "six"] }, "tags"],
    [{ tags: ["x"] }, "tags"],
  ])("is refused where the instance would refuse it: %j", (change, field) => {
    expect(Object.keys(validateDetails({ ...details, ...change }))).toEqual([field]);
  });

  it("is taken at its limits", () => {
    const full = { ...details, name: "x".repeat(120), description: "x".repeat(10_000), tags: ["ab", "cd", "ef", "gh", "x".repeat(30)] };
    expect(validateDetails(full)).toEqual({});
  });

  it("becomes fields that the instance's own schema reads", () => {
    const form = detailsForm(
      { ...details, name: " <b>Bold</b> ", category: 3, language: "de", tags: ["one", "two"], nsfw: true },
      undefined,
    );
    const fields: Record<string, unknown> = { filename: "a.mp4", tags: [form.get("tags[0]"), form.get("tags[1]")] };
    for (const [name, value] of form) {
      if (!name.startsWith("tags")) {
        fields[name] = value;
      }
    }
    expect(openVideoUploadSchema.parse(fields)).toMatchObject({
      name: "<b>Bold</b>",
      channelId: 1,
      privacy: 1,
      category: 3,
      language: "de",
      tags: ["one", "two"],
      nsfw: true,
    });
  });

  it("has tags between commas, each once", () => {
    expect(parseTags(" cats,  city   walks,,cats ")).toEqual(["cats", "city walks"]);
    expect(parseTags("")).toEqual([]);
  });

  it("has a title from the file's name", () => {
    expect(titleOfFile("holiday_2026-08.final.MP4")).toBe("holiday 2026-08.final");
    expect(titleOfFile("x".repeat(300))).toHaveLength(120);
  });
});

describe("figures", () => {
  it("are short", () => {
    expect([0, 999, 2_811_553, 999_600, 123_456_789, 3_200_000_000].map(formatBytes)).toEqual([
      "0 B",
      "999 B",
      "2.8 MB",
      "1.0 MB",
      "123 MB",
      "3.2 GB",
    ]);
    expect([0, 59.6, 139.4, 3661].map(formatDuration)).toEqual(["0:00", "1:00", "2:19", "1:01:01"]);
    expect([undefined, 0.2, 59, 75, 3700].map(formatRemaining)).toEqual([
      "",
      "1 s left",
      "59 s left",
      "about 1 min left",
      "about 1 h 2 min left",
    ]);
  });
});

describe("a job after a reload", () => {
  const plan = { resolution: 240, width: 426, height: 240, mode: "encode", videoBitrate: 1, audioBitrate: 1, maxFrameRate: 60 } as const;
  const job = (sourceState: Job["source"]["state"], ...states: Job["renditions"][number]["state"][]) =>
    ({
      source: { state: sourceState, uploadUrl: "u", error: undefined },
      renditions: states.map((state) => ({ plan, state, engine: "webcodecs", fellBack: false, error: undefined, uploadUrl: undefined })),
    }) as unknown as Job;

  it("takes up what was half done and leaves the rest", () => {
    const after = resumed(job("uploading", "encoding", "uploading", "done", "cancelled", "failed", "encoded"));
    expect(after.source).toMatchObject({ state: "waiting", uploadUrl: "u" });
    expect(after.renditions.map((rendition) => rendition.state)).toEqual(["waiting", "encoded", "done", "cancelled", "failed", "encoded"]);
  });

  it("is finished when nothing is left to do or to try again", () => {
    expect(isFinished(job("done", "done", "cancelled"))).toBe(true);
    expect(isFinished(job("done", "failed"))).toBe(false);
    expect(isFinished(job("uploading", "done"))).toBe(false);
  });

  it("warns of leaving only while something goes on", () => {
    expect(isAtWork(job("uploading"))).toBe(true);
    expect(isAtWork(job("done", "encoding"))).toBe(true);
    expect(isAtWork(job("done", "failed"))).toBe(false);
    expect(isAtWork(job("failed", "waiting"))).toBe(false);
  });
});
