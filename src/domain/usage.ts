import { countUsage } from "../storage/d1/collections";
import type { Deps } from "./deps";

export type Usage = Awaited<ReturnType<typeof countUsage>>;

const LIFETIME_MS = 10 * 60_000;

let counted: { usage: Usage; at: number; of: string } | undefined;

/** How many users, public videos and comments are of here; at most ten minutes old, since counting reads every row. */
export async function getUsage(deps: Deps): Promise<Usage> {
  const now = deps.now();
  if (counted === undefined || counted.of !== deps.publicUrl || now - counted.at >= LIFETIME_MS || now < counted.at) {
    counted = { usage: await countUsage(deps.database), at: now, of: deps.publicUrl };
  }
  return counted.usage;
}
