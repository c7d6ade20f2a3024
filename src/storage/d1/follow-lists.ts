import { aliasedTable, and, asc, eq, gt, isNotNull, isNull, ne, sql } from "drizzle-orm";
import type { Database } from "./database";
import { actorHistories, actors, federationTasks, follows, type ActorHistoryRow, type ActorRow, type FollowRow } from "./schema-federation";

// What is asked of follows beside their lists (follows.ts).

const followers = aliasedTable(actors, "follower");
const targets = aliasedTable(actors, "target");

/** Followers of elsewhere (of one host, or any) of anybody here, who aren't rejected, in the order of their rows. */
export async function remoteFollowersAfter(
  database: Database,
  { after, host, limit }: { after: number; host: string | undefined; limit: number },
): Promise<{ follow: FollowRow; follower: ActorRow; target: ActorRow }[]> {
  return await database
    .select({ follow: follows, follower: followers, target: targets })
    .from(follows)
    .innerJoin(followers, eq(followers.id, follows.followerId))
    .innerJoin(targets, eq(targets.id, follows.targetId))
    .where(
      and(
        gt(follows.id, after),
        ne(follows.state, "rejected"),
        isNull(targets.host),
        host === undefined ? isNotNull(followers.host) : eq(followers.host, host),
      ),
    )
    .orderBy(asc(follows.id))
    .limit(limit);
}

/** The follow of that id (a Follow's) of somebody here, with both sides. */
export async function findFollowByUrl(database: Database, url: string): Promise<{ follower: ActorRow; target: ActorRow } | undefined> {
  const [row] = await database
    .select({ follower: followers, target: targets })
    .from(follows)
    .innerJoin(followers, eq(followers.id, follows.followerId))
    .innerJoin(targets, eq(targets.id, follows.targetId))
    .where(and(eq(follows.url, url), isNull(followers.host)))
    .limit(1);
  return row;
}

export interface FollowCounts {
  followers: number;
  following: number;
}

/** How many follow accounts and channels, and how many they follow: accepted ones, by the rows' numbers, in one query. None: not in the map. */
export async function countFollowsOf(database: Database, kind: "account" | "channel", ids: number[]): Promise<Map<number, FollowCounts>> {
  if (ids.length === 0) {
    return new Map();
  }
  const own = kind === "account" ? actors.accountId : actors.channelId;
  const rows = await database
    .select({
      id: own,
      followers: sql<number>`(select count(*) from follows where target_id = ${actors.id} and state = 'accepted')`,
      following: sql<number>`(select count(*) from follows where follower_id = ${actors.id} and state = 'accepted')`,
    })
    .from(actors)
    .where(sql`${own} in (select value from json_each(${JSON.stringify([...new Set(ids)])}))`);
  return new Map(rows.flatMap(({ id, ...counts }) => (id === null ? [] : [[id, counts]])));
}

/** How many follow actors, and how many they follow: accepted ones, by the actors' numbers. */
export async function countFollowsOfActors(database: Database, ids: number[]): Promise<Map<number, FollowCounts>> {
  const rows = await database
    .select({
      id: actors.id,
      followers: sql<number>`(select count(*) from follows where target_id = ${actors.id} and state = 'accepted')`,
      following: sql<number>`(select count(*) from follows where follower_id = ${actors.id} and state = 'accepted')`,
    })
    .from(actors)
    .where(sql`${actors.id} in (select value from json_each(${JSON.stringify([...new Set(ids)])}))`);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** Where the reading of these actors' outboxes stands, by the actors' numbers. */
export async function findHistories(database: Database, actorIds: number[]): Promise<Map<number, ActorHistoryRow>> {
  const rows = await database
    .select()
    .from(actorHistories)
    .where(sql`${actorHistories.actorId} in (select value from json_each(${JSON.stringify(actorIds)}))`);
  return new Map(rows.map((row) => [row.actorId, row]));
}

/** The statement that has the reading of an actor's outbox begin, anew where it was read before. */
export function beginHistoryStatement(database: Database, actorId: number, now: number) {
  const fresh = {
    state: "running",
    nextPageUrl: null,
    pagesRead: 0,
    itemsRead: 0,
    totalItems: null,
    lastError: null,
    startedAt: now,
    finishedAt: null,
    reconcileAt: null,
  } as const;
  return database
    .insert(actorHistories)
    .values({ actorId, ...fresh })
    .onConflictDoUpdate({ target: actorHistories.actorId, set: fresh });
}

/** A target that is still to be looked up and asked. */
export interface AskedFollow {
  target: string;
  attempts: number;
  lastError: string | null;
  dueAt: number;
  createdAt: number;
}

/** What a local actor is still to ask to follow, the oldest first. `name`: the actor's. */
export async function listAskedFollows(database: Database, follower: { kind: string; name: string }): Promise<AskedFollow[]> {
  const name = sql`json_extract(${federationTasks.payload}, '$.follower.name')`;
  const kind = sql`json_extract(${federationTasks.payload}, '$.follower.kind')`;
  return await database
    .select({
      target: sql<string>`json_extract(${federationTasks.payload}, '$.target')`,
      attempts: federationTasks.attempts,
      lastError: federationTasks.lastError,
      dueAt: federationTasks.dueAt,
      createdAt: federationTasks.createdAt,
    })
    .from(federationTasks)
    .where(and(eq(federationTasks.kind, "follow"), sql`${name} = ${follower.name} and ${kind} = ${follower.kind}`))
    .orderBy(asc(federationTasks.createdAt), asc(federationTasks.id))
    .limit(500);
}

/** Takes a task back before it is done; says whether it waited. */
export async function dropTask(database: Database, { kind, subject }: { kind: string; subject: string }): Promise<boolean> {
  const gone = await database
    .delete(federationTasks)
    .where(and(eq(federationTasks.kind, kind), eq(federationTasks.subject, subject)))
    .returning({ id: federationTasks.id });
  return gone.length > 0;
}
