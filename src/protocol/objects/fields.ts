import { z } from "zod";
import { idOf, normalizeId, PUBLIC_AUDIENCE } from "../activitystreams/ids";
import { isPublicAlias } from "../compat/public-audience";

// Fields of other instances' objects, which come in many forms. What isn't needed is dropped where it is wrong; what is needed
// makes the whole wrong.

/** More than any list in an object has, and few enough to look at. */
const MAX_LIST_ITEMS = 500;
const MAX_DATE_MS = 8.64e15;

/** One value or a list of them, as ActivityStreams lets all be written; null and what is missing is an empty list. */
export const list = z.unknown().transform((value): unknown[] => {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) ? value.slice(0, MAX_LIST_ITEMS) : [value];
});

/** What of a list a schema takes; the rest is left out. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return list.transform((values) =>
    values.flatMap((value) => {
      const parsed = item.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

/** An id, an object with one, or a list that begins with either. */
export const requiredId = z.unknown().transform((value, context): string => {
  const id = firstId(value);
  if (id === undefined) {
    context.addIssue({ code: "custom", message: "isn't an http(s) address" });
    return z.NEVER;
  }
  return id;
});

export const optionalId = z.unknown().transform(firstId);

function firstId(value: unknown): string | undefined {
  return Array.isArray(value) ? value.map(idOf).find((id) => id !== undefined) : idOf(value);
}

/** The address that a string, a Link, an Image with `url`, or a list of these names. */
export function hrefOf(value: unknown): string | undefined {
  if (typeof value === "string") {
    return normalizeId(value);
  }
  if (Array.isArray(value)) {
    return value.map(hrefOf).find((href) => href !== undefined);
  }
  if (typeof value === "object" && value !== null) {
    const { href, url } = value as { href?: unknown; url?: unknown };
    return hrefOf(href) ?? (typeof url === "string" ? normalizeId(url) : undefined);
  }
  return undefined;
}

export const optionalHref = z.unknown().transform(hrefOf);

/** Text, cut to a length; null where there is none. */
export function text(maxLength: number): z.ZodType<string | null> {
  return z.unknown().transform((value) => {
    const trimmed = typeof value === "string" ? value.trim() : "";
    return trimmed === "" ? null : trimmed.slice(0, maxLength).toWellFormed();
  });
}

/** Text that must be there, cut to a length. */
export function requiredText(maxLength: number): z.ZodType<string> {
  return text(maxLength).transform((value, context) => {
    if (value === null) {
      context.addIssue({ code: "custom", message: "has no text" });
      return z.NEVER;
    }
    return value;
  });
}

/** A time in ISO 8601, as milliseconds. */
export const optionalTime = z.unknown().transform((value): number | undefined => timeOf(value));

export const requiredTime = z.unknown().transform((value, context): number => {
  const time = timeOf(value);
  if (time === undefined) {
    context.addIssue({ code: "custom", message: "isn't a time" });
    return z.NEVER;
  }
  return time;
});

function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" && /^\d{4}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) || Math.abs(time) > MAX_DATE_MS ? undefined : time;
}

/** A whole number from zero, or the same as text; a fraction is rounded. */
export const optionalCount = z.unknown().transform((value): number | undefined => {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number <= Number.MAX_SAFE_INTEGER ? Math.round(number) : undefined;
});

export function flag(otherwise: boolean): z.ZodType<boolean> {
  return z.unknown().transform((value) => (typeof value === "boolean" ? value : otherwise));
}

/** `to` or `cc`: ids in normal form, the public audience always by its full name. */
export const audience = list.transform((values) =>
  values.flatMap((value) => (isPublicAlias(value) ? [PUBLIC_AUDIENCE] : (idOf(value) ?? []))).map(restorePublic),
);

/** Normal form has no fragment, and the public audience is nothing else. */
function restorePublic(id: string): string {
  return id === "https://www.w3.org/ns/activitystreams" ? PUBLIC_AUDIENCE : id;
}

/** Whether everybody is among those that `to` or `cc` name. */
export function isForEverybody({ to, cc }: { to: string[]; cc: string[] }): boolean {
  return to.includes(PUBLIC_AUDIENCE) || cc.includes(PUBLIC_AUDIENCE);
}

/** A UUID of version 4: PeerTube takes no other, and so no other may come from it. */
export const uuidV4 = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i, "isn't a UUID of version 4")
  .transform((uuid) => uuid.toLowerCase());
