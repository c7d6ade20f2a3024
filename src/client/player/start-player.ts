import type { VideoDetails, VideoFile } from "../../contract/video";
import { playableFiles } from "../../protocol/media/choose-file";
import type { FileAccess } from "../session/file-token";
import { createStage } from "./media/stage";
import { createPreferenceStore, p2pWanted } from "./preferences";
import { fileForResolution, fileOfUrl, qualitiesOf, qualityLabel } from "./quality";
import { createSourceControl } from "./source-control";
import { statsLine } from "./stats";
import type { PlayerStats } from "./stats";
import { canShare } from "./swarm/swarm-client";
import { createControls, paintPeerCount } from "./ui/controls";
import { bindInteraction } from "./ui/interaction";
import type { MenuGroup } from "./ui/menu";
import { createOverlay } from "./ui/overlay";
import { createStatsPanel } from "./ui/stats-panel";
import { reportViews } from "./view-report";

const STATS_EVERY_MS = 1000;

export interface PlayerOptions {
  /** The element that holds the `<video>`. */
  root: HTMLElement;
  /** Whether the instance lets viewers share at all. */
  p2pAllowed: boolean;
  /** Where the files' addresses need a token: those of a video that isn't public. */
  fileAccess?: FileAccess;
  /** Where the line about peers and bytes goes. */
  statsElement?: HTMLElement | null;
}

/** A running player, also as `window.edgetubePlayer`. */
export interface Player {
  /** The element that is seen now; a change of source may replace it. */
  readonly video: HTMLVideoElement;
  stats(): PlayerStats;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setP2p(on: boolean): void;
  chooseResolution(resolution: number): void;
  destroy(): void;
}

declare global {
  interface Window {
    edgetubePlayer?: Player;
  }
  interface Navigator {
    connection?: { saveData?: boolean };
  }
}

/**
 * Puts the player over the `<video>` in `root`, which may already be loading; undefined where there is none or no file to play. A private
 * video isn't shared between viewers: its bytes need the viewer's own right to them.
 */
export function startPlayer(details: VideoDetails, options: PlayerOptions): Player | undefined {
  const { root } = options;
  const video = root.querySelector("video");
  const files = qualitiesOf(playableFiles(details));
  const initial = video === null ? undefined : (fileOfUrl(files, video.currentSrc || video.src) ?? files[0]);
  if (video === null || initial === undefined) {
    return undefined;
  }
  const preferences = createPreferenceStore();
  const { volume, muted, resolution, speed } = preferences.get();
  const preferred = resolution === undefined ? initial : (fileForResolution(files, resolution) ?? initial);
  const stage = createStage(video);
  const shareable = options.p2pAllowed && isPublic(details) && canShare();
  video.volume = volume ?? video.volume;
  video.muted = muted ?? video.muted;
  video.defaultPlaybackRate = speed ?? 1;
  video.playbackRate = speed ?? 1;

  const overlay = createOverlay(stage, () => source.retry());
  const source = createSourceControl({
    stage,
    file: initial,
    p2pWanted: shareable && p2pWanted(preferences.get(), true, navigator.connection?.saveData === true),
    httpUrl: async (file) => (await options.fileAccess?.addressOf(httpUrl(file, details.isLocal))) ?? httpUrl(file, details.isLocal),
    replacementOf: options.fileAccess?.replacementOf,
    refresh: async (file) => refresh(details.uuid, file),
    onError: (shown) => (shown ? overlay.showError() : overlay.hideError()),
  });

  function chooseFile(file: VideoFile): void {
    preferences.set({ resolution: file.resolution.id });
    source.chooseFile(file);
  }

  function setP2p(on: boolean): void {
    preferences.set({ p2p: on });
    source.setP2p(on && shareable);
    paintStats();
  }

  function qualities(): MenuGroup {
    const choices = files.map((file) => ({
      label: qualityLabel(file),
      checked: file.fileUrl === source.file.fileUrl,
      choose: () => chooseFile(file),
    }));
    return { title: "Quality", choices };
  }

  function duration(): number {
    return Number.isFinite(stage.video.duration) ? stage.video.duration : details.duration;
  }

  const panel = createStatsPanel(shareable, () => source.p2pOn, setP2p);
  const controls = createControls({
    stage,
    root,
    preferences,
    duration,
    qualities,
    onStats: () => showStats(panel.element.hidden !== false),
  });

  function showStats(shown: boolean): void {
    panel.element.hidden = !shown;
    controls.statsButton.setAttribute("aria-expanded", String(shown));
    paintStats();
  }

  function paintStats(): void {
    const stats = source.stats();
    if (!panel.element.hidden) {
      panel.update(stats);
    }
    paintPeerCount(controls, stats.peers, source.p2pOn);
    if (options.statsElement) {
      options.statsElement.textContent = statsLine(stats, source.p2pOn);
    }
  }

  root.append(overlay.element, controls.element, controls.menu.element, panel.element);
  bindInteraction(root, stage, controls, duration, () => showStats(false));
  video.controls = false;
  video.classList.add("player-video");
  root.classList.add("player-ready");
  if (!root.hasAttribute("aria-label")) {
    root.setAttribute("role", "region");
    root.setAttribute("aria-label", "Video player");
  }
  if (preferred !== initial) {
    source.chooseFile(preferred);
  }
  // A page that is being left sends no token, so views of what isn't open to all aren't told.
  if (isPublic(details)) {
    reportViews(stage, details.uuid, details.duration);
  }
  const timer = setInterval(paintStats, STATS_EVERY_MS);
  paintStats();

  const player: Player = {
    get video() {
      return stage.video;
    },
    stats: () => source.stats(),
    play: () => stage.play(),
    pause: () => stage.pause(),
    seek: (seconds) => stage.seek(seconds),
    setP2p,
    chooseResolution(wanted) {
      const file = fileForResolution(files, wanted);
      if (file !== undefined) {
        chooseFile(file);
      }
    },
    destroy() {
      clearInterval(timer);
      source.destroy();
    },
  };
  // The tracker should learn at once that this viewer left; a page that comes back from the cache joins again.
  window.addEventListener("pagehide", () => source.setP2p(false));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && shareable && p2pWanted(preferences.get(), true, navigator.connection?.saveData === true)) {
      source.setP2p(true);
    }
  });
  window.edgetubePlayer = player;
  return player;
}

const PRIVACY_PUBLIC = 1;
const PRIVACY_UNLISTED = 2;

function isPublic(details: VideoDetails): boolean {
  return details.privacy.id === PRIVACY_PUBLIC || details.privacy.id === PRIVACY_UNLISTED;
}

/** A file of this instance (`ownFiles`) is asked of the address that the page came from, whichever of its names that was. */
function httpUrl(file: VideoFile, ownFiles: boolean): string {
  const url = new URL(file.fileUrl, location.href);
  return ownFiles && url.pathname.startsWith("/static/web-videos/") ? url.pathname + url.search : url.href;
}

async function refresh(videoUuid: string, file: VideoFile): Promise<VideoFile> {
  const response = await fetch(`/api/v1/videos/${videoUuid}`, { headers: { accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`The instance answered ${response.status}.`);
  }
  const details = (await response.json()) as VideoDetails;
  return fileOfUrl(playableFiles(details), file.fileUrl) ?? file;
}
