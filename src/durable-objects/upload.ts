import { DurableObject } from "cloudflare:workers";
import { complaintOf, conflictOf } from "../domain/uploads/chunk-rules";
import { assemble, openMultipart, removeBytes } from "../domain/uploads/object-bytes";
import { createPartCutter, type PartCutter } from "../domain/uploads/part-cutter";
import { receiveBytes } from "../domain/uploads/receive-bytes";
import {
  CHUNK_HEADER,
  type ChunkDescription,
  type ChunkOutcome,
  type Claim,
  type Discarded,
  type OpenUpload,
} from "../domain/uploads/upload-object";
import type { SettledOutcome, UploadObject, UploadTarget } from "../domain/uploads/upload-object";
import { lifetimeOf, newSession, PUBLICATION_LEASE_MS, reopenedSession } from "../domain/uploads/upload-session";
import type { UploadSession } from "../domain/uploads/upload-session";
import type { UploadedImage } from "../domain/uploads/assembled-upload";
import { createWriterLock, type Writer } from "../domain/uploads/writer-lock";
import { partSizeFor } from "../protocol/upload/parts";
import { openDatabase } from "../storage/d1/database";
import { openUploadStore, type StoredPart, type UploadStore } from "../storage/upload-object/upload-store";

/**
 * One upload in progress. Takes chunks of any size, cuts them into R2's equal parts and hashes the torrent's pieces on
 * the way; every byte that it acknowledged survives a restart (full parts in R2, the rest in its SQLite). One writer at
 * a time. Forgets itself by alarm.
 */
