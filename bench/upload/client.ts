import { ROOT_PASSWORD } from "../../test/support/instance.ts";

export interface Session {
  url: string;
  authorization: string;
  channelId: number;
}

/** Signs in as the administrator of a fresh instance. */
export async function signIn(url: string): Promise<Session> {
  const client = (await (await fetch(`${url}/api/v1/oauth-clients/local`)).json()) as Record<string, string>;
  const body = new URLSearchParams({ ...client, grant_type: "password", username: "root", password: ROOT_PASSWORD });
  const tokens = (await (await fetch(`${url}/api/v1/users/token`, { method: "POST", body })).json()) as { access_token: string };
  const authorization = `Bearer ${tokens.access_token}`;
  const me = (await (await fetch(`${url}/api/v1/users/me`, { headers: { authorization } })).json()) as { videoChannels: { id: number }[] };
  return { url, authorization, channelId: me.videoChannels[0]?.id ?? 0 };
}

/** Opens a resumable upload; gives where its chunks go. */
export async function openUpload({ url, authorization, channelId }: Session, size: number): Promise<string> {
  const response = await fetch(`${url}/api/v1/videos/upload-resumable`, {
    method: "POST",
    headers: {
      authorization,
      "content-type": "application/json",
      "x-upload-content-length": String(size),
      "x-upload-content-type": "video/mp4",
    },
    body: JSON.stringify({ name: "A long film", channelId, filename: "film.mp4" }),
  });
  const location = response.headers.get("location");
  if (response.status !== 201 || location === null) {
    throw new Error(`the upload couldn't be opened: ${response.status} ${await response.text()}`);
  }
  return location;
}
