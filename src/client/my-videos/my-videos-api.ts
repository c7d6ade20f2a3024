import type { ListResponse, Video } from "../../contract/video";
import { call, callJson } from "../session/call";

export const PAGE_SIZE = 20;

/** A page of the user's own videos, newest first. Throws an Error whose message is for the user. */
export async function loadMyVideos(page: number): Promise<ListResponse<Video>> {
  return await callJson(`/api/v1/users/me/videos?start=${(page - 1) * PAGE_SIZE}&count=${PAGE_SIZE}&sort=-createdAt`);
}

export interface VideoChange {
  name: string;
  description: string;
  privacy: number;
}

/** Throws like `loadMyVideos`. */
export async function changeVideo(uuid: string, change: VideoChange): Promise<void> {
  await call(`/api/v1/videos/${uuid}`, { method: "PUT", body: change });
}

/** Throws like `loadMyVideos`. */
export async function deleteVideo(uuid: string): Promise<void> {
  await call(`/api/v1/videos/${uuid}`, { method: "DELETE" });
}

/** The whole description, of which lists have the beginning. */
export async function loadDescription(uuid: string): Promise<string> {
  return (await callJson<{ description: string | null }>(`/api/v1/videos/${uuid}/description`)).description ?? "";
}
