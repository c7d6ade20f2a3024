import { z } from "zod";
import { hostOfId, idOf, normalizeId } from "../activitystreams/ids";
import type { JsonObject, JsonValue } from "../activitystreams/types";

/** Deeper than any activity of the fediverse, and far from what recursion can bear. */
const MAX_DEPTH = 32;
/** Recipients, files, mentions: lists of a few hundred are the longest that are seen. */
const MAX_LIST_ENTRIES = 2000;
const MAX_VALUES = 20_000;
const MAX_TYPE_LENGTH = 100;

/** An activity that arrived: its envelope is well formed, its object isn't looked at yet. */
export interface IncomingActivity {
  /** As it was sent, with the fragment by which some instances tell activities of one actor apart. */
  id: string;
  type: string;
  /** Id of who it says it is of, in normal form. */
  actor: string;
  object: JsonValue;
  /** All of it, for whoever reads more of it. */
  document: JsonObject;
}

export type ActivityProblem =
  | { reason: "not-json" | "not-an-object" | "forbidden-key" }
  | { reason: "too-deep" | "too-long-a-list" | "too-many-values"; limit: number }
  | { reason: "bad-field"; field: string; detail: string }
  | { reason: "id-of-another-host"; host: string };

type Parsed<T> = { ok: true; value: T } | { ok: false; error: ActivityProblem };

const envelopeSchema = z.object({
  id: z.string().refine((id) => normalizeId(id) !== undefined, "isn't an http or https URL"),
  // A list, as JSON-LD allows, is read by its first entry.
  type: z.preprocess((type) => (Array.isArray(type) ? (type as unknown[])[0] : type), z.string().min(1).max(MAX_TYPE_LENGTH)),
  actor: z.unknown().transform((actor, context) => {
    const id = idOf(Array.isArray(actor) && actor.length === 1 ? actor[0] : actor);
    if (id === undefined) {
      context.addIssue("is neither an id nor an object with one");
      return z.NEVER;
    }
    return id;
  }),
  object: z.unknown(),
});

/** An activity from the text of a request; what isn't well formed, or is made to be hard to handle, is refused. */
export function parseActivity(text: string): Parsed<IncomingActivity> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse({ reason: "not-json" });
  }
  const problem = sizeProblem(value as JsonValue);
  return problem === undefined ? readActivity(value as JsonValue) : refuse(problem);
}

/** An activity from JSON that was read already, such as one within another. */
export function readActivity(value: JsonValue | undefined): Parsed<IncomingActivity> {
  if (!isObject(value)) {
    return refuse({ reason: "not-an-object" });
  }
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse({ reason: "bad-field", field: issue?.path.join(".") || "activity", detail: issue?.message ?? "is wrong" });
  }
  const { id, type, actor } = parsed.data;
  // Ids are handed out by whoever's host they are on: nobody takes another's.
  const host = hostOfId(id);
  if (host !== hostOfId(actor)) {
    return refuse({ reason: "id-of-another-host", host });
  }
  return { ok: true, value: { id, type, actor, object: value["object"] ?? null, document: value } };
}

/** What is within an activity: an object with an id, or no more than the id. */
export function embeddedObject(value: JsonValue): { id: string | undefined; type: string | undefined; document: JsonObject | undefined } {
  const single = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;
  if (!isObject(single)) {
    return { id: idOf(single), type: undefined, document: undefined };
  }
  const type = Array.isArray(single["type"]) ? single["type"][0] : single["type"];
  return { id: idOf(single), type: typeof type === "string" ? type : undefined, document: single };
}

/** Whether it is an object, not a list, text or nothing. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Walks without recursion: the depth is what is still to be judged. */
function sizeProblem(root: JsonValue): ActivityProblem | undefined {
  const open: { value: JsonValue; depth: number }[] = [{ value: root, depth: 0 }];
  let values = 0;
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const { value, depth } = entry;
    values += 1;
    if (values > MAX_VALUES) {
      return { reason: "too-many-values", limit: MAX_VALUES };
    }
    if (typeof value !== "object" || value === null) {
      continue;
    }
    if (depth >= MAX_DEPTH) {
      return { reason: "too-deep", limit: MAX_DEPTH };
    }
    if (Array.isArray(value)) {
      if (value.length > MAX_LIST_ENTRIES) {
        return { reason: "too-long-a-list", limit: MAX_LIST_ENTRIES };
      }
      open.push(...value.map((item) => ({ value: item, depth: depth + 1 })));
      continue;
    }
    if (Object.hasOwn(value, "__proto__")) {
      return { reason: "forbidden-key" };
    }
    const members = Object.values(value);
    if (members.length > MAX_VALUES) {
      return { reason: "too-many-values", limit: MAX_VALUES };
    }
    open.push(...members.map((item) => ({ value: item, depth: depth + 1 })));
  }
  return undefined;
}

function refuse(error: ActivityProblem): { ok: false; error: ActivityProblem } {
  return { ok: false, error };
}
