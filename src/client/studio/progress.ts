import { createRateMeter } from "../upload/rate-meter";

/** How far one thing is, for the page to show. */
export interface Progress {
  done: number;
  total: number;
  /** Units a second. */
  rate: number | undefined;
  remainingSeconds: number | undefined;
  /** What it waits for. */
  trouble: string | undefined;
}

export interface ProgressTracker {
  at: (done: number) => void;
  trouble: (trouble: string | undefined) => void;
}

/** Keeps a `Progress` and tells of each change. */
export function trackProgress(total: number, onChange: (progress: Progress) => void): ProgressTracker {
  const meter = createRateMeter();
  let progress: Progress = { done: 0, total, rate: undefined, remainingSeconds: undefined, trouble: undefined };
  return {
    at(done: number): void {
      meter.add(done, performance.now());
      progress = { ...progress, done, rate: meter.rate(), remainingSeconds: meter.remainingSeconds(total) };
      onChange(progress);
    },
    trouble(trouble: string | undefined): void {
      if (trouble !== progress.trouble) {
        progress = { ...progress, trouble };
        onChange(progress);
      }
    },
  };
}
