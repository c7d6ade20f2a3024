import type { z } from "zod";
import { ProblemError, type Problem } from "../problem";
import { unpackFields } from "./form-fields";

/** Bodies of fields, not files' bytes: uploads are read elsewhere, as streams. */
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_SHOWN_CHARACTERS = 200;
const SECRET_FIELD = /password|secret|token/i;

/**
 * The request's fields as `schema` gives them: from JSON, an urlencoded or a multipart form (with bracketed keys;
 * files as `File`), or nothing at all, which is an object without fields. Throws problems: 413 over `maxBytes`, 415 for
 * another content type, 400 naming every field that is wrong.
 */
export async function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.output<Schema>> {
  return check(schema, await readFields(request, maxBytes), "body");
}

/** A form's fields, read elsewhere, as `schema` gives them; throws like `parseBody`. */
export function parseFields<Schema extends z.ZodType>(schema: Schema, entries: Iterable<[string, string]>): z.output<Schema> {
  return check(schema, unpackFields(entries) ?? unreadable("form"), "body");
}

/** The query string's fields as `schema` gives them; throws a 400 problem that names every field that is wrong. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, url: URL): z.output<Schema> {
  return check(schema, unpackFields(url.searchParams) ?? unreadable("query string"), "query");
}

/** The path's parameters as `schema` gives them; throws like `parseQuery`. */
export function parseParams<Schema extends z.ZodType>(schema: Schema, params: Record<string, string>): z.output<Schema> {
  return check(schema, params, "params");
}

/** The problem of fields that are well formed and yet refused, such as a name that is taken. */
export function invalidFields(messages: Record<string, string>, location: Location = "body", status = 400): ProblemError {
  const invalidParams: Problem["invalidParams"] = {};
  for (const [path, msg] of Object.entries(messages)) {
    invalidParams[path] = { type: "field", msg, path, location };
  }
  return new ProblemError({
    status,
    detail: `Incorrect request parameters: ${Object.keys(messages).join(", ")}`,
    invalidParams,
  });
}

type Location = "body" | "query" | "params";

function check<Schema extends z.ZodType>(schema: Schema, input: unknown, location: Location): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) {
    return parsed.data;
  }
  const invalidParams: NonNullable<Problem["invalidParams"]> = {};
  for (const issue of parsed.error.issues) {
    const wrong = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const msg = issue.code === "unrecognized_keys" ? "isn't something that can be set here" : issue.message;
    for (const keys of wrong) {
      const path = keys.map(String).join(".") || location;
      invalidParams[path] ??= { type: "field", msg, path, location, ...shownValue(input, keys) };
    }
  }
  throw new ProblemError({
    status: 400,
    detail: `Incorrect request parameters: ${Object.keys(invalidParams).join(", ")}`,
    invalidParams,
  });
}

/** What was sent, for the one who sent it: short, and no secrets, which end in logs. */
function shownValue(input: unknown, path: readonly PropertyKey[]): { value?: string | number | boolean } {
  if (path.some((part) => SECRET_FIELD.test(String(part)))) {
    return {};
  }
  let value = input;
  for (const part of path) {
    value = typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined;
  }
  if (typeof value === "string") {
    return { value: value.slice(0, MAX_SHOWN_CHARACTERS) };
  }
  return typeof value === "number" || typeof value === "boolean" ? { value } : {};
}

async function readFields(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readCapped(request, maxBytes);
  if (bytes.length === 0) {
    return {};
  }
  const contentType = request.headers.get("content-type") ?? "";
  switch (contentType.split(";", 1)[0]?.trim().toLowerCase()) {
    case "application/json":
      return parseJson(bytes);
    case "application/x-www-form-urlencoded":
      return unpackFields(new URLSearchParams(new TextDecoder().decode(bytes))) ?? unreadable("form");
    case "multipart/form-data":
      return unpackFields(await parseMultipart(bytes, contentType)) ?? unreadable("form");
    default:
      throw new ProblemError({
        status: 415,
        detail: "Send the fields as application/json, application/x-www-form-urlencoded or multipart/form-data.",
      });
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return unreadable("JSON");
  }
}

async function parseMultipart(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    return unreadable("form");
  }
}

function unreadable(what: string): never {
  throw new ProblemError({ status: 400, detail: `The request's ${what} can't be read.` });
}

/** The problem of a body whose connection or transfer coding broke: nothing is wrong on this side. */
export function brokenBody(): ProblemError {
  return new ProblemError({ status: 400, detail: "The request's body broke off before its end: send it again." });
}

/** The whole body; throws a 413 problem as soon as it is more than `maxBytes`, whatever its Content-Length says. */
export async function readCapped(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) {
    return new Uint8Array();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.byteLength;
      if (length > maxBytes) {
        throw new ProblemError({
          status: 413,
          detail: `The request is longer than ${Math.round(maxBytes / 1024)} KiB, more than is ever needed here.`,
        });
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : brokenBody();
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
