import type { VideoFile } from "../../contract/video";
import type { Stage } from "./media/stage";
import { watchStalls } from "./media/stall-watch";
import { initialSourceState, stepSource, waitsInVain, wantsPieces } from "./source-policy";
import type { SourceCommand, SourceEvent, SourceState } from "./source-policy";
import { bufferedBytes } from "./stats";
import type { PlayerStats } from "./stats";
import { startSwarmClient } from "./swarm/swarm-client";
import type { JoinedFile, SwarmClient } from "./swarm/swarm-client";

/** If no frame has come by then, the torrent is joined all the same. */
const START_OVERDUE_MS = 4000;
const SWITCH_TIMEOUT_MS = 20_000;
const PROBE_TIMEOUT_MS = 2000;
/** With HTTP down and nobody sharing, so long until the viewer is told. */
const GIVE_UP_AFTER_MS = 20_000;

export interface SourceControl {
  chooseFile(file: VideoFile): void;
  setP2p(on: boolean): void;
  retry(): void;
  readonly file: VideoFile;
  readonly p2pOn: boolean;
  stats(): PlayerStats;
  destroy(): void;
}

export interface SourceControlOptions {
  stage: Stage;
  file: VideoFile;
  p2pWanted: boolean;
  /** The HTTP address of a file, good for now. */
  httpUrl(file: VideoFile): Promise<string>;
  /** Another HTTP address of the same file to go on from, where one has failed; undefined where none would help. */
  replacementOf: ((failedUrl: string) => Promise<string | undefined>) | undefined;
  /** Asks the instance for a file as it is now, with its magnet URI. */
  refresh(file: VideoFile): Promise<VideoFile>;
  onError(shown: boolean): void;
}

