import { aliasedTable, and, asc, count, desc, eq, isNotNull, isNull, or, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database";
import { actors, follows, hosts, type ActorRow, type FollowRow } from "./schema-federation";

// The index of who follows whom. Each local actor's object is the truth about its own side and writes it here; the rest reads.

/** One side of a follow: by its id, or a local actor by its name. */
export type ActorReference = { url: string } | { localName: string };

export interface FollowSides {
  follower: ActorReference;
  target: ActorReference;
}

/** Puts a follow in a state, new or again; false, and nothing written, where one side isn't a known actor. */
export async function writeFollow(
  database: Database,
  follow: FollowSides & { state: FollowRow["state"]; followId: string; createdAt: number; now: number },
): Promise<boolean> {
  const written = await database.run(sql`
    insert into follows (follower_id, target_id, state, url, created_at, updated_at)
    select follower.id, target.id, ${follow.state}, ${follow.followId}, ${follow.createdAt}, ${follow.now}
    from actors as follower, actors as target
    where ${isActor(sql`follower`, follow.follower)} and ${isActor(sql`target`, follow.target)}
    on conflict (follower_id, target_id) do update set state = excluded.state, url = excluded.url, updated_at = excluded.updated_at
  `);
  return written.meta.changes > 0;
}

/** Removes a follow, if it is there. */
export async function deleteFollow(database: Database, { follower, target }: FollowSides): Promise<void> {
  await database.run(sql`
    delete from follows
    where follower_id in (select follower.id from actors as follower where ${isActor(sql`follower`, follower)})
      and target_id in (select target.id from actors as target where ${isActor(sql`target`, target)})
  `);
}

function isActor(table: SQL, reference: ActorReference): SQL {
  // Written as the index is, so that it is used.
  return "url" in reference
    ? sql`${table}.url = ${reference.url}`
    : sql`(${table}.name = ${reference.localName} and ifnull(${table}.host, '') = '')`;
}

const followers = aliasedTable(actors, "follower");
const targets = aliasedTable(actors, "target");

/** A follow with both its sides. */
export interface FollowRecord {
  follow: FollowRow;
  follower: ActorRow;
  target: ActorRow;
  /** Health of the other side's host (`hosts.score`); undefined: it never failed, or both sides are local. */
  score: number | undefined;
}

export interface FollowListQuery {
  /** Only of this follower, or of this target or these targets, by their rows' numbers. */
  followerId?: number;
  targetId?: number;
  targetIds?: number[];
  state?: FollowRow["state"];
  /** Only where the other side is of elsewhere. */
  isRemote?: boolean;
  /** Only where the other side is of that ActivityPub type. */
  actorType?: string;
  /** Part of the other side's name or host, in any case. */
  search?: string;
  start: number;
  count: number;
  sort: { field: "createdAt" | "score" | "state"; descending: boolean };
}

/** A page of those who follow actors of here, and how many there are in all. */
export async function listFollowers(database: Database, query: FollowListQuery): Promise<{ total: number; records: FollowRecord[] }> {
  return await listFollows(database, query, isNull(targets.host), followers);
}

/** A page of those whom actors of here follow, and how many there are in all. */
export async function listFollowing(database: Database, query: FollowListQuery): Promise<{ total: number; records: FollowRecord[] }> {
  return await listFollows(database, query, isNull(followers.host), targets);
}

async function listFollows(
  database: Database,
  query: FollowListQuery,
  ofHere: SQL,
  other: typeof followers,
): Promise<{ total: number; records: FollowRecord[] }> {
  const where = and(
    ofHere,
    query.followerId === undefined ? undefined : eq(follows.followerId, query.followerId),
    query.targetId === undefined ? undefined : eq(follows.targetId, query.targetId),
    query.targetIds && sql`${follows.targetId} in (select value from json_each(${JSON.stringify(query.targetIds)}))`,
    query.state && eq(follows.state, query.state),
    query.isRemote === true ? isNotNull(other.host) : undefined,
    query.actorType === undefined ? undefined : eq(other.type, query.actorType),
    query.search === undefined || query.search === ""
      ? undefined
      : or(
          contains(other.name, query.search),
          contains(other.host, query.search),
          contains(sql`${other.name} || '@' || ${other.host}`, query.search),
        ),
  );
  const direction = query.sort.descending ? desc : asc;
  const columns = { score: sql`ifnull(${hosts.score}, ${HEALTHY_SCORE})`, state: follows.state, createdAt: follows.createdAt };
  const column = columns[query.sort.field];
  const [rows, totals] = await Promise.all([
    selectFollows(database, other)
      .where(where)
      // The id makes pages disjoint where the values are equal.
      .orderBy(direction(column), direction(follows.id))
      .limit(query.count)
      .offset(query.start),
    database
      .select({ total: count() })
      .from(follows)
      .innerJoin(followers, eq(followers.id, follows.followerId))
      .innerJoin(targets, eq(targets.id, follows.targetId))
      .where(where),
  ]);
  return { total: totals[0]?.total ?? 0, records: rows.map(recordOf) };
}

/** What `hosts.score` begins with. */
const HEALTHY_SCORE = 1000;

function contains(column: typeof actors.name | typeof actors.host | SQL, part: string): SQL {
  return sql`instr(lower(${column}), lower(${part})) > 0`;
}

function selectFollows(database: Database, other: typeof followers) {
  return database
    .select({ follow: follows, follower: followers, target: targets, score: hosts.score })
    .from(follows)
    .innerJoin(followers, eq(followers.id, follows.followerId))
    .innerJoin(targets, eq(targets.id, follows.targetId))
    .leftJoin(hosts, eq(hosts.host, other.host));
}

function recordOf(row: { follow: FollowRow; follower: ActorRow; target: ActorRow; score: number | null }): FollowRecord {
  return { ...row, score: row.score ?? undefined };
}

/** The follow between two actors, by their ids. */
export async function findFollow(database: Database, followerUrl: string, targetUrl: string): Promise<FollowRecord | undefined> {
  const [row] = await selectFollows(database, targets)
    .where(and(eq(followers.url, followerUrl), eq(targets.url, targetUrl)))
    .limit(1);
  return row && recordOf(row);
}

/** The follow of that row's number. */
export async function findFollowById(database: Database, id: number): Promise<FollowRecord | undefined> {
  const [row] = await selectFollows(database, targets).where(eq(follows.id, id)).limit(1);
  return row && recordOf(row);
}

/** How many follow an actor, and how many it follows: accepted ones. */
export async function countFollows(database: Database, actorId: number): Promise<{ followers: number; following: number }> {
  const [row] = await database
    .select({
      followers: sql<number>`(select count(*) from follows where target_id = ${actorId} and state = 'accepted')`,
      following: sql<number>`(select count(*) from follows where follower_id = ${actorId} and state = 'accepted')`,
    })
    .from(sql`(select 1)`);
  return row ?? { followers: 0, following: 0 };
}

/** The actors of elsewhere that somebody here follows and that accepted it, each once, by their rows' numbers: `after` the last of the page before. */
export async function acceptedFollowing(database: Database, page: { after: number; count: number }): Promise<ActorRow[]> {
  return await database
    .select()
    .from(actors)
    .where(
      and(
        isNotNull(actors.host),
        sql`${actors.id} > ${page.after}`,
        sql`exists (
          select 1 from follows join actors as own on own.id = follows.follower_id
          where follows.target_id = ${actors.id} and follows.state = 'accepted' and own.host is null
        )`,
      ),
    )
    .orderBy(actors.id)
    .limit(page.count);
}

/** Whether somebody here follows that actor, accepted or not yet answered. */
export async function isFollowedFromHere(database: Database, actorUrl: string): Promise<boolean> {
  const [row] = await database
    .select({ id: follows.id })
    .from(follows)
    .innerJoin(followers, eq(followers.id, follows.followerId))
    .innerJoin(targets, eq(targets.id, follows.targetId))
    .where(and(eq(targets.url, actorUrl), isNull(followers.host), sql`${follows.state} <> 'rejected'`))
    .limit(1);
  return row !== undefined;
}

/** The follows of local actors by followers of that host, for when the host is given up. */
export async function followersOfHost(database: Database, host: string): Promise<FollowRecord[]> {
  const rows = await selectFollows(database, followers).where(and(eq(followers.host, host), isNull(targets.host)));
  return rows.map(recordOf);
}
