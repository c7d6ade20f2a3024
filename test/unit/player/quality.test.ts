import { describe, expect, it } from "vitest";
import { fileForResolution, fileOfUrl, qualitiesOf, qualityLabel } from "../../../src/client/player/quality";
import type { VideoFile } from "../../../src/contract/video";

function file(resolution: number, change: Partial<VideoFile> = {}): VideoFile {
  return {
    id: resolution,
    resolution: { id: resolution, label: `${resolution}p` },
    width: 0,
    height: resolution,
    size: 1,
    fps: 30,
    hasAudio: true,
    hasVideo: true,
    magnetUri: "",
    torrentUrl: "",
    torrentDownloadUrl: "",
    fileUrl: `https://video.example/static/web-videos/aaaa-${resolution}.mp4`,
    fileDownloadUrl: "",
    metadataUrl: "",
    storage: 0,
    mimeType: "video/mp4",
    ...change,
  };
}

const files = [file(360), file(1080), file(720)];

describe("qualities", () => {
  it("are listed best first, one for each resolution", () => {
    expect(qualitiesOf([...files, file(720, { id: 9 })]).map((each) => each.id)).toEqual([1080, 720, 360]);
  });

  it("a remembered resolution finds itself, else the next below, else the lowest", () => {
    expect(fileForResolution(files, 720)?.id).toBe(720);
    expect(fileForResolution(files, 1440)?.id).toBe(1080);
    expect(fileForResolution(files, 480)?.id).toBe(360);
    expect(fileForResolution(files, 144)?.id).toBe(360);
    expect(fileForResolution([], 720)).toBeUndefined();
  });

  it("a media address names its file whatever host and query it has", () => {
    expect(fileOfUrl(files, "http://127.0.0.1:9000/static/web-videos/aaaa-720.mp4?x=/1")?.id).toBe(720);
    expect(fileOfUrl(files, "")).toBeUndefined();
    expect(fileOfUrl(files, "blob:http://localhost/123")).toBeUndefined();
  });

  it("labels name high frame rates and files without pictures", () => {
    expect(qualityLabel(file(720))).toBe("720p");
    expect(qualityLabel(file(1080, { fps: 59.94 }))).toBe("1080p60");
    expect(qualityLabel(file(1080, { fps: 60, resolution: { id: 1080, label: "1080p60" } }))).toBe("1080p60");
    expect(qualityLabel(file(480, { resolution: { id: 480, label: "" } }))).toBe("480p");
    expect(qualityLabel(file(0))).toBe("Audio only");
  });
});
