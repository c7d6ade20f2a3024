import { concatenate } from "../../protocol/bytes";

// The SQLite of one Upload object. It begins empty, and is empty again once the upload is forgotten.

/** A part that R2 has. */
export interface StoredPart {
  /** From 1. */
  number: number;
  etag: string;
  size: number;
  /** SHA-1 of each piece in it. */
  pieces: Uint8Array;
}

export interface StoredImage {
  bytes: Uint8Array;
  mimeType: string;
}

/** Bytes in a row; a row of an object's SQLite holds at most 2 MB. */
const ROW_BYTES = 1024 * 1024;

/** `Session` is whatever JSON the upload's owner keeps of it. */
export interface UploadStore<Session> {
  /** The upload, or undefined where none is open. */
  session(): Session | undefined;
  saveSession(session: Session): void;
  parts(): { number: number; etag: string }[];
  partCount(): number;
  /** The piece hashes of all parts, one after the other. */
  pieces(): Uint8Array;
  /** Bytes that survive a restart. */
  received(): number;
  /** The bytes after the last part, in order. */
  tail(): Uint8Array[];
  tailLength(): number;
  /** Adds parts in one step; the bytes kept as tail until now are in the first of them. */
  addParts(parts: StoredPart[]): void;
  appendTail(bytes: Uint8Array): void;
  image(): StoredImage | undefined;
  saveImage(image: StoredImage): void;
  transaction(change: () => void): void;
  clear(): Promise<void>;
}

export function openUploadStore<Session>(storage: DurableObjectStorage): UploadStore<Session> {
  const { sql } = storage;
  let tablesExist = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'session'").toArray().length > 0;

  function createTables(): void {
    if (tablesExist) {
      return;
    }
    sql.exec(`
      CREATE TABLE session (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
      CREATE TABLE part (number INTEGER PRIMARY KEY, etag TEXT NOT NULL, size INTEGER NOT NULL, pieces BLOB NOT NULL);
      CREATE TABLE tail (start INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
      CREATE TABLE image (position INTEGER PRIMARY KEY, mime_type TEXT NOT NULL, bytes BLOB NOT NULL);
    `);
    tablesExist = true;
  }

  function numberOf(query: string): number {
    return tablesExist ? sql.exec<{ n: number }>(query).one().n : 0;
  }

  function tailLength(): number {
    return numberOf("SELECT coalesce(sum(length(bytes)), 0) AS n FROM tail");
  }

  return {
    session() {
      if (!tablesExist) {
        return undefined;
      }
      const row = sql.exec<{ json: string }>("SELECT json FROM session").toArray()[0];
      return row && (JSON.parse(row.json) as Session);
    },
    saveSession(session) {
      createTables();
      sql.exec("INSERT OR REPLACE INTO session (id, json) VALUES (1, ?)", JSON.stringify(session));
    },
    parts() {
      return sql.exec<{ number: number; etag: string }>("SELECT number, etag FROM part ORDER BY number").toArray();
    },
    partCount() {
      return numberOf("SELECT count(*) AS n FROM part");
    },
    pieces() {
      const blobs = sql.exec<{ pieces: ArrayBuffer }>("SELECT pieces FROM part ORDER BY number").toArray();
      return concatenate(blobs.map((row) => new Uint8Array(row.pieces)));
    },
    received() {
      return numberOf("SELECT coalesce(sum(size), 0) AS n FROM part") + tailLength();
    },
    tail() {
      return sql
        .exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM tail ORDER BY start")
        .toArray()
        .map((row) => new Uint8Array(row.bytes));
    },
    tailLength,
    addParts(parts) {
      storage.transactionSync(() => {
        for (const part of parts) {
          sql.exec("INSERT INTO part (number, etag, size, pieces) VALUES (?, ?, ?, ?)", part.number, part.etag, part.size, part.pieces);
        }
        if (parts.length > 0) {
          sql.exec("DELETE FROM tail");
        }
      });
    },
    appendTail(bytes) {
      storage.transactionSync(() => {
        let start = tailLength();
        for (let offset = 0; offset < bytes.byteLength; offset += ROW_BYTES) {
          const row = bytes.subarray(offset, offset + ROW_BYTES);
          sql.exec("INSERT INTO tail (start, bytes) VALUES (?, ?)", start, row);
          start += row.byteLength;
        }
      });
    },
    image() {
      const rows = sql.exec<{ mime_type: string; bytes: ArrayBuffer }>("SELECT mime_type, bytes FROM image ORDER BY position").toArray();
      const first = rows[0];
      return first && { mimeType: first.mime_type, bytes: concatenate(rows.map((row) => new Uint8Array(row.bytes))) };
    },
    saveImage(image) {
      createTables();
      storage.transactionSync(() => {
        sql.exec("DELETE FROM image");
        for (let offset = 0; offset < image.bytes.byteLength; offset += ROW_BYTES) {
          sql.exec(
            "INSERT INTO image (position, mime_type, bytes) VALUES (?, ?, ?)",
            offset,
            image.mimeType,
            image.bytes.subarray(offset, offset + ROW_BYTES),
          );
        }
      });
    },
    transaction(change) {
      storage.transactionSync(change);
    },
    async clear() {
      tablesExist = false;
      await storage.deleteAll();
    },
  };
}
