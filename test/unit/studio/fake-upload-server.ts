import type { Transport, UploadRequest, UploadResponse } from "../../../src/client/upload/transport";

/** One answer that the fake gives instead of its own: a status, or a lost connection. */
export type Mishap = { status: number; headers?: Record<string, string>; text?: string } | { lost: "request" | "answer" };

/** The server's half of a resumable upload, in memory; `mishaps` are taken one per request, undefined for none. */
export function createFakeServer(total: number, connectionError: () => Error) {
  let bytes = new Uint8Array(0);
  let isOpen = false;
  const log: string[] = [];
  const mishaps: (Mishap | undefined)[] = [];

  async function answer(request: UploadRequest): Promise<UploadResponse> {
    const range = request.headers["content-range"];
    log.push(`${request.method} ${range ?? ""}`.trim());
    if (request.method === "POST") {
      isOpen = true;
      return response(bytes.length > 0 ? 200 : 201, { location: "http://host/upload?upload_id=1", ...rangeHeader() });
    }
    if (!isOpen) {
      return response(404, {}, JSON.stringify({ code: "FileNotFound", message: "Not found" }));
    }
    const chunk = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? "");
    if (chunk !== null && request.body instanceof Blob) {
      const [start, end] = [Number(chunk[1]), Number(chunk[2])];
      const body = new Uint8Array(await request.body.arrayBuffer());
      if (start !== bytes.length || body.length !== end - start + 1) {
        return response(409, {}, JSON.stringify({ message: "Out of order" }));
      }
      request.onProgress?.(body.length);
      const joined = new Uint8Array(bytes.length + body.length);
      joined.set(bytes);
      joined.set(body, bytes.length);
      bytes = joined;
    }
    return bytes.length === total ? response(200, {}, JSON.stringify({ video: { uuid: "u" } })) : response(308, rangeHeader());
  }

  function rangeHeader(): Record<string, string> {
    return bytes.length > 0 ? { range: `bytes=0-${bytes.length - 1}` } : {};
  }

  const send: Transport = async (request) => {
    request.signal.throwIfAborted();
    const mishap = mishaps.shift();
    if (mishap === undefined) {
      return await answer(request);
    }
    if ("lost" in mishap) {
      if (mishap.lost === "answer") {
        await answer(request);
      } else {
        log.push(`${request.method} lost`);
      }
      throw connectionError();
    }
    log.push(`${request.method} -> ${mishap.status}`);
    return response(mishap.status, mishap.headers ?? {}, mishap.text ?? "");
  };

  return {
    send,
    log,
    mishaps,
    received: () => bytes,
    forget: () => {
      isOpen = false;
      bytes = new Uint8Array(0);
    },
  };
}

function response(status: number, headers: Record<string, string> = {}, text = ""): UploadResponse {
  return { status, header: (name) => headers[name.toLowerCase()] ?? null, text };
}
