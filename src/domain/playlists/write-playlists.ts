import {
  PlaylistPrivacy,
  type NewElementFields,
  type NewPlaylistFields,
  type ReorderFields,
  type UpdateElementFields,
  type UpdatePlaylistFields,
} from "../../contract/playlist";
import { parseVideoIdentifier, type VideoIdentifier } from "../../protocol/paths";
import {
  appendElement,
  deleteElement,
  deletePlaylistRow,
  elementIdsOf,
  findElement,
  insertPlaylist,
  loadPlaylist,
  orderElements,
  updateElement,
  updatePlaylistRow,
  type PlaylistRecord,
} from "../../storage/d1/playlists";
import { ownerOfChannel } from "../../storage/d1/upload-checks";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";
import { UserRole, type SignedInUser } from "../users/signed-in-user";
import { getVideo } from "../videos/get-video";

/** More than anybody lists by hand. */
const MAX_ELEMENTS = 5000;

export type ChannelRefusal = { reason: "unknown-channel" | "not-your-channel" | "public-without-channel" };

/** Makes a playlist of the user. */
export async function createPlaylist(
  deps: Deps,
  user: SignedInUser,
  fields: NewPlaylistFields,
): Promise<Result<{ id: number; uuid: string }, ChannelRefusal>> {
  const refusal = await checkChannel(deps, user, { channelId: fields.videoChannelId, privacy: fields.privacy });
  if (refusal !== undefined) {
    return fail(refusal);
  }
  const now = deps.now();
  const uuid = crypto.randomUUID();
  const row = {
    uuid,
    accountId: user.accountId,
    channelId: fields.videoChannelId,
    name: fields.displayName,
    description: fields.description,
    privacy: fields.privacy,
    saidAt: now,
    createdAt: now,
    updatedAt: now,
  };
  const id = await telling(deps, uuid, async (also) => await insertPlaylist(deps.database, row, also));
  return ok({ id, uuid });
}

export type ManageRefusal = { reason: "unknown-playlist" | "forbidden" };

/** Changes what is said of a playlist, for its owner or a moderator. */
export async function changePlaylist(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
  fields: UpdatePlaylistFields,
): Promise<Result<undefined, ManageRefusal | ChannelRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid, privacy, channelId } = found.value.playlist;
  const wanted = {
    channelId: fields.videoChannelId === undefined ? channelId : fields.videoChannelId,
    privacy: fields.privacy ?? privacy,
  };
  const refusal = await checkChannel(deps, user, wanted);
  if (refusal !== undefined) {
    return fail(refusal);
  }
  const change = { name: fields.displayName, description: fields.description, ...wanted };
  await telling(deps, uuid, async (also) => await updatePlaylistRow(deps.database, id, change, { now: deps.now(), also }));
  return ok(undefined);
}

/** Removes a playlist, for its owner or a moderator. */
export async function removePlaylist(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
): Promise<Result<undefined, ManageRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid } = found.value.playlist;
  await telling(deps, uuid, async (also) => await deletePlaylistRow(deps.database, id, also));
  return ok(undefined);
}

export type ElementRefusal = { reason: "unknown-element" | "unknown-video" | "playlist-full" | "stop-before-start" | "unknown-position" };

/** Puts a video that the user may watch at a playlist's end; gives the element's number. */
export async function addElement(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
  fields: NewElementFields,
): Promise<Result<number, ManageRefusal | ElementRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid } = found.value.playlist;
  const video = await getVideo(deps, parseVideoIdentifier(String(fields.videoId)), user);
  if (!video.ok) {
    return fail({ reason: "unknown-video" });
  }
  const { startTimestamp = null, stopTimestamp = null } = fields;
  if (isBackwards(startTimestamp, stopTimestamp)) {
    return fail({ reason: "stop-before-start" });
  }
  const element = { videoId: video.value.video.id, startTimestamp, stopTimestamp };
  const elementId = await telling(
    deps,
    uuid,
    async (also) => await appendElement(deps.database, id, element, { now: deps.now(), max: MAX_ELEMENTS, also }),
  );
  return elementId === undefined ? fail({ reason: "playlist-full" }) : ok(elementId);
}

