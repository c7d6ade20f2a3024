import { describe, expect, test } from "vitest";
import { openVideoUploadSchema, videoMetadataSchema } from "../../../src/contract/upload.ts";

const NEEDED = { name: "A clip", channelId: 1 };

describe("what is said of a video", () => {
  test("name and channel are enough; the rest has PeerTube's defaults", () => {
    expect(videoMetadataSchema.parse(NEEDED)).toMatchObject({
      name: "A clip",
      channelId: 1,
      privacy: 3,
      nsfw: false,
      waitTranscoding: false,
      commentsPolicy: 1,
      downloadEnabled: true,
      tags: [],
    });
  });

  test("a form's texts and blanks are read", () => {
    const form = {
      name: " A clip ",
      channelId: "4",
      privacy: "1",
      category: "",
      licence: "null",
      nsfw: "true",
      tags: "films",
      description: "",
    };
    expect(videoMetadataSchema.parse(form)).toMatchObject({
      name: "A clip",
      channelId: 4,
      privacy: 1,
      nsfw: true,
      tags: ["films"],
      description: null,
    });
  });

  test("markup is text like any other", () => {
    const name = "<script>alert(1)</script>";
    expect(videoMetadataSchema.parse({ ...NEEDED, name }).name).toBe(name);
  });

  test.each([
    { name: "ab" },
    { name: "x".repeat(121) },
    { name: "x".repeat(10_000) },
    { name: undefined },
    { channelId: undefined },
    { channelId: "x" },
    { channelId: -1 },
    { privacy: 0 },
    { privacy: 6 },
    { category: 4711 },
    { licence: 4711 },
    { language: "klingonese" },
    { description: "x".repeat(10_001) },
    { tags: ["a"] },
    { tags: ["aa", "bb", "cc", "dd", "ee", "ff"] },
    { tags: ["x".repeat(31)] },
    { commentsPolicy: 4 },
    { nsfw: "maybe" },
    { originallyPublishedAt: "yesterday" },
  ])("%o is refused, and named", (change) => {
    const parsed = videoMetadataSchema.safeParse({ ...NEEDED, ...change });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.every((issue) => issue.path[0] === Object.keys(change)[0])).toBe(true);
  });

  test("password-protected videos are refused with a sentence of their own", () => {
    const parsed = videoMetadataSchema.safeParse({ ...NEEDED, privacy: 5 });
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([expect.stringContaining("password-protected")]);
  });

  test("an upload needs a file name, and its image is small", () => {
    expect(openVideoUploadSchema.safeParse(NEEDED).success).toBe(false);
    expect(openVideoUploadSchema.safeParse({ ...NEEDED, filename: "a.mp4" }).success).toBe(true);
    const large = new File([new Uint8Array(4 * 1024 * 1024 + 1)], "a.jpg");
    expect(openVideoUploadSchema.safeParse({ ...NEEDED, filename: "a.mp4", thumbnailfile: large }).success).toBe(false);
  });
});
