import { z } from "zod";
import { idField } from "../../../../contract/fields";
import { pageSchema } from "../../../../contract/list";
import {
  newElementSchema,
  newPlaylistSchema,
  PLAYLIST_PRIVACIES,
  playlistListQuerySchema,
  reorderSchema,
  updateElementSchema,
  updatePlaylistSchema,
  type CreatedElement,
  type CreatedPlaylist,
  type Playlist,
  type PlaylistElement,
} from "../../../../contract/playlist";
import type { ListResponse } from "../../../../contract/video";
import { getAccount } from "../../../../domain/accounts";
import { getChannel } from "../../../../domain/channels";
import { getEntries, getPlaylist, getPlaylists, type PlaylistRefusal } from "../../../../domain/playlists/read-playlists";
import {
  addElement,
  changeElement,
  changePlaylist,
  createPlaylist,
  removeElement,
  removePlaylist,
  reorderElements,
  type ChannelRefusal,
  type ElementRefusal,
  type ManageRefusal,
} from "../../../../domain/playlists/write-playlists";
import type { Result } from "../../../../domain/result";
import { parseVideoIdentifier, shortUuidOf, type VideoIdentifier } from "../../../../protocol/paths";
import { invalidFields, parseBody, parseParams, parseQuery } from "../../../middleware/validation";
import { ProblemError } from "../../../problem";
import { jsonResponse, userOf, type Context, type Route } from "../../../route";
import { presentElement, presentPlaylist } from "../../../views/playlist";

