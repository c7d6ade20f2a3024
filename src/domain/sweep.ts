import {
  captionNamesBetween,
  fileUuidsBetween,
  loadSweepPosition,
  saveSweepPosition,
  thumbnailNamesBetween,
  type NamedRow,
} from "../storage/d1/sweep";
import { captionKey, inboxBodyKey, MEDIA_PREFIXES, thumbnailKey, torrentInfoKey, videoFileKey } from "../storage/r2/keys";
import { listObjects, MAX_KEYS_PER_CALL, removeObjects } from "../storage/r2/media-store";
import type { Deps } from "./deps";

// What crashes and lost messages leave behind: bytes that no row names. R2 lists keys in order and rows are read in the
// same order, so one pass over both sees every difference, at one listing per thousand objects.

const HOUR_MS = 3_600_000;
/** Longer than an upload may rest before it is published. */
const DEFAULT_GRACE_MS = 48 * HOUR_MS;
/** Twenty thousand objects a run. */
const DEFAULT_MAX_PAGES = 20;

/** Crashes leave few orphans; where there are more than this, and more than half of all, something else is wrong. */
const MIN_SUSPICIOUS_ORPHANS = 100;

export interface SweepReport {
  /** Objects that no row names, older than the grace. */
  orphanObjects: string[];
  /** Objects that rows name and that aren't there. */
  missingObjects: string[];
  /** How many objects were looked at. */
  seen: number;
  /** The key to go on after; undefined where the pass came to the end. */
  next: string | undefined;
}

export interface SweepOptions {
  /** How old an object must be, so that what is about to be named isn't taken for litter. */
  graceMs?: number;
  maxPages?: number;
  objectsPerPage?: number;
  /** The `next` of the pass before. */
  after?: string;
}

interface Kind {
  prefix: (typeof MEDIA_PREFIXES)[number];
  nameOf: (key: string) => string;
  keyOf: (name: string) => string;
  rows: typeof fileUuidsBetween;
}

const KINDS: Record<(typeof MEDIA_PREFIXES)[number], Omit<Kind, "prefix">> = {
  "videos/": { nameOf: (key) => key.slice("videos/".length), keyOf: videoFileKey, rows: fileUuidsBetween },
  "torrents/": { nameOf: (key) => key.slice("torrents/".length).replace(/\.info$/, ""), keyOf: torrentInfoKey, rows: fileUuidsBetween },
  "thumbnails/": { nameOf: (key) => key.slice("thumbnails/".length), keyOf: thumbnailKey, rows: thumbnailNamesBetween },
  // No row names these: a message of the queue does, and none of them gets as old as the grace.
  "inbox/": { nameOf: (key) => key.slice("inbox/".length), keyOf: inboxBodyKey, rows: () => Promise.resolve([]) },
  "captions/": { nameOf: (key) => key.slice("captions/".length), keyOf: captionKey, rows: captionNamesBetween },
};

/** Compares the bucket with the database, at most `maxPages` pages of a thousand objects, and changes nothing. */
export async function findOrphans(deps: Deps, options: SweepOptions = {}): Promise<SweepReport> {
  const startedAt = deps.now();
  const uploadedBefore = startedAt - (options.graceMs ?? DEFAULT_GRACE_MS);
  const report: SweepReport = { orphanObjects: [], missingObjects: [], seen: 0, next: undefined };
  let pages = options.maxPages ?? DEFAULT_MAX_PAGES;
  let after = options.after;
  for (const prefix of MEDIA_PREFIXES) {
    if (after !== undefined && !after.startsWith(prefix)) {
      // The pass before came past this prefix.
      continue;
    }
    for (;;) {
      if (pages === 0) {
        // The position is a key of this prefix, or its beginning.
        return { ...report, next: after ?? prefix };
      }
      pages -= 1;
      const page = await sweepPage(
        deps,
        { prefix, ...KINDS[prefix] },
        after,
        { startedAt, uploadedBefore, limit: options.objectsPerPage ?? MAX_KEYS_PER_CALL },
        report,
      );
      if (page === undefined) {
        break;
      }
      after = page;
    }
    after = undefined;
  }
  return report;
}

/** Compares one page of a prefix; gives the last key, or undefined at the prefix's end. */
async function sweepPage(
  deps: Deps,
  kind: Kind,
  after: string | undefined,
  bounds: { startedAt: number; uploadedBefore: number; limit: number },
  report: SweepReport,
): Promise<string | undefined> {
  const { objects, more } = await listObjects(deps.media, kind.prefix, after, bounds.limit);
  const lastKey = objects.at(-1)?.key;
  const upTo = more && lastKey !== undefined ? kind.nameOf(lastKey) : undefined;
  const rows = await kind.rows(deps.database, after === undefined ? undefined : kind.nameOf(after), upTo);
  const named = new Set(rows.map(({ name }) => kind.keyOf(name)));
  const there = new Set(objects.map(({ key }) => key));
  report.seen += objects.length;
  report.orphanObjects.push(
    ...objects.filter(({ key, uploadedAt }) => !named.has(key) && uploadedAt <= bounds.uploadedBefore).map(({ key }) => key),
  );
  // A row that came after the listing names an object that came after it, too.
  const wasThere = (row: NamedRow) => row.createdAt < bounds.startedAt && row.isFetchedLater !== true;
  report.missingObjects.push(...rows.filter((row) => wasThere(row) && !there.has(kind.keyOf(row.name))).map((row) => kind.keyOf(row.name)));
  return more ? lastKey : undefined;
}

/**
 * Removes the objects that no row names and that are older than 48 hours. Each run goes on where the one before
 * stopped, so that a large bucket is swept over several days.
 */
export async function sweepOrphans(deps: Deps, options: Omit<SweepOptions, "after"> = {}): Promise<SweepReport> {
  const report = await findOrphans(deps, { ...options, after: await loadSweepPosition(deps.database) });
  if (looksLikeAnotherDatabase(report)) {
    console.error(
      `${report.orphanObjects.length} of ${report.seen} objects belong to no video: is this the bucket's database? Nothing is removed.`,
    );
    return report;
  }
  await removeObjects(deps.media, report.orphanObjects);
  await saveSweepPosition(deps.database, report.next);
  if (report.missingObjects.length > 0) {
    console.error("rows name objects that aren't in the bucket", report.missingObjects.slice(0, 20));
  }
  return report;
}

/** A database that is empty, restored from before, or another instance's must not cost the media. */
function looksLikeAnotherDatabase({ orphanObjects, seen }: SweepReport): boolean {
  return orphanObjects.length >= MIN_SUSPICIOUS_ORPHANS && orphanObjects.length > seen / 2;
}
