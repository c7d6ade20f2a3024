/** How often other instances are told of new views at most. */
export const TELL_INTERVAL_MS = 24 * 60 * 60_000;
/** The growth that is worth an Update of a video: one in a hundred. */
const STEP = 0.01;

/**
 * When other instances are to be told that a video has so many views: once they grew by one in a hundred, and by one at
 * least, and not before a day has gone since they were last told. Undefined: they know well enough.
 */
export function tellAt(views: number, told: { views: number; at: number } | undefined): number | undefined {
  if (told === undefined) {
    return 0;
  }
  return views - told.views >= Math.max(1, told.views * STEP) ? told.at + TELL_INTERVAL_MS : undefined;
}
