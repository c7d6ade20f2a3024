import { aliasedTable, and, asc, eq, gt, isNotNull, isNull, ne, or, sql, type SQL } from "drizzle-orm";
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

/** The actors that a host itself is; one, unless it changed its mind. */
export async function findInstanceActors(database: Database, host: string): Promise<ActorRow[]> {
  return await database
    .select()
    .from(actors)
    .where(and(eq(actors.host, host), sql`${actors.type} in ('Application', 'Service')`))
    .limit(10);
}

/** Of accounts and channels, by their rows' numbers, how many follow each and how many it follows: accepted ones, in one query. */
export async function countFollowsOf(
  database: Database,
  { accountIds, channelIds }: { accountIds: number[]; channelIds: number[] },
): Promise<{ accounts: Map<number, FollowCounts>; channels: Map<number, FollowCounts> }> {
  const rows = await database
    .select({ accountId: actors.accountId, channelId: actors.channelId, ...counts })
    .from(actors)
    .where(or(sql`${actors.accountId} in ${listed(accountIds)}`, sql`${actors.channelId} in ${listed(channelIds)}`));
  const of = (column: "accountId" | "channelId") =>
    new Map(rows.flatMap((row) => (row[column] === null ? [] : [[row[column], { followers: row.followers, following: row.following }]])));
  return { accounts: of("accountId"), channels: of("channelId") };
}

/** The same of any actors, by their rows' numbers. */
export async function countFollowsOfActors(database: Database, ids: number[]): Promise<Map<number, FollowCounts>> {
  const rows = await database
    .select({ id: actors.id, ...counts })
    .from(actors)
    .where(sql`${actors.id} in ${listed(ids)}`);
  return new Map(rows.map(({ id, ...count }) => [id, count]));
}

// Written out: of a table that stands alone drizzle writes columns without its name, and `follows` has an id too.
const counts = {
  followers: sql<number>`(select count(*) from follows where target_id = actors.id and state = 'accepted')`,
  following: sql<number>`(select count(*) from follows where follower_id = actors.id and state = 'accepted')`,
} as const;

function listed(ids: number[]): SQL {
  // One bound parameter: D1 takes 100 at most.
  return sql`(select value from json_each(${JSON.stringify([...new Set(ids)])}))`;
}

/** Where the reading of these actors' outboxes stands, by the actors' numbers. */
export async function findHistories(database: Database, actorIds: number[]): Promise<Map<number, ActorHistoryRow>> {
  const rows = await database
    .select()
    .from(actorHistories)
    .where(sql`${actorHistories.actorId} in ${listed(actorIds)}`);
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