export class Upload extends DurableObject<Env> implements UploadObject {
  readonly #store: UploadStore<UploadSession>;
  readonly #lock = createWriterLock();
  /** Holds the tail between chunks, so that small ones don't read it again; made anew from the store where it is undefined. */
  #cutter: PartCutter | undefined;
  #keepPart: (part: StoredPart) => void = (part) => this.#store.addParts([part]);
  #multipart: Promise<R2MultipartUpload> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = openUploadStore(ctx.storage);
  }

  async open(upload: OpenUpload): Promise<{ received: number }> {
    const known = this.#store.session();
    if (known && known.state !== "settled") {
      this.#store.saveSession(reopenedSession(known, upload));
    } else {
      if (known) {
        await this.#forget();
      }
      const partSize = partSizeFor(upload.size ?? upload.maxBytes, upload.pieceLength);
      this.#store.saveSession(newSession(upload, partSize, Date.now()));
    }
    if (upload.image) {
      this.#store.saveImage(upload.image);
    }
    await this.#rearm();
    return { received: this.#store.received() };
  }

  override async fetch(request: Request): Promise<Response> {
    const chunk = JSON.parse(request.headers.get(CHUNK_HEADER) ?? "null") as ChunkDescription;
    const body = request.body ?? new Blob([]).stream();
    return Response.json(await this.#receive(chunk, body));
  }

  async progress(total: number | undefined): Promise<ChunkOutcome> {
    return await this.#alone(async () => {
      const session = this.#store.session();
      if (!session) {
        return { outcome: "unknown" };
      }
      const received = this.#store.received();
      if (total !== undefined && total !== session.size) {
        return { outcome: "conflict", received, detail: `This upload was opened for ${session.size} bytes, not ${total}.` };
      }
      return await this.#outcomeOf(received);
    });
  }

  async close(target: UploadTarget, image: UploadedImage | undefined): Promise<ChunkOutcome> {
    const session = this.#store.session();
    if (!session || session.state !== "receiving") {
      return { outcome: "unknown" };
    }
    const size = this.#store.received();
    if (size === 0) {
      return { outcome: "empty" };
    }
    this.#store.saveSession({ ...session, target, size });
    if (image) {
      this.#store.saveImage(image);
    }
    return await this.progress(undefined);
  }

  async claim(): Promise<Claim> {
    const session = this.#store.session();
    if (!session) {
      return { claim: "unknown" };
    }
    const { state, etag, size, target, fileUuid, pieceLength, originalFilename, mimeType } = session;
    if (state === "settled" && session.outcome) {
      return { claim: "settled", outcome: session.outcome };
    }
    if (state !== "assembled" || etag === undefined || size === undefined || target === undefined) {
      return { claim: "incomplete", received: this.#store.received() };
    }
    if (session.leasedUntil > Date.now()) {
      return { claim: "busy" };
    }
    this.#store.saveSession({ ...session, leasedUntil: Date.now() + PUBLICATION_LEASE_MS });
    const assembled = { fileUuid, size, pieceLength, pieces: this.#store.pieces(), etag, originalFilename, mimeType };
    return { claim: "yours", assembled, target, image: this.#store.image() };
  }

  async settle(outcome: SettledOutcome): Promise<void> {
    const session = this.#store.session();
    if (session) {
      this.#store.saveSession({ ...session, state: "settled", outcome, leasedUntil: 0, lastByteAt: Date.now() });
      await this.#rearm();
    }
  }

  async release(): Promise<void> {
    const session = this.#store.session();
    if (session) {
      this.#store.saveSession({ ...session, leasedUntil: 0 });
    }
  }

  async discard(): Promise<Discarded> {
    const discarded = await this.#lock.take(async () => {
      const session = this.#store.session();
      if (session && session.state === "assembled" && session.leasedUntil > Date.now()) {
        return "busy";
      }
      if (session) {
        await removeBytes(this.env.MEDIA, openDatabase(this.env.DB), session);
        await this.#forget();
      }
      return "gone";
    }, true);
    return discarded ?? "busy";
  }

  override async alarm(): Promise<void> {
    const session = this.#store.session();
    if (!session) {
      return;
    }
    const expired = Date.now() >= session.lastByteAt + lifetimeOf(session);
    if (!expired || this.#lock.isTaken() || (await this.discard()) === "busy") {
      await this.#rearm(Date.now() + PUBLICATION_LEASE_MS);
    }
  }

  /** Sets the alarm for the time at which the upload expires, and not before `earliest`. */
  async #rearm(earliest = 0): Promise<void> {
    const session = this.#store.session();
    if (session) {
      await this.ctx.storage.setAlarm(Math.max(earliest, session.lastByteAt + lifetimeOf(session)));
    }
  }

  async #alone(action: (writer: Writer) => Promise<ChunkOutcome>): Promise<ChunkOutcome> {
    return (await this.#lock.take(action)) ?? { outcome: "locked" };
  }

  async #forget(): Promise<void> {
    this.#cutter = undefined;
    this.#multipart = undefined;
    await this.#store.clear();
  }

  async #receive(chunk: ChunkDescription, body: ReadableStream<Uint8Array>): Promise<ChunkOutcome> {
    const outcome = await this.#alone(async (writer) => {
      const session = this.#store.session();
      if (!session) {
        return { outcome: "unknown" };
      }
      if (session.state !== "receiving") {
        return { outcome: "whole" };
      }
      const received = this.#store.received();
      const conflict = conflictOf(chunk, session, received);
      if (conflict) {
        return { outcome: "conflict", received, detail: conflict };
      }
      try {
        return await this.#write(chunk, body, session, writer);
      } catch (error) {
        console.error("upload: storing failed", session.fileUuid, error);
        await this.#cutter?.abandon();
        this.#cutter = undefined;
        return { outcome: "storage-failed", received: this.#store.received() };
      }
    });
    if (outcome.outcome === "broken-off") {
      await this.discard();
    }
    return outcome;
  }

  async #write(chunk: ChunkDescription, body: ReadableStream<Uint8Array>, session: UploadSession, writer: Writer): Promise<ChunkOutcome> {
    const received = this.#store.received();
    const start = chunk.range?.start ?? received;
    const limit = chunk.range ? chunk.range.end + 1 - start : session.maxBytes - received;
    const savedTail = this.#store.tailLength();
    const cutter = this.#openCutter();
    // A chunk with a checksum counts as a whole or not at all: its parts wait until it is verified.
    const unverified: StoredPart[] = [];
    let cut = 0;
    this.#keepPart = (part) => {
      cut += 1;
      if (chunk.digest) {
        unverified.push(part);
      } else {
        this.#store.addParts([part]);
      }
    };
    const { end, length, checksum } = await receiveBytes(body, cutter, {
      skip: received - start,
      limit,
      algorithm: chunk.digest?.algorithm,
      stop: writer.stop.signal,
      onBytes: () => {
        writer.lastByteAt = Date.now();
      },
    });
    await cutter.drain();
    const verified = chunk.digest === undefined || (end === "ended" && checksum === chunk.digest.base64);
    if (verified) {
      this.#store.transaction(() => {
        this.#store.addParts(unverified);
        this.#store.appendTail(cut > 0 ? cutter.tail() : cutter.tail().subarray(savedTail));
        this.#store.saveSession({ ...this.#session(), lastByteAt: Date.now() });
      });
      await this.#rearm();
    } else {
      this.#cutter = undefined;
    }
    const safe = this.#store.received();
    const complaint = complaintOf(chunk, { end, length, limit, verified, received: safe });
    return complaint ?? (await this.#outcomeOf(safe));
  }

  /** What to tell of a file of which `received` bytes are safe; the last byte makes it whole. */
  async #outcomeOf(received: number): Promise<ChunkOutcome> {
    const { state, size } = this.#session();
    if (state !== "receiving") {
      return { outcome: "whole" };
    }
    if (received !== size) {
      return { outcome: "partial", received };
    }
    this.#keepPart = (part) => this.#store.addParts([part]);
    try {
      await this.#openCutter().finish();
      const etag = await assemble(this.env.MEDIA, this.#session(), this.#store.parts());
      this.#store.saveSession({ ...this.#session(), state: "assembled", etag });
    } catch (error) {
      console.error("upload: assembling failed", this.#session().fileUuid, error);
      return { outcome: "storage-failed", received };
    } finally {
      this.#cutter = undefined;
    }
    return { outcome: "whole" };
  }

  /** The open upload's session as it is now: it may have changed while bytes arrived. */
  #session(): UploadSession {
    const session = this.#store.session();
    if (!session) {
      throw new Error("the upload was forgotten while bytes arrived");
    }
    return session;
  }

  #openCutter(): PartCutter {
    const { partSize, pieceLength } = this.#session();
    this.#cutter ??= createPartCutter({
      partSize,
      pieceLength,
      partCount: this.#store.partCount(),
      tail: this.#store.tail(),
      onPart: (part) => this.#keepPart(part),
      uploadPart: async (number, bytes) => await this.#uploadPart(number, bytes),
    });
    return this.#cutter;
  }

  async #uploadPart(number: number, bytes: Uint8Array): Promise<string> {
    this.#multipart ??= this.#openMultipart();
    try {
      return (await (await this.#multipart).uploadPart(number, bytes)).etag;
    } catch (error) {
      this.#multipart = undefined;
      throw error;
    }
  }

  async #openMultipart(): Promise<R2MultipartUpload> {
    const { fileUuid, multipartId } = this.#session();
    const multipart = await openMultipart(this.env.MEDIA, fileUuid, multipartId);
    this.#store.saveSession({ ...this.#session(), multipartId: multipart.uploadId });
    return multipart;
  }
}