/** Carries out the source policy: loads and leaves the swarm, and changes what is on stage. */
export function createSourceControl(options: SourceControlOptions): SourceControl {
  const { stage } = options;
  let state: SourceState = initialSourceState(options.p2pWanted);
  let { file } = options;
  let client: Promise<SwarmClient> | undefined;
  let traffic: SwarmClient["traffic"] | undefined;
  let joined: JoinedFile | undefined;
  let swapping = new AbortController();
  let giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes by plain HTTP of elements that have left the stage. */
  let pastHttpBytes = 0;
  let httpBytes = 0;

  function send(event: SourceEvent): void {
    const next = stepSource(state, event);
    state = next.state;
    for (const command of next.commands) {
      run(command);
    }
    fetchIfWanted();
    armGiveUp();
  }

  function fetchIfWanted(): void {
    if (wantsPieces(state)) {
      joined?.fetch();
    }
  }

  function run(command: SourceCommand): void {
    switch (command) {
      case "open-p2p":
        return void openP2p();
      case "close-p2p":
        return closeP2p();
      case "switch-to-http":
        return void swap("http");
      case "switch-to-torrent":
        return void swap("torrent");
      case "cancel-switch":
        return swapping.abort();
      case "reload-http":
        return void reload();
      case "probe-http":
        return void probe();
      case "show-error":
        return options.onError(true);
      case "hide-error":
        return options.onError(false);
    }
  }

  async function openP2p(): Promise<void> {
    const wanted = file;
    try {
      client ??= startSwarmClient();
      const swarm = await client;
      traffic = swarm.traffic;
      const fresh = wanted.magnetUri === "" ? await options.refresh(wanted) : wanted;
      const opened = await swarm.join(fresh).catch(async () => swarm.join(await options.refresh(wanted)));
      if (file !== wanted || state.p2p !== "opening") {
        return opened.leave();
      }
      if (joined !== undefined && joined !== opened) {
        joined.leave();
      }
      joined = opened;
      if (opened.streamUrl !== undefined) {
        return send({ type: "p2p-ready" });
      }
      // Without a service worker nothing can be streamed from the torrent, but a complete file still plays.
      opened.whenDone(() => send({ type: "p2p-ready" }));
      fetchIfWanted();
    } catch {
      if (file === wanted && state.p2p === "opening") {
        client = undefined;
        send({ type: "p2p-failed" });
      }
    }
  }

  function closeP2p(): void {
    joined = undefined;
    const closing = client;
    client = undefined;
    closing?.then(
      (swarm) => swarm.destroy(),
      () => {},
    );
  }

  async function swap(source: "http" | "torrent"): Promise<void> {
    swapping.abort();
    const own = new AbortController();
    swapping = own;
    const forced = source === "torrent" && state.http === "failed";
    const url = source === "http" ? await options.httpUrl(file) : await torrentUrl(joined);
    if (own.signal.aborted) {
      return;
    }
    const outcome = url === undefined ? "failed" : await stage.swapTo(url, { timeoutMs: SWITCH_TIMEOUT_MS, forced, signal: own.signal });
    if (outcome === "superseded") {
      return;
    }
    if (outcome === "swapped" && source === "torrent") {
      pastHttpBytes += httpBytes;
      httpBytes = 0;
    }
    send(outcome === "swapped" ? { type: "switched", source } : { type: "switch-failed", source });
  }

  async function reload(): Promise<void> {
    swapping.abort();
    const own = new AbortController();
    swapping = own;
    const url = await options.httpUrl(file);
    if (!own.signal.aborted) {
      stage.load(url);
    }
  }

  async function probe(): Promise<void> {
    let works = false;
    try {
      const response = await fetch(await options.httpUrl(file), {
        headers: { range: "bytes=0-1" },
        cache: "no-store",
        signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      });
      works = response.ok;
      await response.body?.cancel();
    } catch {
      // Unreachable or too slow: not better than what plays.
    }
    send({ type: "http-probed", works });
  }

  function armGiveUp(): void {
    if (!waitsInVain(state)) {
      clearTimeout(giveUpTimer);
      giveUpTimer = undefined;
    } else {
      giveUpTimer ??= setTimeout(() => send({ type: "gave-up-waiting" }), GIVE_UP_AFTER_MS);
    }
  }

  function measureHttp(): void {
    if (state.source !== "http") {
      return;
    }
    const { video } = stage;
    const seconds = bufferedSeconds(video);
    httpBytes = Math.max(httpBytes, bufferedBytes(seconds, video.duration, file.size));
    if (!state.buffered && Number.isFinite(video.duration) && seconds >= video.duration - 0.2) {
      send({ type: "buffered" });
    }
  }

  function onMediaError(): void {
    const { source } = state;
    if (source === "torrent" || options.replacementOf === undefined) {
      return send({ type: "media-failed", source });
    }
    void replaceFailed(options.replacementOf);
  }

  async function replaceFailed(replacementOf: (failedUrl: string) => Promise<string | undefined>): Promise<void> {
    const { video } = stage;
    const { src } = video;
    const url = await replacementOf(src).catch(() => undefined);
    if (stage.video !== video || video.src !== src) {
      return;
    }
    if (url === undefined) {
      send({ type: "media-failed", source: "http" });
    } else {
      stage.load(url);
    }
  }

  stage.on("error", onMediaError);
  stage.on("progress", measureHttp);
  stage.on("loadeddata", () => {
    measureHttp();
    send({ type: "first-frame" });
  });
  stage.on("play", () => send({ type: "played" }));
  const stopWatching = watchStalls(
    stage,
    () => send({ type: "stalled", source: state.source }),
    () => {
      if (state.broken || state.starving) {
        send({ type: "progressed" });
      }
    },
  );
  const overdue = setTimeout(() => send({ type: "start-overdue" }), START_OVERDUE_MS);

  // What happened before this script ran.
  if (!stage.video.paused) {
    send({ type: "played" });
  }
  if (stage.video.error !== null) {
    onMediaError();
  } else if (stage.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
    measureHttp();
    send({ type: "first-frame" });
  }

  return {
    get file() {
      return file;
    },
    get p2pOn() {
      return state.p2p !== "off";
    },
    chooseFile(chosen) {
      if (chosen === file) {
        return;
      }
      file = chosen;
      pastHttpBytes += httpBytes;
      httpBytes = 0;
      send({ type: "file-chosen" });
    },
    setP2p(on) {
      send({ type: "p2p-wanted", wanted: on });
    },
    retry() {
      send({ type: "retry" });
    },
    stats() {
      return {
        peers: traffic?.peers ?? 0,
        fromPeers: traffic?.fromPeers ?? 0,
        fromWebSeed: traffic?.fromWebSeed ?? 0,
        fromHttp: pastHttpBytes + httpBytes,
        uploaded: traffic?.uploaded ?? 0,
        progress: joined?.progress() ?? 0,
        engine: state.source === "torrent" ? "webtorrent" : "http",
      };
    },
    destroy() {
      clearTimeout(overdue);
      clearTimeout(giveUpTimer);
      stopWatching();
      swapping.abort();
      closeP2p();
    },
  };
}

async function torrentUrl(joined: JoinedFile | undefined): Promise<string | undefined> {
  return joined === undefined ? undefined : (joined.streamUrl ?? (await joined.wholeUrl()));
}

function bufferedSeconds(video: HTMLVideoElement): number {
  let seconds = 0;
  for (let index = 0; index < video.buffered.length; index += 1) {
    seconds += video.buffered.end(index) - video.buffered.start(index);
  }
  return seconds;
}
