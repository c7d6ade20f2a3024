// Where the picture comes from: plain HTTP, which is always the floor, or the torrent's stream. Pure: events in; state and commands out.

export type Source = "http" | "torrent";

export interface SourceState {
  source: Source;
  http: "unknown" | "working" | "failed";
  /** `off`: switched off or impossible here; `idle`: allowed, not begun. */
  p2p: "off" | "idle" | "opening" | "ready" | "failed";
  /** The switch under way. */
  switchingTo: Source | undefined;
  /** False once the torrent's stream stalled while HTTP worked: from then on it only seeds. */
  torrentTrusted: boolean;
  /** The viewer has begun to watch. Until then nothing but the first frame is fetched from anywhere. */
  played: boolean;
  /** The browser holds the whole file by HTTP: nothing is won by switching. */
  buffered: boolean;
  /** The torrent's stream stands still for want of data. */
  starving: boolean;
  /** The error panel is shown. */
  broken: boolean;
}

export type SourceEvent =
  | { type: "first-frame" }
  | { type: "start-overdue" }
  | { type: "played" }
  | { type: "buffered" }
  | { type: "media-failed"; source: Source }
  | { type: "stalled"; source: Source }
  | { type: "http-probed"; works: boolean }
  | { type: "p2p-ready" }
  | { type: "p2p-failed" }
  | { type: "p2p-wanted"; wanted: boolean }
  | { type: "file-chosen" }
  | { type: "switched"; source: Source }
  | { type: "switch-failed"; source: Source }
  | { type: "gave-up-waiting" }
  | { type: "progressed" }
  | { type: "retry" };

export type SourceCommand =
  | "open-p2p"
  | "close-p2p"
  | "switch-to-http"
  | "switch-to-torrent"
  | "cancel-switch"
  | "reload-http"
  | "probe-http"
  | "show-error"
  | "hide-error";

export interface SourceStep {
  state: SourceState;
  commands: SourceCommand[];
}

/** The state of a page just opened, whose `<video>` loads by HTTP. */
export function initialSourceState(p2pWanted: boolean): SourceState {
  return {
    source: "http",
    http: "unknown",
    p2p: p2pWanted ? "idle" : "off",
    switchingTo: undefined,
    torrentTrusted: true,
    played: false,
    buffered: false,
    starving: false,
    broken: false,
  };
}

/** Whether the torrent's pieces are wanted: by who watches, or by who can't be shown even the first frame otherwise. */
export function wantsPieces(state: SourceState): boolean {
  return state.played || state.http === "failed";
}

/** Whether the viewer waits for something that may never come: the server fails and no other viewer has given anything yet. */
export function waitsInVain(state: SourceState): boolean {
  return state.http === "failed" && !state.broken && (state.source === "http" || state.switchingTo !== undefined || state.starving);
}

/** One event's effect. */
export function stepSource(state: SourceState, event: SourceEvent): SourceStep {
  switch (event.type) {
    case "first-frame":
    case "progressed":
      return settle(
        { ...state, http: state.source === "http" ? "working" : state.http, broken: false, starving: false },
        state.broken ? ["hide-error"] : [],
      );
    case "start-overdue":
      return open(state);
    case "played":
      return state.http === "unknown" ? { state: { ...state, played: true }, commands: [] } : settle({ ...state, played: true });
    case "buffered":
      return wholeByHttp(state);
    case "media-failed":
      return event.source === state.source ? mediaFailed(state) : { state, commands: [] };
    case "stalled":
      return event.source === state.source ? stalled(state) : { state, commands: [] };
    case "http-probed":
      return probed(state, event.works);
    case "p2p-ready":
      return settle({ ...state, p2p: state.p2p === "opening" ? "ready" : state.p2p });
    case "p2p-failed":
      return p2pGone({ ...state, p2p: "failed" });
    case "p2p-wanted":
      return event.wanted ? wantP2p(state) : p2pGone({ ...state, p2p: "off" });
    case "file-chosen":
      return fileChosen(state);
    case "switched":
      return switched(state, event.source);
    case "switch-failed":
      return switchFailed(state, event.source);
    case "gave-up-waiting":
      return state.broken ? { state, commands: [] } : { state: { ...state, broken: true }, commands: ["show-error"] };
    case "retry":
      return retry(state);
  }
}

function open(state: SourceState, commands: SourceCommand[] = []): SourceStep {
  if (state.p2p !== "idle") {
    return { state, commands };
  }
  return { state: { ...state, p2p: "opening" }, commands: [...commands, "open-p2p"] };
}

