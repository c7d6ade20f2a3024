import { aliasedTable, and, asc, count, desc, eq, ne, or, sql } from "drizzle-orm";
import type { SubscriptionsQuery } from "../../contract/subscription";
import type { ChannelRecord } from "./channels";
import type { Database } from "./database";
import { accounts, channels } from "./schema";
import { actors, follows } from "./schema-federation";

// The channels that an account follows.

const targets = aliasedTable(actors, "target");

const SORT_COLUMNS = { id: follows.id, createdAt: follows.createdAt, channelUpdatedAt: channels.updatedAt } as const;

/** A page of the channels that an actor (by its row's number) follows or waits to, and how many there are. */
export async function listSubscriptions(
  database: Database,
  actorId: number,
  query: SubscriptionsQuery,
): Promise<{ total: number; records: ChannelRecord[] }> {
  const { search } = query;
  const where = and(
    eq(follows.followerId, actorId),
    ne(follows.state, "rejected"),
    search === undefined || search === ""
      ? undefined
      : or(
          sql`instr(lower(${channels.displayName}), lower(${search})) > 0`,
          sql`instr(lower(${channels.name} || '@' || ifnull(${channels.host}, '')), lower(${search})) > 0`,
        ),
  );
  const direction = query.sort.descending ? desc : asc;
  const [records, totals] = await Promise.all([
    database
      .select({ channel: channels, owner: accounts })
      .from(follows)
      .innerJoin(targets, eq(targets.id, follows.targetId))
      .innerJoin(channels, eq(channels.id, targets.channelId))
      .innerJoin(accounts, eq(accounts.id, channels.accountId))
      .where(where)
      .orderBy(direction(SORT_COLUMNS[query.sort.field]), direction(follows.id))
      .limit(query.count)
      .offset(query.start),
    database
      .select({ total: count() })
      .from(follows)
      .innerJoin(targets, eq(targets.id, follows.targetId))
      .innerJoin(channels, eq(channels.id, targets.channelId))
      .innerJoin(accounts, eq(accounts.id, channels.accountId))
      .where(where),
  ]);
  return { total: totals[0]?.total ?? 0, records };
}

/** Which of these ids of actors an actor (by its row's number) follows or waits to. */
export async function followedAmong(
  database: Database,
  actorId: number,
  handles: { name: string; host: string | null }[],
): Promise<Set<string>> {
  const rows = await database
    .select({ handle: sql<string>`lower(${targets.name} || '@' || ifnull(${targets.host}, ''))` })
    .from(follows)
    .innerJoin(targets, eq(targets.id, follows.targetId))
    .where(
      and(
        eq(follows.followerId, actorId),
        ne(follows.state, "rejected"),
        sql`lower(${targets.name} || '@' || ifnull(${targets.host}, '')) in (select value from json_each(${JSON.stringify(handles.map(handleKey))}))`,
      ),
    );
  return new Set(rows.map(({ handle }) => handle));
}

/** How `followedAmong` names a handle. */
export function handleKey({ name, host }: { name: string; host: string | null }): string {
  return `${name}@${host ?? ""}`.toLowerCase();
}
