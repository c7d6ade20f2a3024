import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import { actorObjectName, type LocalActor } from "../../protocol/activitystreams/local-actors";
import { parseActivity, type ActivityProblem, type IncomingActivity } from "../../protocol/activities/incoming";
import { checkDigest, headerOf } from "../../protocol/signatures/http-message";
import { toBase64 } from "../../protocol/signatures/keys";
import {
  parseRequestSignature,
  verifyParsedSignature,
  type ParsedSignature,
  type SignatureRefusal,
} from "../../protocol/signatures/verify-request";
import { findAccount } from "../../storage/d1/accounts";
import { findChannel } from "../../storage/d1/channels";
import { inboxBodyKey } from "../../storage/r2/keys";
import type { Deps, InboxMessage } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { isHostBlocked } from "../follows/blocklist";
import { fail, ok, type Result } from "../result";
import { findKnownKey, type KnownKey } from "./known-keys";
import { isViewOfElsewhere } from "./view";

/** PeerTube's cap on what an inbox takes. */
export const MAX_INBOX_BODY_BYTES = 500_000;
/** A message of a queue holds 128 kB with what the queue adds: https://developers.cloudflare.com/queues/platform/limits/ */
const MAX_MESSAGE_TEXT_BYTES = 90_000;
/** A key that was read so lately wasn't replaced since. */
const FRESH_KEY_MS = 10 * 60_000;

export type InboxRefusal =
  | { reason: "too-large"; limit: number }
  | { reason: "signature"; why: SignatureRefusal }
  | { reason: "key-id"; keyId: string }
  | { reason: "digest-mismatch" | "bad-signature" | "rate-limited" | "no-such-inbox" | "own-activity" }
  | { reason: "blocked"; host: string }
  | { reason: "bad-activity"; why: ActivityProblem };

export interface ArrivingRequest {
  method: string;
  url: string;
  headers: Headers;
  /** The body's bytes; undefined where they are more than the cap. */
  readBody: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whose inbox it is; undefined: the shared one. */
  inboxOf: LocalActor | undefined;
  /** Counts a request against a key's share; false where that is used up. */
  mayPass: (key: string) => Promise<boolean>;
  /** The client's network, as far as the edge tells it. */
  network: string;
}

/**
 * Takes an activity in: everything is checked that needs no request to anybody, and the rest is left to the queue. Gives what
 * became of it: queued, or dropped since nothing would come of it.
 */
export async function receiveActivity(deps: Deps, request: ArrivingRequest): Promise<Result<"queued" | "dropped", InboxRefusal>> {
  const parsed = parseRequestSignature(request, deps.now());
  if (!parsed.ok) {
    return fail({ reason: "signature", why: parsed.error });
  }
  const signature = parsed.value;
  const host = hostOfKey(signature.keyId);
  if (host === undefined) {
    return fail({ reason: "key-id", keyId: signature.keyId });
  }
  if (host === ownHost(deps)) {
    return fail({ reason: "own-activity" });
  }
  // Counted by network too: until the signature is verified anybody could use up another's share.
  if (!(await request.mayPass(`${host} ${request.network}`))) {
    return fail({ reason: "rate-limited" });
  }
  const body = await request.readBody();
  if (body === undefined) {
    return fail({ reason: "too-large", limit: MAX_INBOX_BODY_BYTES });
  }
  if (!(await checkDigest(request.headers, body))) {
    return fail({ reason: "digest-mismatch" });
  }
  const text = decodeUtf8(body);
  const activity = text === undefined ? fail<ActivityProblem>({ reason: "not-json" }) : parseActivity(text);
  if (!activity.ok) {
    return fail({ reason: "bad-activity", why: activity.error });
  }
  if (hostOfId(activity.value.actor) === ownHost(deps)) {
    return fail({ reason: "own-activity" });
  }
  // Only what could be taken costs a question to the database.
  const [isBlocked, exists, key] = await Promise.all([
    isHostBlocked(deps, host),
    inboxExists(deps, request.inboxOf),
    findKnownKey(deps, signature.keyId),
  ]);
  if (isBlocked) {
    return fail({ reason: "blocked", host });
  }
  if (!exists) {
    return fail({ reason: "no-such-inbox" });
  }
  return await takeIn(deps, request, { signature, key, activity: activity.value, text: text ?? "" });
}

