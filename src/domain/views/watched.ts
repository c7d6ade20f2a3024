import type { WatchedSection } from "../../contract/view";

/** What counts as a view: PeerTube's ten seconds, or most of a shorter video, since players don't say where they are at its very end. */
const COUNTED_AFTER_SECONDS = 10;
const COUNTED_AFTER_PART = 0.75;

/** Whether somebody who is there, or has watched so many seconds, has viewed the video. */
export function isView(seconds: number, durationSeconds: number): boolean {
  return seconds >= Math.min(COUNTED_AFTER_SECONDS, durationSeconds * COUNTED_AFTER_PART);
}

/** Sections in order, without what they have in common and what lies beyond the video. */
export function mergedSections(sections: readonly WatchedSection[], durationSeconds: number): WatchedSection[] {
  const merged: WatchedSection[] = [];
  for (const { start, end } of sections.toSorted((a, b) => a.start - b.start)) {
    const section = { start: Math.min(start, durationSeconds), end: Math.min(end, durationSeconds) };
    const last = merged.at(-1);
    if (last !== undefined && section.start <= last.end) {
      last.end = Math.max(last.end, section.end);
    } else if (section.end > section.start) {
      merged.push(section);
    }
  }
  return merged;
}

export function secondsOf(sections: readonly WatchedSection[]): number {
  return sections.reduce((sum, { start, end }) => sum + end - start, 0);
}
