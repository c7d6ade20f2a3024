/** The last so many milliseconds count. */
const WINDOW_MS = 10_000;

export interface RateMeter {
  /** Notes how much is done by now. */
  add(done: number, nowMs: number): void;
  /** Units a second over the last seconds; undefined until two points are known. */
  rate(): number | undefined;
  /** Seconds until `total`; undefined where the speed isn't known. */
  remainingSeconds(total: number): number | undefined;
}

/** Speed and remaining time of something that goes on, by its last ten seconds. */
export function createRateMeter(): RateMeter {
  let points: { done: number; at: number }[] = [];
  const rate = () => {
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < 500) {
      return undefined;
    }
    return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
  };
  return {
    add(done, nowMs) {
      const last = points.at(-1);
      if (last !== undefined && done < last.done) {
        // It went back (a chunk was lost): the old points say nothing of the speed.
        points = [];
      } else if (last !== undefined && nowMs - last.at < 100) {
        last.done = done;
        return;
      }
      points = [...points.filter((point) => nowMs - point.at <= WINDOW_MS), { done, at: nowMs }];
    },
    rate,
    remainingSeconds(total) {
      const [speed, last] = [rate(), points.at(-1)];
      return speed === undefined || speed === 0 || last === undefined ? undefined : (total - last.done) / speed;
    },
  };
}
