/** A header read, or the sentence that says what is wrong with it. */
export type ParseResult<T> = { ok: true; value: T } | { ok: false; detail: string };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail(detail: string): { ok: false; detail: string } {
  return { ok: false, detail };
}
