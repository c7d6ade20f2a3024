import { withFileToken } from "../../protocol/file-token";
import { authorizedFetch } from "./session";

/** How long before its end a token is replaced: longer than anything that is begun with it needs to be asked for. */
const RENEW_BEFORE_MS = 10 * 60_000;
/** After a renewal that found no connection. */
const RETRY_AFTER_MS = 60_000;

/** The right to the files of a video that isn't public, in their addresses, where a `<video>` or a link needs it. */
export interface FileAccess {
  /** The address with the token, which is replaced first where it has nearly ended. */
  addressOf: (address: string) => Promise<string>;
  /** What to load instead of an address that failed because its token is refused; undefined where that isn't why, or nothing helps. */
  replacementOf: (failed: string) => Promise<string | undefined>;
}

/**
 * Gets a token for a video's files and keeps it good for as long as the page is open; each is told to `onToken`, the
 * first before this resolves. Throws where the first isn't given.
 */
export async function openFileAccess(videoUuid: string, onToken: (token: string) => void): Promise<FileAccess> {
  let current = { token: "", endsAt: 0 };
  let renewing: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const response = await authorizedFetch(`/api/v1/videos/${videoUuid}/token`, { method: "POST" });
    if (!response.ok) {
      throw new Error(`The instance answered ${response.status}.`);
    }
    const { files } = (await response.json()) as { files: { token: string; expires: string } };
    current = { token: files.token, endsAt: Date.parse(files.expires) };
    onToken(current.token);
  }

  async function renew(): Promise<void> {
    renewing ??= ask().finally(() => (renewing = undefined));
    await renewing;
  }

  /** A machine that slept wakes with the timer overdue. */
  function keepGood(delayMs: number): void {
    setTimeout(() => {
      renew().then(
        () => keepGood(untilRenewal()),
        (error: unknown) => {
          // Whom the instance refuses needn't go on asking; the player asks again when it needs to.
          if (error instanceof TypeError) {
            keepGood(RETRY_AFTER_MS);
          }
        },
      );
    }, delayMs);
  }

  function untilRenewal(): number {
    // A clock that is ahead by hours would ask without pause.
    return Math.max(RETRY_AFTER_MS, current.endsAt - RENEW_BEFORE_MS - Date.now());
  }

  await renew();
  keepGood(untilRenewal());

  return {
    async addressOf(address) {
      if (current.endsAt - Date.now() < RENEW_BEFORE_MS / 2) {
        // Refused or unreachable: the old token may do yet, and the player deals with it if not.
        await renew().catch(() => {});
      }
      return withFileToken(address, current.token);
    },
    async replacementOf(failed) {
      if ((await statusOf(failed)) !== 403) {
        return undefined;
      }
      if (withFileToken(failed, current.token) === failed) {
        await renew();
      }
      const other = withFileToken(failed, current.token);
      return (await statusOf(other)) < 300 ? other : undefined;
    },
  };
}

async function statusOf(address: string): Promise<number> {
  const response = await fetch(address, { headers: { range: "bytes=0-0" }, cache: "no-store" });
  await response.body?.cancel();
  return response.status;
}
