import { activityTime } from "../../protocol/signatures/activity-time";
import { hostOfId } from "../../protocol/activitystreams/ids";
import { parseActivity, readActivity, type IncomingActivity } from "../../protocol/activities/incoming";
import { isObject } from "../../protocol/activities/incoming";
import type { Deps, InboxMessage } from "../deps";
import { isHostBlocked } from "../follows/blocklist";
import { receiveAccept } from "./accept";
import { receiveAnnounce, wrapsActivity } from "./announce";
import { receiveApproveReply } from "./approve-reply";
import { receiveCreate } from "./create";
import { receiveDelete } from "./delete";
import { receiveDislike } from "./dislike";
import { receiveFlag } from "./flag";
import { receiveFollow } from "./follow";
import { followHint } from "./hint";
import { receiveLike } from "./like";
import { ignored, later, type Outcome, type Received } from "./received";
import { receiveReject } from "./reject";
import { receiveRejectReply } from "./reject-reply";
import { receiveUndo } from "./undo";
import { receiveUpdate } from "./update";
import { provenAuthor, verifyMessage } from "./verify";
import { receiveView } from "./view";

const HANDLERS: Readonly<Record<string, (deps: Deps, received: Received) => Promise<Outcome>>> = {
  Accept: receiveAccept,
  Announce: receiveAnnounce,
  ApproveReply: receiveApproveReply,
  Create: receiveCreate,
  Delete: receiveDelete,
  Dislike: receiveDislike,
  Flag: receiveFlag,
  Follow: receiveFollow,
  Like: receiveLike,
  Reject: receiveReject,
  RejectReply: receiveRejectReply,
  Undo: receiveUndo,
  Update: receiveUpdate,
  View: receiveView,
};

/** Finds out who says what a message says, and has it take effect. What can't be right is ignored; throws where a binding fails. */
export async function applyMessage(
  deps: Deps,
  message: Omit<InboxMessage, "body">,
  body: string,
  countView: Received["countView"],
): Promise<Outcome> {
  const parsed = parseActivity(body);
  if (!parsed.ok) {
    return ignored(`not an activity: ${parsed.error.reason}`);
  }
  const activity = parsed.value;
  if (!isHandled(activity)) {
    return ignored(`${activity.type} isn't anything that is kept here`);
  }
  if (await isHostBlocked(deps, hostOfId(activity.actor))) {
    return ignored("the actor's host is blocked");
  }
  const verified = await verifyMessage(deps, message, activity);
  if (!verified.ok) {
    return verified.error.isTransient ? later(verified.error.reason) : ignored(verified.error.reason);
  }
  const { author, deliveredBy, isSigned } = verified.value;
  if (author === undefined) {
    return await followHint(deps, activity, deliveredBy, message.receivedAt);
  }
  const received: Received = {
    activity,
    author,
    saidAt: activityTime(activity.document, message.date, message.receivedAt),
    deliveredBy,
    inboxOf: message.inboxOf,
    forwardable: isSigned ? body : undefined,
    countView,
  };
  return wrapsActivity(received) ? await applyWrapped(deps, received) : await applyReceived(deps, received);
}

function isHandled({ type }: IncomingActivity): boolean {
  return Object.hasOwn(HANDLERS, type);
}

async function applyReceived(deps: Deps, received: Received): Promise<Outcome> {
  const { type } = received.activity;
  const handler = Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : undefined;
  return handler === undefined ? ignored(`${type} isn't anything that is kept here`) : await handler(deps, received);
}

/** Lemmy's groups pass on what their members say: it counts where its author's own proof is within, else it only tells where to look. */
async function applyWrapped(deps: Deps, outer: Received): Promise<Outcome> {
  const inner = readActivity(isObject(outer.activity.object) ? outer.activity.object : undefined);
  if (!inner.ok) {
    return ignored(`not an activity within: ${inner.error.reason}`);
  }
  const activity = inner.value;
  const host = hostOfId(activity.actor);
  if (host === new URL(deps.publicUrl).host || (await isHostBlocked(deps, host))) {
    return ignored("the inner activity's actor is of here, or its host is blocked");
  }
  const author = activity.actor === outer.author.url ? outer.author : await provenAuthor(deps, activity);
  if (author === undefined) {
    return await followHint(deps, activity, outer.deliveredBy, outer.saidAt);
  }
  const saidAt = Math.min(activityTime(activity.document, undefined, outer.saidAt), outer.saidAt);
  return await applyReceived(deps, { ...outer, activity, author, saidAt, forwardable: undefined });
}
