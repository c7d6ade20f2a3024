import { aimFor, isAligned } from "./aim";

// The stage holds the <video> that is seen and heard. Changing its source prepares a second, silent <video> at the place where the first will be
// in a moment, starts it there, and swaps the two: the picture doesn't stop.

const FORWARDED = [
  "play",
  "pause",
  "playing",
  "waiting",
  "ended",
  "timeupdate",
  "durationchange",
  "loadedmetadata",
  "loadeddata",
  "progress",
  "seeking",
  "seeked",
  "ratechange",
  "volumechange",
  "error",
  "canplay",
  "enterpictureinpicture",
  "leavepictureinpicture",
] as const;

export type StageEvent = (typeof FORWARDED)[number] | "swap";

export type SwapOutcome = "swapped" | "failed" | "superseded";

export interface SwapOptions {
  /** How long the new source may take, in milliseconds, while the old one plays on. */
  timeoutMs: number;
  /** The old source is dead: wait for the new one however long it takes. */
  forced: boolean;
  signal: AbortSignal;
}

export interface Stage {
  /** The element that is seen now. */
  readonly video: HTMLVideoElement;
  /** Calls back for the seen element's events, whichever element that is by then, and for `swap`. */
  on(type: StageEvent, listener: () => void): void;
  /** The viewer wants it to stand still, whatever the element does for want of data. */
  readonly paused: boolean;
  /** Seconds from the start; kept across a source that died. */
  readonly place: number;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** Plays `url` from where the picture is now; resolves when it is on stage or won't be. */
  swapTo(url: string, options: SwapOptions): Promise<SwapOutcome>;
  /** Loads `url` into the seen element itself, keeping the place. */
  load(url: string): void;
}

/** Takes the page's own `<video>` over without touching what it is loading. */
export function createStage(first: HTMLVideoElement): Stage {
  let video = first;
  /** Where the viewer is, kept across a source that died. */
  let place = first.currentTime;
  let wantsPlay = !first.paused;
  const listeners = new Map<StageEvent, (() => void)[]>();

  function emit(type: StageEvent): void {
    for (const listener of listeners.get(type) ?? []) {
      listener();
    }
  }

  function adopt(element: HTMLVideoElement): void {
    for (const type of FORWARDED) {
      element.addEventListener(type, () => {
        if (element !== video) {
          return;
        }
        remember(element, type);
        emit(type);
      });
    }
  }

  function remember(element: HTMLVideoElement, type: StageEvent): void {
    if ((type === "timeupdate" || type === "seeking") && element.readyState >= HTMLMediaElement.HAVE_METADATA) {
      place = element.currentTime;
    }
    // An element whose source died pauses by itself; the viewer didn't ask for that.
    if (type === "play" || (type === "pause" && element.error === null)) {
      wantsPlay = !element.paused;
    }
  }

  function load(url: string): void {
    const element = video;
    const { playbackRate } = element;
    const start = place;
    const resume = wantsPlay;
    element.src = url;
    element.playbackRate = playbackRate;
    element.defaultPlaybackRate = playbackRate;
    if (start > 0) {
      element.addEventListener("loadedmetadata", () => (element.currentTime = start), { once: true });
    }
    if (resume) {
      wantsPlay = true;
      element.play().catch(() => {});
    }
  }

  function swapIn(next: HTMLVideoElement): void {
    const old = video;
    next.volume = old.volume;
    next.muted = old.muted;
    for (const name of ["id", "class", "tabindex", "aria-label"]) {
      const value = old.getAttribute(name);
      if (value !== null) {
        next.setAttribute(name, value);
      }
    }
    next.removeAttribute("aria-hidden");
    for (const [index, track] of [...old.textTracks].entries()) {
      const twin = next.textTracks[index];
      if (twin !== undefined) {
        twin.mode = track.mode;
      }
    }
    video = next;
    place = next.currentTime;
    wantsPlay = !next.paused;
    discard(old);
    // Unmuting may pause an element that nobody's gesture has allowed to be heard.
    if (wantsPlay && next.paused) {
      next.play().catch(() => {});
    }
    emit("swap");
  }

  async function swapTo(url: string, options: SwapOptions): Promise<SwapOutcome> {
    if (isElsewhere(video)) {
      load(url);
      const ready = await settled(video, options.timeoutMs, options.signal);
      return options.signal.aborted ? "superseded" : ready ? "swapped" : "failed";
    }
    const next = twinOf(video, url);
    video.after(next);
    const ready = await prepare(next, () => ({ video, place, wantsPlay }), options);
    if (options.signal.aborted || !ready) {
      discard(next);
      return options.signal.aborted ? "superseded" : "failed";
    }
    swapIn(next);
    return "swapped";
  }

  adopt(first);
  return {
    get video() {
      return video;
    },
    get paused() {
      return !wantsPlay;
    },
    get place() {
      return place;
    },
    play() {
      wantsPlay = true;
      video.play().catch((error: unknown) => {
        // The browser wants a gesture first. Any other failure is the source's, and another source may still play.
        if (error instanceof DOMException && error.name === "NotAllowedError") {
          wantsPlay = false;
          emit("pause");
        }
      });
    },
    pause() {
      wantsPlay = false;
      video.pause();
      emit("pause");
    },
    seek(seconds) {
      place = seconds;
      if (video.readyState >= HTMLMediaElement.HAVE_METADATA) {
        video.currentTime = seconds;
      }
    },
    on(type, listener) {
      listeners.set(type, [...(listeners.get(type) ?? []), listener]);
    },
    async swapTo(url, options) {
      return swapTo(url, options);
    },
    load,
  };

  function twinOf(old: HTMLVideoElement, url: string): HTMLVideoElement {
    const next = document.createElement("video");
    next.className = "player-video-waiting";
    next.playsInline = true;
    next.preload = "auto";
    next.muted = true;
    const poster = old.getAttribute("poster");
    if (poster) {
      next.poster = poster;
    }
    next.defaultPlaybackRate = old.playbackRate;
    next.playbackRate = old.playbackRate;
    next.setAttribute("aria-hidden", "true");
    next.append(...[...old.querySelectorAll("track")].map((track) => track.cloneNode()));
    next.src = url;
    adopt(next);
    return next;
  }
}

