import { env } from "cloudflare:workers";
import { BufferSource, BufferTarget, Conversion, Input, MP4, Mp4OutputFormat, Output } from "mediabunny";
import type { VideoMetadata } from "../../../src/contract/upload";
import type { AssembledUpload } from "../../../src/domain/uploads/assembled-upload";
import type { SignedInUser } from "../../../src/domain/users/signed-in-user";
import { publishVideo } from "../../../src/domain/videos/publish";
import { planSidx } from "../../../src/protocol/media/sidx";
import { MEDIA_PREFIXES, videoFileKey } from "../../../src/storage/r2/keys";
import { testDeps } from "../users/support";
import { fixture } from "./fixtures";

const PIECE_BYTES = 256 * 1024;

/** Bytes put where the Upload object leaves a file, and what it tells of them. */
export async function assemble(bytes: Uint8Array<ArrayBuffer>, originalFilename = "clip.mp4"): Promise<AssembledUpload> {
  const fileUuid = crypto.randomUUID();
  const etag = (await env.MEDIA.put(videoFileKey(fileUuid), bytes))?.etag ?? "";
  const digests: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    digests.push(new Uint8Array(await crypto.subtle.digest("SHA-1", bytes.slice(at, at + PIECE_BYTES))));
  }
  const pieces = new Uint8Array(digests.flatMap((digest) => [...digest]));
  return { fileUuid, size: bytes.length, pieceLength: PIECE_BYTES, pieces, etag, originalFilename, mimeType: "video/mp4" };
}

export async function userNamed(username: string): Promise<SignedInUser> {
  const row = await env.DB.prepare(
    "SELECT users.id, role, accounts.id AS accountId FROM users JOIN accounts ON user_id = users.id WHERE username = ?",
  )
    .bind(username)
    .first<{ id: number; role: SignedInUser["role"]; accountId: number }>();
  if (row === null) {
    throw new Error(`There is no user ${username}.`);
  }
  return { ...row, username, tokenId: 0 };
}

export async function channelOf(username: string): Promise<number> {
  const id = await env.DB.prepare("SELECT id FROM channels WHERE name = ? || '_channel'").bind(username).first<number>("id");
  return id ?? 0;
}

export async function metadataFor(username: string, more: Partial<VideoMetadata> = {}): Promise<VideoMetadata> {
  return {
    name: "A clip",
    channelId: await channelOf(username),
    privacy: 1,
    category: undefined,
    licence: undefined,
    language: undefined,
    description: undefined,
    support: undefined,
    nsfw: false,
    waitTranscoding: false,
    commentsPolicy: 1,
    downloadEnabled: true,
    tags: [],
    originallyPublishedAt: undefined,
    ...more,
  };
}

/** Publishes a fixture as root's; gives the video's UUID and number. */
export async function publishFixture(name: string, more: Partial<VideoMetadata> = {}) {
  const assembled = await assemble(await fixture(name), name);
  const videoUuid = crypto.randomUUID();
  const result = await publishVideo(testDeps(), {
    videoUuid,
    assembled,
    metadata: await metadataFor("root", more),
    user: await userNamed("root"),
  });
  if (!result.ok) {
    throw new Error(result.error.detail);
  }
  return { ...result.value, assembled };
}

/** A rendition as the studio makes it: mediabunny's fragments of the same streams, and our segment index. */
export async function rendition(name = "faststart.mp4"): Promise<Uint8Array<ArrayBuffer>> {
  const input = new Input({ source: new BufferSource(await fixture(name)), formats: [MP4] });
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: "fragmented", minimumFragmentDuration: 1 }),
    target: new BufferTarget(),
  });
  await (await Conversion.init({ input, output })).execute();
  const bytes = new Uint8Array(output.target.buffer ?? new ArrayBuffer(0));
  const plan = await planSidx(async (start, end) => bytes.subarray(start, end), bytes.length);
  if (!plan.ok) {
    throw new Error(plan.error.reason);
  }
  const { insertAt, sidx, end } = plan.value;
  const file = new Uint8Array(end + sidx.length);
  file.set(bytes.subarray(0, insertAt));
  file.set(sidx, insertAt);
  file.set(bytes.subarray(insertAt, end), insertAt + sidx.length);
  return file;
}

/** Every key in the bucket's media. */
export async function storedKeys(): Promise<string[]> {
  const { objects } = await env.MEDIA.list();
  return objects.map(({ key }) => key).filter((key) => MEDIA_PREFIXES.some((prefix) => key.startsWith(prefix)));
}

export async function countRows(table: "videos" | "video_files" | "video_tags" | "thumbnails"): Promise<number> {
  return (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n")) ?? -1;
}
