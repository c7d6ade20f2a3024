import { Buffer } from "node:buffer";
import { readOrSetSetting } from "../../storage/d1/settings";
import type { Deps } from "../deps";

// A file token lets whoever has it read the files of one video for some hours. Nothing is stored of it: it holds its
// end and an HMAC, so a player's hundreds of range requests cost no look-up more than the file's own.

/** As long as PeerTube's. */
export const FILE_TOKEN_LIFETIME_MS = 4 * 60 * 60 * 1000;
/** Made on first use. Whoever deletes the row ends all tokens, once the isolates that remember it are gone. */
const SECRET_SETTING = "secret:file-tokens";
const SECRET_BYTES = 32;
/** When it ends, in milliseconds since 1970 and base 36; then the HMAC-SHA-256. */
const TOKEN = /^([0-9a-z]{1,10})\.([\w-]{43})$/;

/** What a token is bound to: a change of privacy ends it, since whoever got it may no longer watch. */
export interface TokenSubject {
  uuid: string;
  privacy: number;
}

export interface FileToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A token for all of a video's files. The caller has checked that whoever asks may watch. */
export async function issueFileToken(deps: Deps, video: TokenSubject): Promise<FileToken> {
  const expiresAt = deps.now() + FILE_TOKEN_LIFETIME_MS;
  const end = expiresAt.toString(36);
  const mac = await crypto.subtle.sign("HMAC", await signingKey(deps), claims(video, end));
  return { token: `${end}.${Buffer.from(mac).toString("base64url")}`, expiresAt };
}

/** Whether the token is one that this instance gave for this video, and hasn't ended. Compares in constant time. */
export async function isFileTokenGood(deps: Deps, video: TokenSubject, token: string): Promise<boolean> {
  const [, end, mac] = TOKEN.exec(token) ?? [];
  if (end === undefined || mac === undefined || Number.parseInt(end, 36) <= deps.now()) {
    return false;
  }
  return await crypto.subtle.verify("HMAC", await signingKey(deps), Buffer.from(mac, "base64url"), claims(video, end));
}

function claims(video: TokenSubject, end: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`edgetube file token\n${video.uuid}\n${video.privacy}\n${end}`);
}

let cachedKey: CryptoKey | undefined;

async function signingKey(deps: Deps): Promise<CryptoKey> {
  if (cachedKey === undefined) {
    const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))).toString("base64url");
    const secret = JSON.parse(await readOrSetSetting(deps.database, SECRET_SETTING, JSON.stringify(fresh))) as string;
    cachedKey = await crypto.subtle.importKey("raw", Buffer.from(secret, "base64url"), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify",
    ]);
  }
  return cachedKey;
}

/** The next token asks the database for the secret: for tests, as another isolate would. */
export function forgetFileTokenKey(): void {
  cachedKey = undefined;
}
