import { hostOfId, normalizeId } from "../../protocol/activitystreams/ids";
import { isLocalId, localVideoOf } from "../../protocol/activitystreams/local-objects";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { parseVideo } from "../../protocol/objects/video";
import { findActorByUrl } from "../../storage/d1/actors";
import { findOwnedVideo, type OwnedVideo } from "../../storage/d1/inbox-reads";
import { deleteRemoteVideoRows, findRemoteVideo, storeRemoteVideo } from "../../storage/d1/remote-videos";
import { writeShare } from "../../storage/d1/shares";
import { findTombstone } from "../../storage/d1/tombstones";
import { deleteVideoRows } from "../../storage/d1/videos";
import type { Deps } from "../deps";
import { isHostBlocked } from "../follows/blocklist";
import { removeLater } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { objectsOf } from "../videos/removed-objects";
import { resolveActor } from "./actors";
import { fetchDocument } from "./fetch-document";
import { isGone, isTransient, throwIfTransient, type RemoteRefusal } from "./refusal";
import { remoteVideoParts } from "./video-parts";

/** A channel and its owner, and whom else PeerTube names. */
const MAX_ATTRIBUTIONS = 5;

/** `unchanged`: something newer is known already. */
export interface IngestedVideo {
  videoId: number;
  uuid: string;
  outcome: "created" | "updated" | "unchanged";
}

/** A video by its id, of here or of elsewhere. */
export async function findVideoByUrl(deps: Deps, url: string): Promise<OwnedVideo | undefined> {
  const localUuid = localVideoOf(deps.publicUrl, url);
  return await findOwnedVideo(deps.database, localUuid === undefined ? { url } : { localUuid });
}

/**
 * Applies a Video object that its own host said (embedded in an activity of it, or fetched): new or changed, with all of it,
 * unless something newer is known or it was deleted since. Its collections are read soon after. `askedAt`: when it was asked
 * of its origin, where it was.
 */
export async function ingestVideo(
  deps: Deps,
  document: JsonObject,
  saidAt: number,
  { askedAt }: { askedAt?: number } = {},
): Promise<Result<IngestedVideo, RemoteRefusal>> {
  const parsed = parseVideo(document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: `video: ${parsed.error.why}` });
  }
  const video = parsed.value;
  if (isLocalId(deps.publicUrl, video.id)) {
    return fail({ reason: "refused", why: "a video of here isn't told of by others" });
  }
  if (await isHostBlocked(deps, hostOfId(video.id))) {
    return fail({ reason: "refused", why: `${hostOfId(video.id)} is blocked` });
  }
  const known = await findRemoteVideo(deps.database, video.id);
  if (known !== undefined && askedAt === undefined && known.details.saidAt >= saidAt) {
    return ok({ videoId: known.id, uuid: known.uuid, outcome: "unchanged" });
  }
  const channelId = await channelOf(deps, video.id, video.attributedTo);
  if (!channelId.ok) {
    return channelId;
  }
  const sync: Task = { kind: "sync-video", videoUrl: video.id };
  const parts = remoteVideoParts(video, { channelId: channelId.value, saidAt, now: deps.now(), askedAt });
  const stored = await storeRemoteVideo(deps.database, parts, [taskStatement(deps, sync)]);
  await nudge(deps, [sync]);
  if (stored !== undefined) {
    await removeLater(deps, objectsOf({ fileUuids: [], ...stored.removed }));
    return ok({ videoId: stored.id, uuid: video.uuid, outcome: known === undefined ? "created" : "updated" });
  }
  const now = await findRemoteVideo(deps.database, video.id);
  if (now !== undefined) {
    return ok({ videoId: now.id, uuid: now.uuid, outcome: "unchanged" });
  }
  return (await findTombstone(deps.database, video.id)) === undefined
    ? fail({ reason: "invalid", why: `another video has the UUID ${video.uuid}` })
    : fail({ reason: "gone", why: `${video.id} was deleted since` });
}

/** The channel that a video is in: the Group among those it is attributed to, on its own host. */
async function channelOf(deps: Deps, videoUrl: string, attributedTo: string[]): Promise<Result<number, RemoteRefusal>> {
  const host = hostOfId(videoUrl);
  let refusal: RemoteRefusal = { reason: "invalid", why: `${videoUrl} is in no channel of its host` };
  for (const id of attributedTo.filter((candidate) => hostOfId(candidate) === host).slice(0, MAX_ATTRIBUTIONS)) {
    const actor = await resolveActor(deps, id);
    if (actor.ok && actor.value.channelId !== null) {
      return ok(actor.value.channelId);
    }
    if (!actor.ok && isTransient(actor.error)) {
      refusal = actor.error;
    }
  }
  return fail(refusal);
}

