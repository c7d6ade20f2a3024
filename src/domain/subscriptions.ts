import type { SubscriptionsExist, SubscriptionsQuery } from "../contract/subscription";
import type { VideoListQuery } from "../contract/video-list";
import { localActorOf, type LocalActor } from "../protocol/activitystreams/local-actors";
import { parseHandle, type ActorHandle } from "../protocol/handles";
import { findActorByHandle, findActorByUrl } from "../storage/d1/actors";
import { findChannel, type ChannelRecord } from "../storage/d1/channels";
import type { ActorRow } from "../storage/d1/schema-federation";
import { followedAmong, handleKey, listSubscriptions } from "../storage/d1/subscriptions";
import { ensureLocalActor, localActorOfAccountId } from "./actors/local";
import type { Deps } from "./deps";
import { isHostBlocked } from "./follows/blocklist";
import { beginFollowing, endFollowing } from "./follows/following";
import { parseFollowTarget } from "./follows/host";
import { fail, ok, type Result } from "./result";
import { askFor } from "./tasks/ask";
import type { SignedInUser } from "./users/signed-in-user";
import { listVideos, type VideoPage } from "./videos/list-videos";

// A user's subscriptions are the follows of channels by their account.

export type SubscribeFailure = { reason: "not-a-channel" } | { reason: "unknown-channel" } | { reason: "blocked"; host: string };

/** Subscribes to a channel by its handle or address: at once where it is known here, else it is looked up by a task. */
export async function subscribe(deps: Deps, user: SignedInUser, uri: string): Promise<Result<undefined, SubscribeFailure>> {
  const wanted = readUri(deps.publicUrl, uri);
  if (wanted === undefined) {
    return fail({ reason: "not-a-channel" });
  }
  if (await isHostBlocked(deps, wanted.host)) {
    return fail({ reason: "blocked", host: wanted.host });
  }
  const actor = await actorOf(deps, user);
  if ("local" in wanted) {
    const row = wanted.local?.kind === "channel" ? await ensureLocalActor(deps, wanted.local) : undefined;
    if (row === undefined) {
      return fail({ reason: "unknown-channel" });
    }
    await beginFollowing(deps, actor, row);
    return ok(undefined);
  }
  const known = "url" in wanted ? await findActorByUrl(deps.database, wanted.url) : await findActorByHandle(deps.database, wanted);
  if (known === undefined) {
    await askFor(deps, { kind: "follow", follower: actor, target: "url" in wanted ? wanted.url : `${wanted.name}@${wanted.host}` });
  } else {
    await beginFollowing(deps, actor, known);
  }
  return ok(undefined);
}

/** Whom a subscription is to: somebody of here (undefined: an address of here that is nobody's), or of elsewhere by address or handle. */
type Wanted = { host: string } & ({ local: LocalActor | undefined } | { url: string } | { name: string });

function readUri(publicUrl: string, uri: string): Wanted | undefined {
  const ownHost = new URL(publicUrl).host;
  const handle = parseHandle(uri, ownHost);
  if (handle?.host === null) {
    return { host: ownHost, local: { kind: "channel", name: handle.name } };
  }
  const target = parseFollowTarget(publicUrl, uri);
  switch (target?.kind) {
    case "handle":
      return { host: target.host, name: target.name };
    case "url": {
      const { host } = new URL(target.url);
      return host === ownHost ? { host, local: localActorOf(publicUrl, target.url) } : { host, url: target.url };
    }
    default:
      return undefined;
  }
}

async function actorOf(deps: Deps, user: SignedInUser): Promise<LocalActor> {
  const actor = await localActorOfAccountId(deps, user.accountId);
  if (actor === undefined) {
    throw new Error(`The user ${user.username} has no account of here.`);
  }
  return actor;
}

async function rowOf(deps: Deps, user: SignedInUser): Promise<ActorRow> {
  const row = await ensureLocalActor(deps, await actorOf(deps, user));
  if (row === undefined) {
    throw new Error(`The account of ${user.username} is gone.`);
  }
  return row;
}

/** A page of the channels that a user is subscribed to; those that haven't answered yet are there too. */
export async function getSubscriptions(
  deps: Deps,
  user: SignedInUser,
  query: SubscriptionsQuery,
): Promise<{ total: number; records: ChannelRecord[] }> {
  return await listSubscriptions(deps.database, (await rowOf(deps, user)).id, query);
}

/** Whether a user is subscribed to each of these handles. */
export async function subscriptionsExist(deps: Deps, user: SignedInUser, uris: string[]): Promise<SubscriptionsExist> {
  const handles = new Map(uris.map((uri) => [uri, parseHandle(uri, new URL(deps.publicUrl).host)]));
  const named = [...handles.values()].filter((handle) => handle !== undefined);
  const followed = await followedAmong(deps.database, (await rowOf(deps, user)).id, named);
  return Object.fromEntries([...handles].map(([uri, handle]) => [uri, handle !== undefined && followed.has(handleKey(handle))]));
}

/** The channel of a handle, if the user is subscribed to it. */
export async function getSubscription(deps: Deps, user: SignedInUser, handle: string): Promise<ChannelRecord | undefined> {
  const parsed = parseHandle(handle, new URL(deps.publicUrl).host);
  return parsed && (await isSubscribed(deps, user, parsed)) ? await findChannel(deps.database, parsed) : undefined;
}

async function isSubscribed(deps: Deps, user: SignedInUser, handle: ActorHandle): Promise<boolean> {
  return (await followedAmong(deps.database, (await rowOf(deps, user)).id, [handle])).size > 0;
}

/** Ends a subscription; says whether there was one. */
export async function unsubscribe(deps: Deps, user: SignedInUser, handle: string): Promise<boolean> {
  const parsed = parseHandle(handle, new URL(deps.publicUrl).host);
  const target = parsed && (await findActorByHandle(deps.database, parsed));
  return target !== undefined && (await endFollowing(deps, await actorOf(deps, user), target));
}

/** The videos of all that a user is subscribed to. */
export async function listSubscriptionVideos(deps: Deps, user: SignedInUser, query: VideoListQuery): Promise<VideoPage> {
  return await listVideos(deps, query, { followedBy: (await rowOf(deps, user)).id });
}
