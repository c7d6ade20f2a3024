import type { AskedFollow, BlockedServer, CustomConfig, Follow, FollowActor, FollowHealth, FollowHistory } from "../../contract/follow";
import type { Settings } from "../../contract/settings";
import type { FollowPage } from "../../domain/follows/administer";
import { actorUrls, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import type { AskedFollow as AskedFollowRow } from "../../storage/d1/follow-lists";
import type { FollowRecord } from "../../storage/d1/follows";
import type { ActorHistoryRow, ActorRow, BlockedHostRow } from "../../storage/d1/schema-federation";

/** What `hosts.score` begins with. */
const HEALTHY_SCORE = 1000;

/** A list of follows, as PeerTube shows it; with health and history where they were read. */
export function presentFollows(page: FollowPage, publicUrl: string): { total: number; data: Follow[] } {
  return { total: page.total, data: page.records.map((record) => presentFollow(record, page, publicUrl)) };
}

function presentFollow(record: FollowRecord, page: FollowPage, publicUrl: string): Follow {
  const { follow, follower, target, score } = record;
  const other = target.host === null ? follower : target;
  return {
    id: follow.id,
    follower: presentFollowActor(follower, page, publicUrl),
    following: presentFollowActor(target, page, publicUrl),
    score: score ?? HEALTHY_SCORE,
    state: follow.state,
    createdAt: isoTime(follow.createdAt),
    updatedAt: isoTime(follow.updatedAt),
    ...(page.hosts !== undefined && { health: presentHealth(other.host, page.hosts) }),
    ...(page.histories !== undefined && { history: presentHistory(page.histories.get(target.id)) }),
  };
}

function presentFollowActor(actor: ActorRow, { counts }: FollowPage, publicUrl: string): FollowActor {
  const count = counts.get(actor.id);
  return {
    id: actor.id,
    url: actor.url,
    name: actor.name,
    host: actor.host ?? new URL(publicUrl).host,
    hostRedundancyAllowed: false,
    followingCount: count?.following ?? 0,
    followersCount: count?.followers ?? 0,
    avatars: [],
    createdAt: isoTime(actor.createdAt),
    updatedAt: isoTime(actor.fetchedAt),
    type: actor.type,
  };
}

function presentHealth(host: string | null, hosts: NonNullable<FollowPage["hosts"]>): FollowHealth {
  const row = host === null ? undefined : hosts.rows.get(host);
  return {
    failures: row?.failures ?? 0,
    failingSince: nullableTime(row?.failingSince),
    restingUntil: nullableTime(row?.restingUntil),
    lastError: (row?.failures ?? 0) > 0 ? (row?.lastError ?? null) : null,
    waiting: row?.waiting ?? 0,
    isBlocked: host !== null && hosts.blocked.has(host),
  };
}

function presentHistory(row: ActorHistoryRow | undefined): FollowHistory | null {
  if (row === undefined) {
    return null;
  }
  const { state, pagesRead, itemsRead, totalItems, lastError, finishedAt } = row;
  return { state, pagesRead, itemsRead, totalItems, lastError, finishedAt: nullableTime(finishedAt) };
}

export function presentAskedFollow({ target, attempts, lastError, dueAt, createdAt }: AskedFollowRow): AskedFollow {
  return { target, attempts, lastError, nextTryAt: isoTime(dueAt), createdAt: isoTime(createdAt) };
}

/** A blocked instance; it is the instance's own actor that blocks, as PeerTube has it. */
export function presentBlockedServer({ host, createdAt }: BlockedHostRow, publicUrl: string): BlockedServer {
  const { url } = actorUrls(publicUrl, INSTANCE_ACTOR);
  return {
    byAccount: { name: INSTANCE_ACTOR.name, host: new URL(publicUrl).host, url },
    blockedServer: { host },
    createdAt: isoTime(createdAt),
  };
}

/** The settings that can be changed over REST, in PeerTube's names. */
export function presentCustomConfig({ followers, followings }: Settings): CustomConfig {
  return {
    followers: {
      instance: { enabled: followers.instanceEnabled, manualApproval: followers.manualApproval },
      channels: { enabled: followers.channelsEnabled },
    },
    followings: { instance: { autoFollowBack: { enabled: followings.autoFollowBack } } },
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

function nullableTime(time: number | null | undefined): string | null {
  return time === null || time === undefined ? null : isoTime(time);
}
