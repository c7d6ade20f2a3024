import { nextCount } from "./tables";

export type StoredFollowState = "pending" | "accepted" | "rejected";

export interface StoredFollower {
  url: string;
  inbox: string;
  sharedInbox: string | undefined;
  state: StoredFollowState;
  followId: string;
  /** Time of the newest Follow or Undo, as the follower gave it. */
  saidAt: number;
  /** Undone, and kept for its time. */
  removed: boolean;
}

export interface StoredFollowing {
  url: string;
  state: StoredFollowState;
  followId: string;
}

/** What the index in D1 doesn't say yet. */
export interface DirtyFollow {
  side: "followers" | "following";
  url: string;
  state: StoredFollowState;
  followId: string;
  removed: boolean;
  createdAt: number;
  version: number;
}

type FollowerRow = {
  url: string;
  inbox: string;
  shared_inbox: string | null;
  state: StoredFollowState;
  follow_id: string;
  said_at: number;
  removed: number;
};

type DirtyRow = { url: string; state: StoredFollowState; follow_id: string; removed: number; created_at: number; version: number };

export interface FollowStore {
  follower(url: string): StoredFollower | undefined;
  /** Writes a follower, new or changed; the index doesn't say it yet. */
  saveFollower(follower: StoredFollower, now: number): void;
  /** Where accepted followers are reached, shared inboxes once. */
  inboxes(): string[];
  followers(page: { start: number; count: number }): { total: number; urls: string[] };
  following(page: { start: number; count: number }): { total: number; urls: string[] };
  target(url: string): StoredFollowing | undefined;
  saveTarget(target: StoredFollowing, now: number): void;
  removeTarget(url: string): void;
  /** Numbers of Follows, none given twice. */
  nextFollowNumber(): number;
  /** Removes all followers and all that is followed. */
  removeAll(): void;
  dirty(limit: number): DirtyFollow[];
  /** The index says it now, unless it changed meanwhile. */
  markClean(follow: DirtyFollow): void;
}

const ACCEPTED = "removed = 0 AND state = 'accepted'";

export function openFollowStore(storage: DurableObjectStorage): FollowStore {
  const { sql } = storage;

  function page(table: "followers" | "following", { start, count }: { start: number; count: number }) {
    return {
      total: sql.exec<{ total: number }>(`SELECT count(*) AS total FROM ${table} WHERE ${ACCEPTED}`).one().total,
      urls: sql
        .exec<{ url: string }>(`SELECT url FROM ${table} WHERE ${ACCEPTED} ORDER BY created_at DESC, url LIMIT ? OFFSET ?`, count, start)
        .toArray()
        .map(({ url }) => url),
    };
  }

  return {
    follower(url) {
      const row = sql.exec<FollowerRow>("SELECT * FROM followers WHERE url = ?", url).toArray()[0];
      return (
        row && {
          url: row.url,
          inbox: row.inbox,
          sharedInbox: row.shared_inbox ?? undefined,
          state: row.state,
          followId: row.follow_id,
          saidAt: row.said_at,
          removed: row.removed === 1,
        }
      );
    },
    saveFollower(follower, now) {
      sql.exec(
        `INSERT INTO followers (url, inbox, shared_inbox, state, follow_id, said_at, removed, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (url) DO UPDATE SET inbox = excluded.inbox, shared_inbox = excluded.shared_inbox, state = excluded.state,
           follow_id = excluded.follow_id, said_at = excluded.said_at, version = version + 1, dirty = 1,
           created_at = CASE WHEN removed = 1 AND excluded.removed = 0 THEN excluded.created_at ELSE created_at END,
           removed = excluded.removed`,
        follower.url,
        follower.inbox,
        follower.sharedInbox ?? null,
        follower.state,
        follower.followId,
        follower.saidAt,
        follower.removed ? 1 : 0,
        now,
      );
    },
    inboxes() {
      return sql
        .exec<{ inbox: string }>(`SELECT DISTINCT coalesce(shared_inbox, inbox) AS inbox FROM followers WHERE ${ACCEPTED}`)
        .toArray()
        .map(({ inbox }) => inbox);
    },
    followers: (wanted) => page("followers", wanted),
    following: (wanted) => page("following", wanted),
    target(url) {
      const row = sql
        .exec<{ url: string; state: StoredFollowState; follow_id: string }>(
          "SELECT url, state, follow_id FROM following WHERE url = ? AND removed = 0",
          url,
        )
        .toArray()[0];
      return row && { url: row.url, state: row.state, followId: row.follow_id };
    },
    saveTarget({ url, state, followId }, now) {
      sql.exec(
        `INSERT INTO following (url, state, follow_id, created_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (url) DO UPDATE SET state = excluded.state, follow_id = excluded.follow_id, version = version + 1, dirty = 1,
           created_at = CASE WHEN removed = 1 THEN excluded.created_at ELSE created_at END, removed = 0`,
        url,
        state,
        followId,
        now,
      );
    },
    removeTarget(url) {
      sql.exec("UPDATE following SET removed = 1, version = version + 1, dirty = 1 WHERE url = ?", url);
    },
    nextFollowNumber() {
      return nextCount(storage, "follow", 1);
    },
    removeAll() {
      sql.exec(`
        UPDATE followers SET removed = 1, version = version + 1, dirty = 1 WHERE removed = 0;
        UPDATE following SET removed = 1, version = version + 1, dirty = 1 WHERE removed = 0;
      `);
    },
    dirty(limit) {
      return (["followers", "following"] as const).flatMap((side) =>
        sql
          .exec<DirtyRow>(`SELECT url, state, follow_id, removed, created_at, version FROM ${side} WHERE dirty = 1 LIMIT ?`, limit)
          .toArray()
          .map((row) => ({
            side,
            url: row.url,
            state: row.state,
            followId: row.follow_id,
            removed: row.removed === 1,
            createdAt: row.created_at,
            version: row.version,
          })),
      );
    },
    markClean({ side, url, version }) {
      sql.exec(`UPDATE ${side} SET dirty = 0 WHERE url = ? AND version = ?`, url, version);
      if (side === "following") {
        // Its number isn't given again, so nothing is remembered by it.
        sql.exec("DELETE FROM following WHERE url = ? AND removed = 1 AND dirty = 0", url);
      }
    },
  };
}
