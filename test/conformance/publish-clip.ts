import { readFile } from "node:fs/promises";
import { inProject } from "../../scripts/lib/project.ts";
import { ROOT_PASSWORD, type Instance } from "../support/instance.ts";

export interface PublishedClip {
  videoUuid: string;
  /** The file's whole addresses. */
  fileUrl: string;
  torrentUrl: string;
  magnetUri: string;
  bytes: Buffer;
  accessToken: string;
}

/** Publishes a clip of test/fixtures, or a file's bytes, as PeerTube's clients do: a token, then everything in one request. */
export async function publishClip(
  instance: Instance,
  clip: string | Buffer<ArrayBuffer>,
  fields: Record<string, string> = {},
): Promise<PublishedClip> {
  const { url } = instance;
  const client = (await (await fetch(`${url}/api/v1/oauth-clients/local`)).json()) as Record<string, string>;
  const grant = new URLSearchParams({ ...client, grant_type: "password", username: "root", password: ROOT_PASSWORD });
  const { access_token: accessToken } = await parsed<{ access_token: string }>(
    await fetch(`${url}/api/v1/users/token`, { method: "POST", body: grant }),
  );
  const headers = { authorization: `Bearer ${accessToken}` };
  const me = await parsed<{ videoChannels: { id: number }[] }>(await fetch(`${url}/api/v1/users/me`, { headers }));

  const bytes = typeof clip === "string" ? await readFile(inProject(`test/fixtures/${clip}`)) : clip;
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: "A clip", privacy: "1", channelId: String(me.videoChannels[0]?.id), ...fields })) {
    form.append(name, value);
  }
  form.append("videofile", new Blob([bytes], { type: "video/mp4" }), "clip.mp4");
  const { video } = await parsed<{ video: { uuid: string } }>(
    await fetch(`${url}/api/v1/videos/upload`, { method: "POST", headers, body: form }),
  );
  const details = await parsed<{ files: { fileUrl: string; torrentUrl: string; magnetUri: string }[] }>(
    await fetch(`${url}/api/v1/videos/${video.uuid}`, { headers }),
  );
  const [file] = details.files;
  if (file === undefined) {
    throw new Error("the video has no file");
  }
  return { videoUuid: video.uuid, fileUrl: file.fileUrl, torrentUrl: file.torrentUrl, magnetUri: file.magnetUri, bytes, accessToken };
}

async function parsed<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${response.url}: ${response.status} ${text}`);
  }
  return JSON.parse(text) as T;
}