/** Removes a remote video unless a newer word of it is known, and notes that it was deleted. */
export async function deleteRemoteVideo(deps: Deps, { url, saidAt }: { url: string; saidAt: number }): Promise<"deleted" | "unchanged"> {
  const removed = await deleteRemoteVideoRows(deps.database, url, saidAt);
  if (removed === undefined) {
    return "unchanged";
  }
  await removeLater(deps, objectsOf(removed));
  return "deleted";
}

/** Finds a video by its id, and fetches it where it isn't known. */
export async function resolveVideo(deps: Deps, url: string): Promise<Result<OwnedVideo, RemoteRefusal>> {
  const id = normalizeId(url);
  if (id === undefined) {
    return fail({ reason: "invalid", why: "not an http(s) address" });
  }
  const known = await findVideoByUrl(deps, id);
  if (known !== undefined) {
    return ok(known);
  }
  if (isLocalId(deps.publicUrl, id)) {
    return fail({ reason: "gone", why: `there is no video ${id} here` });
  }
  const fetched = await fetchAndIngest(deps, id);
  const found = fetched.ok ? await findOwnedVideo(deps.database, { id: fetched.value.videoId }) : undefined;
  return fetched.ok ? (found === undefined ? fail({ reason: "gone", why: `${id} went meanwhile` }) : ok(found)) : fetched;
}

async function fetchAndIngest(deps: Deps, url: string): Promise<Result<IngestedVideo, RemoteRefusal>> {
  const askedAt = deps.now();
  const fetched = await fetchDocument(deps, url);
  return fetched.ok ? await ingestFetchedVideo(deps, fetched.value.document, askedAt) : fetched;
}

/**
 * Applies a Video object that was read from its origin, asked at `askedAt`: it says itself from when it is, but not from a time
 * to come, or nothing could follow it.
 */
export async function ingestFetchedVideo(deps: Deps, document: JsonObject, askedAt: number): Promise<Result<IngestedVideo, RemoteRefusal>> {
  const parsed = parseVideo(document);
  return await ingestVideo(deps, document, parsed.ok ? Math.min(parsed.value.updatedAt, askedAt) : askedAt, { askedAt });
}

/**
 * Reads a video of elsewhere from its origin, new or changed, and keeps who announced it; for an Announce alone one that is known
 * isn't read again. One that its origin doesn't have any more is removed. Throws where the origin can't be asked now.
 */
export async function fetchVideo(deps: Deps, task: Extract<Task, { kind: "fetch-video" }>): Promise<void> {
  const { videoUrl, announceUrl, announcerUrl } = task;
  const askedAt = deps.now();
  // Another announcer's task may have read it.
  const announced = announceUrl === undefined ? undefined : await findRemoteVideo(deps.database, videoUrl);
  const videoId = announced?.id ?? (await fetchKnownId(deps, videoUrl));
  if (videoId === undefined || announceUrl === undefined || announcerUrl === undefined) {
    return;
  }
  const saidAt = task.announcedAt ?? askedAt;
  const [announcer, undoneAt] = await Promise.all([findActorByUrl(deps.database, announcerUrl), findTombstone(deps.database, announceUrl)]);
  // It may have been undone before there was anything that was shared.
  if (announcer !== undefined && (undoneAt ?? -1) < saidAt) {
    await writeShare(deps.database, { videoId, actorId: announcer.id, url: announceUrl, shared: true, saidAt });
  }
}

/** Reads a video and gives its row's number; undefined: it isn't taken, or its origin hasn't got it any more. */
async function fetchKnownId(deps: Deps, videoUrl: string): Promise<number | undefined> {
  const ingested = await fetchAndIngest(deps, videoUrl);
  if (ingested.ok) {
    return ingested.value.videoId;
  }
  throwIfTransient(ingested.error);
  const known = isGone(ingested.error) ? await findRemoteVideo(deps.database, videoUrl) : undefined;
  if (known !== undefined) {
    // Nobody said that it was deleted: should it be there again, it is taken again.
    await removeLater(deps, objectsOf(await deleteVideoRows(deps.database, known.id)));
  } else {
    console.warn("a video of elsewhere isn't taken", videoUrl, ingested.error.why);
  }
  return undefined;
}
