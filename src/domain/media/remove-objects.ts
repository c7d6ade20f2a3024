import { z } from "zod";
import { MEDIA_PREFIXES } from "../../storage/r2/keys";
import { removeObjects } from "../../storage/r2/media-store";
import type { Deps, MediaJob } from "../deps";

/** Keys a message: some fifty bytes each, far below a message's 128 KB. */
const KEYS_PER_MESSAGE = 500;
/** The queue's limit on one call. */
const MESSAGES_PER_SEND = 100;

/** A message of the media queue, as it must be to be done. */
export const mediaJobSchema: z.ZodType<MediaJob> = z.object({
  type: z.literal("remove-objects"),
  keys: z
    .array(z.string().refine((key) => MEDIA_PREFIXES.some((prefix) => key.startsWith(prefix) && key.length > prefix.length)))
    .max(KEYS_PER_MESSAGE),
});

/**
 * Asks for objects to be removed, soon and again where it fails. Never throws: what can't be asked for now, no row
 * names, and the sweep finds it.
 */
export async function removeLater(deps: Deps, keys: readonly string[]): Promise<void> {
  const jobs: { body: MediaJob }[] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_MESSAGE) {
    jobs.push({ body: { type: "remove-objects", keys: keys.slice(at, at + KEYS_PER_MESSAGE) } });
  }
  try {
    for (let at = 0; at < jobs.length; at += MESSAGES_PER_SEND) {
      await deps.mediaJobs.sendBatch(jobs.slice(at, at + MESSAGES_PER_SEND));
    }
  } catch (error) {
    console.warn("the removal of objects couldn't be queued; the sweep will find them", keys.length, error);
  }
}

/** Does a message's work; doing it again changes nothing more. */
export async function runMediaJob(deps: Deps, job: MediaJob): Promise<void> {
  await removeObjects(deps.media, job.keys);
}
