import { retryAfterMs, retryDelayMs, sleep } from "./backoff";
import { createChunkSizer } from "./chunk-size";
import { ConnectionError, type Transport, type UploadResponse } from "./transport";

// The client's half of PeerTube's resumable upload (node-uploadx with X-headers): POST opens, PUT sends chunks or asks
// how far it is, DELETE cancels.

export interface ResumableUpload {
  /** Where uploads are opened. */
  endpoint: string;
  content: Blob;
  contentType: string;
  /** The body that opens it: JSON text or a form. */
  openingBody: () => FormData | string;
  /** Goes on with an upload that is open. */
  uploadUrl?: string;
  /** Told when one is opened, so that it can be remembered. */
  onOpened?: (uploadUrl: string) => void;
  /** Bytes that are there or on their way, never beyond the content's size. */
  onProgress?: (sentBytes: number) => void;
  /** A sentence where it has to wait; undefined when it goes on. */
  onTrouble?: (trouble: string | undefined) => void;
  /** The server's limit on a chunk. */
  maxChunkBytes?: number;
  signal: AbortSignal;
}

export type UploadFailure =
  /** The server said no, and why in a sentence; trying again as it is won't help. */
  | { reason: "refused"; status: number; detail: string }
  | { reason: "signed-out" }
  /** The file changed or vanished under the page. */
  | { reason: "unreadable-file" }
  /** It answered with errors too often. */
  | { reason: "server-failing"; detail: string };

export type UploadOutcome = { ok: true; value: unknown } | { ok: false; error: UploadFailure };

/** Server errors in a row before it gives up (a lost connection is retried for ever: the upload goes on when it's back). */
const MAX_SERVER_ERRORS = 10;
/** Times an upload that the server forgot is opened anew. */
const MAX_REOPENINGS = 3;
/** The server names five minutes; it is mostly done in seconds. */
const LONGEST_PROCESSING_WAIT_MS = 15_000;

const REFUSALS = new Set([403, 413, 415, 422]);

/**
 * Sends `content` and gives the server's final answer, parsed from JSON. Rejects with the signal's reason when it is
 * aborted: the upload stays open at the server, for `uploadUrl` or for `cancelUpload`.
 */
export async function uploadResumably(
  upload: ResumableUpload,
  send: Transport,
  clock: () => number = () => performance.now(),
): Promise<UploadOutcome> {
  const total = upload.content.size;
  const chunks = createChunkSizer(upload.maxChunkBytes);
  let url = upload.uploadUrl;
  let received: number | undefined;
  let attempt = 0;
  let serverErrors = 0;
  let reopenings = 0;

  const pause = async (trouble: string, retryAfter?: number) => {
    attempt += 1;
    upload.onTrouble?.(trouble);
    await sleep(retryAfter ?? retryDelayMs(attempt), upload.signal);
  };
  const wentWell = () => {
    attempt = 0;
    serverErrors = 0;
    upload.onTrouble?.(undefined);
  };

  for (;;) {
    let response: UploadResponse;
    const startedAt = clock();
    const chunkEnd = received === undefined ? undefined : Math.min(received + chunks.size(), total);
    const isChunk = url !== undefined && received !== undefined;
    try {
      response = url === undefined ? await open(upload, send) : await put(upload, send, url, received, chunkEnd ?? 0);
    } catch (error) {
      if (!(error instanceof ConnectionError)) {
        throw error;
      }
      if (isChunk && !(await isReadable(upload.content, received ?? 0))) {
        return { ok: false, error: { reason: "unreadable-file" } };
      }
      chunks.failed();
      received = undefined;
      await pause("The connection is lost; trying again.");
      continue;
    }

    const { status } = response;
    if (url === undefined && (status === 200 || status === 201)) {
      const location = response.header("location");
      if (location === null) {
        return { ok: false, error: { reason: "server-failing", detail: "The instance opened the upload without saying where." } };
      }
      url = location;
      received = receivedBytes(response);
      upload.onOpened?.(url);
      wentWell();
    } else if (status === 200 && url !== undefined) {
      upload.onProgress?.(total);
      wentWell();
      return { ok: true, value: parseJson(response.text) };
    } else if (status === 308) {
      const now = receivedBytes(response);
      if (isChunk && now > (received ?? 0)) {
        chunks.took(clock() - startedAt);
      }
      const stuck = isChunk && now <= (received ?? 0);
      received = now;
      upload.onProgress?.(received);
      if (stuck || received >= total) {
        // Everything is there and yet no final answer: it is being worked on.
        await pause("Waiting for the instance.");
      } else {
        wentWell();
      }
    } else if (status === 401) {
      return { ok: false, error: { reason: "signed-out" } };
    } else if (REFUSALS.has(status) || (url === undefined && status === 400)) {
      return { ok: false, error: { reason: "refused", status, detail: detailOf(response) } };
    } else if (status === 404 || status === 410) {
      reopenings += 1;
      if (reopenings > MAX_REOPENINGS) {
        return { ok: false, error: { reason: "refused", status, detail: detailOf(response) } };
      }
      url = undefined;
      received = undefined;
      upload.onProgress?.(0);
    } else if (status === 503) {
      received = undefined;
      await pause("The instance is busy with this file.", retryAfterMs(response.header("retry-after"), LONGEST_PROCESSING_WAIT_MS));
    } else {
      serverErrors += 1;
      if (serverErrors > MAX_SERVER_ERRORS) {
        return { ok: false, error: { reason: "server-failing", detail: detailOf(response) } };
      }
      chunks.failed();
      received = undefined;
      await pause("The instance had a problem; trying again.", retryAfterMs(response.header("retry-after"), LONGEST_PROCESSING_WAIT_MS));
    }
  }
}

