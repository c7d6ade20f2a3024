import { VideoSample } from "mediabunny";
import { createPlaneResampler, rotatePlane, type PlaneResampler, type PlaneShape } from "./resample";

// Pictures made smaller and upright. The pixel formats that decoders give are scaled as they are, plane by plane; what
// remains (opaque or RGB frames, high dynamic range) is drawn on a canvas and turned back to the colours of television.

export interface FrameTarget {
  /** As displayed, even. */
  width: number;
  height: number;
  /** Clockwise, that makes the source upright. */
  rotation: 0 | 90 | 180 | 270;
  highDynamicRange: boolean;
}

interface PlanarFormat {
  bits: number;
  /** Chroma is halved across and down. */
  halvedAcross: boolean;
  halvedDown: boolean;
  /** U and V alternate in one plane. */
  interleaved: boolean;
}

/** Of WebCodecs' pixel formats those that hold Y, U and V without transparency; undefined for others. */
export function planarFormat(format: string | null): PlanarFormat | undefined {
  const match = /^(I420|I422|I444|NV12)(?:P(10|12))?$/.exec(format ?? "");
  return match === null
    ? undefined
    : {
        bits: Number(match[2] ?? 8),
        halvedAcross: match[1] !== "I444",
        halvedDown: match[1] === "I420" || match[1] === "NV12",
        interleaved: match[1] === "NV12",
      };
}

/** Gives each sample scaled and upright, as a new sample of 8-bit 4:2:0 with the source's timing; the caller closes both. */
export type FrameScaler = (sample: VideoSample) => Promise<VideoSample>;

export function createFrameScaler(target: FrameTarget): FrameScaler {
  const planar = createPlanarScaler(target);
  const canvas = createCanvasScaler(target);
  return async (sample) => {
    const format = planarFormat(sample.format);
    if (format === undefined || target.highDynamicRange || sample.flip) {
      return canvas(sample);
    }
    const { visibleRect } = sample;
    const asItIs = visibleRect.width === target.width && visibleRect.height === target.height && target.rotation === 0;
    if (asItIs && (sample.format === "I420" || sample.format === "NV12")) {
      const copy = sample.clone();
      copy.setRotation(0);
      return copy;
    }
    return await planar(sample, format);
  };
}

function createPlanarScaler(target: FrameTarget): (sample: VideoSample, format: PlanarFormat) => Promise<VideoSample> {
  const turned = target.rotation % 180 !== 0;
  // The size before it is turned upright.
  const size = turned ? { width: target.height, height: target.width } : { width: target.width, height: target.height };
  const half = halfOf(size);
  const lumaBytes = size.width * size.height;
  const chromaBytes = half.width * half.height;
  const scaled = new Uint8Array(lumaBytes + 2 * chromaBytes);
  const upright = target.rotation === 0 ? scaled : new Uint8Array(scaled.length);
  let input = new Uint8Array(0);
  let key = "";
  let luma: PlaneResampler;
  let chroma: PlaneResampler;

  return async (sample, format) => {
    const { width, height } = sample.visibleRect;
    // Some sources change their size or format on the way.
    if (key !== `${sample.format} ${width} ${height}`) {
      key = `${sample.format} ${width} ${height}`;
      const chromaShape = {
        width: format.halvedAcross ? Math.ceil(width / 2) : width,
        height: format.halvedDown ? Math.ceil(height / 2) : height,
      };
      luma = createPlaneResampler({ width, height }, size, format.bits);
      chroma = createPlaneResampler(chromaShape, half, format.bits);
    }
    const bytes = sample.allocationSize();
    if (input.length < bytes) {
      input = new Uint8Array(bytes);
    }
    const planes = await sample.copyTo(input);
    const wide = format.bits > 8;
    const samples = wide ? new Uint16Array(input.buffer, 0, input.length >> 1) : input;
    const unit = wide ? 2 : 1;
    const source = (plane: number, shift = 0, step = 1) => ({
      samples,
      offset: (planes[plane]?.offset ?? 0) / unit + shift,
      stride: (planes[plane]?.stride ?? 0) / unit,
      step,
    });
    luma(source(0), scaled, 0);
    chroma(format.interleaved ? source(1, 0, 2) : source(1), scaled, lumaBytes);
    chroma(format.interleaved ? source(1, 1, 2) : source(2), scaled, lumaBytes + chromaBytes);
    if (target.rotation !== 0) {
      rotatePlane(scaled, 0, size, target.rotation, upright, 0);
      rotatePlane(scaled, lumaBytes, half, target.rotation, upright, lumaBytes);
      rotatePlane(scaled, lumaBytes + chromaBytes, half, target.rotation, upright, lumaBytes + chromaBytes);
    }
    return sampleOf(upright, target, sample, colorSpaceOf(sample));
  };
}