interface Arrived {
  signature: ParsedSignature;
  key: KnownKey | undefined;
  activity: IncomingActivity;
  text: string;
}

async function takeIn(
  deps: Deps,
  request: ArrivingRequest,
  { signature, key, activity, text }: Arrived,
): Promise<Result<"queued" | "dropped", InboxRefusal>> {
  const signer = key && (await signerBy(deps, signature, key));
  if (signer === "refused") {
    return fail({ reason: "bad-signature" });
  }
  // A busy instance tells of every view of its own videos: that costs us no message, and it isn't worth a key.
  if (isViewOfElsewhere(deps.publicUrl, activity)) {
    return ok("dropped");
  }
  if (signer === undefined) {
    // Mastodon tells everybody of every account that is gone; of one that was never known here nothing is left to do.
    if (key === undefined && isDeleteOfItself(activity)) {
      return ok("dropped");
    }
    // Each of these costs a request to the host that the key is said to be of.
    if (!(await request.mayPass(`unknown key ${request.network}`))) {
      return fail({ reason: "rate-limited" });
    }
  }
  await enqueue(deps, text, {
    ...(signer === undefined ? { unverified: { ...signature, signature: toBase64(signature.signature) } } : { signer }),
    inboxOf: request.inboxOf,
    date: headerOf(request.headers, "date"),
    receivedAt: deps.now(),
  });
  return ok("queued");
}

/** The id of the actor who signed; undefined: its key may have been replaced, which only its host can tell. */
async function signerBy(deps: Deps, signature: ParsedSignature, key: KnownKey): Promise<string | "refused" | undefined> {
  if (await verifyParsedSignature(signature, key)) {
    return key.owner;
  }
  // Another isolate may have read the new key already.
  const stored = await findKnownKey(deps, signature.keyId, { again: true });
  if (stored !== undefined && stored.pem !== key.pem && (await verifyParsedSignature(signature, stored))) {
    return stored.owner;
  }
  return deps.now() - (stored ?? key).fetchedAt < FRESH_KEY_MS ? "refused" : undefined;
}

function isDeleteOfItself({ type, actor, object }: IncomingActivity): boolean {
  return type === "Delete" && normalizeId(typeof object === "object" && object !== null ? Reflect.get(object, "id") : object) === actor;
}

async function enqueue(deps: Deps, text: string, message: Omit<InboxMessage, "body">): Promise<void> {
  if (new TextEncoder().encode(JSON.stringify(text)).length <= MAX_MESSAGE_TEXT_BYTES) {
    await deps.inbox.send({ ...message, body: { text } });
    return;
  }
  const key = inboxBodyKey(crypto.randomUUID());
  await deps.media.put(key, text);
  await deps.inbox.send({ ...message, body: { key } });
}

const inboxes = createExpiringCache<boolean>({ maxEntries: 1000, lifetimeMs: 10_000 });

/** Whether there is whose inbox it is; at most 10 s old. */
async function inboxExists(deps: Deps, actor: LocalActor | undefined): Promise<boolean> {
  if (actor === undefined || actor.kind === "instance") {
    return true;
  }
  const key = actorObjectName(actor);
  const cached = inboxes.get(key, deps.now());
  if (cached !== undefined) {
    return cached;
  }
  const handle = { name: actor.name, host: null };
  const found = actor.kind === "account" ? await findAccount(deps.database, handle) : await findChannel(deps.database, handle);
  inboxes.set(key, found !== undefined, deps.now());
  return found !== undefined;
}

/** The next look asks the database: for tests, after it was emptied. */
export function forgetInboxes(): void {
  inboxes.clear();
}

/** `acct:name@host` is a key's id too, for PeerTube. */
function hostOfKey(keyId: string): string | undefined {
  const id = normalizeId(keyId) ?? normalizeId(`https://${/^acct:[^@/]+@([^@/?#]+)$/i.exec(keyId)?.[1] ?? ""}`);
  return id === undefined ? undefined : hostOfId(id);
}

function ownHost(deps: Pick<Deps, "publicUrl">): string {
  return new URL(deps.publicUrl).host;
}

/** Strictly, and with its byte order mark: what is passed on later must be the same bytes. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
