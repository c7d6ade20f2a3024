import { env } from "cloudflare:workers";
import { probeMedia } from "../../../src/domain/media/probe";
import { videoFileKey } from "../../../src/storage/r2/keys";

const files = import.meta.glob<string>("../../fixtures/*.{mp4,mkv,webm,m4a,mp3,jpg,png,webp}", { query: "?inline", import: "default" });

/** The bytes of test/fixtures/NAME. */
export async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const load = files[`../../fixtures/${name}`];
  if (load === undefined) {
    throw new Error(`There is no fixture ${name}.`);
  }
  const url = await load();
  return Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (character) => character.charCodeAt(0));
}

/** Puts bytes into the bucket as an uploaded file and probes them. */
export async function probeBytes(bytes: Uint8Array<ArrayBuffer>) {
  const key = videoFileKey(crypto.randomUUID());
  await env.MEDIA.put(key, bytes);
  return await probeMedia(env.MEDIA, key, bytes.length);
}
