import { z } from "zod";
import { booleanField } from "./fields";

// The query of every list: `start`, `count`, `sort`, as PeerTube's clients send them.

export const MAX_LIST_COUNT = 100;
const DEFAULT_LIST_COUNT = 15;

/** A list's page: skip `start`, give at most `count`. */
export const pageSchema = z.object({
  start: z.coerce.number("must be a whole number").int("must be a whole number").min(0, "must not be negative").default(0),
  count: z.coerce
    .number("must be a whole number")
    .int("must be a whole number")
    .min(0, "must not be negative")
    .max(MAX_LIST_COUNT, `must not be more than ${MAX_LIST_COUNT}`)
    .default(DEFAULT_LIST_COUNT),
});

export interface Sort<Field extends string = string> {
  field: Field;
  descending: boolean;
}

/** `sort`: one of `fields`, with `-` before it for descending. */
export function sortSchema<const Field extends string>(fields: readonly Field[], defaultSort: Field | `-${Field}`) {
  return z
    .string()
    .prefault(defaultSort)
    .transform((text, context): Sort<Field> => {
      const name = text.replace(/^-/, "");
      const field = fields.find((known) => known === name);
      if (field === undefined) {
        context.issues.push({
          code: "custom",
          message: `must be one of ${fields.join(", ")}, with - before it for descending`,
          input: text,
        });
        return z.NEVER;
      }
      return { field, descending: text.startsWith("-") };
    });
}

/** The whole query of a list without filters of its own. */
export function listQuerySchema<const Field extends string>(fields: readonly Field[], defaultSort: Field | `-${Field}`) {
  return pageSchema.extend({ sort: sortSchema(fields, defaultSort) });
}

export interface ListQuery<Field extends string = string> {
  start: number;
  count: number;
  sort: Sort<Field>;
}

/** `true` or `false` in a query string. */
export const booleanQuerySchema = booleanField;
