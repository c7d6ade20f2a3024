import type { ListResponse, Video } from "../../contract/video";
import { authorizedFetch, problemDetail } from "../session/session";

export const PAGE_SIZE = 20;

/** A page of the user's own videos, newest first. Throws an Error whose message is for the user. */
export async function loadMyVideos(page: number): Promise<ListResponse<Video>> {
  const response = await send(`/api/v1/users/me/videos?start=${(page - 1) * PAGE_SIZE}&count=${PAGE_SIZE}&sort=-createdAt`);
  return (await response.json()) as ListResponse<Video>;
}

export interface VideoChange {
  name: string;
  description: string;
  privacy: number;
}

/** Throws like `loadMyVideos`. */
export async function changeVideo(uuid: string, change: VideoChange): Promise<void> {
  await send(`/api/v1/videos/${uuid}`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(change) });
}

/** Throws like `loadMyVideos`. */
export async function deleteVideo(uuid: string): Promise<void> {
  await send(`/api/v1/videos/${uuid}`, { method: "DELETE" });
}

/** The whole description, of which lists have the beginning. */
export async function loadDescription(uuid: string): Promise<string> {
  const response = await send(`/api/v1/videos/${uuid}/description`);
  return ((await response.json()) as { description: string | null }).description ?? "";
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await authorizedFetch(path, init);
  } catch {
    throw new Error("The instance can’t be reached. Check your connection and try again.");
  }
  if (!response.ok) {
    throw new Error(await problemDetail(response));
  }
  return response;
}
