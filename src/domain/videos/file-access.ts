import { torrentFilename } from "../../protocol/paths";
import { findFileByName, findFileByUuid, type StoredFile } from "../../storage/d1/video-files";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { visibilityOf } from "./visibility";

export type FileRefusal = { reason: "unknown-file" | "sign-in-needed" | "forbidden" };

export interface OpenedFile {
  file: StoredFile;
  /** The answer is the same for everybody, so caches may keep it. */
  openToAll: boolean;
}

/**
 * A viewer asks for each piece by itself: hundreds of requests name one file in a minute. What may change meanwhile is
 * the video's privacy and title, which the players see this much later.
 */
const recentFiles = createExpiringCache<StoredFile>({ maxEntries: 500, lifetimeMs: 10_000 });

/**
 * The video file of that name, for whoever may see its video. `signedIn` is asked only where an anonymous viewer
 * may not: a stale token in a header doesn't hinder anybody from watching a public video.
 */
export async function openVideoFile(
  deps: Deps,
  filename: string,
  signedIn: () => Promise<SignedInUser | undefined>,
): Promise<Result<OpenedFile, FileRefusal>> {
  const now = deps.now();
  const recent = recentFiles.get(filename, now);
  const file = recent ?? (await findFileByName(deps.database, filename));
  if (file === undefined) {
    return fail({ reason: "unknown-file" });
  }
  if (recent === undefined) {
    recentFiles.set(filename, file, now);
  }
  return await admit(file, signedIn);
}

/** The video file whose torrent has that name (`UUID-RESOLUTION.torrent`), on the same conditions. */
export async function openFileOfTorrent(
  deps: Deps,
  filename: string,
  signedIn: () => Promise<SignedInUser | undefined>,
): Promise<Result<OpenedFile, FileRefusal>> {
  const file = await findFileByUuid(deps.database, filename.slice(0, "00000000-0000-0000-0000-000000000000".length));
  if (file === undefined || torrentFilename(file.filename) !== filename) {
    return fail({ reason: "unknown-file" });
  }
  return await admit(file, signedIn);
}

async function admit(file: StoredFile, signedIn: () => Promise<SignedInUser | undefined>): Promise<Result<OpenedFile, FileRefusal>> {
  if (visibilityOf(file, undefined) === "visible") {
    return ok({ file, openToAll: true });
  }
  const visibility = visibilityOf(file, await signedIn());
  return visibility === "visible" ? ok({ file, openToAll: false }) : fail({ reason: visibility });
}
