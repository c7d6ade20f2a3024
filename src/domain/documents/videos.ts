import { VideoPrivacy } from "../../contract/video-constants";
import { announceActivity } from "../../protocol/activities/announce";
import { createActivity } from "../../protocol/activities/create";
import { dislikeActivity } from "../../protocol/activities/dislike";
import { likeActivity } from "../../protocol/activities/like";
import { collectionDocument, collectionPageDocument } from "../../protocol/activitystreams/collections";
import { contextOf } from "../../protocol/activitystreams/context";
import { actorUrls, INSTANCE_ACTOR } from "../../protocol/activitystreams/local-actors";
import type { JsonObject } from "../../protocol/activitystreams/types";
import { paths, type VideoIdentifier } from "../../protocol/paths";
import { findActorById } from "../../storage/d1/actors";
import { findRateRow, listCommentIds, listRates, listShares, type Page } from "../../storage/d1/collections";
import { loadVideo, type VideoRecord } from "../../storage/d1/video-reads";
import { ensureLocalActor, localActorOfChannel } from "../actors/local";
import type { Deps } from "../deps";
import { chaptersDocument, commentUrlOf, videoDocument, videoUrlOf } from "../outbox/documents";
import { fail, ok, type Result } from "../result";
import { isOpenToAll } from "../videos/visibility";

/** `elsewhere`: its origin has it. `locked`: it isn't for everybody. */
export type DocumentRefusal = { reason: "unknown" | "locked" } | { reason: "elsewhere"; url: string };

/** A local video that anybody who has its address may see. */
export async function openVideo(deps: Deps, identifier: VideoIdentifier | undefined): Promise<Result<VideoRecord, DocumentRefusal>> {
  const record =
    identifier && (await loadVideo(deps.database, identifier.kind === "id" ? { id: identifier.id } : { uuid: identifier.uuid }));
  if (record === undefined) {
    return fail({ reason: "unknown" });
  }
  if (record.video.url !== null) {
    return fail({ reason: "elsewhere", url: record.video.url });
  }
  return isOpenToAll(record) ? ok(record) : fail({ reason: "locked" });
}

/** The document of a local video. */
export async function readVideoDocument(deps: Deps, record: VideoRecord): Promise<JsonObject> {
  return await videoDocument(deps, record);
}

/** The Create by which a video was first told of. */
export async function readVideoCreate(deps: Deps, record: VideoRecord): Promise<JsonObject> {
  const object = await videoDocument(deps, record);
  const actor = actorUrls(deps.publicUrl, { kind: "account", name: record.account.name }).url;
  return createActivity({ id: `${videoUrlOf(deps.publicUrl, record.video)}/activity`, actor, object, context: contextOf("video") });
}

/** A video's chapters. */
export async function readChapters(deps: Deps, record: VideoRecord): Promise<JsonObject> {
  return await chaptersDocument(deps, record.video);
}

export type VideoCollection = "likes" | "dislikes" | "announces" | "comments";

/** A collection of a local video, or a page of it. */
export async function readVideoCollection(
  deps: Deps,
  record: VideoRecord,
  name: VideoCollection,
  page: { number: number; size: number } | undefined,
): Promise<JsonObject> {
  const id = `${videoUrlOf(deps.publicUrl, record.video)}/${name}`;
  const range = page === undefined ? { start: 0, count: 1 } : { start: (page.number - 1) * page.size, count: page.size };
  const { total, items } = await readItems(deps, record, name, range);
  return page === undefined
    ? collectionDocument(id, total)
    : collectionPageDocument({ id, totalItems: total, page: page.number, pageSize: page.size, items });
}

async function readItems(deps: Deps, record: VideoRecord, name: VideoCollection, range: Page): Promise<{ total: number; items: string[] }> {
  const { database, publicUrl } = deps;
  const { video } = record;
  switch (name) {
    case "likes":
    case "dislikes": {
      const { total, items } = await listRates(database, { videoId: video.id, rating: name === "likes" ? 1 : -1 }, range);
      return {
        total,
        items: items.map(
          ({ rate, accountName }) => rate.url ?? `${publicUrl}${paths.accountActor(accountName)}/${name}/${rate.id}-${rate.saidAt}`,
        ),
      };
    }
    case "announces": {
      const own = await ownAnnounces(deps, record);
      const rest = { start: Math.max(0, range.start - own.length), count: range.count };
      const { total, items } = await listShares(database, video.id, rest);
      const all = range.start < own.length ? [...own.slice(range.start), ...items] : items;
      return { total: total + own.length, items: all.slice(0, range.count) };
    }
    case "comments": {
      const { total, items } = await listCommentIds(database, video.id, range);
      return { total, items: items.map((comment) => commentUrlOf(publicUrl, comment, video)) };
    }
  }
}

/** The ids of the Announces by the video's channel and by the instance; nobody announces an unlisted video. */
async function ownAnnounces(deps: Deps, record: VideoRecord): Promise<string[]> {
  if (record.video.privacy !== VideoPrivacy.public) {
    return [];
  }
  const rows = await Promise.all([ensureLocalActor(deps, localActorOfChannel(record.channel)), ensureLocalActor(deps, INSTANCE_ACTOR)]);
  return rows.flatMap((row) => (row === undefined ? [] : [`${videoUrlOf(deps.publicUrl, record.video)}/announces/${row.id}`]));
}

/** The Announce of a video by its channel or by the instance; undefined where that actor announces it not. */
export async function readAnnounce(deps: Deps, record: VideoRecord, actorId: number): Promise<JsonObject | undefined> {
  const row = await findActorById(deps.database, actorId);
  const isAnnouncer = row !== undefined && row.host === null && (row.channelId === record.channel.id || row.type === "Application");
  if (!isAnnouncer || record.video.privacy !== VideoPrivacy.public) {
    return undefined;
  }
  const object = videoUrlOf(deps.publicUrl, record.video);
  return announceActivity({
    id: `${object}/announces/${row.id}`,
    actor: row.url,
    object,
    followers: [
      row.followersUrl ?? `${row.url}/followers`,
      actorUrls(deps.publicUrl, { kind: "account", name: record.account.name }).followers,
    ],
  });
}

/** A local account's Like or Dislike by the name in its id (`ROW-TIME`); undefined once it is another, or none, or of a video that isn't for everybody. */
export async function readRate(
  deps: Deps,
  { accountName, kind, name }: { accountName: string; kind: "likes" | "dislikes"; name: string },
): Promise<JsonObject | undefined> {
  const [, id, saidAt] = /^(\d{1,15})-(\d{1,16})$/.exec(name) ?? [];
  const found = id === undefined ? undefined : await findRateRow(deps.database, Number(id));
  const isThis =
    found !== undefined &&
    found.accountName.toLowerCase() === accountName.toLowerCase() &&
    found.rate.saidAt === Number(saidAt) &&
    found.rate.rating === (kind === "likes" ? 1 : -1);
  const record = isThis ? await loadVideo(deps.database, { id: found.rate.videoId }) : undefined;
  if (found === undefined || record === undefined || !isOpenToAll(record)) {
    return undefined;
  }
  const actor = actorUrls(deps.publicUrl, { kind: "account", name: found.accountName }).url;
  const parts = {
    id: `${actor}/${kind}/${name}`,
    actor,
    object: videoUrlOf(deps.publicUrl, record.video),
    owner: record.account.url ?? actorUrls(deps.publicUrl, { kind: "account", name: record.account.name }).url,
  };
  return kind === "likes" ? likeActivity(parts) : dislikeActivity(parts);
}
