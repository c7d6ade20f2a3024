import type { Stage } from "../media/stage";
import { h, iconButton } from "./dom";

export interface Overlay {
  element: HTMLElement;
  showError(): void;
  hideError(): void;
}

/** How long the picture may wait before the spinner shows, in milliseconds: shorter waits aren't worth the flicker. */
const SPINNER_DELAY_MS = 300;

/** What lies over the picture: the large play button before the start, the spinner, the error with its way out. */
export function createOverlay(stage: Stage, onRetry: () => void): Overlay {
  const begin = iconButton("play", "Play", () => stage.play(), "player-begin");
  const spinner = h("div", { class: "player-spinner", role: "status", "aria-label": "Loading", hidden: true });
  const retry = h("button", { type: "button", class: "player-retry" }, "Try again");
  const error = h(
    "div",
    { class: "player-error", role: "alert", hidden: true },
    h("p", {}, "The video can't be loaded right now."),
    h("p", {}, "The server doesn't deliver it and no other viewer has it. Check your connection, or wait a moment."),
    retry,
  );
  const element = h("div", { class: "player-overlay" }, begin, spinner, error);
  let spinTimer: ReturnType<typeof setTimeout> | undefined;

  function update(): void {
    const { video } = stage;
    const waits =
      error.hidden && ((!stage.paused && !video.ended && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) || video.seeking);
    if (!waits) {
      clearTimeout(spinTimer);
      spinTimer = undefined;
      spinner.hidden = true;
    } else {
      spinTimer ??= setTimeout(() => (spinner.hidden = false), SPINNER_DELAY_MS);
    }
    begin.hidden = !stage.paused || stage.place > 0 || !error.hidden;
  }

  retry.addEventListener("click", onRetry);
  for (const type of [
    "waiting",
    "playing",
    "canplay",
    "play",
    "pause",
    "seeking",
    "seeked",
    "timeupdate",
    "swap",
    "error",
    "loadeddata",
    "ended",
  ] as const) {
    stage.on(type, update);
  }
  update();
  return {
    element,
    showError() {
      error.hidden = false;
      update();
    },
    hideError() {
      error.hidden = true;
      update();
    },
  };
}
