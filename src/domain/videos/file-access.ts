import { torrentFilename } from "../../protocol/paths";
import { findFileByName, findFileByUuid, type StoredFile } from "../../storage/d1/video-files";
import type { Deps } from "../deps";
import { createExpiringCache } from "../expiring-cache";
import { fail, ok, type Result } from "../result";
import type { SignedInUser } from "../users/signed-in-user";
import { isFileTokenGood } from "./file-token";
import { isOpenToAll, visibilityOf } from "./visibility";

export type FileRefusal = { reason: "unknown-file" | "sign-in-needed" | "forbidden" | "token-refused" };

export interface OpenedFile {
  file: StoredFile;
  /** Who gets the same answer: caches may keep what is for everybody. */
  openTo: "everybody" | "token-holders" | "user";
}

/** Who asks for a file. */
export interface FileViewer {
  /** Asked only where an anonymous viewer may not: a stale token in a header doesn't hinder anybody from watching a public video. */
  signedIn: () => Promise<SignedInUser | undefined>;
  /** Of the file's address (`issueFileToken`). */
  fileToken: string | undefined;
}

/**
 * A viewer asks for each piece by itself: hundreds of requests name one file in a minute. What may change meanwhile is
 * the video's privacy and title, which the players see this much later.
 */
const recentFiles = createExpiringCache<StoredFile>({ maxEntries: 500, lifetimeMs: 10_000 });

/** The video file of that name, for whoever may see its video. */
export async function openVideoFile(deps: Deps, filename: string, viewer: FileViewer): Promise<Result<OpenedFile, FileRefusal>> {
  const now = deps.now();
  const recent = recentFiles.get(filename, now);
  const file = recent ?? (await findFileByName(deps.database, filename));
  if (file === undefined) {
    return fail({ reason: "unknown-file" });
  }
  if (recent === undefined) {
    recentFiles.set(filename, file, now);
  }
  return await admit(deps, file, viewer);
}

/** The video file whose torrent has that name (`UUID-RESOLUTION.torrent`), on the same conditions. */
export async function openFileOfTorrent(deps: Deps, filename: string, viewer: FileViewer): Promise<Result<OpenedFile, FileRefusal>> {
  const file = await findFileByUuid(deps.database, filename.slice(0, "00000000-0000-0000-0000-000000000000".length));
  if (file === undefined || torrentFilename(file.filename) !== filename) {
    return fail({ reason: "unknown-file" });
  }
  return await admit(deps, file, viewer);
}

async function admit(deps: Deps, file: StoredFile, { signedIn, fileToken }: FileViewer): Promise<Result<OpenedFile, FileRefusal>> {
  if (isOpenToAll(file)) {
    return ok({ file, openTo: "everybody" });
  }
  if (fileToken !== undefined && (await isFileTokenGood(deps, file.video, fileToken))) {
    return ok({ file, openTo: "token-holders" });
  }
  const visibility = visibilityOf(file, await signedIn());
  if (visibility === "visible") {
    return ok({ file, openTo: "user" });
  }
  return fail({ reason: fileToken === undefined ? visibility : "token-refused" });
}
