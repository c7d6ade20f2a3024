import { forgetTokens, readTokens, writeTokens, type StoredTokens } from "./tokens";

// Signing in as every PeerTube client does: OAuth's password grant, then a bearer token that is refreshed when it ends.

/** What the pages need of `GET /api/v1/users/me`. */
export interface CurrentUser {
  id: number;
  username: string;
  /** PeerTube's number; `isAdministrator` reads it. */
  role: { id: number };
  account: { id: number; name: string; displayName: string };
  videoChannels: { id: number; name: string; displayName: string }[];
}

const ADMINISTRATOR_ROLE = 0;

/** Whether a user administers the instance. */
export function isAdministrator({ role }: Pick<CurrentUser, "role">): boolean {
  return role.id === ADMINISTRATOR_ROLE;
}

export type SignInOutcome = { ok: true } | { ok: false; message: string };

const LOCK = "edgetube.session";
/** A token that ends within this time is renewed before it is used: a body that streams can't be sent twice. */
const RENEW_BEFORE_MS = 60_000;
const UNREACHABLE = "The instance can't be reached. Check your connection and try again.";

/** Trades a user name (or e-mail address) and password for tokens, kept in this browser until `signOut`. */
export async function signIn(username: string, password: string): Promise<SignInOutcome> {
  try {
    const response = await requestTokens({ grant_type: "password", username, password });
    if (!response.ok) {
      return { ok: false, message: await problemDetail(response) };
    }
    writeTokens(await tokensOf(response));
    userPromise = undefined;
    return { ok: true };
  } catch (error) {
    return { ok: false, message: error instanceof DOMException ? "This browser doesn't let the page keep you signed in." : UNREACHABLE };
  }
}

/** Revokes the token and forgets it; signs out here even where the instance can't be reached. */
export async function signOut(): Promise<void> {
  const tokens = readTokens();
  forgetTokens();
  userPromise = undefined;
  if (tokens !== undefined) {
    await fetch("/api/v1/users/revoke-token", { method: "POST", headers: bearer(tokens), keepalive: true }).catch(() => undefined);
  }
}

/** Whether this browser holds tokens; they may turn out to have ended. */
export function isSignedIn(): boolean {
  return readTokens() !== undefined;
}

let userPromise: Promise<CurrentUser | undefined> | undefined;

/** Who is signed in, asked once per page; undefined: nobody, or the session has ended. Throws where the instance fails. */
export async function currentUser(): Promise<CurrentUser | undefined> {
  if (!isSignedIn()) {
    return undefined;
  }
  userPromise ??= loadUser();
  try {
    return await userPromise;
  } catch (error) {
    userPromise = undefined;
    throw error;
  }
}

async function loadUser(): Promise<CurrentUser | undefined> {
  // With a query string: Grayjay signs in by watching this page for a request to `users/me?` and takes its token.
  const response = await authorizedFetch("/api/v1/users/me?client=web");
  if (response.status === 401) {
    return undefined;
  }
  if (!response.ok) {
    throw new Error(await problemDetail(response));
  }
  return (await response.json()) as CurrentUser;
}

/**
 * `fetch` of a path of this instance with the bearer token, renewed where it has ended. A 401 is tried once more with
 * a fresh token, unless the body is a stream; the last response is given as it is. Signed out: sent without a token.
 */
export async function authorizedFetch(path: string, init: RequestInit = {}): Promise<Response> {
  const tokens = await accessToken();
  const response = await fetch(path, withBearer(init, tokens));
  if (response.status !== 401 || tokens === undefined || init.body instanceof ReadableStream) {
    return response;
  }
  const renewed = await renew(tokens);
  if (renewed === undefined) {
    return response;
  }
  await response.body?.cancel();
  return await fetch(path, withBearer(init, renewed));
}

/** A usable access token, for what isn't a `fetch` (XMLHttpRequest with upload progress); undefined: signed out. */
export async function bearerToken(): Promise<string | undefined> {
  return (await accessToken())?.accessToken;
}

async function accessToken(): Promise<StoredTokens | undefined> {
  const tokens = readTokens();
  if (tokens !== undefined && tokens.accessExpiresAt - RENEW_BEFORE_MS < Date.now()) {
    return (await renew(tokens)) ?? readTokens();
  }
  return tokens;
}

/**
 * New tokens in place of `stale`. A refresh token works once, so one tab at a time asks; the others then find the new
 * tokens in storage. Undefined, and signed out, where the instance refuses.
 */
async function renew(stale: StoredTokens): Promise<StoredTokens | undefined> {
  return await withLock(async () => {
    const current = readTokens();
    if (current === undefined || current.accessToken !== stale.accessToken) {
      return current;
    }
    const response = await requestTokens({ grant_type: "refresh_token", refresh_token: current.refreshToken });
    if (response.ok) {
      const renewed = await tokensOf(response);
      writeTokens(renewed);
      return renewed;
    }
    // A failing instance isn't a refusal: the session stays for the next try.
    if (response.status === 400 || response.status === 401) {
      forgetTokens();
    }
    return undefined;
  });
}

async function withLock<T>(work: () => Promise<T>): Promise<T> {
  // Absent where the page isn't a secure context (plain http on a local network).
  return navigator.locks === undefined ? await work() : await navigator.locks.request(LOCK, work);
}

async function requestTokens(grant: Record<string, string>): Promise<Response> {
  const clientResponse = await fetch("/api/v1/oauth-clients/local");
  if (!clientResponse.ok) {
    return clientResponse;
  }
  const client = (await clientResponse.json()) as { client_id: string; client_secret: string };
  return await fetch("/api/v1/users/token", {
    method: "POST",
    body: new URLSearchParams({ client_id: client.client_id, client_secret: client.client_secret, ...grant }),
  });
}

async function tokensOf(response: Response): Promise<StoredTokens> {
  const body = (await response.json()) as { access_token: string; refresh_token: string; expires_in: number };
  return { accessToken: body.access_token, refreshToken: body.refresh_token, accessExpiresAt: Date.now() + body.expires_in * 1000 };
}

function withBearer(init: RequestInit, tokens: StoredTokens | undefined): RequestInit {
  if (tokens === undefined) {
    return init;
  }
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${tokens.accessToken}`);
  return { ...init, headers };
}

function bearer(tokens: StoredTokens): Record<string, string> {
  return { authorization: `Bearer ${tokens.accessToken}` };
}

/** The sentence for the user in a failed response (problem+json, or OAuth's error object). */
export async function problemDetail(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: unknown; error?: unknown; "invalid-params"?: unknown };
    for (const text of [wrongFields(body["invalid-params"]), body.detail, body.error]) {
      if (typeof text === "string" && text !== "") {
        return text;
      }
    }
  } catch {
    // Not JSON: the status has to do.
  }
  return `The instance answered ${response.status}. Please try again.`;
}

/** Which fields were refused and why; undefined where the problem isn't of that kind. */
function wrongFields(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null) {
    return undefined;
  }
  const said = Object.entries(params).map(([field, { msg }]: [string, { msg?: unknown }]) => `${field}: ${String(msg)}`);
  return said.length === 0 ? undefined : `${said.join("; ")}.`;
}
