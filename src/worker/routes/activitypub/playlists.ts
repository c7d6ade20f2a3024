import { findOpenPlaylist, readPlaylist, readPlaylistElement } from "../../../domain/documents/playlists";
import { parseVideoIdentifier } from "../../../protocol/paths";
import type { Context, Route } from "../../route";
import { activityResponse, pageOf } from "./answer";

/** A playlist's id is written like a video's: UUID or short UUID. */
async function playlistOf({ deps, params }: Context) {
  const identifier = parseVideoIdentifier(params["id"] ?? "");
  return identifier?.kind === "uuid" ? await findOpenPlaylist(deps, identifier.uuid) : undefined;
}

export const activityPlaylistRoutes: Route[] = [
  {
    method: "GET",
    path: "/video-playlists/:id",
    auth: "none",
    handler: async (context) => {
      const found = await playlistOf(context);
      return activityResponse(found && (await readPlaylist(context.deps, found, pageOf(context))));
    },
  },
  {
    method: "GET",
    path: "/video-playlists/:id/videos/:elementId",
    auth: "none",
    handler: async (context) => {
      const found = await playlistOf(context);
      const elementId = context.params["elementId"] ?? "";
      return activityResponse(
        found && /^\d{1,15}$/.test(elementId) ? await readPlaylistElement(context.deps, found, Number(elementId)) : undefined,
      );
    },
  },
];
