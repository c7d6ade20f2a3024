/** The browser's copy of what `POST /api/v1/users/token` gave. */
export interface StoredTokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970. */
  accessExpiresAt: number;
}

const STORAGE_KEY = "edgetube.session";

/** The tokens that this browser holds, shared by all its tabs; undefined: signed out, or storage is blocked. */
export function readTokens(): StoredTokens | undefined {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null");
    return isStoredTokens(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Throws where the browser forbids storage. */
export function writeTokens(tokens: StoredTokens): void {
  localStorage.setItem(STORAGE_KEY, JSON.stringify(tokens));
}

export function forgetTokens(): void {
  try {
    localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Storage is blocked, so nothing is kept there.
  }
}

/** Calls back when another tab signs in, out or refreshes. */
export function onTokensChanged(callback: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === STORAGE_KEY || event.key === null) {
      callback();
    }
  });
}

function isStoredTokens(value: unknown): value is StoredTokens {
  return (
    typeof value === "object" &&
    value !== null &&
    "accessToken" in value &&
    typeof value.accessToken === "string" &&
    "refreshToken" in value &&
    typeof value.refreshToken === "string" &&
    "accessExpiresAt" in value &&
    typeof value.accessExpiresAt === "number"
  );
}
