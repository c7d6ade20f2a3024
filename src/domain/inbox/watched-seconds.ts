/** Who watches the same again and again is believed so often. */
const MAX_REPEATS = 5;

/** The seconds of all sections within the video, not more than a few times its length. */
export function watchedSeconds(sections: { startTimestamp: number; endTimestamp: number }[], duration: number): number {
  const sum = sections.reduce((total, { startTimestamp, endTimestamp }) => {
    return total + Math.max(0, Math.min(endTimestamp, duration) - Math.min(startTimestamp, duration));
  }, 0);
  return Math.round(Math.min(sum, duration * MAX_REPEATS));
}
