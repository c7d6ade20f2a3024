import { z } from "zod";

// Fields that arrive as JSON from one client and as text in a form from another.

/** true or false; a form's "true" or "false". */
export const booleanField = z.union(
  [
    z.boolean(),
    z.enum(["true", "1", "false", "0"]).transform((text) => text === "true" || text === "1"),
    z.literal([0, 1]).transform((number) => number === 1),
  ],
  "must be true or false",
);

/** A positive whole number; a form's digits. */
export const idField = z.union(
  [
    z.int().positive(),
    z
      .string()
      .regex(/^[1-9]\d{0,14}$/)
      .transform(Number),
  ],
  "must be a positive whole number",
);

/** Half a surrogate pair can't be sent on as UTF-8, and other instances' databases refuse NUL. */
function withoutControls(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, "")
    .trim();
}

function asOneLine(text: string): string {
  return withoutControls(text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, " "));
}

/** Something of it can be seen: a link of zero-width characters couldn't be clicked. */
function isVisible(text: string): boolean {
  return /[^\p{Z}\p{Cc}\p{Cf}]/u.test(text);
}

/** A text without control characters and the spaces around it. Empty, or null, is null: forms can't say null. */
export function nullableText(minLength: number, maxLength: number) {
  return z
    .string()
    .transform(withoutControls)
    .transform((text) => (text === "" || text === "null" ? null : text))
    .pipe(
      z
        .string()
        .min(minLength, `must be at least ${minLength} characters`)
        .max(maxLength, `must be at most ${maxLength} characters`)
        .nullable(),
    )
    .nullable();
}

/** One line of text without control characters and the spaces around it, of so many characters. */
export function requiredText(minLength: number, maxLength: number) {
  const length = `must be ${minLength} to ${maxLength} characters`;
  return z
    .string("is missing")
    .transform(asOneLine)
    .pipe(z.string().min(minLength, length).max(maxLength, length).refine(isVisible, "must have characters that can be seen"));
}
