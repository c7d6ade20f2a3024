import { formatTime } from "../format-time";
import { SPEEDS } from "../keyboard-map";
import type { Stage } from "../media/stage";
import type { PreferenceStore } from "../preferences";
import { h, iconButton, relabel } from "./dom";
import { createMenu } from "./menu";
import type { Menu, MenuGroup } from "./menu";
import { createSeekBar } from "./seek-bar";

export interface ControlsOptions {
  stage: Stage;
  root: HTMLElement;
  preferences: PreferenceStore;
  duration: () => number;
  qualities: () => MenuGroup;
  onStats: () => void;
}

export interface Controls {
  element: HTMLElement;
  menu: Menu;
  statsButton: HTMLButtonElement;
  togglePlay(): void;
  toggleMute(): void;
  setVolume(volume: number): void;
  setSpeed(speed: number): void;
  toggleFullscreen(): void;
  togglePip(): void;
}

/** The bar under the picture. */
export function createControls(options: ControlsOptions): Controls {
  const { stage, root, preferences } = options;
  const play = iconButton("play", "Play (k)", togglePlay);
  const mute = iconButton("loud", "Mute (m)", toggleMute);
  const volume = h("input", { type: "range", class: "player-volume", min: 0, max: 100, step: 1, "aria-label": "Volume" });
  const time = h("span", { class: "player-time" });
  const statsButton = iconButton("peers", "Sharing between viewers", options.onStats, "player-peers");
  const count = h("span", { class: "player-peer-count", "aria-hidden": "true" });
  statsButton.append(count);
  const settings = iconButton("settings", "Quality and speed", () => {});
  const menu = createMenu(settings, "Quality and speed", () => [options.qualities(), speeds(), ...captions()]);
  const pip = iconButton("pip", "Picture in picture (i)", togglePip);
  const fullscreen = iconButton("fullscreen", "Full screen (f)", toggleFullscreen);
  pip.hidden = !document.pictureInPictureEnabled;

  function togglePlay(): void {
    if (stage.paused || stage.video.ended) {
      stage.play();
    } else {
      stage.pause();
    }
  }

  function toggleMute(): void {
    const { video } = stage;
    video.muted = !video.muted;
    if (!video.muted && video.volume === 0) {
      video.volume = 0.5;
    }
  }

  function setVolume(level: number): void {
    stage.video.volume = Math.min(1, Math.max(0, level));
    stage.video.muted = level <= 0;
  }

  function setSpeed(speed: number): void {
    stage.video.defaultPlaybackRate = speed;
    stage.video.playbackRate = speed;
    preferences.set({ speed });
  }

  function speeds(): MenuGroup {
    return {
      title: "Speed",
      choices: SPEEDS.map((speed) => ({
        label: speed === 1 ? "1×" : `${speed}×`,
        description: speed === 1 ? "Normal speed" : `${speed} times normal speed`,
        checked: Math.abs(stage.video.playbackRate - speed) < 0.01,
        choose: () => setSpeed(speed),
      })),
    };
  }

  function captions(): MenuGroup[] {
    const tracks = [...stage.video.textTracks];
    const show = (chosen: TextTrack | undefined) => {
      for (const track of tracks) {
        track.mode = track === chosen ? "showing" : "disabled";
      }
    };
    const off = { label: "Off", checked: tracks.every(({ mode }) => mode !== "showing"), choose: () => show(undefined) };
    const languages = tracks.map((track) => ({ label: track.label, checked: track.mode === "showing", choose: () => show(track) }));
    return tracks.length === 0 ? [] : [{ title: "Captions", choices: [off, ...languages] }];
  }

  function toggleFullscreen(): void {
    if (document.fullscreenElement !== null) {
      document.exitFullscreen().catch(() => {});
    } else if (typeof root.requestFullscreen === "function") {
      root.requestFullscreen().catch(() => {});
    } else if ("webkitEnterFullscreen" in stage.video && typeof stage.video.webkitEnterFullscreen === "function") {
      // iPhones give full screen to the video element only.
      stage.video.webkitEnterFullscreen();
    }
  }

  function togglePip(): void {
    if (document.pictureInPictureElement !== null) {
      document.exitPictureInPicture().catch(() => {});
    } else if (document.pictureInPictureEnabled) {
      stage.video.requestPictureInPicture().catch(() => {});
    }
  }

  function paintPlay(): void {
    const ended = stage.video.ended;
    relabel(play, ended ? "replay" : stage.paused ? "play" : "pause", ended ? "Play again (k)" : stage.paused ? "Play (k)" : "Pause (k)");
  }

  function paintTime(): void {
    const total = options.duration();
    time.textContent = `${formatTime(stage.place, total)} / ${formatTime(total)}`;
  }

  function paintVolume(): void {
    const { video } = stage;
    const level = video.muted ? 0 : video.volume;
    relabel(mute, level === 0 ? "muted" : level < 0.5 ? "quiet" : "loud", video.muted ? "Unmute (m)" : "Mute (m)");
    volume.value = String(Math.round(level * 100));
    volume.style.setProperty("--level", String(level));
    volume.setAttribute("aria-valuetext", `${Math.round(level * 100)} %${video.muted ? ", muted" : ""}`);
  }

  volume.addEventListener("input", () => setVolume(Number(volume.value) / 100));
  volume.addEventListener("keydown", (event) => {
    // Up and down are the player's own keys for the volume; left and right would seek.
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
    }
  });
  for (const type of ["play", "pause", "ended", "seeking", "swap", "playing"] as const) {
    stage.on(type, paintPlay);
  }
  for (const type of ["timeupdate", "seeking", "durationchange", "swap", "loadedmetadata"] as const) {
    stage.on(type, paintTime);
  }
  stage.on("volumechange", () => {
    paintVolume();
    preferences.set({ volume: stage.video.volume, muted: stage.video.muted });
  });
  stage.on("swap", paintVolume);
  document.addEventListener("fullscreenchange", () => {
    const on = document.fullscreenElement === root;
    relabel(fullscreen, on ? "shrink" : "fullscreen", on ? "Leave full screen (f)" : "Full screen (f)");
  });
  paintPlay();
  paintTime();
  paintVolume();

  const bar = h(
    "div",
    { class: "player-bar" },
    play,
    h("div", { class: "player-sound" }, mute, volume),
    time,
    h("span", { class: "player-gap" }),
    statsButton,
    settings,
    pip,
    fullscreen,
  );
  return {
    element: h("div", { class: "player-controls" }, createSeekBar(stage, options.duration), bar),
    menu,
    statsButton,
    togglePlay,
    toggleMute,
    setVolume,
    setSpeed,
    toggleFullscreen,
    togglePip,
  };
}

/** Shows the number of connected viewers on the sharing button. */
export function paintPeerCount(controls: Controls, peers: number, on: boolean): void {
  const count = controls.statsButton.querySelector(".player-peer-count");
  if (count !== null) {
    count.textContent = on && peers > 0 ? String(peers) : "";
  }
  controls.statsButton.setAttribute("aria-label", `Sharing between viewers: ${on ? `${peers} connected` : "off"}`);
}
