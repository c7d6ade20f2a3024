import type { VideoDetails } from "../../contract/video";
import { authorizedFetch, bearerToken, currentUser, problemDetail, type CurrentUser } from "../session/session";
import { ConnectionError, createXhrTransport, type Transport } from "../upload/transport";

/** What the studio needs of `GET /api/v1/config`. */
export interface InstanceLimits {
  enabledResolutions: number[] | undefined;
  /** Bytes. */
  maxChunkBytes: number | undefined;
}

/** Uploads with the bearer token, renewed on a 401. */
export const transport: Transport = createXhrTransport(async (refresh) => {
  try {
    if (refresh) {
      // Any request by the session renews the token where it was refused.
      await authorizedFetch("/api/v1/users/me?client=web");
    }
    const token = await bearerToken();
    return token === undefined ? undefined : `Bearer ${token}`;
  } catch {
    throw new ConnectionError();
  }
});

/** The signed-in user with all channels; undefined: signed out. */
export async function loadUser(): Promise<CurrentUser | undefined> {
  return await currentUser();
}

/** The instance's limits; a config that can't be read leaves the defaults. */
export async function loadLimits(): Promise<InstanceLimits> {
  const config = await readJson("/api/v1/config");
  const resolutions = at(config, "transcoding", "enabledResolutions");
  const maxChunkBytes = at(config, "client", "videos", "resumableUpload", "maxChunkSize");
  const numbers = Array.isArray(resolutions) ? resolutions.map(Number).filter((resolution) => resolution > 0) : [];
  return {
    enabledResolutions: numbers.length > 0 ? numbers : undefined,
    maxChunkBytes: typeof maxChunkBytes === "number" && maxChunkBytes > 0 ? maxChunkBytes : undefined,
  };
}

/** Choices of a select: what the API calls it, and its label. */
export interface Choice {
  id: string;
  label: string;
}

/** Categories, licences, languages or privacies as the instance lists them; empty where it doesn't. */
export async function loadChoices(kind: "categories" | "licences" | "languages" | "privacies"): Promise<Choice[]> {
  const body = await readJson(`/api/v1/videos/${kind}`);
  return typeof body === "object" && body !== null ? Object.entries(body).map(([id, label]) => ({ id, label: String(label) })) : [];
}

export async function loadVideo(id: string): Promise<{ ok: true; value: VideoDetails } | { ok: false; detail: string }> {
  const response = await authorizedFetch(`/api/v1/videos/${encodeURIComponent(id)}`);
  return response.ok ? { ok: true, value: (await response.json()) as VideoDetails } : { ok: false, detail: await problemDetail(response) };
}

/** Changes a video's description; undefined: done, else why not. */
export async function saveVideo(id: string, form: FormData): Promise<string | undefined> {
  const response = await authorizedFetch(`/api/v1/videos/${encodeURIComponent(id)}`, { method: "PUT", body: form });
  return response.ok ? undefined : await problemDetail(response);
}

async function readJson(path: string): Promise<unknown> {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...keys: string[]): unknown {
  let current = value;
  for (const key of keys) {
    current = typeof current === "object" && current !== null ? (current as Record<string, unknown>)[key] : undefined;
  }
  return current;
}
