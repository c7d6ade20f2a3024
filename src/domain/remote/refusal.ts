/**
 * Why something of elsewhere couldn't be had. `gone`: its origin says that it isn't there (any more). `refused`: we don't ask
 * for it, or don't take it from there. `unreachable`: it may be had later. `invalid`: it was there and isn't what it should be.
 */
export interface RemoteRefusal {
  reason: "gone" | "refused" | "unreachable" | "invalid";
  /** For logs. */
  why: string;
}

/** For what may be had later: thrown, so that the task that needs it is tried again. */
export function throwIfUnreachable(refusal: RemoteRefusal): void {
  if (refusal.reason === "unreachable") {
    throw new Error(refusal.why);
  }
}