/** Changes from when to when an element plays. */
export async function changeElement(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
  elementId: number,
  fields: UpdateElementFields,
): Promise<Result<undefined, ManageRefusal | ElementRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid } = found.value.playlist;
  const element = await findElement(deps.database, id, elementId);
  if (element === undefined) {
    return fail({ reason: "unknown-element" });
  }
  const { startTimestamp = element.startTimestamp, stopTimestamp = element.stopTimestamp } = fields;
  if (isBackwards(startTimestamp, stopTimestamp)) {
    return fail({ reason: "stop-before-start" });
  }
  const change = { startTimestamp, stopTimestamp };
  await telling(deps, uuid, async (also) => await updateElement(deps.database, element, change, { now: deps.now(), also }));
  return ok(undefined);
}

/** Takes an element out of a playlist. */
export async function removeElement(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
  elementId: number,
): Promise<Result<undefined, ManageRefusal | ElementRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid } = found.value.playlist;
  const element = await findElement(deps.database, id, elementId);
  if (element === undefined) {
    return fail({ reason: "unknown-element" });
  }
  await telling(deps, uuid, async (also) => await deleteElement(deps.database, element, { now: deps.now(), also }));
  return ok(undefined);
}

/** Moves some elements that follow one another behind another one. */
export async function reorderElements(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
  fields: ReorderFields,
): Promise<Result<undefined, ManageRefusal | ElementRefusal>> {
  const found = await managedPlaylist(deps, user, identifier);
  if (!found.ok) {
    return found;
  }
  const { id, uuid } = found.value.playlist;
  const reordered = moved(await elementIdsOf(deps.database, id), fields);
  if (reordered === undefined) {
    return fail({ reason: "unknown-position" });
  }
  await telling(deps, uuid, async (also) => await orderElements(deps.database, id, reordered, { now: deps.now(), also }));
  return ok(undefined);
}

/** A list in its new order; undefined where a position isn't in it. */
export function moved<T>(list: readonly T[], { startPosition, insertAfterPosition, reorderLength }: ReorderFields): T[] | undefined {
  const from = startPosition - 1;
  const to = from + reorderLength;
  if (to > list.length || insertAfterPosition > list.length) {
    return undefined;
  }
  if (insertAfterPosition >= from && insertAfterPosition <= to) {
    // Behind the one before them, or behind one of themselves: where they are.
    return [...list];
  }
  const rest = [...list.slice(0, from), ...list.slice(to)];
  rest.splice(insertAfterPosition > from ? insertAfterPosition - reorderLength : insertAfterPosition, 0, ...list.slice(from, to));
  return rest;
}

function isBackwards(start: number | null, stop: number | null): boolean {
  return start !== null && stop !== null && stop <= start;
}

/** Runs a change of a playlist with the statement that asks for others to be told of it. */
async function telling<T>(deps: Deps, uuid: string, change: (also: [ReturnType<typeof taskStatement>]) => Promise<T>): Promise<T> {
  const task = { kind: "playlist", uuid } as const;
  const result = await change([taskStatement(deps, task)]);
  await nudge(deps, [task]);
  return result;
}

async function managedPlaylist(
  deps: Deps,
  user: SignedInUser,
  identifier: VideoIdentifier | undefined,
): Promise<Result<PlaylistRecord, ManageRefusal>> {
  const record =
    identifier && (await loadPlaylist(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined) {
    return fail({ reason: "unknown-playlist" });
  }
  const mayManage = record.owner.host === null && (record.owner.id === user.accountId || user.role !== UserRole.user);
  return mayManage ? ok(record) : fail({ reason: "forbidden" });
}

/** To others a playlist is its channel's, so a public one needs one. */
async function checkChannel(
  deps: Deps,
  user: SignedInUser,
  { channelId, privacy }: { channelId: number | null; privacy: number },
): Promise<ChannelRefusal | undefined> {
  if (channelId === null) {
    return privacy === PlaylistPrivacy.public ? { reason: "public-without-channel" } : undefined;
  }
  const owner = await ownerOfChannel(deps.database, channelId);
  if (owner === undefined) {
    return { reason: "unknown-channel" };
  }
  return owner.userId === user.id || user.role !== UserRole.user ? undefined : { reason: "not-your-channel" };
}
