import type { Stage } from "./media/stage";

/** PeerTube's: so much watched is a view, or of a short video this part. */
const VIEW_SECONDS = 10;
const VIEW_PART = 0.75;
/** A step of the clock that is longer was a jump. */
const MAX_STEP_SECONDS = 2;
const MAX_SECTIONS = 200;

interface Section {
  start: number;
  end: number;
}

/**
 * Tells the instance that the video is watched: once it was for ten seconds or most of it, and what was watched when it ends or
 * the page is left. Nothing says who watches; the session is this page alone.
 */
export function reportViews(stage: Stage, videoUuid: string, durationSeconds: number): void {
  const sessionId = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sections: Section[] = [];
  let open: Section | undefined;
  let viewSent = false;
  let endSent = false;

  function watched(): number {
    return sections.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  function send(watchedSections?: Section[]): void {
    const body = JSON.stringify({ currentTime: stage.place, sessionId, ...(watchedSections && { watchedSections }) });
    navigator.sendBeacon(`/api/v1/videos/${videoUuid}/views`, new Blob([body], { type: "application/json" }));
  }

  function note(): void {
    const now = stage.place;
    const step = open === undefined ? Number.NaN : now - open.end;
    if (open !== undefined && step >= 0 && step <= MAX_STEP_SECONDS) {
      open.end = now;
    } else if (!stage.paused && sections.length < MAX_SECTIONS) {
      open = { start: now, end: now };
      sections.push(open);
    }
    if (!viewSent && watched() >= Math.min(VIEW_SECONDS, durationSeconds * VIEW_PART)) {
      viewSent = true;
      send();
    }
  }

  function end(): void {
    const parts = sections.filter(({ start, end: until }) => until > start);
    if (!endSent && parts.length > 0) {
      endSent = true;
      send(parts);
    }
  }

  stage.on("playing", note);
  stage.on("timeupdate", note);
  stage.on("ended", end);
  window.addEventListener("pagehide", end);
}
