import type { VideoMetadata } from "../../contract/upload";
import type { AssembledUpload, UploadedImage } from "./assembled-upload";

// How the rest of the house speaks with the object of one upload (durable-objects/upload.ts).

/** What a finished upload becomes. The UUIDs are allotted when it is opened, so that publishing twice makes one thing. */
export type UploadTarget =
  | { kind: "video"; videoUuid: string; metadata: VideoMetadata }
  | { kind: "rendition"; videoUuid: string; resolution: number | undefined };

/** What an upload is opened with. */
export interface OpenUpload {
  userId: number;
  fileUuid: string;
  originalFilename: string;
  mimeType: string;
  pieceLength: number;
  /** Bytes; undefined for a file whose end alone tells its size: `close` follows. */
  size: number | undefined;
  /** Where the size isn't known: the bytes at which the upload is refused. */
  maxBytes: number;
  /** Undefined where `close` will tell it. */
  target: UploadTarget | undefined;
  image: UploadedImage | undefined;
}

/** An answer kept, so that a client that lost it gets it again. */
export interface SettledOutcome {
  status: number;
  contentType: string;
  body: string;
}

/** What became of a PUT; `received` is how many bytes are safe. */
export type ChunkOutcome =
  | { outcome: "unknown" }
  | { outcome: "locked" }
  | { outcome: "partial"; received: number }
  /** Every byte is there: `claim` comes next. */
  | { outcome: "whole" }
  | { outcome: "conflict"; received: number; detail: string }
  | { outcome: "digest-mismatch"; received: number }
  | { outcome: "too-large"; received: number }
  /** The connection broke that brought a file of unknown size, and the upload is forgotten. */
  | { outcome: "broken-off" }
  /** A file of unknown size had no bytes. */
  | { outcome: "empty" }
  /** R2 failed; the client may go on from `received`. */
  | { outcome: "storage-failed"; received: number };

export type Claim =
  | { claim: "unknown" }
  /** Bytes are still missing. */
  | { claim: "incomplete"; received: number }
  /** Somebody else is publishing it right now. */
  | { claim: "busy" }
  | { claim: "settled"; outcome: SettledOutcome }
  /** The caller publishes it, and then calls `settle` or `release`. */
  | { claim: "yours"; assembled: AssembledUpload; target: UploadTarget; image: UploadedImage | undefined };

export type Discarded = "gone" | "busy";

/** The chunk that a PUT to the object carries, as JSON in this header; its body is the bytes. */
export const CHUNK_HEADER = "x-upload-chunk";

export interface ChunkDescription {
  /** Undefined: everything up to the body's end, of a file of unknown size. */
  range: { start: number; end: number } | undefined;
  /** The whole file's bytes, where the client told. */
  total: number | undefined;
  digest: { algorithm: "sha1" | "sha256" | "md5"; base64: string } | undefined;
}

export interface UploadObject extends Rpc.DurableObjectBranded {
  /** Takes one chunk; answers a `ChunkOutcome` as JSON. */
  fetch(request: Request): Promise<Response>;
  /** Opens the upload, or finds it open; the UUIDs of the first opening stay, the metadata are the newest. */
  open(upload: OpenUpload): Promise<{ received: number }>;
  /** How far it has come. */
  progress(total: number | undefined): Promise<ChunkOutcome>;
  /** Ends a file of unknown size where its bytes ended. */
  close(target: UploadTarget, image: UploadedImage | undefined): Promise<ChunkOutcome>;
  claim(): Promise<Claim>;
  /** Keeps the answer; the file is the video's from now on, or was refused and removed by whoever published. */
  settle(outcome: SettledOutcome): Promise<void>;
  /** Publishing failed by surprise: the next who asks may try again. */
  release(): Promise<void>;
  /** Forgets the upload and removes its bytes, unless they were published. */
  discard(): Promise<Discarded>;
}

/** The object of an upload. */
export function uploadObject(namespace: DurableObjectNamespace, uploadId: string): DurableObjectStub<UploadObject> {
  const typed = namespace as DurableObjectNamespace<UploadObject>;
  return typed.getByName(uploadId);
}
