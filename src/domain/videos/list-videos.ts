import type { VideoListQuery, VideoSort } from "../../contract/video-list";
import { findVideoIds, loadVideos, type VideoIdsQuery, type VideoRecord } from "../../storage/d1/video-reads";
import type { Deps } from "../deps";
import type { SignedInUser } from "../users/signed-in-user";
import { LISTED, visibilityOf } from "./visibility";

export interface VideoPage {
  total: number;
  records: VideoRecord[];
}

/** The public videos of the instance, or of one account or channel. Without `nsfw`, sensitive ones aren't listed. */
export async function listVideos(
  deps: Deps,
  query: VideoListQuery,
  of: { accountId?: number; channelId?: number; followedBy?: number } = {},
): Promise<VideoPage> {
  if (query.isLive === true) {
    return { total: 0, records: [] };
  }
  const page = await loadPage(deps, {
    start: query.start,
    count: query.count,
    sort: storedSort(query.sort),
    nsfw: query.nsfw === "both" ? undefined : (query.nsfw ?? false),
    isLocal: query.isLocal,
    tagsOneOf: query.tagsOneOf,
    categoryOneOf: query.categoryOneOf,
    licenceOneOf: query.licenceOneOf,
    languageOneOf: query.languageOneOf,
    ...of,
    ...LISTED,
  });
  // A video made private between the two reads isn't shown.
  return { ...page, records: page.records.filter((record) => visibilityOf(record, undefined) === "visible") };
}

/** All videos of the user's own account, of every privacy and state. */
export async function listMyVideos(
  deps: Deps,
  user: SignedInUser,
  query: Pick<VideoListQuery, "start" | "count" | "sort"> & { search?: string },
): Promise<VideoPage> {
  return await loadPage(deps, {
    start: query.start,
    count: query.count,
    sort: storedSort(query.sort),
    accountId: user.accountId,
    nameContains: query.search,
  });
}

async function loadPage(deps: Deps, query: VideoIdsQuery): Promise<VideoPage> {
  const { ids, total } = await findVideoIds(deps.database, query);
  return { total, records: await loadVideos(deps.database, ids) };
}

/** Views aren't dated yet, so the scores that weigh them by age (trending, hot, best) fall together with views. */
function storedSort(sort: { field: VideoSort; descending: boolean }): VideoIdsQuery["sort"] {
  switch (sort.field) {
    case "trending":
    case "hot":
    case "best":
      // PeerTube's clients send `-trending`, and `best` with or without the sign, for «best first».
      return { field: "views", descending: true };
    default:
      return { field: sort.field, descending: sort.descending };
  }
}
