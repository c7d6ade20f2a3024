import { VideoPrivacy, VideoState } from "../../contract/video-constants";
import { publicAudience } from "../../protocol/activities/audience";
import { announceActivity } from "../../protocol/activities/announce";
import { withoutContext } from "../../protocol/activities/envelope";
import { createActivity } from "../../protocol/activities/create";
import { deleteActivity } from "../../protocol/activities/delete";
import { undoActivity } from "../../protocol/activities/undo";
import { updateActivity } from "../../protocol/activities/update";
import { contextOf } from "../../protocol/activitystreams/context";
import { actorUrls, INSTANCE_ACTOR, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { Activity, JsonObject, JsonValue } from "../../protocol/activitystreams/types";
import { paths } from "../../protocol/paths";
import type { ActorRow } from "../../storage/d1/schema-federation";
import { loadVideo } from "../../storage/d1/video-reads";
import { ensureLocalActor, localActorOfAccount, localActorOfChannel } from "../actors/local";
import type { Deps } from "../deps";
import { chaptersDocument, videoDocument } from "./documents";
import { repeatSuffix } from "./object-plan";
import { hashOfDocument, tell, type Step } from "./tell";
import { afterVideoStep, nextVideoStep, type PublicVideo, type VideoSnapshot, type VideoStep } from "./video-plan";

/** A public video with what others are to know of it. */
interface VideoNow extends PublicVideo {
  document: JsonObject;
  /** Chapters and how many like it: they have addresses of their own, and yet a change of them is one of the video. */
  around: JsonObject;
  /** Its announcers: the channel and the instance. */
  announcers: ActorRow[];
}

/**
 * Tells others of a local video: Create by its account and Announce by its channel and by the instance once it is public, Update
 * when its document changes, Undo and Announce when it moves, Delete when it is gone or not public any more.
 */
export async function federateVideo(deps: Deps, uuid: string): Promise<void> {
  const url = deps.publicUrl + paths.watchByUuid(uuid);
  await tell<VideoNow | undefined, VideoSnapshot>(
    deps,
    { kind: "video", subject: uuid },
    async () => await loadPublicVideo(deps, uuid),
    (now, told) => {
      const step = nextVideoStep(now, told);
      return step && videoStep(deps, url, { step, now, told });
    },
  );
}

async function loadPublicVideo(deps: Deps, uuid: string): Promise<VideoNow | undefined> {
  const record = await loadVideo(deps.database, { uuid });
  const isPublic =
    record !== undefined &&
    record.video.url === null &&
    record.video.privacy === VideoPrivacy.public &&
    record.video.state === VideoState.published;
  if (!isPublic) {
    return undefined;
  }
  const [account, channel, instance] = await Promise.all([
    ensureLocalActor(deps, localActorOfAccount(record.account)),
    ensureLocalActor(deps, localActorOfChannel(record.channel)),
    ensureLocalActor(deps, INSTANCE_ACTOR),
  ]);
  if (account === undefined || channel === undefined || instance === undefined) {
    // Deleted since the video was read.
    return undefined;
  }
  const [document, chapters] = await Promise.all([videoDocument(deps, record), chaptersDocument(deps, record.video)]);
  const around = { chapters, likes: record.video.likes, dislikes: record.video.dislikes };
  return {
    account: record.account.name,
    channel: record.channel.name,
    hash: await hashOfVideo(withoutContext(document), around),
    document,
    around,
    announcers: [channel, instance],
  };
}

interface Situation {
  step: VideoStep;
  now: VideoNow | undefined;
  told: VideoSnapshot | undefined;
}

function videoStep(deps: Deps, url: string, { step, now, told }: Situation): Step<VideoSnapshot> {
  const account: LocalActor = { kind: "account", name: (step.verb === "delete" ? told?.account : now?.account) ?? "" };
  const channel: LocalActor = { kind: "channel", name: (step.verb === "delete" ? told?.channel : now?.channel) ?? "" };
  const urlsOf = (actor: LocalActor) => actorUrls(deps.publicUrl, actor);
  const concerned = [account, channel, INSTANCE_ACTOR];
  const common = { actor: account, objectId: url, to: { followersOf: concerned } };
  const audience = publicAudience(concerned.map((actor) => urlsOf(actor).followers));
  const actor = urlsOf(account).url;
  const object = now?.document ?? {};
  const context = object["@context"] ?? null;
  const end = (activity: Activity) => ({
    activity,
    snapshot: async (kept: JsonObject) => afterVideoStep(told, step, { now, id: activity.id, hash: await hashOfKept(kept["object"], now) }),
  });

  switch (step.verb) {
    case "create": {
      const activity = createActivity({ id: createIdOf(url, step.round), actor, object, context });
      return { ...common, ...end(activity), listed: true, to: { followersOf: [account] } };
    }
    case "announce": {
      const announcer = now?.announcers.find(({ type }) => (type === "Group") === (step.actor.kind === "channel"));
      const id = `${url}/announces/${announcer?.id ?? 0}${repeatSuffix((told?.takenBack ?? 0) + 1)}`;
      return { ...common, ...end(announceOf(deps, url, { actor: step.actor, id })), actor: step.actor, listed: true };
    }
    case "undo-announce": {
      const { announce } = step;
      const activity = undoActivity({ actor: urlsOf(announce.actor).url, undone: announceOf(deps, url, announce), context: contextOf() });
      const to = { followersOf: [account, announce.actor, INSTANCE_ACTOR] };
      return { ...common, ...end(activity), actor: announce.actor, to, unlists: [{ actor: announce.actor, ids: [announce.id] }] };
    }
    case "update": {
      const id = `${url}/updates/${new Date(deps.now()).toISOString()}`;
      return { ...common, ...end(updateActivity({ id, actor, object, audience, context })) };
    }
    case "delete": {
      const round = told?.round ?? 1;
      const activity = deleteActivity({ id: `${url}/delete${repeatSuffix(round)}`, actor, object: url, audience });
      const announces = (told?.announces ?? []).map((announce) => ({ actor: announce.actor, ids: [announce.id] }));
      return { ...common, ...end(activity), unlists: [{ actor: account, ids: [createIdOf(url, round)] }, ...announces] };
    }
  }
}

function createIdOf(url: string, round: number): string {
  return `${url}/activity${repeatSuffix(round)}`;
}

function announceOf(deps: Deps, url: string, { actor, id }: { actor: LocalActor; id: string }): Activity {
  const urls = actorUrls(deps.publicUrl, actor);
  return announceActivity({ id, actor: urls.url, object: url, followers: [urls.followers] });
}

/** Of the document that was signed, which may be an earlier one where a run before was cut off. */
async function hashOfKept(object: JsonValue | undefined, now: VideoNow | undefined): Promise<string> {
  return now !== undefined && typeof object === "object" && object !== null && !Array.isArray(object)
    ? await hashOfVideo(object, now.around)
    : (now?.hash ?? "");
}

async function hashOfVideo(document: JsonObject, around: JsonObject): Promise<string> {
  return await hashOfDocument([document, around]);
}