/** Tells the server to forget the upload; that it can't be told is no failure: it expires there. */
export async function cancelUpload(uploadUrl: string, send: Transport): Promise<void> {
  try {
    await send({ method: "DELETE", url: uploadUrl, headers: {}, signal: AbortSignal.timeout(30_000) });
  } catch {
    // Expires by itself.
  }
}

async function open(upload: ResumableUpload, send: Transport): Promise<UploadResponse> {
  const body = upload.openingBody();
  return await send({
    method: "POST",
    url: upload.endpoint,
    headers: {
      "x-upload-content-length": String(upload.content.size),
      "x-upload-content-type": upload.contentType,
      // A form sets its own, with the boundary.
      ...(typeof body === "string" && { "content-type": "application/json" }),
    },
    body,
    signal: upload.signal,
  });
}

/** Sends the bytes from `received` to `end`; where `received` isn't known, asks how far it is. */
async function put(
  upload: ResumableUpload,
  send: Transport,
  url: string,
  received: number | undefined,
  end: number,
): Promise<UploadResponse> {
  const total = upload.content.size;
  const isChunk = received !== undefined && end > received;
  return await send({
    method: "PUT",
    url,
    headers: {
      "content-type": "application/octet-stream",
      "content-range": isChunk ? `bytes ${received}-${end - 1}/${total}` : `bytes */${total}`,
    },
    body: isChunk ? upload.content.slice(received, end) : new Blob([]),
    onProgress: isChunk ? (sent) => upload.onProgress?.(Math.min(received + sent, end)) : undefined,
    signal: upload.signal,
  });
}

/** `bytes=0-99` → 100; 0 without the header: nothing is there yet. */
function receivedBytes(response: UploadResponse): number {
  const match = /^bytes[= ]0-(\d+)/.exec(response.header("range") ?? "");
  return match === null ? 0 : Number(match[1]) + 1;
}

async function isReadable(content: Blob, at: number): Promise<boolean> {
  try {
    await content.slice(at, at + 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The sentence of a problem document, or of uploadx's `{code, message}`. */
function detailOf(response: UploadResponse): string {
  const body = parseJson(response.text);
  if (typeof body === "object" && body !== null) {
    for (const key of ["detail", "message", "error"]) {
      const value = (body as Record<string, unknown>)[key];
      if (typeof value === "string" && value !== "") {
        return value;
      }
    }
  }
  return `The instance answered ${response.status}.`;
}
