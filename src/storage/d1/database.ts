import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import * as core from "./schema";
import * as federation from "./schema-federation";

const schema = { ...core, ...federation };

export type Database = DrizzleD1Database<typeof schema>;

/** The main D1 database, typed by the schema. Only `storage/` writes queries with it. */
export function openDatabase(binding: D1Database): Database {
  return drizzle(binding, { schema });
}
