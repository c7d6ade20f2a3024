// The SQLite of one VideoViews object: two rows, however many views there are.

export interface Tally {
  videoUuid: string;
  /** Counted and not yet in D1. */
  views: number;
  watchedSeconds: number;
  /** What other instances were last told, and when (milliseconds). Undefined: nothing since the object was last empty. */
  told: { views: number; at: number } | undefined;
}

export interface TallyStore {
  read(): Tally | undefined;
  /** Adds what was counted. */
  add(videoUuid: string, added: { views: number; watchedSeconds: number }): void;
  /** D1 has it now. */
  subtract(written: { views: number; watchedSeconds: number }): void;
  saveTold(told: { views: number; at: number }): void;
  /** JSON that is kept beside it. */
  recent(): string | undefined;
  saveRecent(json: string): void;
  clear(): Promise<void>;
}

type TallyRow = { video_uuid: string; views: number; watched_seconds: number; told_views: number | null; told_at: number | null };

export function openTallyStore(storage: DurableObjectStorage): TallyStore {
  const { sql } = storage;
  let tablesExist = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tally'").toArray().length > 0;

  function createTables(): void {
    if (!tablesExist) {
      sql.exec(`
        CREATE TABLE tally (
          id INTEGER PRIMARY KEY CHECK (id = 1), video_uuid TEXT NOT NULL, views INTEGER NOT NULL, watched_seconds INTEGER NOT NULL,
          told_views INTEGER, told_at INTEGER
        );
        CREATE TABLE recent (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
      `);
      tablesExist = true;
    }
  }

  return {
    read() {
      const row = tablesExist ? sql.exec<TallyRow>("SELECT * FROM tally").toArray()[0] : undefined;
      return (
        row && {
          videoUuid: row.video_uuid,
          views: row.views,
          watchedSeconds: row.watched_seconds,
          told: row.told_views === null || row.told_at === null ? undefined : { views: row.told_views, at: row.told_at },
        }
      );
    },
    add(videoUuid, { views, watchedSeconds }) {
      createTables();
      sql.exec(
        `INSERT INTO tally (id, video_uuid, views, watched_seconds) VALUES (1, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET views = views + excluded.views, watched_seconds = watched_seconds + excluded.watched_seconds`,
        videoUuid,
        views,
        watchedSeconds,
      );
    },
    subtract({ views, watchedSeconds }) {
      sql.exec("UPDATE tally SET views = views - ?, watched_seconds = watched_seconds - ?", views, watchedSeconds);
    },
    saveTold({ views, at }) {
      sql.exec("UPDATE tally SET told_views = ?, told_at = ?", views, at);
    },
    recent() {
      return tablesExist ? sql.exec<{ json: string }>("SELECT json FROM recent").toArray()[0]?.json : undefined;
    },
    saveRecent(json) {
      createTables();
      sql.exec("INSERT OR REPLACE INTO recent (id, json) VALUES (1, ?)", json);
    },
    async clear() {
      tablesExist = false;
      await storage.deleteAll();
    },
  };
}