function halfOf({ width, height }: PlaneShape): PlaneShape {
  return { width: width / 2, height: height / 2 };
}

/** The sample's colours; what it leaves out is what players guess by its size, before a smaller one makes them guess otherwise. */
function colorSpaceOf(sample: VideoSample): VideoColorSpaceInit {
  const { primaries, transfer, matrix, fullRange } = sample.colorSpace;
  const guess = Math.min(sample.visibleRect.width, sample.visibleRect.height) >= 720 ? "bt709" : "smpte170m";
  return { primaries: primaries ?? guess, transfer: transfer ?? guess, matrix: matrix ?? guess, fullRange: fullRange ?? false };
}

function sampleOf(pixels: Uint8Array<ArrayBuffer>, target: FrameTarget, like: VideoSample, colorSpace: VideoColorSpaceInit): VideoSample {
  return new VideoSample(pixels, {
    format: "I420",
    codedWidth: target.width,
    codedHeight: target.height,
    timestamp: like.timestamp,
    duration: like.duration,
    colorSpace,
  });
}

function createCanvasScaler(target: FrameTarget): (sample: VideoSample) => VideoSample {
  let context: OffscreenCanvasRenderingContext2D | undefined;
  const pixels = new Uint8Array((target.width * target.height * 3) / 2);
  return (sample) => {
    context ??= new OffscreenCanvas(target.width, target.height).getContext("2d", { willReadFrequently: true, alpha: false }) ?? undefined;
    if (context === undefined) {
      throw new Error("No canvas to draw on");
    }
    // Turns it upright by itself.
    sample.draw(context, 0, 0, target.width, target.height);
    rgbaToI420(context.getImageData(0, 0, target.width, target.height).data, target, pixels);
    return sampleOf(pixels, target, sample, { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false });
  };
}

/** sRGB pixels as BT.709 of limited range; chroma is the average of two by two. */
export function rgbaToI420(rgba: Uint8ClampedArray, { width, height }: PlaneShape, target: Uint8Array): void {
  const chromaWidth = width / 2;
  const uAt = width * height;
  const vAt = uAt + chromaWidth * (height / 2);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      target[y * width + x] = 16.5 + 0.1826 * (rgba[at] as number) + 0.6142 * (rgba[at + 1] as number) + 0.062 * (rgba[at + 2] as number);
    }
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const at = (y * width + x) * 4;
      const below = at + width * 4;
      const mean = (channel: number) =>
        ((rgba[at + channel] as number) +
          (rgba[at + 4 + channel] as number) +
          (rgba[below + channel] as number) +
          (rgba[below + 4 + channel] as number)) /
        4;
      const [red, green, blue] = [mean(0), mean(1), mean(2)];
      const chromaAt = (y / 2) * chromaWidth + x / 2;
      target[uAt + chromaAt] = 128.5 - 0.1006 * red - 0.3386 * green + 0.4392 * blue;
      target[vAt + chromaAt] = 128.5 + 0.4392 * red - 0.3989 * green - 0.0403 * blue;
    }
  }
}
