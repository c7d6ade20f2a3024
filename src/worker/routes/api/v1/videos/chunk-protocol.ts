import {
  CHUNK_HEADER,
  uploadObject,
  type ChunkDescription,
  type ChunkOutcome,
  type UploadObject,
} from "../../../../../domain/uploads/upload-object";
import type { UploadDeps } from "../../../../../domain/uploads/open-upload";
import { parseContentRange, receivedRange } from "../../../../../protocol/upload/content-range";
import { parseChunkDigest } from "../../../../../protocol/upload/digest";
import { userOfUploadId } from "../../../../../protocol/upload/upload-id";
import { userOf, type Context } from "../../../../route";

// PUT and DELETE of the resumable protocol: node-uploadx's statuses, and its errors, which are
// `{code, message}` and not problems.

const NO_STORE = { "cache-control": "no-store" };
/** Seconds after which a client asks again whether its video is published. */
const RETRY_AFTER_SECONDS = "10";
/** A refused chunk is read to its end, up to this much, so that the client gets to read the refusal. */
const MAX_DISCARDED_BYTES = 128 * 1024 * 1024;

/** Publishes what the object holds, or tells why that can't be now. */
export type Finish = (upload: DurableObjectStub<UploadObject>) => Promise<Response>;

export function uploadDeps(context: Context): UploadDeps {
  return { ...context.deps, uploads: context.deps.env.UPLOADS };
}

export function uploadError(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ code, message }, { status, headers: { ...NO_STORE, ...headers } });
}

/** 201 for a new upload, 200 for one that goes on; `Location` is where its chunks go. */
export function openedResponse(context: Context, uploadId: string, received: number): Response {
  const location = new URL(context.deps.publicUrl + context.url.pathname + context.url.search);
  location.searchParams.set("upload_id", uploadId);
  const range = receivedRange(received);
  const headers = { ...NO_STORE, location: location.href, ...(range !== undefined && { range }) };
  return new Response(null, { status: range === undefined ? 201 : 200, headers });
}

/** Takes one chunk, or answers how far the upload has come; the last chunk's answer is `finish`'s. */
export async function putChunk(context: Context, finish: Finish): Promise<Response> {
  const response = await answerChunk(context, finish);
  if (response.status >= 400 && context.request.body && !context.request.bodyUsed) {
    await readAway(context.request.body);
  }
  return response;
}

async function answerChunk(context: Context, finish: Finish): Promise<Response> {
  const upload = uploadOf(context);
  if (upload instanceof Response) {
    return upload;
  }
  const { headers, body } = context.request;
  const contentLength = headers.get("content-length") === null ? undefined : Number(headers.get("content-length"));
  const range = parseContentRange(headers.get("content-range") ?? wholeFile(contentLength));
  if (!range.ok) {
    return uploadError(400, "InvalidRange", range.detail);
  }
  if (range.value.kind === "question") {
    return await chunkResponse(await upload.progress(range.value.total), upload, finish);
  }
  const digest = parseChunkDigest(headers.get("digest"), headers.get("content-md5"));
  if (!digest.ok) {
    return uploadError(400, "UnsupportedChecksumAlgorithm", digest.detail);
  }
  const { start, end, total } = range.value;
  if (contentLength !== undefined && contentLength !== end + 1 - start) {
    return uploadError(409, "FileConflict", `The body has ${contentLength} bytes, and Content-Range declares ${end + 1 - start}.`);
  }
  const chunk: ChunkDescription = { range: { start, end }, total, digest: digest.value };
  const outcome = await sendChunk(upload, chunk, body);
  return await chunkResponse(outcome, upload, finish);
}

/** A PUT without Content-Range brings the whole file. */
function wholeFile(contentLength: number | undefined): string {
  return contentLength ? `bytes 0-${contentLength - 1}/${contentLength}` : "";
}

