import type { Chapter } from "../../contract/chapter";
import { listChapters, replaceChapters } from "../../storage/d1/chapters";
import type { VideoRow } from "../../storage/d1/schema";
import type { Deps } from "../deps";
import { nudge, taskStatement } from "../tasks/ask";

/** A video's chapters, the first one first. */
export async function getChapters(deps: Pick<Deps, "database">, { id }: Pick<VideoRow, "id">): Promise<Chapter[]> {
  return (await listChapters(deps.database, id)).map(({ timecode, title }) => ({ timecode, title }));
}

/** Gives a video of here these chapters in the place of all it has. */
export async function setChapters(deps: Deps, { id, uuid }: Pick<VideoRow, "id" | "uuid">, chapters: Chapter[]): Promise<void> {
  const task = { kind: "video", uuid } as const;
  await replaceChapters(deps.database, id, chapters, { now: deps.now(), also: [taskStatement(deps, task)] });
  await nudge(deps, [task]);
}
