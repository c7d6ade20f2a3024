import { describe, expect, it } from "vitest";
import { toWebVtt } from "../../../src/protocol/captions/web-vtt";

describe("captions", () => {
  it("stay as they are where they are WebVTT", () => {
    const text = "WEBVTT - title\n\nNOTE made by hand\n\nintro\n00:00:01.000 --> 00:00:02.500 align:start line:0\n<v Ann>Hello\n";
    expect(toWebVtt(text)).toEqual({ ok: true, value: text });
  });

  it("get hours and one kind of line end", () => {
    expect(toWebVtt("\uFEFFWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nHello\r\n\r\n")).toEqual({
      ok: true,
      value: "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n",
    });
  });

  it("become WebVTT where they are SubRip", () => {
    const text = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nworld\r\n\r\n2\r\n01:02:03,004 --> 01:02:05,000 X1:1\r\nBye\r\n";
    expect(toWebVtt(text)).toEqual({
      ok: true,
      value: "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHello\nworld\n\n2\n01:02:03.004 --> 01:02:05.000\nBye\n",
    });
  });

  it.each([
    ["no cue", "WEBVTT\n\nnothing\n", 1],
    ["no text at all", "", 1],
    ["a timing that isn't one", "WEBVTT\n\n00:00:01 --> 00:00:02\nHello\n", 3],
    ["seconds beyond the minute", "1\n00:00:61,000 --> 00:01:62,000\nHello\n", 2],
    ["an end before its beginning", "1\n00:00:02,000 --> 00:00:01,000\nHello\n", 2],
  ])("are refused with %s, and where", (_, text, line) => {
    expect(toWebVtt(text)).toMatchObject({ ok: false, error: { line } });
  });
});
