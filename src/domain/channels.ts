import { isReservedName, localActorOfChannel } from "./actors/local";
import type { Deps } from "./deps";
import { removeLater } from "./media/remove-objects";
import { fail, ok, type Result } from "./result";
import { getSettings } from "./settings";
import type { ChannelSort, NewChannelFields, UpdateChannelFields } from "../contract/channel";
import type { ListQuery } from "../contract/list";
import { parseHandle } from "../protocol/handles";
import {
  deleteChannel,
  findChannel,
  insertChannel,
  listChannels,
  listChannelsOfAccount,
  updateChannel,
  type ChannelRecord,
} from "../storage/d1/channels";
import { nudge, nudgeKeys, taskStatement } from "./tasks/ask";
import type { Task } from "./tasks/task";
import { UserRole, type SignedInUser } from "./users/signed-in-user";
import { objectsOf } from "./videos/removed-objects";

/** The channel of a handle (`name` or `name@host`) with its owner; undefined where there is none. */
export async function getChannel(deps: Deps, handle: string): Promise<ChannelRecord | undefined> {
  const parsed = parseHandle(handle, new URL(deps.publicUrl).host);
  return parsed && (await findChannel(deps.database, parsed));
}

/** A page of all the channels that this instance knows, or of one account's. */
export async function getChannels(
  deps: Deps,
  query: ListQuery<ChannelSort> & { accountId?: number },
): Promise<{ total: number; records: ChannelRecord[] }> {
  return await listChannels(deps.database, query);
}

/** Makes a channel for the user and gives its id. A name is one actor's, whether account or channel. */
export async function createChannel(
  deps: Deps,
  user: SignedInUser,
  fields: NewChannelFields,
): Promise<Result<number, { reason: "name-taken" } | { reason: "too-many-channels"; max: number }>> {
  if (isReservedName(fields.name)) {
    return fail({ reason: "name-taken" });
  }
  const { maxPerUser } = (await getSettings(deps)).channels;
  const task = actorTask(fields);
  const row = { ...fields, accountId: user.accountId, now: deps.now() };
  // Where the channel isn't made, the task finds nothing to tell.
  const channelId = await insertChannel(deps.database, row, maxPerUser, [taskStatement(deps, task)]);
  if (channelId !== undefined) {
    await nudge(deps, [task]);
    return ok(channelId);
  }
  const owned = await listChannelsOfAccount(deps.database, user.accountId);
  return owned.length >= maxPerUser ? fail({ reason: "too-many-channels", max: maxPerUser }) : fail({ reason: "name-taken" });
}

/** Changes a local channel's profile, for its owner or a moderator. */
export async function changeChannel(
  deps: Deps,
  user: SignedInUser,
  handle: string,
  fields: UpdateChannelFields,
): Promise<Result<undefined, { reason: "not-found" | "not-owner" }>> {
  const found = await getChannel(deps, handle);
  if (found === undefined || found.channel.host !== null) {
    return fail({ reason: "not-found" });
  }
  if (!mayManage(user, found)) {
    return fail({ reason: "not-owner" });
  }
  const { bulkVideosSupportUpdate, ...change } = fields;
  const videoSupport = bulkVideosSupportUpdate ? change.support : undefined;
  const task = actorTask(found.channel);
  const also = [taskStatement(deps, task)];
  const tasks = await updateChannel(deps.database, found.channel.id, change, {
    now: deps.now(),
    also,
    ...(videoSupport !== undefined && { videoSupport }),
  });
  await nudge(deps, [task]);
  await nudgeKeys(deps, tasks);
  return ok(undefined);
}

/** Removes a local channel with its videos, for its owner or a moderator: rows at once, bytes soon after. */
export async function removeChannel(
  deps: Deps,
  user: SignedInUser,
  handle: string,
): Promise<Result<undefined, { reason: "not-found" | "not-owner" | "last-channel" }>> {
  const found = await getChannel(deps, handle);
  if (found === undefined || found.channel.host !== null) {
    return fail({ reason: "not-found" });
  }
  if (!mayManage(user, found)) {
    return fail({ reason: "not-owner" });
  }
  const task = actorTask(found.channel);
  const removed = await deleteChannel(deps.database, found.channel, { now: deps.now(), also: [taskStatement(deps, task)] });
  if (removed === undefined) {
    return fail({ reason: "last-channel" });
  }
  await removeLater(deps, objectsOf(removed));
  // The videos first: what takes a video back speaks for the channel that is gone.
  await nudgeKeys(deps, removed.tasks);
  await nudge(deps, [task]);
  return ok(undefined);
}

function actorTask(channel: { name: string }): Task {
  return { kind: "actor", actor: localActorOfChannel(channel) };
}

/** Whether a user may change or delete a channel: its owner, and who moderates the instance. */
function mayManage(user: SignedInUser, { channel }: ChannelRecord): boolean {
  return channel.accountId === user.accountId || user.role !== UserRole.user;
}