const elementParamsSchema = z.object({ elementId: idField });
/** A form may carry an image. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

async function list(context: Context, of: { accountId?: number; channelId?: number } = {}): Promise<Response> {
  const { deps, url, user } = context;
  const { total, records } = await getPlaylists(deps, parseQuery(playlistListQuerySchema, url), of, user);
  const body: ListResponse<Playlist> = { total, data: records.map((record) => presentPlaylist(record, deps.publicUrl)) };
  return jsonResponse(body);
}

async function listOfAccount(context: Context): Promise<Response> {
  const account = await getAccount(context.deps, context.params["name"] ?? "");
  if (account === undefined) {
    throw new ProblemError({ status: 404, detail: "There is no account of this name here." });
  }
  return await list(context, { accountId: account.id });
}

async function listOfChannel(context: Context): Promise<Response> {
  const found = await getChannel(context.deps, context.params["handle"] ?? "");
  if (found === undefined) {
    throw new ProblemError({ status: 404, detail: "There is no channel of this name here." });
  }
  return await list(context, { channelId: found.channel.id });
}

async function getOne(context: Context): Promise<Response> {
  const { deps, user } = context;
  const record = valueOf(await getPlaylist(deps, identifierOf(context), user));
  return jsonResponse(presentPlaylist(record, deps.publicUrl));
}

async function create(context: Context): Promise<Response> {
  const fields = await parseBody(newPlaylistSchema, context.request, MAX_BODY_BYTES);
  const { id, uuid } = valueOf(await createPlaylist(context.deps, userOf(context), fields));
  const body: CreatedPlaylist = { videoPlaylist: { id, uuid, shortUUID: shortUuidOf(uuid) } };
  return jsonResponse(body);
}

async function update(context: Context): Promise<Response> {
  const fields = await parseBody(updatePlaylistSchema, context.request, MAX_BODY_BYTES);
  return done(await changePlaylist(context.deps, userOf(context), identifierOf(context), fields));
}

async function remove(context: Context): Promise<Response> {
  return done(await removePlaylist(context.deps, userOf(context), identifierOf(context)));
}

async function listVideos(context: Context): Promise<Response> {
  const { deps, user, url } = context;
  const page = parseQuery(pageSchema, url);
  const playlist = valueOf(await getPlaylist(deps, identifierOf(context), user));
  const { total, entries } = await getEntries(deps, playlist, user, page);
  const body: ListResponse<PlaylistElement> = { total, data: entries.map((entry) => presentElement(entry, deps.publicUrl)) };
  return jsonResponse(body);
}

async function addVideo(context: Context): Promise<Response> {
  const fields = await parseBody(newElementSchema, context.request);
  const id = valueOf(await addElement(context.deps, userOf(context), identifierOf(context), fields));
  const body: CreatedElement = { videoPlaylistElement: { id } };
  return jsonResponse(body);
}

async function updateVideo(context: Context): Promise<Response> {
  const { elementId } = parseParams(elementParamsSchema, context.params);
  const fields = await parseBody(updateElementSchema, context.request);
  return done(await changeElement(context.deps, userOf(context), identifierOf(context), elementId, fields));
}

async function removeVideo(context: Context): Promise<Response> {
  const { elementId } = parseParams(elementParamsSchema, context.params);
  return done(await removeElement(context.deps, userOf(context), identifierOf(context), elementId));
}

async function reorder(context: Context): Promise<Response> {
  const fields = await parseBody(reorderSchema, context.request);
  return done(await reorderElements(context.deps, userOf(context), identifierOf(context), fields));
}

function identifierOf({ params }: Context): VideoIdentifier | undefined {
  return parseVideoIdentifier(params["id"] ?? "");
}

type Refusal = PlaylistRefusal | ManageRefusal | ChannelRefusal | ElementRefusal;

function valueOf<T>(result: Result<T, Refusal>): T {
  if (!result.ok) {
    throw problemOf(result.error);
  }
  return result.value;
}

function done(result: Result<undefined, Refusal>): Response {
  valueOf(result);
  return new Response(null, { status: 204 });
}

function problemOf({ reason }: Refusal): ProblemError {
  switch (reason) {
    case "unknown-playlist":
      return new ProblemError({ status: 404, detail: "There is no such playlist here; it may have been removed." });
    case "sign-in-needed":
      return new ProblemError({
        status: 401,
        code: "unauthorized_request",
        detail: "This playlist is private: sign in to see it.",
        headers: { "www-authenticate": "Bearer" },
      });
    case "forbidden":
      return new ProblemError({ status: 403, detail: "Only the owner of this playlist may do that." });
    case "unknown-channel":
      return invalidFields({ videoChannelId: "isn't a channel of this instance" });
    case "not-your-channel":
      return new ProblemError({ status: 403, detail: "This channel isn't yours: choose one of your own." });
    case "public-without-channel":
      return invalidFields({ videoChannelId: "is needed: a public playlist is shown in a channel" });
    case "unknown-element":
      return new ProblemError({ status: 404, detail: "This playlist has no such element." });
    case "unknown-video":
      return new ProblemError({ status: 404, detail: "There is no such video here that you may watch." });
    case "playlist-full":
      return new ProblemError({ status: 409, detail: "This playlist is full: make another one." });
    case "stop-before-start":
      return invalidFields({ stopTimestamp: "must be after startTimestamp" });
    case "unknown-position":
      return invalidFields({ startPosition: "or insertAfterPosition is beyond the playlist's end" });
  }
}

const PLAYLIST = "/api/v1/video-playlists/:id";

export const playlistRoutes: Route[] = [
  { method: "GET", path: "/api/v1/video-playlists/privacies", auth: "none", handler: () => jsonResponse(PLAYLIST_PRIVACIES) },
  { method: "GET", path: "/api/v1/video-playlists", auth: "optional", handler: async (context) => await list(context) },
  { method: "POST", path: "/api/v1/video-playlists", auth: "required", handler: create },
  { method: "GET", path: PLAYLIST, auth: "optional", handler: getOne },
  { method: "PUT", path: PLAYLIST, auth: "required", handler: update },
  { method: "DELETE", path: PLAYLIST, auth: "required", handler: remove },
  { method: "GET", path: `${PLAYLIST}/videos`, auth: "optional", handler: listVideos },
  { method: "POST", path: `${PLAYLIST}/videos`, auth: "required", handler: addVideo },
  { method: "POST", path: `${PLAYLIST}/videos/reorder`, auth: "required", handler: reorder },
  { method: "PUT", path: `${PLAYLIST}/videos/:elementId`, auth: "required", handler: updateVideo },
  { method: "DELETE", path: `${PLAYLIST}/videos/:elementId`, auth: "required", handler: removeVideo },
  { method: "GET", path: "/api/v1/accounts/:name/video-playlists", auth: "optional", handler: listOfAccount },
  { method: "GET", path: "/api/v1/video-channels/:handle/video-playlists", auth: "optional", handler: listOfChannel },
];
