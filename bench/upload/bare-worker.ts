import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

const SCRIPT = `
const PART = 5 * 1024 * 1024;
export default {
  async fetch(request, env) {
    const upload = await env.MEDIA.createMultipartUpload("file");
    const reader = request.body.getReader({ mode: "byob" });
    const parts = [];
    for (let buffer = new Uint8Array(PART); ; ) {
      const { value, done } = await reader.readAtLeast(PART, buffer);
      if (value && value.byteLength > 0) {
        parts.push(await upload.uploadPart(parts.length + 1, value));
        buffer = new Uint8Array(value.buffer);
      }
      if (done || !value || value.byteLength < PART) {
        break;
      }
    }
    await upload.complete(parts);
    return new Response("done");
  },
};`;

/** A Worker that does nothing but write a body to R2, in parts of our size, one after the other. */
export async function startBareWorker({
  port,
  inspector,
  folder,
}: {
  port: number;
  inspector: number;
  folder: string;
}): Promise<Miniflare> {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      inspectorPort: inspector,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: folder,
      cf: false,
      telemetry: { enabled: false },
      workers: [{ name: "bare", modules: true, script: SCRIPT, compatibilityDate: "2026-11-01", r2Buckets: { MEDIA: "media" } }],
    }),
  );
  await worker.ready;
  return worker;
}
