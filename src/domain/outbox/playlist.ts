import { PlaylistPrivacy } from "../../contract/playlist";
import { publicAudience } from "../../protocol/activities/audience";
import { createActivity } from "../../protocol/activities/create";
import { deleteActivity } from "../../protocol/activities/delete";
import { withoutContext } from "../../protocol/activities/envelope";
import { updateActivity } from "../../protocol/activities/update";
import { actorUrls, INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { paths } from "../../protocol/paths";
import { loadPlaylist } from "../../storage/d1/playlists";
import { localActorOfAccount, localActorOfChannel } from "../actors/local";
import type { Deps } from "../deps";
import { playlistDocument } from "./documents";
import { afterObjectStep, nextObjectStep, repeatSuffix, type ObjectSnapshot, type PublicObject } from "./object-plan";
import { hashOfDocument, tell, type Step } from "./tell";

interface PlaylistNow extends PublicObject {
  document: JsonObject;
}

/**
 * Tells those who follow its account, its channel or the instance of a public playlist of here: Create, Update, Delete. One in
 * no channel isn't told of: PeerTube takes none.
 */
export async function federatePlaylist(deps: Deps, uuid: string): Promise<void> {
  await tell<PlaylistNow | undefined, ObjectSnapshot>(
    deps,
    { kind: "playlist", subject: uuid },
    async () => await loadPublicPlaylist(deps, uuid),
    (now, told) => playlistStep(deps, deps.publicUrl + paths.playlist(uuid), now, told),
  );
}

async function loadPublicPlaylist(deps: Deps, uuid: string): Promise<PlaylistNow | undefined> {
  const record = await loadPlaylist(deps.database, { uuid });
  const isPublic = record !== undefined && record.playlist.url === null && record.playlist.privacy === PlaylistPrivacy.public;
  if (!isPublic || record.channel === null || record.channel.host !== null) {
    return undefined;
  }
  const { playlist, owner, channel, length } = record;
  const document = playlistDocument(deps, { playlist, owner, channel, elements: length });
  const actor = localActorOfAccount(owner);
  return {
    actor,
    to: { followersOf: [actor, localActorOfChannel(channel), INSTANCE_ACTOR] },
    hash: await hashOfDocument(withoutContext(document)),
    document,
  };
}

function playlistStep(
  deps: Deps,
  url: string,
  now: PlaylistNow | undefined,
  told: ObjectSnapshot | undefined,
): Step<ObjectSnapshot> | undefined {
  const step = nextObjectStep(now, told);
  if (step?.verb === "delete" && told !== undefined) {
    const { actor, to, round } = told;
    const activity = deleteActivity({
      id: `${url}/delete${repeatSuffix(round)}`,
      actor: actorUrls(deps.publicUrl, actor).url,
      object: url,
      audience: audienceOf(deps, to.followersOf),
    });
    return { actor, activity, objectId: url, to, snapshot: () => ({ ...told, told: false }) };
  }
  if (step === undefined || step.verb === "delete" || now === undefined) {
    return undefined;
  }
  const { document, ...known } = now;
  const parts = { actor: actorUrls(deps.publicUrl, now.actor).url, object: document, context: document["@context"] ?? null };
  const activity =
    step.verb === "create"
      ? createActivity({ id: `${url}/activity${repeatSuffix(step.round)}`, ...parts })
      : updateActivity({
          id: `${url}/updates/${new Date(deps.now()).toISOString()}`,
          ...parts,
          audience: audienceOf(deps, now.to.followersOf),
        });
  return {
    actor: now.actor,
    activity,
    objectId: url,
    to: now.to,
    snapshot: async (kept) => afterObjectStep(step, told, { ...known, hash: await hashOfDocument(kept["object"] ?? null) }),
  };
}

function audienceOf(deps: Deps, actors: LocalActor[] = []) {
  return publicAudience(actors.map((actor) => actorUrls(deps.publicUrl, actor).followers));
}