/** Moves to the torrent's stream if that is there, better than what plays, and nothing else is under way. */
function settle(state: SourceState, commands: SourceCommand[] = []): SourceStep {
  const opened = open(state, commands);
  const now = opened.state;
  const useful = now.http === "failed" || (now.played && now.torrentTrusted && !now.buffered);
  if (now.p2p !== "ready" || now.source === "torrent" || now.switchingTo !== undefined || !useful) {
    return opened;
  }
  return { state: { ...now, switchingTo: "torrent" }, commands: [...opened.commands, "switch-to-torrent"] };
}

function wholeByHttp(state: SourceState): SourceStep {
  if (state.source !== "http") {
    return { state, commands: [] };
  }
  const now: SourceState = { ...state, buffered: true };
  if (state.switchingTo !== "torrent" || state.http === "failed") {
    return { state: now, commands: [] };
  }
  return { state: { ...now, switchingTo: undefined }, commands: ["cancel-switch"] };
}

function mediaFailed(state: SourceState): SourceStep {
  if (state.source === "torrent") {
    return { state: { ...state, torrentTrusted: false }, commands: ["probe-http"] };
  }
  const failed: SourceState = { ...state, http: "failed", buffered: false };
  if (state.p2p === "off" || state.p2p === "failed") {
    return { state: { ...failed, broken: true }, commands: ["show-error"] };
  }
  return settle(failed);
}

function stalled(state: SourceState): SourceStep {
  if (state.source === "torrent") {
    return { state: { ...state, starving: true }, commands: state.switchingTo === undefined ? ["probe-http"] : [] };
  }
  return settle({ ...state, torrentTrusted: true });
}

function probed(state: SourceState, works: boolean): SourceStep {
  if (!works) {
    return { state: { ...state, http: "failed" }, commands: [] };
  }
  const working: SourceState = { ...state, http: "working" };
  if (state.source !== "torrent" || state.switchingTo !== undefined) {
    return { state: working, commands: [] };
  }
  return { state: { ...working, torrentTrusted: false, switchingTo: "http" }, commands: ["switch-to-http"] };
}

/** The torrent can't be used any more. What plays from it goes on from its buffer while HTTP takes over. */
function p2pGone(state: SourceState): SourceStep {
  if (state.source === "torrent") {
    return { state: { ...state, switchingTo: "http" }, commands: ["switch-to-http"] };
  }
  const closing: SourceCommand[] = state.p2p === "off" ? ["close-p2p"] : [];
  const abandoned = state.switchingTo === "torrent";
  const commands: SourceCommand[] = abandoned ? ["cancel-switch", ...closing] : closing;
  const now: SourceState = { ...state, switchingTo: abandoned ? undefined : state.switchingTo };
  if (now.http === "failed") {
    return { state: { ...now, broken: true }, commands: [...commands, "show-error"] };
  }
  return { state: now, commands };
}

function wantP2p(state: SourceState): SourceStep {
  if (state.p2p !== "off" && state.p2p !== "failed") {
    return { state, commands: [] };
  }
  return open({ ...state, p2p: "idle", torrentTrusted: true });
}

/** Another quality: by HTTP first, which is quick to start, then through its own torrent. */
function fileChosen(state: SourceState): SourceStep {
  const p2p = state.p2p === "off" ? "off" : "idle";
  const next: SourceState = { ...state, p2p, buffered: false, torrentTrusted: true };
  if (state.http === "failed") {
    const opened = open({ ...next, switchingTo: undefined, source: "http" });
    return { state: opened.state, commands: opened.commands };
  }
  return { state: { ...next, switchingTo: "http" }, commands: ["switch-to-http"] };
}

function switched(state: SourceState, source: Source): SourceStep {
  const now: SourceState = { ...state, source, switchingTo: undefined, broken: false, starving: false };
  const commands: SourceCommand[] = state.broken ? ["hide-error"] : [];
  if (source === "torrent") {
    return { state: { ...now, buffered: false }, commands };
  }
  if (state.p2p === "off") {
    commands.push("close-p2p");
  }
  return settle({ ...now, http: "working" }, commands);
}

function switchFailed(state: SourceState, source: Source): SourceStep {
  const now: SourceState = { ...state, switchingTo: undefined };
  if (source === "torrent") {
    const left: SourceState = { ...now, torrentTrusted: false };
    return state.http === "failed" ? { state: { ...left, broken: true }, commands: ["show-error"] } : { state: left, commands: [] };
  }
  const failed: SourceState = { ...now, http: "failed" };
  if (state.p2p === "off" || state.p2p === "failed") {
    return { state: { ...failed, broken: true }, commands: ["show-error"] };
  }
  return settle(failed);
}

function retry(state: SourceState): SourceStep {
  const p2p = state.p2p === "failed" ? "idle" : state.p2p;
  const fresh: SourceState = {
    ...state,
    source: "http",
    http: "unknown",
    p2p,
    switchingTo: undefined,
    torrentTrusted: true,
    buffered: false,
    starving: false,
    broken: false,
  };
  return { state: fresh, commands: ["hide-error", "reload-http"] };
}
