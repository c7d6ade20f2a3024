import { toWebVtt, type CaptionFault } from "../../protocol/captions/web-vtt";
import { deleteCaption, listCaptions, replaceCaption } from "../../storage/d1/captions";
import type { VideoRow } from "../../storage/d1/schema";
import type { VideoCaptionRow } from "../../storage/d1/schema-federation";
import { videoIdOf } from "../../storage/d1/videos";
import { captionKey } from "../../storage/r2/keys";
import type { Deps } from "../deps";
import { removeLater } from "../media/remove-objects";
import { fail, ok, type Result } from "../result";
import { nudge, taskStatement } from "../tasks/ask";

type VideoKey = Pick<VideoRow, "id" | "uuid">;

/** A video's captions, in the order of their languages. */
export async function getCaptions(deps: Pick<Deps, "database">, { id }: Pick<VideoRow, "id">): Promise<VideoCaptionRow[]> {
  return await listCaptions(deps.database, id);
}

export type CaptionRefusal = ({ reason: "unreadable" } & CaptionFault) | { reason: "not-text" | "unknown-video" };

/** Gives a video of here captions of a language, WebVTT or SubRip, in the place of what it has of that language. */
export async function setCaption(
  deps: Deps,
  { id, uuid }: VideoKey,
  language: string,
  bytes: Uint8Array,
): Promise<Result<undefined, CaptionRefusal>> {
  const text = decode(bytes);
  if (text === undefined) {
    return fail({ reason: "not-text" });
  }
  const captions = toWebVtt(text);
  if (!captions.ok) {
    return fail({ reason: "unreadable", ...captions.error });
  }
  // A fresh name each: the old one is cached for ever.
  const filename = `${crypto.randomUUID()}-${language}.vtt`;
  await deps.media.put(captionKey(filename), captions.value, { httpMetadata: { contentType: "text/vtt; charset=utf-8" } });
  const task = { kind: "video", uuid } as const;
  let replaced: string[];
  try {
    replaced = await replaceCaption(deps.database, { videoId: id, language, filename, now: deps.now() }, [taskStatement(deps, task)]);
  } catch (error) {
    if ((await videoIdOf(deps.database, uuid)) !== undefined) {
      throw error;
    }
    // It was deleted meanwhile, and the captions have nobody.
    await removeLater(deps, [captionKey(filename)]);
    return fail({ reason: "unknown-video" });
  }
  await removeLater(deps, replaced.map(captionKey));
  await nudge(deps, [task]);
  return ok(undefined);
}

/** Removes a local video's captions of a language; says whether there were any. */
export async function removeCaption(deps: Deps, { id, uuid }: VideoKey, language: string): Promise<boolean> {
  const task = { kind: "video", uuid } as const;
  const removed = await deleteCaption(deps.database, { videoId: id, language, now: deps.now() }, [taskStatement(deps, task)]);
  await removeLater(deps, removed.map(captionKey));
  await nudge(deps, [task]);
  return removed.length > 0;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
