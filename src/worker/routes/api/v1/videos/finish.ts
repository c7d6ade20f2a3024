import type { Claim, SettledOutcome, UploadObject } from "../../../../../domain/uploads/upload-object";
import { addRendition, type RenditionRefusal } from "../../../../../domain/videos/add-rendition";
import { publishVideo, type PublishRefusal } from "../../../../../domain/videos/publish";
import type { CreatedVideo } from "../../../../../contract/video";
import { problemResponse } from "../../../../problem";
import { userOf, type Context } from "../../../../route";
import { busyUpload, resumeResponse, unknownUpload, type Finish } from "./chunk-protocol";

const STATUS_OF: Record<PublishRefusal["reason"] | RenditionRefusal["reason"], number> = {
  unreadable: 422,
  unfit: 422,
  "unknown-channel": 400,
  "not-your-channel": 403,
  "unknown-video": 404,
  forbidden: 403,
  "already-there": 409,
};

/**
 * Answers for an upload of which every byte has arrived: publishes it once, keeps the answer in its object, and gives
 * the same answer to whoever asks again. The work goes on though the client has gone.
 */
export function finishing(context: Context): Finish {
  return async (upload) => {
    const claim = await upload.claim();
    switch (claim.claim) {
      case "unknown":
        return unknownUpload();
      case "incomplete":
        return resumeResponse(claim.received);
      case "busy":
        return busyUpload();
      case "settled":
        return responseOf(claim.outcome);
      case "yours": {
        const work = settle(context, upload, claim);
        context.deps.waitUntil(work.catch(() => undefined));
        return responseOf(await work);
      }
    }
  };
}

async function settle(
  context: Context,
  upload: DurableObjectStub<UploadObject>,
  claim: Claim & { claim: "yours" },
): Promise<SettledOutcome> {
  try {
    const response = await publish(context, claim);
    const outcome = {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "application/json",
      body: await response.text(),
    };
    await upload.settle(outcome);
    return outcome;
  } catch (error) {
    await upload.release();
    throw error;
  }
}

async function publish(context: Context, { assembled, target, image }: Claim & { claim: "yours" }): Promise<Response> {
  const { deps, url } = context;
  const user = userOf(context);
  if (target.kind === "rendition") {
    const added = await addRendition(deps, { videoUuid: target.videoUuid, assembled, user });
    return added.ok ? Response.json({ rendition: added.value }) : refusal(added.error, url);
  }
  const { videoUuid, metadata } = target;
  const published = await publishVideo(deps, { videoUuid, assembled, metadata, user, ...(image && { thumbnail: image }) });
  return published.ok ? Response.json({ video: published.value } satisfies CreatedVideo) : refusal(published.error, url);
}

function refusal({ reason, detail }: PublishRefusal | RenditionRefusal, url: URL): Response {
  return problemResponse({ status: STATUS_OF[reason], detail }, url.pathname);
}

function responseOf({ status, contentType, body }: SettledOutcome): Response {
  return new Response(body, { status, headers: { "content-type": contentType, "cache-control": "no-store" } });
}
