import { z } from "zod";
import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import { openLanes } from "../deliveries/lanes";
import type { Deps, InboxMessage } from "../deps";
import { countViews } from "../views/count-view";
import { createViewTally } from "../views/tally";
import { applyMessage } from "./apply";

const localActorSchema = z.object({ kind: z.enum(["account", "channel", "instance"]), name: z.string() });

/** A message of the inbox queue, as `receiveActivity` makes it. */
export const inboxMessageSchema = z.object({
  body: z.union([z.object({ text: z.string() }), z.object({ key: z.string() })]),
  signer: z.string().optional(),
  unverified: z
    .object({
      scheme: z.enum(["cavage", "rfc9421"]),
      keyId: z.string(),
      candidates: z.array(z.string()),
      rsaHash: z.enum(["SHA-256", "SHA-384", "SHA-512"]).optional(),
      acceptsEd25519: z.boolean(),
      signature: z.string(),
    })
    .transform((signature) => ({ ...signature, rsaHash: signature.rsaHash }))
    .optional(),
  inboxOf: localActorSchema.optional(),
  date: z.string().optional(),
  receivedAt: z.number(),
}) satisfies z.ZodType<InboxMessage>;

/** One message with the means to settle it, once. */
export interface InboxEntry {
  message: InboxMessage;
  /** How often it was tried, this time included. */
  attempts: number;
  done: () => void;
  tryAgain: () => void;
}

/** So often a host is asked for a key that it doesn't give; then what it signed is dropped. */
const MAX_ATTEMPTS_WITHOUT_KEY = 5;

/** So many are applied side by side: more would only have requests wait for the database behind them. */
const SIDE_BY_SIDE = 16;

/**
 * Applies the messages of a batch and settles each by itself. Those of one host come one after another, so that its key is
 * fetched once; those whose key is still to be fetched have lanes of their own, so that slow hosts hold up nobody else. After `isOver`
 * no more are begun.
 */
export async function processEntries(deps: Deps, entries: InboxEntry[], isOver: () => boolean): Promise<void> {
  const byHost = Map.groupBy(entries, ({ message }) => hostOf(message));
  const tally = createViewTally();
  const verified = openLanes(SIDE_BY_SIDE, deps.now);
  const unverified = openLanes(SIDE_BY_SIDE, deps.now);
  const counted: InboxEntry[] = [];
  await Promise.all(
    [...byHost.values()].map(async (group) => {
      for (const entry of group) {
        const lanes = entry.message.signer === undefined ? unverified : verified;
        const end = await lanes.run(async () => (isOver() ? undefined : await processEntry(deps, entry, tally.add)));
        if (end === "counted") {
          counted.push(entry);
        }
      }
    }),
  );
  try {
    await Promise.all(tally.byVideo().map(async ([videoUuid, additions]) => await countViews(deps, videoUuid, additions)));
    counted.forEach((entry) => entry.done());
  } catch (error) {
    console.error("views couldn't be counted", counted.length, error);
    counted.forEach((entry) => entry.tryAgain());
  }
}

/** "counted": what it counts is still to be written, and it is settled after that. */
async function processEntry(
  deps: Deps,
  { message, attempts, done, tryAgain }: InboxEntry,
  addView: ReturnType<typeof createViewTally>["add"],
): Promise<"settled" | "counted"> {
  try {
    const body = "text" in message.body ? message.body.text : await (await deps.media.get(message.body.key))?.text();
    if (body === undefined) {
      // It was applied, and the message came again.
      done();
      return "settled";
    }
    let hasCounted = false;
    const outcome = await applyMessage(deps, message, body, (videoUuid, addition) => {
      hasCounted = true;
      addView(videoUuid, addition);
    });
    if (outcome.outcome === "later" && (message.signer !== undefined || attempts < MAX_ATTEMPTS_WITHOUT_KEY)) {
      tryAgain();
      return "settled";
    }
    if ("why" in outcome) {
      console.debug("an activity has no effect:", outcome.why, hostOf(message));
    }
    if ("key" in message.body) {
      await deps.media.delete(message.body.key);
    }
    if (hasCounted) {
      return "counted";
    }
    done();
  } catch (error) {
    console.error("an activity couldn't be applied", hostOf(message), attempts, error);
    tryAgain();
  }
  return "settled";
}

function hostOf({ signer, unverified }: InboxMessage): string {
  const id = normalizeId(signer ?? unverified?.keyId);
  return id === undefined ? "" : hostOfId(id);
}
