// A plane of picture samples made smaller: halved by averages while it is at least twice too large, then interpolated
// between the two nearest samples each way. That is quick in plain JavaScript (a filter of four taps took three times as
// long), and nothing leaves the source's colour space or range, as it does through a canvas.

/** Weights are fixed-point with this many bits. */
const WEIGHT_BITS = 8;
const WHOLE = 1 << WEIGHT_BITS;

interface Axis {
  /** The first of the two source samples of each target sample. */
  starts: Int32Array;
  /** The second one's weight, of WHOLE. */
  weights: Int32Array;
}

function axis(from: number, to: number): Axis {
  const starts = new Int32Array(to);
  const weights = new Int32Array(to);
  for (let index = 0; index < to; index += 1) {
    const centre = Math.max(0, ((index + 0.5) * from) / to - 0.5);
    const start = Math.max(0, Math.min(Math.floor(centre), from - 2));
    starts[index] = start;
    weights[index] = from === 1 ? 0 : Math.min(WHOLE, Math.round((centre - start) * WHOLE));
  }
  return { starts, weights };
}

export interface PlaneShape {
  width: number;
  height: number;
}

type Samples = Uint8Array | Uint16Array;

/** `samples[offset + y * stride + x * step]` is the sample at x, y. */
export interface PlaneSource {
  samples: Samples;
  offset: number;
  stride: number;
  step: number;
}

export type PlaneResampler = (source: PlaneSource, target: Uint8Array, targetOffset: number) => void;

/** A function that resamples planes of `from` to `to`, rows packed; samples of `bits` (8 to 12) become 8 bits. */
export function createPlaneResampler(from: PlaneShape, to: PlaneShape, bits = 8): PlaneResampler {
  const halved: (PlaneShape & { samples: Samples })[] = [];
  let shape = from;
  while (shape.width >= to.width * 2 && shape.height >= to.height * 2) {
    shape = { width: shape.width >> 1, height: shape.height >> 1 };
    const size = shape.width * shape.height;
    halved.push({ ...shape, samples: bits > 8 ? new Uint16Array(size) : new Uint8Array(size) });
  }
  const filter = createInterpolator(shape, to, bits);
  return (source, target, targetOffset) => {
    let current = source;
    for (const half of halved) {
      halve(current, half, half.samples);
      current = { samples: half.samples, offset: 0, stride: half.width, step: 1 };
    }
    filter(current, target, targetOffset);
  };
}

/** Averages two by two samples of `source` into the packed `target`. */
function halve(source: PlaneSource, { width, height }: PlaneShape, target: Samples): void {
  const { samples, step } = source;
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    let upper = source.offset + 2 * y * source.stride;
    let lower = upper + source.stride;
    for (let x = 0; x < width; x = (x + 1) | 0) {
      const above = ((samples[upper] as number) + (samples[(upper + step) | 0] as number)) | 0;
      const under = ((samples[lower] as number) + (samples[(lower + step) | 0] as number)) | 0;
      target[to] = ((above + under + 2) | 0) >> 2;
      upper = (upper + 2 * step) | 0;
      lower = (lower + 2 * step) | 0;
      to = (to + 1) | 0;
    }
  }
}

function createInterpolator(from: PlaneShape, to: PlaneShape, bits: number): PlaneResampler {
  const columns = axis(from.width, to.width);
  const rows = axis(from.height, to.height);
  return ({ samples, offset, stride, step }, target, targetOffset) => {
    const right = from.width > 1 ? step : 0;
    const below = from.height > 1 ? stride : 0;
    for (let y = 0; y < to.height; y += 1) {
      const base = offset + (rows.starts[y] as number) * stride;
      interpolateRow(samples, base, step, right, below, columns, rows.weights[y] as number, target, targetOffset + y * to.width, bits - 8);
    }
  };
}

/**
 * One row of the target from the row at `base` and the one `below` it. `Math.imul` and `| 0` keep the sums in 32-bit
 * integers, which is twice as fast as letting the engine check each for leaving them.
 */
function interpolateRow(
  samples: Samples,
  base: number,
  step: number,
  right: number,
  below: number,
  { starts, weights }: Axis,
  lower: number,
  target: Uint8Array,
  targetAt: number,
  extraBits: number,
): void {
  const width = starts.length;
  const shift = 2 * WEIGHT_BITS + extraBits;
  const rounding = 1 << (shift - 1);
  for (let x = 0; x < width; x = (x + 1) | 0) {
    const top = (base + Math.imul(starts[x] as number, step)) | 0;
    const bottom = (top + below) | 0;
    const weight = weights[x] as number;
    const topLeft = samples[top] as number;
    const bottomLeft = samples[bottom] as number;
    const upperMix = ((topLeft << WEIGHT_BITS) + Math.imul(((samples[(top + right) | 0] as number) - topLeft) | 0, weight)) | 0;
    const lowerMix = ((bottomLeft << WEIGHT_BITS) + Math.imul(((samples[(bottom + right) | 0] as number) - bottomLeft) | 0, weight)) | 0;
    const sample = (((upperMix << WEIGHT_BITS) + Math.imul((lowerMix - upperMix) | 0, lower) + rounding) | 0) >> shift;
    // The brightest of 10 bits rounds to 256.
    target[(targetAt + x) | 0] = sample > 255 ? 255 : sample;
  }
}

/** Copies a packed plane of `shape` turned clockwise by `rotation`; the copy is packed too. */
export function rotatePlane(
  source: Uint8Array,
  sourceOffset: number,
  shape: PlaneShape,
  rotation: 90 | 180 | 270,
  target: Uint8Array,
  targetOffset: number,
): void {
  const { width, height } = shape;
  // Where the sample at x, y goes: origin + x * alongX + y * alongY.
  const [origin, alongX, alongY] =
    rotation === 90 ? [height - 1, height, -1] : rotation === 180 ? [width * height - 1, -1, -width] : [(width - 1) * height, -height, 1];
  for (let y = 0; y < height; y += 1) {
    let from = sourceOffset + y * width;
    let to = targetOffset + origin + y * alongY;
    for (let x = 0; x < width; x += 1, from += 1, to += alongX) {
      target[to] = source[from] as number;
    }
  }
}
