import { ensureLocalActor } from "../../src/domain/actors/local";
import { actorObjectName, type LocalActor } from "../../src/protocol/activitystreams/local-actors";
import { storeRemoteActor } from "../../src/storage/d1/remote-actors";
import type { WorkerDeps } from "../../src/worker/deps";
import type { TestActor } from "./test-actor";

/** How many are written side by side. */
const SIDE_BY_SIDE = 25;

/** Has accounts of other instances known here, as if they had been looked up just now, and following `target`. */
export async function addActors(deps: WorkerDeps, actors: TestActor[], target: LocalActor | undefined): Promise<void> {
  if (target !== undefined) {
    await ensureLocalActor(deps, target);
  }
  for (let at = 0; at < actors.length; at += SIDE_BY_SIDE) {
    await Promise.all(actors.slice(at, at + SIDE_BY_SIDE).map(async (actor) => await addActor(deps, actor, target)));
  }
}

async function addActor(deps: WorkerDeps, actor: TestActor, target: LocalActor | undefined): Promise<void> {
  const { url, name, sharedInbox, publicKeyPem } = actor;
  const columns = {
    url,
    type: "Person",
    name,
    host: new URL(url).host,
    inboxUrl: `${url}/inbox`,
    sharedInboxUrl: sharedInbox,
    outboxUrl: null,
    followersUrl: null,
    playlistsUrl: null,
    iconUrl: null,
    publicKeyId: `${url}#main-key`,
    publicKeyPem: publicKeyPem ?? null,
    assertionKeyId: null,
    assertionKeyMultibase: null,
  };
  const profile = { displayName: name, description: null, support: null, createdAt: deps.now(), ownerAccountId: undefined };
  await storeRemoteActor(deps.database, columns, profile, deps.now());
  if (target !== undefined) {
    const follower = { url, inbox: columns.inboxUrl, sharedInbox };
    await deps.actorObject(actorObjectName(target)).follow(follower, `${url}/follows/1`, "accepted", deps.now());
  }
}
