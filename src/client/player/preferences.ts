const KEY = "edgetube.player";

/** What the player remembers of a viewer's choices, on this machine only. */
export interface Preferences {
  volume?: number;
  muted?: boolean;
  /** The resolution chosen by hand. */
  resolution?: number;
  speed?: number;
  p2p?: boolean;
}

/** Reads remembered choices; what is damaged or of another type counts as not there. */
export function parsePreferences(text: string | null): Preferences {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
  if (typeof stored !== "object" || stored === null) {
    return {};
  }
  const preferences: Preferences = {};
  const { volume, muted, resolution, speed, p2p } = stored as Record<string, unknown>;
  if (typeof volume === "number" && volume >= 0 && volume <= 1) {
    preferences.volume = volume;
  }
  if (typeof muted === "boolean") {
    preferences.muted = muted;
  }
  if (typeof resolution === "number" && resolution >= 0) {
    preferences.resolution = resolution;
  }
  if (typeof speed === "number" && speed >= 0.25 && speed <= 4) {
    preferences.speed = speed;
  }
  if (typeof p2p === "boolean") {
    preferences.p2p = p2p;
  }
  return preferences;
}

export interface PreferenceStore {
  get(): Preferences;
  set(change: Preferences): void;
}

/** The choices in the browser's storage; where storage is refused they last as long as the page. */
export function createPreferenceStore(): PreferenceStore {
  let current: Preferences = {};
  try {
    current = parsePreferences(localStorage.getItem(KEY));
  } catch {
    // Storage is blocked.
  }
  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change };
      try {
        localStorage.setItem(KEY, JSON.stringify(current));
      } catch {
        // Full or blocked.
      }
    },
  };
}

/** Whether P2P starts switched on: the viewer's own choice first, then the instance's, and never unasked on a connection that saves data. */
export function p2pWanted(preferences: Preferences, instanceAllows: boolean, savesData: boolean): boolean {
  if (!instanceAllows) {
    return false;
  }
  return preferences.p2p ?? !savesData;
}
