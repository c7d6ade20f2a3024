import type { Stage } from "./stage";

export const STALL_MS = 2500;
const POLL_MS = 250;

export interface StallSample {
  /** The viewer waits: playing or seeking, and not at the end. */
  wanting: boolean;
  /** The element can show what it should. */
  fed: boolean;
  place: number;
}

export interface StallClock {
  waitedMs: number;
  place: number;
}

/** The wait after one more sample, `elapsedMs` after the last; it begins anew whenever the picture moves. */
export function advanceStall(clock: StallClock, sample: StallSample, elapsedMs: number): StallClock {
  const stands = sample.wanting && !sample.fed && Math.abs(sample.place - clock.place) < 0.01;
  return { waitedMs: stands ? clock.waitedMs + elapsedMs : 0, place: sample.place };
}

/** Calls `onStall` each time the picture has stood still for want of data for `STALL_MS`, and again after as long. Gives the means to stop. */
export function watchStalls(stage: Stage, onStall: () => void, onMove: () => void): () => void {
  let clock: StallClock = { waitedMs: 0, place: -1 };
  let last = performance.now();
  let reported = 0;
  const timer = setInterval(() => {
    const { video } = stage;
    const now = performance.now();
    // A page that slept hasn't waited.
    const elapsed = Math.min(now - last, POLL_MS * 4);
    last = now;
    const before = clock;
    clock = advanceStall(
      clock,
      {
        wanting: (!video.paused && !video.ended) || video.seeking,
        fed: video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || video.error !== null,
        place: video.currentTime,
      },
      elapsed,
    );
    if (clock.waitedMs === 0) {
      reported = 0;
      if (!video.paused && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && clock.place !== before.place) {
        onMove();
      }
    } else if (clock.waitedMs >= STALL_MS * (reported + 1)) {
      reported += 1;
      onStall();
    }
  }, POLL_MS);
  return () => clearInterval(timer);
}
