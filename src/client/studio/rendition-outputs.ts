import { readStoredFile, removeStoredFile, renditionPath } from "./job-store";

/** What was transcoded for a job: files where the browser has a file system for pages, else blobs in memory. */
export interface RenditionOutputs {
  /** Where a rendition is to be written; undefined: into memory. */
  path: (resolution: number) => string[] | undefined;
  /** Keeps one that is in memory. */
  keep: (resolution: number, content: Blob) => void;
  /** Undefined: it isn't made, or was lost with the page. */
  read: (resolution: number) => Promise<Blob | undefined>;
  remove: (resolution: number) => Promise<void>;
}

export function createRenditionOutputs(jobId: string): RenditionOutputs {
  const inMemory = new Map<number, Blob>();
  const path = (resolution: number) => renditionPath(jobId, resolution);
  return {
    path,
    keep: (resolution, content) => void inMemory.set(resolution, content),
    async read(resolution) {
      const stored = path(resolution);
      const content = inMemory.get(resolution) ?? (stored && (await readStoredFile(stored)));
      return content === undefined || content.size === 0 ? undefined : content;
    },
    async remove(resolution) {
      inMemory.delete(resolution);
      const stored = path(resolution);
      if (stored !== undefined) {
        await removeStoredFile(stored);
      }
    },
  };
}
