/**
 * Why something of elsewhere couldn't be had. `gone`: its origin says that it isn't there (any more). `refused`: we don't ask
 * for it, or don't take it from there. `unreachable`: it may be had later. `invalid`: it was there and isn't what it should be.
 */
export interface RemoteRefusal {
  reason: "gone" | "refused" | "unreachable" | "invalid";
  /** For logs. */
  why: string;
}

/** Whether the origin says that it isn't there. */
export function isGone({ reason }: RemoteRefusal): boolean {
  return reason === "gone";
}

/** Whether it may be had later. */
export function isTransient({ reason }: RemoteRefusal): boolean {
  return reason === "unreachable";
}

/** Throws for what may be had later, so that the task that needs it is tried again. */
export function throwIfTransient(refusal: RemoteRefusal): void {
  if (isTransient(refusal)) {
    throw new Error(refusal.why);
  }
}
