import { describe, expect, it } from "vitest";
import { ffmpegArguments } from "../../../src/client/transcode/ffmpeg-arguments";
import { fitShorterSide, planRenditions, playsAsItIs, videoBitrate } from "../../../src/client/transcode/plan";
import type { SourceInfo, SourceVideo } from "../../../src/client/transcode/types";

function source(change: Partial<SourceInfo> = {}, video: Partial<SourceVideo> = {}): SourceInfo {
  return {
    container: "MP4",
    mimeType: "video/mp4",
    duration: 10,
    audio: { codec: "aac", codecString: "mp4a.40.2", channels: 2, sampleRate: 48_000 },
    undecodable: undefined,
    ...change,
    video: {
      codec: "avc",
      codecString: "avc1.640028",
      width: 1920,
      height: 1080,
      rotation: 0,
      frameRate: 30,
      variableFrameRate: false,
      highDynamicRange: false,
      bitrate: 8_000_000,
      ...video,
    },
  };
}

describe("which renditions are made", () => {
  it("takes the enabled resolutions below the source's shorter side, smallest first", () => {
    const plans = planRenditions(source(), [720, 240, 1080, 480, 1440]);
    expect(plans.map((plan) => [plan.resolution, plan.width, plan.height])).toEqual([
      [240, 426, 240],
      [480, 854, 480],
      [720, 1280, 720],
    ]);
  });

  it("goes by the shorter side of a vertical video", () => {
    const plans = planRenditions(source({}, { width: 720, height: 1280, rotation: 90 }), [360, 720, 1080]);
    expect(plans.map((plan) => [plan.width, plan.height])).toEqual([[360, 640]]);
  });

  it("makes none of a small playable video", () => {
    expect(planRenditions(source({}, { width: 320, height: 240 }))).toEqual([]);
  });

  it("repacks H.264 from Matroska at its own size without encoding it", () => {
    const plans = planRenditions(source({ container: "Matroska" }, { width: 640, height: 480 }), [360, 480]);
    expect(plans.map((plan) => [plan.resolution, plan.mode])).toEqual([
      [360, "encode"],
      [480, "copy"],
    ]);
  });

  it("encodes at its own size what browsers don't play", () => {
    const hevc = source({ container: "QuickTime File Format" }, { codec: "hevc", codecString: "hvc1.1.6.L93.B0", width: 639, height: 361 });
    expect(planRenditions(hevc, [240]).at(-1)).toMatchObject({ resolution: 361, width: 638, height: 360, mode: "encode" });
    const tenBits = source({}, { codecString: "avc1.6e0028" });
    expect(planRenditions(tenBits, []).map((plan) => plan.mode)).toEqual(["encode"]);
  });

  it("knows what browsers play", () => {
    expect(playsAsItIs(source())).toBe(true);
    expect(playsAsItIs(source({ audio: undefined }))).toBe(true);
    expect(playsAsItIs(source({ container: "Matroska" }))).toBe(false);
    expect(playsAsItIs(source({ audio: { codec: "ac3", codecString: "ac-3", channels: 6, sampleRate: 48_000 } }))).toBe(false);
    const vp9 = { codec: "vp9", codecString: "vp09.00.10.08" };
    expect(
      playsAsItIs(source({ container: "WebM", audio: { codec: "opus", codecString: "opus", channels: 2, sampleRate: 48_000 } }, vp9)),
    ).toBe(true);
  });
});

describe("sizes", () => {
  it("are even, keep the aspect ratio and never grow", () => {
    expect(fitShorterSide(1919, 1079, 720)).toEqual({ width: 1280, height: 720 });
    expect(fitShorterSide(641, 361, 361)).toEqual({ width: 640, height: 360 });
    expect(fitShorterSide(4000, 10, 8)).toEqual({ width: 3200, height: 8 });
    expect(fitShorterSide(640, 480, 1080)).toEqual({ width: 640, height: 480 });
  });
});

describe("bitrates", () => {
  const rich = { width: 3840, height: 2160, bitrate: 100_000_000, codec: "avc" };
  it.each([
    [426, 240, 0.5],
    [854, 480, 1.4],
    [1280, 720, 2.5],
    [1920, 1080, 4.6],
  ])("%d×%d at 30 frames has %d Mbit/s", (width, height, megabits) => {
    expect(videoBitrate({ width, height, frameRate: 30 }, rich) / 1e6).toBeCloseTo(megabits, 1);
  });

  it("is 1.4 times that at 60 frames", () => {
    const [half, full] = [30, 60].map((frameRate) => videoBitrate({ width: 1280, height: 720, frameRate }, rich));
    expect((full ?? 0) / (half ?? 1)).toBeCloseTo(Math.SQRT2, 2);
  });

  it("is not much more than the source has for that area", () => {
    const thin = { width: 1920, height: 1080, bitrate: 600_000, codec: "avc" };
    expect(videoBitrate({ width: 1280, height: 720, frameRate: 30 }, thin)).toBeLessThan(600_000);
    expect(videoBitrate({ width: 426, height: 240, frameRate: 30 }, { ...thin, bitrate: 1000 })).toBe(100_000);
  });
});

describe("ffmpeg's arguments", () => {
  const text = (info: SourceInfo, mode: "encode" | "copy" = "encode") => {
    const [plan] = planRenditions(info, [480]);
    return plan === undefined ? "" : ffmpegArguments("/in/a.mkv", "/out.mp4", info, { ...plan, mode }).join(" ");
  };

  it("ask for fragments at key frames every two seconds", () => {
    expect(text(source())).toContain("-force_key_frames expr:gte(t,n_forced*2)");
    expect(text(source())).toContain("-movflags +frag_keyframe+delay_moov+default_base_moof+skip_trailer");
  });

  it("copy AAC, mix many channels down and convert the rest", () => {
    expect(text(source())).toContain("-c:a copy");
    expect(text(source({ audio: { codec: "flac", codecString: "flac", channels: 6, sampleRate: 96_000 } }))).toContain(
      "-c:a aac -b:a 128000 -ac 2 -ar 48000",
    );
    expect(text(source({ audio: undefined }))).not.toContain("-c:a");
  });

  it("copy the picture where only the container changes", () => {
    expect(text(source(), "copy")).toContain("-c:v copy");
  });

  it("hold the frame rate at 60", () => {
    expect(text(source({}, { frameRate: 120 }))).toContain("fps=60,scale=");
    expect(text(source({}, { frameRate: 60 }))).not.toContain("fps=60");
  });
});
