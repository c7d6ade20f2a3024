import type { FollowersQuery, FollowFields, FollowingQuery, OwnFollowersQuery } from "../../contract/follow";
import { INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import { parseHandle } from "../../protocol/handles";
import { findActorByHandle, findActorByUrl } from "../../storage/d1/actors";
import { listChannelsOfAccount } from "../../storage/d1/channels";
import {
  countFollowsOfActors,
  dropTask,
  findHistories,
  findInstanceActors,
  listAskedFollows,
  type AskedFollow,
  type FollowCounts,
} from "../../storage/d1/follow-lists";
import { findFollow, listFollowers, listFollowing, type FollowListQuery, type FollowRecord } from "../../storage/d1/follows";
import { findHosts, type KnownHosts } from "../../storage/d1/hosts";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import type { ActorHistoryRow, ActorRow } from "../../storage/d1/schema-federation";
import { ensureLocalActor, localActorOfAccount, localActorOfChannel } from "../actors/local";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { askFor } from "../tasks/ask";
import { subjectOf } from "../tasks/task";
import { isHostBlocked } from "./blocklist";
import { beginFollowing, endFollowing } from "./following";
import { parseFollowTarget } from "./host";

/** A page of follows with what is shown beside each. */
export interface FollowPage {
  total: number;
  records: FollowRecord[];
  /** By the actors' numbers. */
  counts: Map<number, FollowCounts>;
  /** For administrators. */
  hosts: KnownHosts | undefined;
  histories: Map<number, ActorHistoryRow> | undefined;
}

/** Followers of the instance, or of everybody here. `forAdministrator`: with the health of their hosts. */
export async function getFollowers(deps: Deps, query: FollowersQuery, forAdministrator: boolean): Promise<FollowPage> {
  const { scope, ...list } = query;
  const instance = scope === "all" ? undefined : await ensureLocalActor(deps, INSTANCE_ACTOR);
  const page = await listFollowers(deps.database, { ...storedQuery(list), isRemote: true, ...(instance && { targetId: instance.id }) });
  return await withFacts(deps, page, forAdministrator ? page.records.map(({ follower }) => follower) : undefined);
}

/** Whom the instance follows. `forAdministrator`: with the health of their hosts, and how much of their past is read. */
export async function getFollowing(deps: Deps, query: FollowingQuery, forAdministrator: boolean): Promise<FollowPage> {
  const instance = await ensureLocalActor(deps, INSTANCE_ACTOR);
  const page = await listFollowing(deps.database, { ...storedQuery(query), followerId: instance?.id ?? 0 });
  const targets = page.records.map(({ target }) => target);
  const facts = await withFacts(deps, page, forAdministrator ? targets : undefined);
  return forAdministrator
    ? {
        ...facts,
        histories: await findHistories(
          deps.database,
          targets.map(({ id }) => id),
        ),
      }
    : facts;
}

/** Accepted followers of an account and all its channels, or of one channel, for their owner. */
export async function getFollowersOf(
  deps: Deps,
  of: { account: AccountRow } | { channel: ChannelRow },
  query: OwnFollowersQuery,
): Promise<FollowPage> {
  const targets =
    "account" in of
      ? [localActorOfAccount(of.account), ...(await listChannelsOfAccount(deps.database, of.account.id)).map(localActorOfChannel)]
      : [localActorOfChannel(of.channel)];
  const rows = await Promise.all(targets.map(async (target) => await ensureLocalActor(deps, target)));
  const targetIds = rows.flatMap((row) => row?.id ?? []);
  return await withFacts(deps, await listFollowers(deps.database, { ...storedQuery(query), targetIds, state: "accepted" }), undefined);
}

function storedQuery({ start, count, sort, search, state, actorType }: AnyFollowQuery): FollowListQuery {
  return {
    start,
    count,
    sort: { field: sort.field === "redundancyAllowed" ? "createdAt" : sort.field, descending: sort.descending },
    ...(search !== undefined && { search }),
    ...(state !== undefined && { state }),
    ...(actorType !== undefined && { actorType }),
  };
}

type AnyFollowQuery = Pick<FollowingQuery, "start" | "count" | "sort" | "search"> & Partial<Pick<FollowingQuery, "state" | "actorType">>;

async function withFacts(
  deps: Deps,
  page: { total: number; records: FollowRecord[] },
  others: ActorRow[] | undefined,
): Promise<FollowPage> {
  const ids = page.records.flatMap(({ follower, target }) => [follower.id, target.id]);
  const names = others?.flatMap(({ host }) => host ?? []);
  const [counts, hosts] = await Promise.all([
    countFollowsOfActors(deps.database, ids),
    names && findHosts(deps.database, [...new Set(names)], deps.now()),
  ]);
  return { ...page, counts, hosts, histories: undefined };
}

export type FollowRefusal = { reason: "not-a-target" | "own-host" | "blocked"; field: "hosts" | "handles"; text: string };

/** Has the instance follow others: each is looked up and asked by a task of its own. All or nothing is asked for. */
export async function followAll(deps: Deps, { hosts, handles }: FollowFields): Promise<Result<undefined, FollowRefusal>> {
  const wanted = [
    ...hosts.map((text) => ({ field: "hosts" as const, text, allowed: ["host"] })),
    ...handles.map((text) => ({ field: "handles" as const, text, allowed: ["handle", "url"] })),
  ];
  const targets = new Set<string>();
  for (const { field, text, allowed } of wanted) {
    const target = parseFollowTarget(deps.publicUrl, text);
    if (target === undefined || !allowed.includes(target.kind)) {
      return fail({ reason: "not-a-target", field, text });
    }
    const host = target.kind === "url" ? new URL(target.url).host : target.host;
    if (host === new URL(deps.publicUrl).host) {
      return fail({ reason: "own-host", field, text });
    }
    if (await isHostBlocked(deps, host)) {
      return fail({ reason: "blocked", field, text });
    }
    targets.add(target.kind === "host" ? target.host : target.kind === "handle" ? `${target.name}@${target.host}` : target.url);
  }
  await askFor(deps, ...[...targets].map((target) => ({ kind: "follow" as const, follower: INSTANCE_ACTOR, target })));
  return ok(undefined);
}

/** Whom the instance is still to look up and ask. */
export async function getAskedFollows(deps: Deps): Promise<AskedFollow[]> {
  return await listAskedFollows(deps.database, INSTANCE_ACTOR);
}

/** Ends what the instance follows by that host, handle or address, also where it is still to be looked up. Says whether there was anything. */
export async function unfollow(deps: Deps, text: string): Promise<boolean> {
  const dropped = await dropAsked(deps, text);
  const target = await findFollowed(deps, text);
  return (target !== undefined && (await endFollowing(deps, INSTANCE_ACTOR, target))) || dropped;
}

/** Asks again whom the instance follows or is to look up. Says whether there is such a one. */
export async function retryFollow(deps: Deps, text: string): Promise<boolean> {
  const target = await findFollowed(deps, text);
  if (target !== undefined) {
    await beginFollowing(deps, INSTANCE_ACTOR, target);
    return true;
  }
  const asked = (await getAskedFollows(deps)).find((one) => one.target === text);
  if (asked === undefined) {
    return false;
  }
  await askFor(deps, { kind: "follow", follower: INSTANCE_ACTOR, target: asked.target });
  return true;
}

async function dropAsked(deps: Deps, text: string): Promise<boolean> {
  const kind = "follow" as const;
  return await dropTask(deps.database, { kind, subject: subjectOf({ kind, follower: INSTANCE_ACTOR, target: text }) });
}

/** Whom the instance follows by that host (its own actor), handle or address. */
async function findFollowed(deps: Deps, text: string): Promise<ActorRow | undefined> {
  const instance = await ensureLocalActor(deps, INSTANCE_ACTOR);
  const target = parseFollowTarget(deps.publicUrl, text);
  for (const row of target === undefined ? [] : await candidates(deps, target)) {
    if (instance !== undefined && (await findFollow(deps.database, instance.url, row.url)) !== undefined) {
      return row;
    }
  }
  return undefined;
}

async function candidates(deps: Deps, target: NonNullable<ReturnType<typeof parseFollowTarget>>): Promise<ActorRow[]> {
  switch (target.kind) {
    case "host":
      return await findInstanceActors(deps.database, target.host);
    case "handle":
      return one(await findActorByHandle(deps.database, target));
    case "url":
      return one(await findActorByUrl(deps.database, target.url));
  }
}

function one<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** A follower of elsewhere by its handle (`name@host`); undefined where no such actor is known. */
export async function findFollowerActor(deps: Deps, handle: string): Promise<ActorRow | undefined> {
  const parsed = parseHandle(handle, new URL(deps.publicUrl).host);
  return parsed === undefined || parsed.host === null ? undefined : await findActorByHandle(deps.database, parsed);
}

/** Whose follower is meant: the instance's, or an account's or channel's of here. Undefined: there is none of the name. */
export async function findFollowedActor(deps: Deps, name: string | undefined): Promise<LocalActor | undefined> {
  if (name === undefined) {
    return INSTANCE_ACTOR;
  }
  for (const kind of ["account", "channel"] as const) {
    if ((await ensureLocalActor(deps, { kind, name })) !== undefined) {
      return { kind, name };
    }
  }
  return undefined;
}
