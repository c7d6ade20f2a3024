/** What a key asks of the player. */
export type KeyAction =
  | { kind: "toggle-play" | "toggle-mute" | "toggle-fullscreen" | "toggle-pip" | "slower" | "faster" | "close" }
  | { kind: "seek-by"; seconds: number }
  | { kind: "seek-to"; fraction: number }
  | { kind: "volume-by"; step: number };

export interface KeyPress {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
}

const FIXED: Record<string, KeyAction> = {
  " ": { kind: "toggle-play" },
  k: { kind: "toggle-play" },
  j: { kind: "seek-by", seconds: -10 },
  l: { kind: "seek-by", seconds: 10 },
  ArrowLeft: { kind: "seek-by", seconds: -5 },
  ArrowRight: { kind: "seek-by", seconds: 5 },
  ArrowUp: { kind: "volume-by", step: 0.05 },
  ArrowDown: { kind: "volume-by", step: -0.05 },
  m: { kind: "toggle-mute" },
  f: { kind: "toggle-fullscreen" },
  i: { kind: "toggle-pip" },
  "<": { kind: "slower" },
  ">": { kind: "faster" },
  Home: { kind: "seek-to", fraction: 0 },
  End: { kind: "seek-to", fraction: 1 },
  Escape: { kind: "close" },
};

/**
 * The player's action for a key press; undefined where the key is the browser's. `inPlayer` tells that the focus is inside the player:
 * elsewhere, the arrows, Home, End and Escape belong to the page.
 */
export function keyAction(press: KeyPress, inPlayer: boolean): KeyAction | undefined {
  if (press.ctrlKey === true || press.metaKey === true || press.altKey === true) {
    return undefined;
  }
  if (/^[0-9]$/.test(press.key)) {
    return { kind: "seek-to", fraction: Number(press.key) / 10 };
  }
  if (!inPlayer && /^(?:Arrow|Home|End|Escape)/.test(press.key)) {
    return undefined;
  }
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return Object.hasOwn(FIXED, key) ? FIXED[key] : undefined;
}

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The next speed above (`direction` 1) or below (-1) one that plays now; the same at the end of the scale. */
export function stepSpeed(current: number, direction: 1 | -1): number {
  const steps = direction === 1 ? SPEEDS.filter((speed) => speed > current + 0.001) : SPEEDS.filter((speed) => speed < current - 0.001);
  return (direction === 1 ? steps[0] : steps.at(-1)) ?? current;
}
