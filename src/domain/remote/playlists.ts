import { haveSameHost } from "../../protocol/activitystreams/ids";
import { isLocalId } from "../../protocol/activitystreams/local-objects";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { parseCollection, type RemoteCollection } from "../../protocol/objects/collection";
import { parsePlaylist, parsePlaylistElement } from "../../protocol/objects/playlist";
import { PlaylistPrivacy } from "../../contract/playlist";
import { storeRemotePlaylist, type RemoteElement, type StoredPlaylist } from "../playlists/store-playlist";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { resolveActor } from "./actors";
import { collectIdsOf } from "./collections";
import { fetchDocument } from "./fetch-document";
import { isTransient, type RemoteRefusal } from "./refusal";
import { resolveVideo } from "./videos";

/** Ten elements a page; longer ones are cut. */
const MAX_PAGES = 20;

/** Stores a Playlist that its own host said, with its elements, which are fetched. */
export async function ingestPlaylist(
  deps: Deps,
  document: JsonObject,
  { saidAt, authorUrl }: { saidAt: number; /** Id of the account that says so. */ authorUrl: string },
): Promise<Result<StoredPlaylist, RemoteRefusal>> {
  const parsed = parsePlaylist(document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: `playlist: ${parsed.error.why}` });
  }
  const playlist = parsed.value;
  if (isLocalId(deps.publicUrl, playlist.id) || !haveSameHost(playlist.id, authorUrl)) {
    return fail({ reason: "refused", why: `${playlist.id} isn't of its author's host` });
  }
  const author = await resolveActor(deps, authorUrl);
  if (!author.ok) {
    return author;
  }
  if (author.value.accountId === null) {
    return fail({ reason: "invalid", why: `${authorUrl} isn't an account` });
  }
  const [ownerId] = playlist.ownerIds;
  const channel = ownerId !== undefined && haveSameHost(ownerId, playlist.id) ? await resolveActor(deps, ownerId) : undefined;
  if (channel?.ok === false && isTransient(channel.error)) {
    return channel;
  }
  const elements = await readElements(deps, playlist.id, document);
  if (!elements.ok) {
    return elements;
  }
  return ok(
    await storeRemotePlaylist(deps, {
      url: playlist.id,
      uuid: playlist.uuid,
      accountId: author.value.accountId,
      channelId: channel?.ok ? channel.value.channelId : null,
      name: playlist.name,
      description: playlist.description,
      privacy: playlist.isPublic ? PlaylistPrivacy.public : PlaylistPrivacy.unlisted,
      saidAt,
      createdAt: playlist.publishedAt,
      updatedAt: playlist.updatedAt,
      elements: elements.value,
    }),
  );
}

/** The elements in their order; what can't be had of them, or their videos, is left out, unless it may be had later. */
async function readElements(deps: Deps, playlistUrl: string, document: JsonObject): Promise<Result<RemoteElement[], RemoteRefusal>> {
  const collection = parseCollection(document);
  // The playlist is its elements' collection, and says itself where its first page is.
  const ids = collection.ok ? await collectIdsOf(deps, ofHost(collection.value, playlistUrl), MAX_PAGES) : ok([]);
  if (!ids.ok) {
    return ids;
  }
  const elements: RemoteElement[] = [];
  for (const id of ids.value.filter((candidate) => haveSameHost(candidate, playlistUrl))) {
    const element = await readElement(deps, id);
    if (element.ok) {
      elements.push(element.value);
    } else if (isTransient(element.error)) {
      return element;
    }
  }
  return ok(elements.toSorted((a, b) => a.position - b.position));
}

function ofHost(collection: RemoteCollection, url: string): RemoteCollection {
  const { first } = collection;
  return typeof first === "string" && !haveSameHost(first, url) ? { ...collection, first: undefined } : collection;
}

async function readElement(deps: Deps, id: string): Promise<Result<RemoteElement, RemoteRefusal>> {
  const fetched = await fetchDocument(deps, id);
  if (!fetched.ok) {
    return fetched;
  }
  const parsed = parsePlaylistElement(fetched.value.document);
  if (!parsed.ok) {
    return fail({ reason: "invalid", why: parsed.error.why });
  }
  const { videoId, position, startTimestamp, stopTimestamp } = parsed.value;
  const video = await resolveVideo(deps, videoId);
  return video.ok ? ok({ videoId: video.value.id, position, startTimestamp, stopTimestamp }) : video;
}
