import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Job } from "./job";

// Jobs outlive the page: their records and source files in IndexedDB, what was transcoded in the origin-private file
// system. Browsers that keep nothing (private windows, full disks) still upload; only a reload then needs the file again.

const DATABASE = "edgetube.studio";
const JOBS = "jobs";
const SOURCES = "sources";
const FOLDER = "studio";
/** A copy of the source is kept only where this much of the site's space stays free. */
const SPARE_BYTES = 256 * 1024 * 1024;

interface Schema extends DBSchema {
  jobs: { key: string; value: Job };
  sources: { key: string; value: File };
}

let opening: Promise<IDBPDatabase<Schema>> | undefined;

function database(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>(DATABASE, 1, {
    upgrade(created) {
      created.createObjectStore(JOBS, { keyPath: "id" });
      created.createObjectStore(SOURCES);
    },
  });
  return opening;
}

/** All jobs of this browser, oldest first; none where it keeps nothing. */
export async function loadJobs(): Promise<Job[]> {
  try {
    const jobs = await (await database()).getAll(JOBS);
    return jobs.toSorted((a, b) => a.createdAt - b.createdAt);
  } catch (error) {
    console.warn("No jobs can be kept here", error);
    return [];
  }
}

/** False where the browser can't keep it. */
export async function saveJob(job: Job): Promise<boolean> {
  try {
    await (await database()).put(JOBS, job);
    return true;
  } catch (error) {
    console.warn("The job can't be kept", error);
    return false;
  }
}

/** The source as it was kept; undefined: it wasn't. */
export async function loadSource(jobId: string): Promise<File | undefined> {
  try {
    return await (await database()).get(SOURCES, jobId);
  } catch {
    return undefined;
  }
}

/** Copies the source into the browser's keeping, so that a reload needs no second choice of the file; false where there's no room. */
export async function keepSource(jobId: string, file: File): Promise<boolean> {
  try {
    // Absent in insecure contexts, where nobody says how much room there is.
    const storage: StorageManager | undefined = navigator.storage;
    await storage?.persist?.();
    const { quota, usage } = (await storage?.estimate?.()) ?? {};
    if (quota !== undefined && usage !== undefined && quota - usage < file.size * 2 + SPARE_BYTES) {
      return false;
    }
    await (await database()).put(SOURCES, file, jobId);
    return true;
  } catch (error) {
    console.warn("The file can't be kept", error);
    return false;
  }
}

/** The source isn't needed any more: everything made of it is there. */
export async function forgetSource(jobId: string): Promise<void> {
  await database()
    .then((kept) => kept.delete(SOURCES, jobId))
    .catch(() => undefined);
}

/** Removes a job with all that is kept for it. */
export async function forgetJob(jobId: string): Promise<void> {
  await database()
    .then((kept) => kept.delete(JOBS, jobId))
    .catch(() => undefined);
  await forgetSource(jobId);
  await removeFolder(jobId);
}

/** Where a rendition is written; undefined where the browser has no file system for pages. */
export function renditionPath(jobId: string, resolution: number): string[] | undefined {
  // Asked by its method: `navigator.storage` is there in some browsers' private windows, its file system isn't.
  const storage: StorageManager | undefined = navigator.storage;
  return typeof storage?.getDirectory === "function" ? [FOLDER, jobId, `${resolution}.mp4`] : undefined;
}

/** What was written at a path; undefined: nothing. */
export async function readStoredFile(path: string[]): Promise<File | undefined> {
  try {
    const folder = await openFolder(path.slice(0, -1));
    return await (await folder.getFileHandle(path.at(-1) ?? "")).getFile();
  } catch {
    return undefined;
  }
}

/** Removes it; a worker that was just ended may hold it a moment longer. */
export async function removeStoredFile(path: string[]): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      await (await openFolder(path.slice(0, -1))).removeEntry(path.at(-1) ?? "");
      return;
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Removes what was transcoded for jobs that aren't there any more (a tab that was closed while it cleaned up). */
export async function removeOrphans(jobIds: ReadonlySet<string>): Promise<void> {
  try {
    const folder = await openFolder([FOLDER]);
    for await (const name of folder.keys()) {
      if (!jobIds.has(name)) {
        await removeFolder(name);
      }
    }
    for (const key of await (await database()).getAllKeys(SOURCES)) {
      if (!jobIds.has(key)) {
        await forgetSource(key);
      }
    }
  } catch {
    // Nothing is kept here.
  }
}

async function openFolder(path: string[]): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory();
  for (const name of path) {
    folder = await folder.getDirectoryHandle(name);
  }
  return folder;
}

async function removeFolder(name: string): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      await (await openFolder([FOLDER])).removeEntry(name, { recursive: true });
      return;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name === "NotFoundError" || error.name === "SecurityError") {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
