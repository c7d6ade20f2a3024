import { z } from "zod";
import type { JsonObject } from "../activitystreams/types";
import { licenceNumberOf } from "../compat/spdx-licence";
import {
  audience,
  flag,
  hrefOf,
  isForEverybody,
  list,
  listOf,
  optionalCount,
  optionalId,
  optionalTime,
  requiredId,
  requiredText,
  requiredTime,
  text,
  uuidV4,
} from "./fields";
import { parseBy, type Parsed } from "./parsed";
import { readVideoFiles, type RemoteFiles } from "./video-files";

// PeerTube's Video. What PeerTube refuses for form alone is taken where the meaning is plain.

const MAX_TAGS = 30;
const MAX_CAPTIONS = 100;
/** What fits the column, and no video's length. */
const MAX_DURATION_SECONDS = 1_000_000_000;
const COMMENTS = { enabled: 1, disabled: 2, requiresApproval: 3 } as const;
/** PeerTube's states; what else comes counts as published. */
const STATES = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
/** PeerTube's list shows the smallest image above the one width, its player the largest above the other. */
const MIN_THUMBNAIL_WIDTH = 150;
const MIN_PREVIEW_WIDTH = 400;

/** ISO 8601: `PT1H2M3.5S`, of PeerTube `PT3723S`. */
const duration = z.unknown().transform((value, context): number => {
  const match = typeof value === "string" ? /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(value) : null;
  const [hours, minutes, seconds] = [match?.[1], match?.[2], match?.[3]].map((part) => Number(part ?? 0));
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  if (match === null || total > MAX_DURATION_SECONDS) {
    context.addIssue({ code: "custom", message: "isn't a duration" });
    return z.NEVER;
  }
  return Math.round(total * 1000);
});

const named = z
  .object({ identifier: z.union([z.string(), z.number()]).transform(String) })
  .transform(({ identifier }) => identifier)
  .optional()
  .catch(undefined);

const captionSchema = z
  .object({ identifier: z.string().regex(/^[A-Za-z0-9-]{1,35}$/), url: z.unknown(), automaticallyGenerated: z.unknown().optional() })
  .transform(({ identifier, url, automaticallyGenerated }) => ({
    language: identifier,
    url: hrefOf(url),
    automaticallyGenerated: automaticallyGenerated === true,
  }));

const imageSchema = z
  .object({ url: z.unknown(), mediaType: z.unknown().optional(), width: optionalCount.optional(), height: optionalCount.optional() })
  .transform(({ url, mediaType, width, height }) => ({
    url: hrefOf(url),
    mimeType: typeof mediaType === "string" ? mediaType : "",
    width: width ?? 0,
    height: height ?? 0,
  }));

