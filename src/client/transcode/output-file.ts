import { TranscodeError } from "./types";

// Where a transcoding writes: a file in the origin-private file system, so that memory doesn't grow with the video and a
// reload loses nothing; into memory where the browser has none (an insecure context, private windows).

export interface OutputFile {
  /** Writes at a position, in bytes. */
  write(bytes: Uint8Array, position: number): void;
  /** Ends it; the content where it is in memory. */
  close(): Blob | undefined;
}

/** The worker's half of the file system, which the DOM's types leave out. */
interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
type SyncFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

/** Opens the file of that path, emptied; in memory without a path. */
export async function openOutputFile(path: string[] | undefined): Promise<OutputFile> {
  return path === undefined ? createMemoryFile() : await createStoredFile(path);
}

async function createStoredFile(path: string[]): Promise<OutputFile> {
  let folder = await navigator.storage.getDirectory();
  for (const name of path.slice(0, -1)) {
    folder = await folder.getDirectoryHandle(name, { create: true });
  }
  const file = (await folder.getFileHandle(path.at(-1) ?? "output", { create: true })) as SyncFileHandle;
  const handle = await file.createSyncAccessHandle();
  handle.truncate(0);
  return {
    write(bytes, position) {
      let written: number;
      try {
        written = handle.write(bytes, { at: position });
      } catch (error) {
        throw error instanceof DOMException && error.name === "QuotaExceededError" ? noSpace() : error;
      }
      if (written < bytes.length) {
        throw noSpace();
      }
    },
    close() {
      handle.flush();
      handle.close();
      return undefined;
    },
  };
}

function noSpace(): TranscodeError {
  return new TranscodeError("no-space", "There is no more room for this site's files on this device.");
}

function createMemoryFile(): OutputFile {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let end = 0;
  return {
    write(bytes, position) {
      if (position !== end) {
        throw new Error("Only appending works in memory");
      }
      pieces.push(bytes.slice());
      end += bytes.length;
    },
    close: () => new Blob(pieces, { type: "video/mp4" }),
  };
}