interface Seen {
  video: HTMLVideoElement;
  place: number;
  wantsPlay: boolean;
}

const TICK_MS = 20;
/** What a torrent's stream usually needs to get ready at 10 Mbit/s; doubled when it wasn't enough. */
const FIRST_LEAD_SECONDS = 1.5;

/** Brings `next` to the place and state of what is seen, and starts it; false if it can't in time. */
async function prepare(next: HTMLVideoElement, seen: () => Seen, options: SwapOptions): Promise<boolean> {
  const deadline = performance.now() + options.timeoutMs;
  let aim: number | undefined;
  let lead = FIRST_LEAD_SECONDS;
  while (!options.signal.aborted && next.error === null && (options.forced || performance.now() < deadline)) {
    await tick();
    if (next.readyState < HTMLMediaElement.HAVE_METADATA) {
      continue;
    }
    const now = seen();
    const moving = now.wantsPlay && isMoving(now.video);
    const here = now.video.readyState >= HTMLMediaElement.HAVE_METADATA && now.video.error === null ? now.video.currentTime : now.place;
    if (aim === undefined || !isAligned({ here, aim, moving, lead })) {
      if (aim !== undefined && moving && here > aim) {
        lead = Math.min(lead * 2, 6);
      }
      aim = aimFor({ here, moving, lead, rate: now.video.playbackRate, duration: next.duration });
      // An untouched video shows its poster; seeking would take that away.
      if (aim > 0 || next.currentTime > 0) {
        next.currentTime = aim;
      }
      continue;
    }
    if (next.seeking || next.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || (now.wantsPlay && !hasEnough(next))) {
      continue;
    }
    if (moving && here + 0.03 * now.video.playbackRate < aim) {
      continue;
    }
    return now.wantsPlay ? start(next) : true;
  }
  return false;
}

function isMoving(video: HTMLVideoElement): boolean {
  return !video.paused && !video.ended && !video.seeking && video.error === null && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
}

/** Whether what lies ahead lasts for two seconds, or to the end. */
function hasEnough(video: HTMLVideoElement): boolean {
  if (video.readyState === HTMLMediaElement.HAVE_ENOUGH_DATA) {
    return true;
  }
  return (
    video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && bufferedAhead(video) >= Math.min(2, video.duration - video.currentTime - 0.1)
  );
}

/** Seconds that can play from here without a byte more. */
export function bufferedAhead(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.1 && buffered.end(index) >= currentTime) {
      return buffered.end(index) - currentTime;
    }
  }
  return 0;
}

async function start(next: HTMLVideoElement): Promise<boolean> {
  const firstFrame = new Promise<void>((resolve) => {
    if ("requestVideoFrameCallback" in next) {
      next.requestVideoFrameCallback(() => resolve());
    } else {
      (next as HTMLVideoElement).addEventListener("playing", () => resolve(), { once: true });
    }
    // Without pictures (audio only, a hidden tab) no frame is ever shown.
    setTimeout(resolve, 150);
  });
  try {
    await next.play();
  } catch {
    return false;
  }
  await firstFrame;
  return true;
}

/** Whether the picture is shown outside the page, by this very element. */
function isElsewhere(video: HTMLVideoElement): boolean {
  return document.pictureInPictureElement === video || ("webkitDisplayingFullscreen" in video && video.webkitDisplayingFullscreen === true);
}

async function settled(video: HTMLVideoElement, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline && !signal.aborted && video.error === null) {
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
      return true;
    }
    await tick();
  }
  return false;
}

async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}

/** Frees an element's connection and decoder. */
function discard(video: HTMLVideoElement): void {
  video.pause();
  video.removeAttribute("src");
  video.load();
  video.remove();
}
