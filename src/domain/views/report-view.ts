import { VideoPrivacy } from "../../contract/video-constants";
import type { ViewFields } from "../../contract/view";
import type { VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import { askFor } from "../tasks/ask";
import type { Task } from "../tasks/task";
import { countViews } from "./count-view";
import { digestOfKey, recentKeysFrom } from "./recent-keys";
import type { ViewAddition } from "./video-views-object";
import { isView, mergedSections, secondsOf } from "./watched";

/** What this isolate has passed on already: players say every few seconds where they are. */
const passedOn = recentKeysFrom(undefined);

/**
 * Takes what a player says of its viewer (`viewerKey`: who that is, as far as can be told). A view counts once per viewer
 * and hour: here where the video is of here, else at its origin, which is told. Nothing is kept of who watched.
 */
export async function reportView(deps: Deps, record: VideoRecord, viewerKey: string, fields: ViewFields): Promise<void> {
  const { video } = record;
  const durationSeconds = video.durationMs / 1000;
  const sections = mergedSections(fields.watchedSections ?? [], durationSeconds);
  const watchedSeconds = secondsOf(sections);
  const reached = fields.watchedSections === undefined ? fields.currentTime : watchedSeconds;
  const viewed = fields.viewEvent !== "seek" && isView(reached, durationSeconds);

  const additions: ViewAddition[] = [
    ...(viewed ? [{ key: `view ${viewerKey}`, views: 1, watchedSeconds: 0 }] : []),
    ...(watchedSeconds > 0 ? [{ key: `watch ${viewerKey}`, views: 0, watchedSeconds }] : []),
  ];
  const fresh: ViewAddition[] = [];
  for (const addition of additions) {
    if (passedOn.note(await digestOfKey(`${video.uuid} ${addition.key}`), deps.now())) {
      fresh.push(addition);
    }
  }
  if (fresh.length === 0) {
    return;
  }
  if (record.channel.host === null) {
    await countViews(deps, video.uuid, fresh);
    return;
  }
  if (video.privacy !== VideoPrivacy.public) {
    return;
  }
  const now = deps.now();
  const tasks = fresh.map((addition): Task =>
    addition.views > 0
      ? { kind: "view", videoUuid: video.uuid, viewId: crypto.randomUUID(), viewedAt: now }
      : {
          kind: "watch-action",
          videoUuid: video.uuid,
          watchId: crypto.randomUUID(),
          startedAt: Math.round(now - watchedSeconds * 1000),
          endedAt: now,
          sections,
        },
  );
  await askFor(deps, ...tasks);
}
