/**
 * An expected outcome as a value: success, or a failure whose `reason` tells which and whose other fields tell the
 * facts. Surprises (a broken invariant, a failing binding) are exceptions.
 */
export type Result<T, E extends { reason: string }> = { ok: true; value: T } | { ok: false; error: E };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail<E extends { reason: string }>(error: E): { ok: false; error: E } {
  return { ok: false, error };
}