/** Streams a body into the upload's object. */
export async function sendChunk(
  upload: DurableObjectStub<UploadObject>,
  chunk: ChunkDescription,
  body: ReadableStream | null,
): Promise<ChunkOutcome> {
  const response = await upload.fetch("https://upload.invalid/", {
    method: "PUT",
    headers: { [CHUNK_HEADER]: JSON.stringify(chunk) },
    body,
  });
  return await response.json<ChunkOutcome>();
}

async function chunkResponse(outcome: ChunkOutcome, upload: DurableObjectStub<UploadObject>, finish: Finish): Promise<Response> {
  switch (outcome.outcome) {
    case "whole":
      return await finish(upload);
    case "partial":
      return resumeResponse(outcome.received);
    case "unknown":
    case "broken-off":
      return unknownUpload();
    case "locked":
      return uploadError(423, "FileLocked", "Another request is sending bytes of this upload; try again when it has ended.", {
        "retry-after": "5",
      });
    case "conflict":
      return uploadError(409, "FileConflict", outcome.detail, rangeHeader(outcome.received));
    case "too-large":
      return uploadError(413, "RequestEntityTooLarge", "The file is larger than this upload may be.", rangeHeader(outcome.received));
    case "empty":
      return uploadError(400, "BadRequest", "The file is empty.");
    case "digest-mismatch":
      return new Response(JSON.stringify({ code: "ChecksumMismatch", message: "The chunk's checksum doesn't match; send it again." }), {
        status: 460,
        statusText: "Checksum Mismatch",
        headers: { "content-type": "application/json", ...NO_STORE, ...rangeHeader(outcome.received) },
      });
    case "storage-failed":
      return uploadError(503, "StorageError", "The bytes couldn't be stored; go on from what Range tells.", {
        "retry-after": "5",
        ...rangeHeader(outcome.received),
      });
  }
}

function rangeHeader(received: number): Record<string, string> {
  const range = receivedRange(received);
  return range === undefined ? {} : { range };
}

/** 308: more is to come. */
export function resumeResponse(received: number): Response {
  return new Response(null, { status: 308, statusText: "Resume Incomplete", headers: { ...NO_STORE, ...rangeHeader(received) } });
}

export function unknownUpload(): Response {
  return uploadError(404, "FileNotFound", "There is no such upload: it was cancelled, has expired or never was. Open it anew.");
}

export function busyUpload(): Response {
  return uploadError(503, "Processing", "The file is being published; ask again shortly.", { "retry-after": RETRY_AFTER_SECONDS });
}

/** Forgets an upload and its bytes; after success only the session, the video stays. */
export async function cancelUpload(context: Context): Promise<Response> {
  const upload = uploadOf(context);
  if (upload instanceof Response) {
    return upload;
  }
  if ((await upload.discard()) === "busy") {
    return uploadError(423, "FileLocked", "The file is being published; delete the video when it is.", {
      "retry-after": RETRY_AFTER_SECONDS,
    });
  }
  return new Response(null, { status: 204, headers: NO_STORE });
}

/** The object of `?upload_id=`, or the refusal. */
function uploadOf(context: Context): DurableObjectStub<UploadObject> | Response {
  const uploadId = context.url.searchParams.get("upload_id");
  if (!uploadId) {
    return uploadError(400, "BadRequest", "The address names no upload: send chunks to the Location that opened it.");
  }
  const owner = userOfUploadId(uploadId);
  if (owner === undefined) {
    return unknownUpload();
  }
  if (owner !== userOf(context).id) {
    return uploadError(403, "Forbidden", "This upload is another user's.");
  }
  return uploadObject(context.deps.env.UPLOADS, uploadId);
}

async function readAway(body: ReadableStream): Promise<void> {
  let rest = MAX_DISCARDED_BYTES;
  try {
    for await (const bytes of body as ReadableStream<Uint8Array>) {
      rest -= bytes.byteLength;
      if (rest < 0) {
        return;
      }
    }
  } catch {
    // The client has gone.
  }
}
