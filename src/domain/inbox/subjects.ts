import { VideoPrivacy } from "../../contract/video-constants";
import { hostOfId } from "../../protocol/activitystreams/ids";
import { isLocalId, localVideoOf } from "../../protocol/activitystreams/local-objects";
import { findOwnedVideo, isFollowedHost, type OwnedVideo } from "../../storage/d1/inbox-reads";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { askFor } from "../tasks/ask";
import type { Received } from "./received";

/** The video of here or of elsewhere that an id names, as far as it is known and others may know of it. */
export async function findVideoNamed(deps: Pick<Deps, "database" | "publicUrl">, id: string): Promise<OwnedVideo | undefined> {
  const localUuid = localVideoOf(deps.publicUrl, id);
  if (localUuid !== undefined) {
    const video = await findOwnedVideo(deps.database, { localUuid });
    return video !== undefined && isOpen(video) ? video : undefined;
  }
  return isLocalId(deps.publicUrl, id) ? undefined : await findOwnedVideo(deps.database, { url: id });
}

/** Whether others may know of a local video: what is private or internal nobody of elsewhere can have seen. */
export function isOpen({ privacy }: OwnedVideo): boolean {
  return privacy === VideoPrivacy.public || privacy === VideoPrivacy.unlisted;
}

/** Whether an actor is a video's owner or its channel. */
export function mayChange(video: OwnedVideo, actorUrl: string): boolean {
  return video.ownerUrl === actorUrl || video.channelUrl === actorUrl;
}

const followed = createExpiringCache<boolean>({ maxEntries: 500, lifetimeMs: 10_000 });

/** Whether anybody of here follows somebody of a host; at most 10 s old. What a stranger names isn't fetched from a third host. */
export async function followsHost(deps: Pick<Deps, "database" | "now">, host: string): Promise<boolean> {
  const known = followed.get(host, deps.now());
  if (known !== undefined) {
    return known;
  }
  const isFollowed = await isFollowedHost(deps.database, host);
  followed.set(host, isFollowed, deps.now());
  return isFollowed;
}

/**
 * Whether we fetch an id that somebody names: it is of their own host, or they are followed from here. A stranger doesn't make
 * us ask third hosts.
 */
export async function mayFetch(deps: Pick<Deps, "database" | "now">, namedBy: string[], id: string): Promise<boolean> {
  if (namedBy.includes(hostOfId(id))) {
    return true;
  }
  return (await Promise.all(namedBy.map(async (host) => await followsHost(deps, host)))).includes(true);
}

/** The hosts of who says something and who brought it. */
export function hostsOf({ author, deliveredBy }: Received): string[] {
  return author.host === null ? [deliveredBy] : [author.host, deliveredBy];
}

/** Has an activity about a local video passed on to those who follow it, as it came, where it carries its author's signature. */
export async function passOn(deps: Deps, { activity, forwardable, deliveredBy }: Received, video: OwnedVideo): Promise<void> {
  if (forwardable === undefined || video.host !== null || video.privacy !== VideoPrivacy.public) {
    return;
  }
  await askFor(deps, { kind: "forward", activityId: activity.id, body: forwardable, videoUuid: video.uuid, exceptHost: deliveredBy });
}

/** The next look asks the database: for tests, after it was emptied. */
export function forgetFollowedHosts(): void {
  followed.clear();
}