const tagSchema = z.object({ type: z.literal("Hashtag"), name: z.string() }).transform(({ name }) => name.replace(/^#/, "").trim());

const videoSchema = z
  .object({
    type: z.literal("Video"),
    id: requiredId,
    uuid: z.unknown().optional(),
    identifier: z.unknown().optional(),
    name: requiredText(120),
    duration,
    published: requiredTime,
    updated: optionalTime.optional(),
    originallyPublishedAt: optionalTime.optional(),
    views: optionalCount.optional(),
    category: named,
    licence: named,
    language: named,
    sensitive: flag(false).optional(),
    waitTranscoding: flag(false).optional(),
    downloadEnabled: flag(true).optional(),
    commentsEnabled: flag(false).optional(),
    commentsPolicy: z.unknown().optional(),
    state: z.unknown().optional(),
    content: text(10_000).optional(),
    mediaType: z.unknown().optional(),
    support: text(1000).optional(),
    tag: listOf(tagSchema).optional(),
    subtitleLanguage: listOf(captionSchema).optional(),
    icon: listOf(imageSchema).optional(),
    url: list.optional(),
    attributedTo: listOf(requiredId).optional(),
    to: audience.optional(),
    cc: audience.optional(),
    likes: optionalId.optional(),
    dislikes: optionalId.optional(),
    shares: optionalId.optional(),
    comments: optionalId.optional(),
    hasParts: optionalId.optional(),
  })
  .transform((video, context): RemoteVideo => {
    const uuid = uuidV4.safeParse(video.uuid ?? video.identifier);
    const attributedTo = video.attributedTo ?? [];
    if (!uuid.success || attributedTo.length === 0) {
      context.addIssue({ code: "custom", message: uuid.success ? "belongs to nobody" : "has no UUID of version 4" });
      return z.NEVER;
    }
    const { category, language, licence } = video;
    return {
      id: video.id,
      uuid: uuid.data,
      name: video.name,
      description: video.content ?? null,
      isHtml: video.mediaType === "text/html",
      support: video.support ?? null,
      category: category !== undefined && /^\d{1,6}$/.test(category) ? Number(category) : null,
      licence: licence === undefined ? null : (licenceNumberOf(licence) ?? null),
      language: language !== undefined && /^[A-Za-z0-9-]{1,35}$/.test(language) ? language : null,
      nsfw: video.sensitive ?? false,
      waitTranscoding: video.waitTranscoding ?? false,
      downloadEnabled: video.downloadEnabled ?? true,
      commentsPolicy: commentsPolicyOf(video.commentsPolicy, video.commentsEnabled ?? false),
      state: typeof video.state === "number" && STATES.has(video.state) ? video.state : 1,
      durationMs: video.duration,
      views: video.views ?? 0,
      publishedAt: video.published,
      updatedAt: video.updated ?? video.published,
      originallyPublishedAt: video.originallyPublishedAt ?? null,
      isPublic: isForEverybody({ to: video.to ?? [], cc: video.cc ?? [] }),
      tags: tagsOf(video.tag ?? []),
      images: imagesOf(video.icon ?? []),
      captions: captionsOf(video.subtitleLanguage ?? []),
      files: readVideoFiles(video.url ?? []),
      attributedTo,
      likes: video.likes,
      dislikes: video.dislikes,
      shares: video.shares,
      comments: video.comments,
      chapters: video.hasParts,
    };
  });

/** As PeerTube: what isn't known means that none are taken; where nothing is said, the older field says it. */
function commentsPolicyOf(policy: unknown, areEnabled: boolean): number {
  if (policy === undefined || policy === null) {
    return areEnabled ? COMMENTS.enabled : COMMENTS.disabled;
  }
  return policy === COMMENTS.enabled || policy === COMMENTS.requiresApproval ? policy : COMMENTS.disabled;
}

function tagsOf(names: string[]): string[] {
  return [...new Set(names.filter(({ length }) => length >= 2 && length <= 30))].slice(0, MAX_TAGS);
}

function captionsOf(captions: z.output<typeof captionSchema>[]): RemoteCaption[] {
  const byLanguage = new Map<string, RemoteCaption>();
  for (const { url, ...caption } of captions) {
    if (url !== undefined && !byLanguage.has(caption.language) && byLanguage.size < MAX_CAPTIONS) {
      byLanguage.set(caption.language, { ...caption, url });
    }
  }
  return [...byLanguage.values()];
}

function imagesOf(icons: z.output<typeof imageSchema>[]): RemoteImage[] {
  const images = icons.flatMap(({ url, mimeType, width, height }) =>
    url !== undefined && /^image\/(?:jpe?g|png|webp)$/.test(mimeType) ? [{ url, mimeType, width, height }] : [],
  );
  const bySize = images.toSorted((a, b) => a.width - b.width);
  const thumbnail = bySize.find(({ width }) => width > MIN_THUMBNAIL_WIDTH) ?? bySize.at(-1);
  const preview = bySize.findLast(({ width }) => width > MIN_PREVIEW_WIDTH);
  return [
    ...(thumbnail === undefined ? [] : [{ kind: "thumbnail" as const, ...thumbnail }]),
    ...(preview === undefined ? [] : [{ kind: "preview" as const, ...preview }]),
  ];
}

export interface RemoteImage {
  kind: "thumbnail" | "preview";
  url: string;
  mimeType: string;
  /** Pixels, as its origin says; 0: it doesn't. */
  width: number;
  height: number;
}

export interface RemoteCaption {
  language: string;
  url: string;
  automaticallyGenerated: boolean;
}

export interface RemoteVideo {
  id: string;
  uuid: string;
  name: string;
  description: string | null;
  /** Whether the description is HTML; else it is Markdown. */
  isHtml: boolean;
  support: string | null;
  /** PeerTube's numbers. */
  category: number | null;
  licence: number | null;
  language: string | null;
  nsfw: boolean;
  waitTranscoding: boolean;
  downloadEnabled: boolean;
  commentsPolicy: number;
  state: number;
  durationMs: number;
  views: number;
  publishedAt: number;
  updatedAt: number;
  originallyPublishedAt: number | null;
  isPublic: boolean;
  tags: string[];
  /** At most one of each kind. */
  images: RemoteImage[];
  captions: RemoteCaption[];
  files: RemoteFiles;
  /** Ids of the channel and its owner, in any order. */
  attributedTo: string[];
  likes: string | undefined;
  dislikes: string | undefined;
  shares: string | undefined;
  comments: string | undefined;
  chapters: string | undefined;
}

/** Reads a video. */
export function parseVideo(document: JsonObject): Parsed<RemoteVideo> {
  return parseBy(videoSchema, document);
}
