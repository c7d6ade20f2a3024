/** What came instead of a body: more than the cap, or nothing in time. */
export type ReadFailure = "too-large" | "timed-out";

/** Reads a response's body up to a cap; what is more is never read. `signal` ends the wait. */
export async function readCapped(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | ReadFailure> {
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    return "too-large";
  }
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return new Uint8Array();
  }
  const aborted = new Promise<"timed-out">((resolve) => {
    signal.addEventListener("abort", () => resolve("timed-out"), { once: true });
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const read = signal.aborted ? "timed-out" : await Promise.race([reader.read(), aborted]);
    if (read === "timed-out") {
      reader.cancel().catch(() => undefined);
      return read;
    }
    if (read.done) {
      break;
    }
    const chunk = read.value as Uint8Array;
    length += chunk.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => undefined);
      return "too-large";
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
