export interface Aim {
  /** Where the seen picture is, in seconds. */
  here: number;
  /** It moves: the other must be ahead of it. */
  moving: boolean;
  /** Seconds of playing that the other may take to get ready. */
  lead: number;
}

/** The time to which the next element seeks so that the seen one arrives there when it is ready. */
export function aimFor(aim: Aim & { rate: number; duration: number }): number {
  const target = aim.moving ? aim.here + aim.lead * aim.rate : aim.here;
  return Number.isFinite(aim.duration) ? Math.min(target, aim.duration) : target;
}

/** Whether an earlier aim still holds: not yet passed by what moves, nor left behind by a seek or a pause. */
export function isAligned(aim: Aim & { aim: number }): boolean {
  if (!aim.moving) {
    return Math.abs(aim.aim - aim.here) < 0.05;
  }
  return aim.here <= aim.aim + 0.12 && aim.aim - aim.here <= aim.lead * 4 + 1;
}
