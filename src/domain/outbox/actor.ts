import { publicAudience } from "../../protocol/activities/audience";
import { deleteActivity } from "../../protocol/activities/delete";
import { withoutContext } from "../../protocol/activities/envelope";
import { updateActivity } from "../../protocol/activities/update";
import { actorObjectName, actorUrls, INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { findAccount } from "../../storage/d1/accounts";
import { findChannel, listChannelsOfAccount } from "../../storage/d1/channels";
import { countToldVideosOfChannel } from "../../storage/d1/federated-objects";
import { runStatements } from "../../storage/d1/tasks";
import { localActorOfAccount, localActorOfChannel, refreshLocalActor } from "../actors/local";
import type { Deps } from "../deps";
import { taskStatement } from "../tasks/ask";
import { actorDocument } from "./documents";
import { repeatSuffix } from "./object-plan";
import { hashOfDocument, tell, type Step } from "./tell";

/** How long a deleted channel's followers are still needed, to be told that its videos are gone. */
const LEAVE_DELAY_MS = 60_000;

interface ActorNow {
  document: JsonObject;
  hash: string;
  /** Whose followers know it. */
  followersOf: LocalActor[];
}

interface ActorSnapshot {
  /** False: that it is gone. */
  isThere: boolean;
  /** How often it went. */
  gone: number;
  hash: string;
  followersOf: LocalActor[];
}

/** Tells an actor's followers that its profile or its keys changed, or that it is gone; then nobody follows it any more. */
export async function federateActor(deps: Deps, actor: LocalActor): Promise<void> {
  let isGone = false;
  await tell<ActorNow | undefined, ActorSnapshot>(
    deps,
    { kind: "actor", subject: actorObjectName(actor) },
    async () => {
      const now = await loadActor(deps, actor);
      isGone = now === undefined;
      return now;
    },
    (now, told) => (now === undefined ? goneStep(deps, actor, told) : changeStep(deps, actor, now, told)),
  );
  if (!isGone) {
    return;
  }
  if (actor.kind === "channel" && (await countToldVideosOfChannel(deps.database, actor.name)) > 0) {
    await runStatements(deps.database, [taskStatement(deps, { kind: "actor", actor }, LEAVE_DELAY_MS)]);
    return;
  }
  await deps.actorObject(actorObjectName(actor)).leave();
}

async function loadActor(deps: Deps, actor: LocalActor): Promise<ActorNow | undefined> {
  const of = await whatItIs(deps, actor);
  const row = of && (await refreshLocalActor(deps, actor));
  if (of === undefined || row === undefined) {
    return undefined;
  }
  const document = await actorDocument(deps, row, of.of);
  return { document, hash: await hashOfDocument(withoutContext(document)), followersOf: of.followersOf };
}

/** The rows of an actor, and whose followers know of it: with an account its channels, with a channel its account. */
async function whatItIs(
  deps: Deps,
  { kind, name }: LocalActor,
): Promise<{ of: Parameters<typeof actorDocument>[2]; followersOf: LocalActor[] } | undefined> {
  switch (kind) {
    case "instance":
      return { of: { instance: true }, followersOf: [INSTANCE_ACTOR] };
    case "account": {
      const account = await findAccount(deps.database, { name, host: null });
      const channels = account === undefined ? [] : await listChannelsOfAccount(deps.database, account.id);
      return account && { of: { account }, followersOf: [localActorOfAccount(account), ...channels.map(localActorOfChannel)] };
    }
    case "channel": {
      const found = await findChannel(deps.database, { name, host: null });
      return found && { of: found, followersOf: [localActorOfChannel(found.channel), localActorOfAccount(found.owner)] };
    }
  }
}

function changeStep(deps: Deps, actor: LocalActor, now: ActorNow, told: ActorSnapshot | undefined): Step<ActorSnapshot> | undefined {
  if (told?.isThere === true && told.hash === now.hash) {
    return undefined;
  }
  const { document, followersOf } = now;
  const { url, followers } = actorUrls(deps.publicUrl, actor);
  const activity = updateActivity({
    id: `${url}/updates/${new Date(deps.now()).toISOString()}`,
    actor: url,
    object: document,
    audience: publicAudience([followers]),
    context: document["@context"] ?? null,
  });
  return {
    actor,
    activity,
    objectId: url,
    to: { followersOf },
    snapshot: async (kept) => ({ isThere: true, gone: told?.gone ?? 0, hash: await hashOfDocument(kept["object"] ?? null), followersOf }),
  };
}

function goneStep(deps: Deps, actor: LocalActor, told: ActorSnapshot | undefined): Step<ActorSnapshot> | undefined {
  if (told?.isThere === false) {
    return undefined;
  }
  const { url, followers } = actorUrls(deps.publicUrl, actor);
  const gone = (told?.gone ?? 0) + 1;
  // Who has its videos from the instance knows it too.
  const followersOf = [...(told?.followersOf ?? [actor]), INSTANCE_ACTOR];
  const activity = deleteActivity({
    id: `${url}/delete${repeatSuffix(gone)}`,
    actor: url,
    object: url,
    audience: publicAudience([followers]),
  });
  return { actor, activity, objectId: url, to: { followersOf }, snapshot: () => ({ isThere: false, gone, hash: "", followersOf }) };
}
