import type { Instance } from "./instance.ts";

// A PeerTube client reduced to what tests of whole instances need.

export interface SignedIn {
  /** The header that every request of this user bears. */
  headers: { authorization: string };
  refreshToken: string;
  channelId: number;
}

export interface Uploaded {
  status: number;
  /** Where it was taken. */
  uuid: string;
  /** The answer as text, where it was refused. */
  text: string;
}

/** Signs in with the password grant, as a stock OAuth client does. */
export async function signIn({ url }: Instance, username: string, password: string): Promise<SignedIn> {
  const client = await json<Record<string, string>>(await fetch(`${url}/api/v1/oauth-clients/local`));
  const grant = new URLSearchParams({ ...client, grant_type: "password", username, password });
  const tokens = await json<{ access_token: string; refresh_token: string }>(
    await fetch(`${url}/api/v1/users/token`, { method: "POST", body: grant }),
  );
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const me = await json<{ videoChannels: { id: number }[] }>(await fetch(`${url}/api/v1/users/me`, { headers }));
  return { headers, refreshToken: tokens.refresh_token, channelId: me.videoChannels[0]?.id ?? 0 };
}

/** Sends a file with its fields in one request. */
export async function uploadForm(
  { url }: Instance,
  user: SignedIn,
  file: { bytes: Uint8Array<ArrayBuffer>; name: string; type?: string },
  fields: Record<string, string | Blob> = {},
): Promise<Uploaded> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: "A clip", privacy: "1", channelId: String(user.channelId), ...fields })) {
    form.append(name, value);
  }
  form.append("videofile", new Blob([file.bytes], { type: file.type ?? "video/mp4" }), file.name);
  return await uploaded(await fetch(`${url}/api/v1/videos/upload`, { method: "POST", headers: user.headers, body: form }));
}

export interface ResumableFile {
  size: number;
  name: string;
  type?: string;
  /** Two files with all the same are the same upload. */
  lastModified?: string;
}

/** Opens a resumable upload; its answer bears the Location to send chunks to. */
export async function openResumable(
  { url }: Instance,
  user: SignedIn,
  file: ResumableFile,
  fields: Record<string, unknown> = {},
): Promise<Response> {
  return await fetch(`${url}/api/v1/videos/upload-resumable`, {
    method: "POST",
    headers: {
      ...user.headers,
      "content-type": "application/json",
      "x-upload-content-length": String(file.size),
      "x-upload-content-type": file.type ?? "video/mp4",
    },
    body: JSON.stringify({
      name: "A clip",
      privacy: 1,
      channelId: user.channelId,
      filename: file.name,
      ...(file.lastModified !== undefined && { lastModified: file.lastModified }),
      ...fields,
    }),
  });
}

/** Sends the bytes of `file` from `start` up to `end` (exclusive) as one chunk. */
export async function putChunk(
  location: string,
  user: SignedIn,
  file: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
): Promise<Response> {
  return await fetch(location, {
    method: "PUT",
    headers: { ...user.headers, "content-range": `bytes ${start}-${end - 1}/${file.byteLength}` },
    body: file.subarray(start, end),
    redirect: "manual",
  });
}

/** Asks how far an upload has come; 308 with Range where bytes are missing. */
export async function askProgress(location: string, user: SignedIn, size: number): Promise<Response> {
  return await fetch(location, { method: "PUT", headers: { ...user.headers, "content-range": `bytes */${size}` }, redirect: "manual" });
}

/** Bytes that a 308 says are safe. */
export function receivedOf(response: Response): number {
  return Number(/^bytes=0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1] ?? -1) + 1;
}

/** The answer to an upload's last byte. */
export async function uploaded(response: Response): Promise<Uploaded> {
  const text = await response.text();
  const uuid = response.status === 200 ? (JSON.parse(text) as { video: { uuid: string } }).video.uuid : "";
  return { status: response.status, uuid, text };
}

/** The bytes of a video's first file, by its public address. */
export async function bytesOf({ url }: Instance, user: SignedIn, videoUuid: string): Promise<Buffer> {
  const { files } = await json<{ files: { fileUrl: string }[] }>(
    await fetch(`${url}/api/v1/videos/${videoUuid}`, { headers: user.headers }),
  );
  return Buffer.from(await (await fetch(files[0]?.fileUrl ?? "", { headers: user.headers })).arrayBuffer());
}

/** A JSON body; throws with the whole answer where it isn't a success. */
export async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${response.url}: ${response.status} ${text}`);
  }
  return JSON.parse(text) as T;
}
