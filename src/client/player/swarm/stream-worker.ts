// The service worker by which a torrent's bytes reach a <video>. It answers only addresses under webtorrent/ in its scope, from the page that holds the
// torrent. Its scope is the folder of the watch page: every other page of the instance goes without the detour through a worker.

const WORKER_URL = "/sw.min.js";
const CONTROL_TIMEOUT_MS = 4000;

/** Registers the worker and waits until it controls this page; undefined where the browser can't or won't. */
export async function startStreamWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!("serviceWorker" in navigator)) {
    return undefined;
  }
  try {
    const registration = await navigator.serviceWorker.register(WORKER_URL, { scope: scopeOf(location.pathname) });
    const controlled = await withTimeout(controls(), CONTROL_TIMEOUT_MS);
    return controlled && registration.active !== null ? registration : undefined;
  } catch {
    return undefined;
  }
}

/** `/w/SHORT` → `/w/` */
export function scopeOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

async function controls(): Promise<true> {
  if (navigator.serviceWorker.controller === null) {
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  }
  await navigator.serviceWorker.ready;
  return true;
}

async function withTimeout(work: Promise<true>, milliseconds: number): Promise<boolean> {
  return Promise.race([work, new Promise<false>((resolve) => setTimeout(() => resolve(false), milliseconds))]);
}

/**
 * The worker asks every open page of the instance, and takes the first answer: a page that plays another video would say "not found".
 * So each page marks its addresses, and hears only requests with its mark. To be called before WebTorrent's own listener is added.
 */
export function hearOnlyOwnRequests(mark: string): void {
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = event.data;
    if (typeof message !== "object" || message === null || !("url" in message) || typeof message.url !== "string") {
      return;
    }
    if (!message.url.endsWith(`?page=${mark}`)) {
      event.stopImmediatePropagation();
    }
  });
}

/** A torrent file's address with the page's mark. */
export function markedUrl(streamUrl: string, mark: string): string {
  return `${streamUrl}?page=${mark}`;
}
