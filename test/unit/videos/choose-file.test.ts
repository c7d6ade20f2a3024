import { expect, test } from "vitest";
import { chooseDefaultFile } from "../../../src/protocol/media/choose-file";

const H264 = 'video/mp4; codecs="avc1.64001f, mp4a.40.2"';
const HEVC = 'video/mp4; codecs="hvc1.1.6.L93.B0"';
const MKV = 'video/x-matroska; codecs="avc1.64001f"';
const WEBM = 'video/webm; codecs="vp9, opus"';

function file(resolution: number, mimeType: string, size = 1000) {
  return { resolution: { id: resolution }, mimeType, size };
}

test("takes the highest resolution up to 720p", () => {
  expect(chooseDefaultFile([file(1080, H264), file(720, H264), file(480, H264)])?.resolution.id).toBe(720);
});

test("takes the lowest above 720p where there is none below", () => {
  expect(chooseDefaultFile([file(2160, H264), file(1080, H264)])?.resolution.id).toBe(1080);
});

test("prefers what plays everywhere to a source that may not play, whatever the resolution", () => {
  expect(chooseDefaultFile([file(720, MKV), file(240, H264)])?.mimeType).toBe(H264);
  expect(chooseDefaultFile([file(720, HEVC), file(360, WEBM)])?.mimeType).toBe(WEBM);
});

test("takes the smaller of two files of one resolution", () => {
  expect(chooseDefaultFile([file(720, H264, 9000), file(720, H264, 100)])?.size).toBe(100);
});

test("asks the browser, and falls back to any file where it refuses all", () => {
  expect(chooseDefaultFile([file(720, H264), file(480, WEBM)], { canPlay: (type) => type === WEBM })?.mimeType).toBe(WEBM);
  expect(chooseDefaultFile([file(720, H264)], { canPlay: () => false })?.mimeType).toBe(H264);
});

test("no files, no choice", () => {
  expect(chooseDefaultFile([])).toBeUndefined();
});
