import type { z } from "zod";
import type { JsonObject } from "../activitystreams/types";

/** What another instance's document says, or why it isn't what it should be. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; error: { reason: "invalid"; why: string } };

/** Reads a document by a schema; the first thing that is wrong is told. */
export function parseBy<T>(schema: z.ZodType<T>, document: JsonObject): Parsed<T> {
  const parsed = schema.safeParse(document);
  if (parsed.success) {
    return { ok: true, value: parsed.data };
  }
  const issue = parsed.error.issues[0];
  return { ok: false, error: { reason: "invalid", why: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}` } };
}
