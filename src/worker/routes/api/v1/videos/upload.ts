import { videoMetadataSchema } from "../../../../../contract/upload";
import { openOneRequestUpload, refusalOfChannel, refusalOfSize } from "../../../../../domain/uploads/open-upload";
import { uploadObject, type ChunkOutcome, type UploadObject } from "../../../../../domain/uploads/upload-object";
import { parseFields, invalidFields } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";
import { userOf, type Context, type Route } from "../../../../route";
import { sendChunk, uploadDeps } from "./chunk-protocol";
import { finishing } from "./finish";
import { openingProblem } from "./opening";
import { readUploadForm, type FormFile } from "./upload-form";

/** One request brings the video and what is said of it; what fails leaves nothing behind. */
async function uploadVideo(context: Context): Promise<Response> {
  const { request } = context;
  const deps = uploadDeps(context);
  const user = userOf(context);
  const declared = Number(request.headers.get("content-length") ?? 0);
  const tooLarge = declared > 0 ? await refusalOfSize(deps, user, declared - MAX_FORM_OVERHEAD_BYTES) : undefined;
  if (tooLarge) {
    throw openingProblem(tooLarge);
  }
  let upload: DurableObjectStub<UploadObject> | undefined;

  async function receive(file: FormFile): Promise<void> {
    const opened = await openOneRequestUpload(deps, user, { ...file, atMostBytes: declared || undefined });
    if (!opened.ok) {
      throw openingProblem(opened.error);
    }
    upload = uploadObject(deps.uploads, opened.value.uploadId);
    await receiveFile(upload, file);
  }

  try {
    const form = await readUploadForm(request, receive);
    if (!upload) {
      throw invalidFields({ videofile: "is missing" });
    }
    const metadata = parseFields(videoMetadataSchema, form.fields);
    const refusal = await refusalOfChannel(deps, user, metadata.channelId);
    if (refusal) {
      throw openingProblem(refusal);
    }
    const target = { kind: "video" as const, videoUuid: crypto.randomUUID(), metadata };
    const closed = await upload.close(target, form.image);
    if (closed.outcome === "empty") {
      throw openingProblem({ reason: "empty-file" });
    }
    if (closed.outcome !== "whole") {
      throw storageProblem();
    }
    const response = await finishing(context)(upload);
    // Nobody can ask for this upload again.
    deps.waitUntil(upload.discard());
    return response;
  } catch (error) {
    await upload?.discard();
    throw error;
  }
}

/** A form is this much longer than its file, at most: an image and the fields. */
const MAX_FORM_OVERHEAD_BYTES = 6 * 1024 * 1024;

/** Streams the form's file into the upload's object. Throws problems. */
async function receiveFile(upload: DurableObjectStub<UploadObject>, file: FormFile): Promise<void> {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const received = sendChunk(upload, { range: undefined, total: undefined, digest: undefined }, readable);
  received.catch(() => undefined);
  try {
    for await (const bytes of file.bytes) {
      await writer.write(bytes);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    const outcome = await received.catch(() => undefined);
    throw outcome ? problemOf(outcome) : error;
  }
  const outcome = await received;
  if (outcome.outcome !== "partial") {
    throw problemOf(outcome);
  }
}

function problemOf(outcome: ChunkOutcome): ProblemError {
  return outcome.outcome === "too-large" ? openingProblem({ reason: "too-large", maxBytes: outcome.received }) : storageProblem();
}

function storageProblem(): ProblemError {
  return new ProblemError({ status: 503, detail: "The file couldn't be stored; please send it again.", headers: { "retry-after": "5" } });
}

/** PeerTube's one-request upload. */
export const oneRequestUploadRoutes: Route[] = [{ method: "POST", path: "/api/v1/videos/upload", auth: "required", handler: uploadVideo }];
