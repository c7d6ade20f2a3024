import { describeTime, formatTime } from "../format-time";
import type { Stage } from "../media/stage";
import { h } from "./dom";

/** Tenths of a second: the slider's unit, fine enough for short clips. */
const STEPS_PER_SECOND = 10;

/** The bar to move in the video: what is buffered, where it is, and the time under the pointer. */
export function createSeekBar(stage: Stage, duration: () => number): HTMLElement {
  const buffered = h("canvas", { class: "player-buffered", width: 1000, height: 1, "aria-hidden": "true" });
  const played = h("div", { class: "player-played" });
  const hover = h("div", { class: "player-hover-time", "aria-hidden": "true" });
  const input = h("input", { type: "range", class: "player-seek-input", min: 0, max: 0, value: 0, step: 1, "aria-label": "Position" });
  const bar = h("div", { class: "player-seek" }, h("div", { class: "player-track" }, buffered, played), input, hover);
  let dragging = false;

  function paint(): void {
    const total = duration();
    input.max = String(Math.floor(total * STEPS_PER_SECOND));
    if (!dragging) {
      input.value = String(Math.round(stage.place * STEPS_PER_SECOND));
    }
    const at = Number(input.value) / STEPS_PER_SECOND;
    input.setAttribute("aria-valuetext", `${describeTime(at)} of ${describeTime(total)}`);
    bar.style.setProperty("--played", total > 0 ? String(Math.min(1, at / total)) : "0");
  }

  function paintBuffered(): void {
    const context = buffered.getContext("2d");
    const total = duration();
    if (context === null || total <= 0) {
      return;
    }
    context.clearRect(0, 0, buffered.width, 1);
    context.fillStyle = "#fff";
    const ranges = stage.video.buffered;
    for (let index = 0; index < ranges.length; index += 1) {
      const from = (ranges.start(index) / total) * buffered.width;
      context.fillRect(from, 0, (ranges.end(index) / total) * buffered.width - from, 1);
    }
  }

  function seek(): void {
    stage.seek(Number(input.value) / STEPS_PER_SECOND);
    paint();
  }

  input.addEventListener("input", () => {
    dragging = true;
    seek();
  });
  input.addEventListener("change", () => {
    dragging = false;
    seek();
  });
  // The player's own keys are one for the whole player; the slider's would count twice.
  input.addEventListener("keydown", (event) => {
    if (/^(?:Arrow|Home|End|Page)/.test(event.key)) {
      event.preventDefault();
    }
  });
  bar.addEventListener("pointermove", (event) => {
    const { left, width } = bar.getBoundingClientRect();
    const fraction = Math.min(1, Math.max(0, (event.clientX - left) / width));
    hover.textContent = formatTime(fraction * duration(), duration());
    bar.style.setProperty("--hover", String(fraction));
  });
  for (const type of ["timeupdate", "seeking", "durationchange", "loadedmetadata", "swap"] as const) {
    stage.on(type, paint);
  }
  for (const type of ["progress", "seeked", "swap", "timeupdate", "loadedmetadata"] as const) {
    stage.on(type, paintBuffered);
  }
  paint();
  paintBuffered();
  return bar;
}
