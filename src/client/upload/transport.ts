// One HTTP request with the progress of its body, which fetch() doesn't tell.

export interface UploadRequest {
  method: "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: Blob | FormData | string;
  /** Bytes of the body sent so far. */
  onProgress?: (sentBytes: number) => void;
  signal: AbortSignal;
}

export interface UploadResponse {
  status: number;
  header: (name: string) => string | null;
  text: string;
}

/** Sends a request; rejects with a `ConnectionError` where no answer came, with the signal's reason on abort. */
export type Transport = (request: UploadRequest) => Promise<UploadResponse>;

/** No answer came: the line, the instance, or (rarely) the file on the disk. */
export class ConnectionError extends Error {
  constructor(message = "The instance can't be reached") {
    super(message);
    this.name = "ConnectionError";
  }
}

/** No byte moved for so long: the connection is dead, though nobody said so. */
const STALL_MS = 60_000;
/** The last chunk's answer waits for the server's look at the file, during which nothing moves. */
const ANSWER_MS = 300_000;

/**
 * A transport by XMLHttpRequest. `authorization` gives the header's value of the signed-in user and, asked with
 * `refresh`, a fresh one (undefined: signed out); a 401 is answered by one refresh and one more try.
 */
export function createXhrTransport(authorization: (refresh: boolean) => Promise<string | undefined>): Transport {
  return async (request) => {
    const header = await authorization(false);
    const response = await sendXhr(request, header);
    if (response.status !== 401) {
      return response;
    }
    const fresh = await authorization(true);
    return fresh === undefined ? response : await sendXhr(request, fresh);
  };
}

function sendXhr(request: UploadRequest, authorization: string | undefined): Promise<UploadResponse> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const xhr = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => xhr.abort();
    const finish = (settle: () => void) => {
      clearTimeout(stall);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const abortIn = (ms: number) => {
      clearTimeout(stall);
      stall = setTimeout(() => xhr.abort(), ms);
    };
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) {
      xhr.setRequestHeader(name, value);
    }
    if (authorization !== undefined) {
      xhr.setRequestHeader("authorization", authorization);
    }
    xhr.upload.onprogress = (event) => {
      abortIn(STALL_MS);
      request.onProgress?.(event.loaded);
    };
    xhr.upload.onload = () => abortIn(ANSWER_MS);
    xhr.onload = () => finish(() => resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name), text: xhr.responseText }));
    xhr.onerror = () => finish(() => reject(new ConnectionError()));
    xhr.onabort = () => finish(() => reject(signal.aborted ? signal.reason : new ConnectionError("The connection stalled")));
    signal.addEventListener("abort", onAbort, { once: true });
    abortIn(STALL_MS);
    xhr.send(request.body ?? null);
  });
}
