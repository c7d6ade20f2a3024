import { keyAction, stepSpeed } from "../keyboard-map";
import type { KeyAction } from "../keyboard-map";
import type { Stage } from "../media/stage";
import type { Controls } from "./controls";

const HIDE_AFTER_MS = 2500;

/** Keys, clicks on the picture, and the controls that hide while nobody moves. */
export function bindInteraction(root: HTMLElement, stage: Stage, controls: Controls, duration: () => number, onClose: () => void): void {
  let hideTimer: ReturnType<typeof setTimeout> | undefined;

  function reveal(): void {
    root.classList.remove("player-idle");
    clearTimeout(hideTimer);
    hideTimer = setTimeout(() => {
      const keyboardInBar = controls.element.querySelector(":focus-visible") !== null;
      if (!stage.paused && !controls.menu.isOpen && !keyboardInBar) {
        root.classList.add("player-idle");
      }
    }, HIDE_AFTER_MS);
  }

  function act(action: KeyAction): void {
    switch (action.kind) {
      case "toggle-play":
        return controls.togglePlay();
      case "toggle-mute":
        return controls.toggleMute();
      case "toggle-fullscreen":
        return controls.toggleFullscreen();
      case "toggle-pip":
        return controls.togglePip();
      case "slower":
        return controls.setSpeed(stepSpeed(stage.video.playbackRate, -1));
      case "faster":
        return controls.setSpeed(stepSpeed(stage.video.playbackRate, 1));
      case "seek-by":
        return stage.seek(Math.min(duration(), Math.max(0, stage.place + action.seconds)));
      case "seek-to":
        return stage.seek(duration() * action.fraction);
      case "volume-by":
        return controls.setVolume((stage.video.muted ? 0 : stage.video.volume) + action.step);
      case "close":
        return onClose();
    }
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    const inPlayer = root.contains(target) || document.fullscreenElement === root;
    if (event.defaultPrevented && !(inPlayer && target instanceof HTMLInputElement)) {
      return;
    }
    if (isTyping(target) || (pressesItself(target) && (event.key === " " || event.key === "Enter"))) {
      return;
    }
    const action = keyAction(event, inPlayer);
    if (action !== undefined) {
      event.preventDefault();
      act(action);
      reveal();
    }
  });

  root.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") {
      reveal();
    }
  });
  root.addEventListener("pointerleave", (event) => {
    // A lifted finger leaves too.
    if (event.pointerType !== "touch" && !stage.paused && !controls.menu.isOpen) {
      root.classList.add("player-idle");
    }
  });
  root.addEventListener("focusin", reveal);
  root.addEventListener("click", (event) => {
    if (event.target !== stage.video) {
      return;
    }
    // A finger's first tap shows the controls; the next one hides them. A mouse has already shown them.
    const byTouch = event instanceof PointerEvent && event.pointerType === "touch";
    if (!byTouch) {
      controls.togglePlay();
    } else if (root.classList.contains("player-idle")) {
      reveal();
    } else {
      root.classList.toggle("player-idle", !stage.paused);
    }
  });
  root.addEventListener("dblclick", (event) => {
    if (event.target === stage.video) {
      controls.toggleFullscreen();
    }
  });
  for (const type of ["play", "pause", "ended"] as const) {
    stage.on(type, reveal);
  }
}

/** The keys belong to what the viewer writes in. */
function isTyping(target: Element): boolean {
  if (target instanceof HTMLInputElement) {
    return target.type !== "range" && target.type !== "checkbox" && target.type !== "button";
  }
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

function pressesItself(target: Element): boolean {
  return target.closest("button, a, summary, label, input[type=checkbox], [role=button], [role=menuitemradio]") !== null;
}
