import { env } from "cloudflare:workers";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import * as core from "../../src/storage/d1/schema";
import * as federation from "../../src/storage/d1/schema-federation";

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

const tables = Object.values({ ...core, ...federation })
  .filter((value) => is(value, SQLiteTable))
  .map((table) => getTableConfig(table));

describe("the database as Drizzle sees it", () => {
  it("has every table that the migrations make, and no other", async () => {
    const { results } = await env.DB.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name <> 'd1_migrations'",
    ).all<{ name: string }>();
    expect(tables.map(({ name }) => name).toSorted()).toEqual(results.map(({ name }) => name).toSorted());
  });

  it.each(tables.map((table) => [table.name, table] as const))("%s has the columns that the migrations make", async (name, table) => {
    const { results } = await env.DB.prepare(`PRAGMA table_info(${name})`).all<ColumnInfo>();
    const columns = table.columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      notNull: column.notNull,
    }));
    const isKey = (column: ColumnInfo) => column.pk > 0;
    expect(columns.map((column) => column.name)).toEqual(results.map((column) => column.name));
    for (const [index, column] of results.entries()) {
      expect(columns[index], `${name}.${column.name}`).toMatchObject({
        type: column.type,
        // A primary key's NOT NULL is written in one of the two only.
        ...(!isKey(column) && { notNull: column.notnull === 1 }),
      });
    }
  });
});
